"""JSON that is no JSON, or more than JSON, is one kind of refusal wherever it is read."""

from __future__ import annotations

import doctest
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima import strict_json
from lacrima.errors import BadInput, BadMap, Damaged
from lacrima.formats.score_map import read_map_bytes
from lacrima.vault import client_keys, ledger, manifest, slot_file

DEEP = "[" * 100_000
BAD = {
    "nothing": "",
    "no JSON": "{",
    "endless depth": DEEP,
    "depth inside": '{"a": ' * 50_000,
    "infinity": '{"a": Infinity}',
    "no number": '{"a": NaN}',
    "a number too large": '{"a": 1e999}',
    "thousands of digits": '{"a": ' + "9" * 5_000 + "}",
    "a key twice": '{"a": 1, "a": 2}',
    "half of a sign": '{"a": "\\ud800"}',
}


def test_the_examples_in_the_docstrings_run() -> None:
    assert doctest.testmod(strict_json).failed == 0


@pytest.mark.parametrize("kind", [str, str.encode], ids=["text", "bytes"])
@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_is_not_quite_json_is_one_refusal(text: str, kind: Callable[[str], Any]) -> None:
    with pytest.raises(ValueError):
        strict_json.read(kind(text))


def test_bytes_that_are_no_text_are_refused_too() -> None:
    with pytest.raises(ValueError):
        strict_json.read(b'{"a": "\xff"}')


TEXTS = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


@given(VALUES)
def test_whatever_json_can_say_is_read_as_it_was_said(value: Any) -> None:
    assert strict_json.read(json.dumps(value)) == value
    assert strict_json.read(json.dumps(value, ensure_ascii=False).encode()) == value


READERS: dict[str, Callable[[Path], object]] = {
    "client keys": lambda path: client_keys.read(path, "0" * 32),
    "ledger": ledger.read,
    "slots": lambda path: slot_file.parse(path.read_bytes(), where=path),
    "manifest": lambda path: manifest.read(path.parent),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
@pytest.mark.parametrize("name", READERS)
def test_a_file_of_the_folder_that_holds_it_is_called_damaged(
    name: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / manifest.NAME
    path.write_text(text)
    with pytest.raises((Damaged, BadInput)):
        READERS[name](path)


@pytest.mark.parametrize("value", ["[" * 5_000 + "]" * 5_000, "9" * 5_000])
def test_a_map_without_end_is_refused_in_words(value: str) -> None:
    with pytest.raises(BadMap, match="without end"):
        read_map_bytes(f'client = "id"\nx = {value}\n'.encode())
