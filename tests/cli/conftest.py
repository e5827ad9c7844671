"""The command line as a person or a program uses it: a process of its own, a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tests.support.nursery import nursery

PASSPHRASE = "copper lantern meadow seventeen"
PATIENCE_S = 60


@pytest.fixture(autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """A shell lets its background jobs ignore Ctrl+C, and what they start would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@dataclass(frozen=True)
class Answered:
    """What a process said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        told: dict[str, Any] = json.loads(self.out)
        return told


def environment() -> dict[str, str]:
    """The process's environment, without what the tests' own practice needs.

    Machine code is always taken, whether or not it lies ready yet: the same digits each time.
    """
    not_a_persons = ("LACRIMA_", "DJANGO_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(not_a_persons)}
    return {**kept, "LACRIMA_NUMBA": "1"}


def command(*arguments: str) -> list[str]:
    """`lacrima` with these arguments, by the Python of the tests."""
    return [sys.executable, "-m", "lacrima", *arguments]


def lacrima(*arguments: str | Path, cwd: Path | None = None, typed: str = "") -> Answered:
    """Run a verb to its end."""
    return Answered(
        *nursery().run(
            "lacrima",
            list(map(str, arguments)),
            environment=environment(),
            cwd=cwd,
            typed=typed,
            patience_s=PATIENCE_S,
        )
    )


@pytest.fixture(scope="session")
def ready_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `practice` and `passphrase.txt`, made once."""
    top = tmp_path_factory.mktemp("command-line")
    (top / "passphrase.txt").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    options = ["--passphrase-file", str(top / "passphrase.txt"), "--your-name", "Eva Lind"]
    made = lacrima("init", "--dir", top / "practice", *options)
    assert made.code == 0, made.err
    return top


@dataclass(frozen=True)
class Ready:
    """A practice of one's own for one test, and how to open it."""

    top: Path

    @property
    def folder(self) -> Path:
        """The practice."""
        return self.top / "practice"

    @property
    def key(self) -> tuple[str, ...]:
        """The options that name and open it."""
        return ("--dir", str(self.folder), "--passphrase-file", str(self.top / "passphrase.txt"))


@pytest.fixture
def ready(ready_folder: Path, tmp_path: Path) -> Ready:
    """A fresh copy of the practice."""
    shutil.copytree(ready_folder, tmp_path / "ready")
    return Ready(tmp_path / "ready")


def schema(name: str) -> dict[str, Any]:
    """One of the schemas of the command line."""
    text = (resources.files("lacrima.cli") / "schemas" / f"{name}.json").read_text("utf-8")
    told: dict[str, Any] = json.loads(text)
    return told


def faults(told: Any, rule: dict[str, Any], place: str = "$") -> Iterator[str]:
    """Where a value does not follow its schema (the part of JSON Schema that ours use)."""
    kinds = rule.get("type")
    if kinds and not any(
        _is(told, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)
    ):
        yield f"{place}: {type(told).__name__} instead of {kinds}"
        return
    if "const" in rule and told != rule["const"]:
        yield f"{place}: not {rule['const']!r}"
    if "enum" in rule and told not in rule["enum"]:
        yield f"{place}: not one of {rule['enum']}"
    if isinstance(told, dict):
        yield from _faults_of_object(told, rule, place)
    if isinstance(told, list):
        for index, inner in enumerate(told):
            yield from faults(inner, rule.get("items", {}), f"{place}[{index}]")


def _faults_of_object(told: dict[str, Any], rule: dict[str, Any], place: str) -> Iterator[str]:
    known = rule.get("properties", {})
    beyond = rule.get("additionalProperties", True)
    for name in rule.get("required", []):
        if name not in told:
            yield f"{place}: no {name}"
    for name, inner in told.items():
        if name in known or isinstance(beyond, dict):
            yield from faults(inner, known.get(name, beyond), f"{place}.{name}")
        elif beyond is False:
            yield f"{place}: {name} is not in the schema"


def _is(told: Any, kind: str) -> bool:
    kinds: dict[str, tuple[type, ...]] = {
        "object": (dict,),
        "array": (list,),
        "string": (str,),
        "boolean": (bool,),
        "null": (type(None),),
        "integer": (int,),
        "number": (int, float),
    }
    return isinstance(told, kinds[kind]) and not (
        isinstance(told, bool) and kind in {"integer", "number"}
    )


def follows(told: dict[str, Any], name: str) -> None:
    """Fail unless a result follows its schema."""
    assert list(faults(told, schema(name))) == []
    assert next(iter(told)) == "schema"
