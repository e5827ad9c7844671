"""Writes the list of all parts that come from others, as CycloneDX: `make sbom`.

    python -m tools.sbom [--out sbom.cdx.json]

Made by uv from the lock, without a network: what people install, with every extra, and not the
developers' tools.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tools.finding import ROOT
from tools.uv_here import find_uv

COMMAND = (
    "export", "--frozen", "--offline", "--quiet", "--format", "cyclonedx1.5",
    "--all-extras", "--no-dev", "--preview-features", "sbom-export",
)  # fmt: skip


def sbom() -> str:
    """The list, as JSON text."""
    done = subprocess.run(
        [str(find_uv()), *COMMAND], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"uv could not write the list of parts:\n{done.stderr.strip()}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """Write it where it is wanted."""
    parser = argparse.ArgumentParser(description="Write the list of parts (CycloneDX 1.5).")
    parser.add_argument("--out", type=Path, default=ROOT / "sbom.cdx.json")
    to = parser.parse_args(arguments).out
    to.write_text(sbom(), encoding="utf-8")
    print(f"{to} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
