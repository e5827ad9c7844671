"""What a check found: one place and one sentence, printed so that an editor can jump there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to put right: the file, the line (0 where no line can be named), and what."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        """`file:line: text`, the file as seen from the project's top where it lies below it."""
        shown = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        place = f"{shown.as_posix()}:{self.line}" if self.line else shown.as_posix()
        return f"{place}: {self.text}"


def report(findings: Sequence[Finding], *, fine: str) -> int:
    """Print what was found, or that all is fine; the exit code of the check."""
    for finding in sorted(findings):
        print(finding)
    if not findings:
        print(fine)
    return 1 if findings else 0


def tracked_files(root: Path = ROOT) -> list[Path]:
    """Every file that belongs to the project: known to git, or new and not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listing.returncode != 0:  # a download without git: everything but what the first run made
        print("git does not know this folder, so every file in it is looked at", file=sys.stderr)
        return [path for path in root.rglob("*") if path.is_file() and not is_made_here(path, root)]
    names = listing.stdout.decode().split("\0")
    return [root / name for name in names if name and (root / name).is_file()]


def is_made_here(path: Path, root: Path) -> bool:
    """Whether a file was made by running, not by writing."""
    made = {"__pycache__", "dist", "build", "screens"}
    parts = path.relative_to(root).parts[:-1]
    return any(part in made or (part.startswith(".") and part != ".ci") for part in parts)
