"""The reference of what a security standard asks, and which test holds each line of it."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from typing import Any

from tools.finding import ROOT

ITEMS = ROOT / "tools" / "asvs.toml"
HEAD = """# What ASVS 5.0 asks, and what holds it

{generated}

The requirements of the OWASP Application Security Verification Standard 5.0 that bite here: level
2, and some of level 3. Each in our own words; the standard's own text counts. Written by us, and
not looked through by anybody from outside. A line that is *not met*, or not whole, says so.

| item | level | what is asked | held by | not met |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Item:
    """One requirement, the tests that hold it, and what is not met of it."""

    id: str
    level: str
    what: str
    held_by: tuple[str, ...]
    not_met: str


def items() -> list[Item]:
    """All of them."""
    told: list[dict[str, Any]] = tomllib.loads(ITEMS.read_text(encoding="utf-8"))["item"]
    return [
        Item(
            one["id"],
            one["level"],
            one["what"],
            tuple(one.get("held_by", ())),
            one.get("not_met", ""),
        )
        for one in told
    ]


def asvs(generated: str) -> str:
    """The whole page."""
    return HEAD.format(generated=generated) + "".join(map(_row, items()))


def _row(one: Item) -> str:
    tests = "<br>".join(f"`{name.removeprefix('tests/')}`" for name in one.held_by)
    return f"| {one.id} | {one.level} | {one.what} | {tests or '–'} | {one.not_met} |\n"


def is_a_test(name: str) -> bool:
    """Does this test stand in this file?"""
    path, _, function = name.partition("::")
    file = ROOT / path
    if not file.exists():
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body)
