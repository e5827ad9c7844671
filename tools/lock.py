"""Says whether uv.lock still fits pyproject.toml, without a network.

Compares the requirements that the lock notes for this project with those of pyproject.toml.
Where uv is installed, `make lock-check` asks uv as well, which looks at everything.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tools.finding import ROOT, Finding, report
from tools.locked import PROJECT, packages

REQUIREMENT = re.compile(r"^([\w.-]+)\s*(?:\[([^]]*)])?\s*([^;]*)")


def spelled(requirement: str) -> tuple[str, str, str]:
    """A requirement as (name, extras, version range), all in one spelling."""
    match = REQUIREMENT.match(requirement)
    if match is None:
        return (requirement, "", "")
    name, extras, versions = match.groups(default="")
    return (as_name(name), ordered(extras.split(",")), ordered(versions.split(",")))


def as_name(name: str) -> str:
    """A package's name as the lock spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def ordered(parts: Iterable[str]) -> str:
    """Parts of a list in one order and spelling."""
    return ",".join(sorted(part.strip().replace(" ", "") for part in parts))


def in_project(project: dict[str, Any]) -> set[tuple[str, str, str]]:
    """What pyproject.toml asks for, extras and groups included."""
    lists = [project["project"].get("dependencies", [])]
    lists += project["project"].get("optional-dependencies", {}).values()
    lists += project.get("dependency-groups", {}).values()
    return {spelled(entry) for entries in lists for entry in entries if isinstance(entry, str)}


def in_lock(own: dict[str, Any]) -> set[tuple[str, str, str]]:
    """What the lock was made for."""
    noted = list(own["metadata"].get("requires-dist", []))
    for group in own["metadata"].get("requires-dev", {}).values():
        noted += group
    return {
        (as_name(need["name"]), ordered(need.get("extras", [])), versions_of(need))
        for need in noted
    }


def versions_of(need: dict[str, Any]) -> str:
    """The version range of one noted requirement, in one spelling."""
    return ordered(need.get("specifier", "").split(","))


def check(root: Path = ROOT) -> list[Finding]:
    """The requirements that only one of the two files knows."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    own = next(entry for entry in packages(root / "uv.lock") if entry["name"] == PROJECT)
    asked, locked = in_project(project), in_lock(own)
    found = [
        Finding(root / "uv.lock", 0, f"does not know {name} {versions}; run: uv lock")
        for name, _, versions in asked - locked
    ]
    return found + [
        Finding(root / "uv.lock", 0, f"still holds {name} {versions}; run: uv lock")
        for name, _, versions in locked - asked
    ]


def main(arguments: Sequence[str]) -> int:
    """Our own comparison; then uv's, where it is installed and the network may be asked."""
    own = report(check(), fine="The lock fits pyproject.toml.")
    uv = shutil.which("uv")
    if uv is None or "--offline" in arguments:
        return own
    return max(own, subprocess.call([uv, "lock", "--check", "--quiet", "--project", str(ROOT)]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
