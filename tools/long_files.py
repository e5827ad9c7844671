"""Names files that have grown long. It only warns: a long file is fine when it is one idea."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.finding import ROOT, Finding, tracked_files

LINES = 400


def check(root: Path = ROOT) -> list[Finding]:
    """The Python files above the length at which one looks twice; migrations are generated."""
    found = []
    for path in tracked_files(root):
        if path.suffix != ".py" or "migrations" in path.parts:
            continue
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LINES:
            found.append(Finding(path, 0, f"{lines} lines; is it still one idea?"))
    return found


def main() -> int:
    """Print the warnings; never an error."""
    for finding in check():
        print(f"{finding} (a warning)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
