"""What uv.lock says: which packages a plain install brings, and which the extras add."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.finding import ROOT

LOCK = ROOT / "uv.lock"
PROJECT = "lacrima"


def packages(lock: Path = LOCK) -> list[dict[str, Any]]:
    """Every package entry of the lock."""
    entries: list[dict[str, Any]] = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    return entries


def runtime_names(lock: Path = LOCK, *, with_extras: bool) -> set[str]:
    """The names that an install brings on any platform, the project's own left out.

    Markers are not evaluated: a package for another system counts too.
    """
    by_name: dict[str, list[dict[str, Any]]] = {}
    for entry in packages(lock):
        by_name.setdefault(entry["name"], []).append(entry)
    own = by_name[PROJECT][0]
    wanted = list(needs_of(own, own.get("optional-dependencies", {}) if with_extras else ()))
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while wanted:
        need = wanted.pop()
        if need not in seen:
            seen.add(need)
            name, extras = need
            wanted += [more for entry in by_name[name] for more in needs_of(entry, extras)]
    return {name for name, _ in seen} - {PROJECT}


def needs_of(entry: dict[str, Any], extras: Iterable[str]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What one package of the lock needs, with the extras that are asked of it."""
    chosen = list(entry.get("dependencies", []))
    for extra in extras:
        chosen += entry.get("optional-dependencies", {}).get(extra, [])
    return [(need["name"], tuple(need.get("extra", ()))) for need in chosen]
