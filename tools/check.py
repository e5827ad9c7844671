"""Everything that `make check` looks at. All of it runs, even when one part finds something."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.finding import ROOT

BESIDE_PYTHON = Path(sys.executable).parent


@dataclass(frozen=True)
class Part:
    """One part of the check, and how it is started."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What one part said, and how long it took."""

    part: Part
    exit_code: int
    output: str
    took_s: float


def module(name: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a Python module of this environment."""
    return (sys.executable, "-m", name, *arguments)


PARTS = (
    Part("types", module("mypy")),
    Part("style", module("ruff", "check", "--quiet", "--output-format", "concise")),
    Part("format", module("ruff", "format", "--check", "--quiet", "--output-format", "concise")),
    Part("walls", (str(BESIDE_PYTHON / "lint-imports"), "--no-cache", "--no-logo")),
    Part("hidden imports", module("tools.hidden_imports")),
    Part("words for people", module("tools.unmarked_text")),
    Part("languages", module("tools.words", "--check")),
    Part("reasons", module("tools.reasons")),
    Part("generated pages", module("tools.docs", "--check")),
    Part("lock", module("tools.lock", "--offline")),
    Part("licences", module("tools.licences")),
    Part("install size", module("tools.install_size")),
    Part("machine words", module("tools.machine_words")),
    Part("long files", module("tools.long_files")),
)


def run(part: Part) -> Verdict:
    """Run one part and keep what it says."""
    start = time.monotonic()
    done = subprocess.run(
        part.command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return Verdict(part, done.returncode, done.stdout.strip(), time.monotonic() - start)


def main(parts: Sequence[Part] = PARTS) -> int:
    """Run all parts, a few at once, and print each as it stands in the list."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        verdicts = []
        for verdict in pool.map(run, parts):
            show(verdict)
            verdicts.append(verdict)
    wrong = [verdict.part.name for verdict in verdicts if verdict.exit_code]
    print(f"\nTo put right: {', '.join(wrong)}" if wrong else "\nAll parts of the check are fine.")
    return 1 if wrong else 0


def show(verdict: Verdict) -> None:
    """One line for a part that is fine; all that it said for one that is not."""
    mark = "to put right" if verdict.exit_code else "fine"
    print(f"{verdict.part.name:<17} {mark:<13} {verdict.took_s:5.1f} s", flush=True)
    if verdict.exit_code or "(a warning)" in verdict.output:
        print("\n".join(f"    {line}" for line in verdict.output.splitlines()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
