"""Puts right what a program can put right: style and format."""

from __future__ import annotations

import subprocess
import sys

from tools.finding import ROOT


def main() -> int:
    """Both steps always run; the exit code says whether something is left for a person."""
    steps = (["check", "--fix"], ["format"])
    codes = [subprocess.call([sys.executable, "-m", "ruff", *step], cwd=ROOT) for step in steps]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
