"""Keep a small practice as this release writes it: every later version must open it.

    python -m tools.keep_release

Writes tests/fixtures/vault-VERSION once, at a release; it is never made again.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lacrima import __version__

ROOT = Path(__file__).resolve().parent.parent
SIZE = ("--clients", "4", "--sessions", "20", "--seed", "11")


def python(*arguments: str) -> str:
    """Run a module of ours; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


def main() -> int:
    """Make it, look at it, keep it; refuse when it is there."""
    target = ROOT / "tests" / "fixtures" / f"vault-{__version__}"
    if target.exists():
        print(f"{target.name} is there already: what a release wrote does not change.")
        return 1
    with tempfile.TemporaryDirectory() as place:
        python("lacrima", "simulate", "practice", *SIZE, "--dir", f"{place}/made")
        made = Path(place) / "made"
        seen = python("tests.support.release", str(made / "practice"), str(made / "passphrase.txt"))
        target.mkdir(parents=True)
        shutil.copytree(made / "practice", target / "practice")
        shutil.copy(made / "passphrase.txt", target / "passphrase.txt")
    (target / "expected.json").write_text(json.dumps(json.loads(seen), indent=1) + "\n")
    print(f"Kept {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
