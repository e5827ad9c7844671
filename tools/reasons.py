"""Finds dependencies without a reason beside them in pyproject.toml."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from tools.finding import ROOT, Finding, report

PYPROJECT = ROOT / "pyproject.toml"


def dependencies(project: dict[str, Any]) -> list[str]:
    """Every requirement, also those of the extras, the groups and the build."""
    lists = [project["project"].get("dependencies", []), project["build-system"]["requires"]]
    lists += project["project"].get("optional-dependencies", {}).values()
    lists += project.get("dependency-groups", {}).values()
    return [entry for entries in lists for entry in entries if isinstance(entry, str)]


def check(pyproject: Path = PYPROJECT) -> list[Finding]:
    """The requirements whose line (each line, when it stands in several lists) says no reason."""
    text = pyproject.read_text(encoding="utf-8")
    found: list[Finding] = []
    for requirement in sorted(set(dependencies(tomllib.loads(text)))):
        for number, line in enumerate(text.splitlines(), start=1):
            before, quoted, after = line.partition(f'"{requirement}"')
            if not quoted or "#" in before:
                continue
            if not after.partition("#")[2].strip():
                found.append(Finding(pyproject, number, f"{requirement}: say what it is for"))
    return found


if __name__ == "__main__":
    sys.exit(report(check(), fine="Every dependency has its reason."))
