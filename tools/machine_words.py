"""Finds traces of somebody's machine or tools in the project's files.

A path that exists on one machine only helps nobody else, and tells strangers about it. A line
that must hold such a path (an example, say) ends with `machine-words: meant`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.finding import ROOT, Finding, report, tracked_files

MEANT = "machine-words: meant"
PATHS = re.compile(
    r"(?<![\w.~<}/-])/(?:work|root|tmp|opt/(?!homebrew|lacrima/)[\w.-]+"
    r"|home/[\w.-]+|Users/[\w.-]+)/[\w.-]*"
)
WORDS = re.compile(
    r"co-authored-by|language model|chat ?bot|copilot|\bas an ai\b|coding agent", re.IGNORECASE
)
OWN = Path("tools/machine_words.py")


def traces_in(text: str, path: Path) -> Iterator[Finding]:
    """The lines of one text that hold a machine's path or a word that has no place here."""
    for number, line in enumerate(text.splitlines(), start=1):
        if MEANT in line:
            continue
        for pattern, what in ((PATHS, "a path of one machine"), (WORDS, "a word without a place")):
            match = pattern.search(line)
            if match:
                yield Finding(path, number, f"{what}: {match.group()!r}")


def check(root: Path = ROOT) -> list[Finding]:
    """Every trace in every text file of the project, but in this check's own list."""
    found: list[Finding] = []
    for path in tracked_files(root):
        raw = path.read_bytes()
        if path == root / OWN or b"\0" in raw:
            continue
        found.extend(traces_in(raw.decode("utf-8", errors="replace"), path))
    return found


if __name__ == "__main__":
    sys.exit(report(check(), fine="No traces of one machine."))
