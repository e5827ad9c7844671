"""`drop-box`, `invite` and `collect`: with a relay in another process, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import PASSPHRASE, Answered, follows, lacrima
from tests.cli.test_servers import running

MAP = 'client = "id"\n\n[[score]]\ninstrument = "phq-9"\nvalue = "phq9"\nsession = "n"\n'
PAGE = "http://localhost:8300"


@dataclass(frozen=True)
class Desk:
    """A practice with one client, and a relay beside it."""

    top: Path
    relay: str

    def practice(self, *words: str, opened: bool = True) -> Answered:
        """One verb on the practice."""
        where = ["--dir", str(self.top / "practice")]
        where += ["--passphrase-file", str(self.top / "passphrase.txt")] if opened else []
        return lacrima(*words, *where, "--json")

    def named(self) -> Desk:
        """The relay is named."""
        code = str(self.top / "code.txt")
        assert self.practice("drop-box", "--relay-code-file", code, "--page", PAGE).code == 0
        return self

    def invited(self) -> Answered:
        """A link for the only client."""
        return self.practice("invite", "--code-file", str(self.top / "client.txt"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    top = tmp_path_factory.mktemp("desk")
    (top / "passphrase.txt").write_text(PASSPHRASE)
    (top / "client.txt").write_text("R 14\n")
    (top / "map.toml").write_text(MAP)
    (top / "scores.csv").write_text("id,n,phq9\nR 14,1,12\n")
    with running("relay", "--dir", str(top / "relay"), "--port", "0") as server:
        address = str(server.said()["address"])
        where = ["--dir", str(top / "relay"), "--address", address]
        assert lacrima("relay", "mailbox", *where, "--out", str(top / "code.txt")).code == 0
        desk = Desk(top, address)
        assert desk.practice("init").code == 0
        brought = desk.practice("import", str(top / "scores.csv"), "--map", str(top / "map.toml"))
        assert brought.code == 0, brought.err
        yield desk
        assert server.stop() == 0


def test_before_a_relay_is_named_each_says_what_is_missing(desk: Desk) -> None:
    assert desk.practice("drop-box", "--stop").code in {0, 4}
    standing = desk.practice("drop-box")
    assert standing.json["relay"] is None
    for answered in (desk.invited(), desk.practice("collect")):
        assert (answered.code, answered.json["code"]) == (4, "not-ready")
    locked = desk.practice("collect", "--locked", opened=False)
    assert (locked.code, locked.json["code"]) == (4, "not-ready")


def test_named_invited_and_collected(desk: Desk) -> None:
    desk.named()
    invited = desk.invited()
    assert invited.code == 0, invited.out
    follows(invited.json, "invite")
    assert invited.json["link"].startswith(f"{PAGE}/#i=")
    collected = desk.practice("collect")
    follows(collected.json, "collect")
    assert collected.json["fetched"] == 0
    standing = desk.practice("drop-box")
    follows(standing.json, "drop-box")
    assert standing.json["relay"] == desk.relay
    assert standing.json["invitations"] >= 1


def test_a_picture_is_written_and_never_over_another(desk: Desk) -> None:
    desk.named()
    picture = desk.top / "link.svg"
    words = ("invite", "--code-file", str(desk.top / "client.txt"), "--picture", str(picture))
    assert desk.practice(*words).json["picture"] == str(picture)
    assert picture.read_text().startswith("<svg")
    assert desk.practice(*words).code == 3


def test_without_a_passphrase_letters_are_put_by(desk: Desk) -> None:
    desk.named()
    assert desk.practice("collect").code == 0
    answered = desk.practice("collect", "--locked", opened=False)
    follows(answered.json, "collect")
    assert (answered.code, answered.json["spooled"]) == (0, 0)
    kept = json.loads((desk.top / "practice" / "drop-box.json").read_text())
    assert kept["relay"] == desk.relay


def test_the_key_changes(desk: Desk) -> None:
    before = desk.named().practice("drop-box").json["key"]
    assert desk.practice("drop-box", "--new-key").json["key"] != before


@pytest.mark.parametrize(
    "words",
    [
        ("drop-box", "--page", PAGE),
        ("drop-box", "--relay-code-file", "code.txt"),
        ("drop-box", "--new-key", "--stop"),
        ("invite",),
        ("invite", "--episode", "0" * 32, "--code-file", "client.txt"),
        ("collect", "--locked"),
    ],
)
def test_options_that_do_not_fit_together_are_a_usage_error(
    desk: Desk, words: tuple[str, ...]
) -> None:
    answered = desk.practice(*words)
    assert (answered.code, answered.json["code"]) == (2, "usage")


def test_a_code_that_is_none_and_a_relay_that_is_away_are_said(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "code.txt").write_text("lr1.nothing\n")
    where = ("drop-box", "--relay-code-file", str(tmp_path / "code.txt"), "--page", PAGE)
    answered = desk.practice(*where)
    assert (answered.code, answered.json["where"]) == (3, "relay_code")
    code = (desk.top / "code.txt").read_text()
    assert code.strip() not in answered.out + answered.err


def test_it_can_be_stopped(desk: Desk) -> None:
    assert desk.named().practice("drop-box", "--stop").json["relay"] is None
    assert not (desk.top / "practice" / "drop-box.json").exists()
