"""A time that is typed into a form of a real server belongs to the practice's own clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.served import Visitor, served

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

PASSPHRASE = "copper lantern meadow seventeen"


def _first_run_in_tokyo(visitor: Visitor) -> None:
    visitor.get("/welcome")
    visitor.post("/welcome", passphrase=PASSPHRASE, passphrase_again=PASSPHRASE)
    code = visitor.get("/welcome/code").text.partition('class="code">')[2].partition("<")[0]
    visitor.get("/welcome/prove")
    visitor.post("/welcome/prove", recovery_code=code)
    visitor.get("/welcome/practice")
    names = {"owner_name": "Ana Ruiz", "practice_name": "At the Green"}
    visitor.post("/welcome/practice", **names, zone="Asia/Tokyo")
    visitor.get("/welcome/backup")
    assert visitor.post("/welcome/backup", later="yes").location == "/"


def test_what_is_typed_at_a_time_is_shown_at_that_time_again(tmp_path: Path) -> None:
    with served(tmp_path / "Lacrima") as running:
        visitor = Visitor(running.port)
        _first_run_in_tokyo(visitor)
        visitor.get("/clients/new?kind=individual")
        made = visitor.post("/clients/new?kind=individual", kind="individual", client_code_0="M 01")
        visitor.get(f"{made.location}/contacts/new")
        contact = {"on": "2026-03-10", "at": "09:17", "kind": "message", "started_by": "therapist"}
        kept = visitor.post(f"{made.location}/contacts/new", **contact, words="a line")
        assert kept.status == 303, kept.text
        shown = visitor.get(made.location).text
    assert "09:17" in shown
    assert "00:17" not in shown
