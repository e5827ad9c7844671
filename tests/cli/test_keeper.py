"""A keeper's verbs, each as a process of its own; no practice is asked to open a file."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from lacrima.vault import hpke_p256, keeper_box, keeper_code, keeper_file
from lacrima.vault.keeper_box import Told
from tests.cli.conftest import Answered, Ready, follows, lacrima

PASSPHRASE = "four words of a keeper"
AT = "2026-03-10T20:00:00Z"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A keeper's own folder, with her key."""
    top = tmp_path_factory.mktemp("keeper")
    made = lacrima(
        "keeper", "new", "--out", top / "key.json", "--passphrase-file", "-", "--json",
        typed=PASSPHRASE,
    )  # fmt: skip
    assert made.code == 0, made.out + made.err
    follows(made.json, "keeper-new")
    (top / "made.json").write_text(made.out, "utf-8")
    (top / "passphrase.txt").write_text(PASSPHRASE, "utf-8")
    return top


def public(desk: Path) -> bytes:
    """The key that seals for her."""
    code: str = json.loads((desk / "made.json").read_text("utf-8"))["code"]
    return keeper_code.public_of(code)


def handed(desk: Path, *items: bytes, key: bytes = b"") -> Path:
    """A file as a practice hands it over."""
    file = keeper_file.filled(key or public(desk), items)
    path = desk / "handed.lacrima-keeper"
    path.write_bytes(keeper_file.written(file))
    return path


def opened(desk: Path, path: Path, *more: str) -> Answered:
    """The verb on this file."""
    return lacrima(
        "keeper", "open", path, "--key", desk / "key.json",
        "--passphrase-file", desk / "passphrase.txt", *more,
    )  # fmt: skip


def test_a_new_key_is_wrapped_and_its_owners_alone(desk: Path) -> None:
    told = json.loads((desk / "made.json").read_text("utf-8"))
    assert told["key_id"] == keeper_box.key_id(public(desk)).hex()
    assert told["words"] == list(keeper_code.words_of(public(desk)))
    path = desk / "key.json"
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    again = lacrima("keeper", "new", "--out", path, "--passphrase-file", "-", typed=PASSPHRASE)
    assert again.code == 3
    assert path.read_bytes() == before


def test_what_was_handed_over_opens_with_the_key_alone(desk: Path) -> None:
    values = {"rating": -2, "words": "the letter\nto her mother"}
    path = handed(desk, keeper_box.seal(public(desk), Told("first", AT, values)))
    found = opened(desk, path, "--json")
    assert found.code == 0, found.out + found.err
    follows(found.json, "keeper-open")
    ((one,), fillings) = found.json["results"], found.json["fillings"]
    assert (one["step"], one["at"], one["values"]) == ("first", AT, values)
    assert fillings == 10
    assert found.json["not_for_this_key"] == found.json["damaged"] == []
    plain = opened(desk, path)
    assert "to her mother" in plain.out
    assert "1 answers opened." in plain.out


def test_what_is_for_another_key_or_altered_is_listed_and_the_rest_opens(desk: Path) -> None:
    other = hpke_p256.public_of(hpke_p256.generate())
    told = Told("second", AT, {"rating": 3})
    torn = bytearray(keeper_box.seal(public(desk), told))
    torn[200] ^= 1
    items = [keeper_box.seal(public(desk), told), keeper_box.seal(other, told), bytes(torn)]
    found = opened(desk, handed(desk, *items), "--json")
    assert (found.code, len(found.json["results"])) == (0, 1)
    assert [len(found.json[name]) for name in ("not_for_this_key", "damaged")] == [1, 1]


def test_what_would_steer_a_terminal_is_left_out(desk: Path) -> None:
    told = Told("first", AT, {"words": "\x1b[2J\x9bhello\u202e"})
    found = opened(desk, handed(desk, keeper_box.seal(public(desk), told)))
    assert "hello" in found.out
    assert not {"\x1b", "\x9b", "\u202e"} & set(found.out)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda desk: (desk / "passphrase.txt").write_text("another one of hers", "utf-8"), 5),
        (lambda desk: (desk / "handed.lacrima-keeper").write_text("{}", "utf-8"), 3),
        (lambda desk: (desk / "handed.lacrima-keeper").unlink(), 3),
        (lambda desk: (desk / "key.json").write_text("{}", "utf-8"), 3),
        (lambda desk: _flip(desk / "key.json"), 6),
    ],
)
def test_what_does_not_open_says_why(desk: Path, tmp_path: Path, change: object, code: int) -> None:
    handed(desk)
    for name in ("key.json", "passphrase.txt", "handed.lacrima-keeper"):
        (tmp_path / name).write_bytes((desk / name).read_bytes())
    change(tmp_path)  # type: ignore[operator]
    found = opened(tmp_path, tmp_path / "handed.lacrima-keeper", "--json")
    assert (found.code, "found" in found.json) == (code, True)


def _flip(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"created": "20', b'"created": "21'))


def test_a_practice_without_a_keeper_hands_nothing_over(ready: Ready, tmp_path: Path) -> None:
    out = tmp_path / "out.lacrima-keeper"
    found = lacrima("keeper", "hand-over", "--out", out, *ready.key, "--json")
    assert (found.code, found.json["code"]) == (7, "not-found")
    assert not out.exists()
