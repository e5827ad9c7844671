"""`lacrima relay` and its verbs, as the command line promises them."""

from __future__ import annotations

import stat
import urllib.request
from pathlib import Path

from tests.cli.conftest import PATIENCE_S, Ready, follows, lacrima, ready, ready_folder
from tests.cli.test_servers import running
from tests.relay.served import verb

__all__ = ["ready", "ready_folder"]  # a practice for one test, as the command line's tests have it


def test_a_relay_says_where_it_is_answers_and_stops(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><title>A page</title>")
    options = ("--port", "0", "--page", tmp_path / "page.html", "--keep-days", "9")
    with running("relay", "--dir", tmp_path / "relay", *options) as server:
        told = server.said()
        follows(told, "relay")
        assert told["hosts_page"] is True
        with urllib.request.urlopen(f"{told['address']}/v1/health", timeout=PATIENCE_S) as answer:
            assert answer.status == 204
        second = lacrima("relay", "--dir", tmp_path / "relay", "--port", "0", "--json")
        assert (second.code, second.json["code"]) == (7, "folder-in-use")
        assert server.stop() == 0


def test_a_mailbox_is_made_listed_and_closed_and_its_secrets_are_never_said(
    tmp_path: Path,
) -> None:
    at = ("--dir", tmp_path / "relay")
    code = tmp_path / "code"
    new = ("relay", "mailbox", *at, "--address", "https://relay.example", "--out", code)
    made = lacrima(*new, "--json")
    follows(made.json, "relay-mailbox")
    assert stat.S_IMODE(code.stat().st_mode) == 0o600
    listed = lacrima("relay", "mailboxes", *at, "--json")
    follows(listed.json, "relay-mailboxes")
    assert [one["id"] for one in listed.json["results"]] == [made.json["mailbox"]]
    for said in (made, listed, lacrima("relay", "mailboxes", *at)):
        assert "lr1." not in said.out + said.err
    closed = lacrima("relay", "close", *at, "--mailbox", made.json["mailbox"], "--json")
    follows(closed.json, "relay-close")
    again = lacrima("relay", "close", *at, "--mailbox", made.json["mailbox"], "--json")
    assert (again.code, again.json["code"]) == (7, "not-found")


def test_a_relay_is_refused_in_the_folder_of_a_practice(ready: Ready) -> None:
    before = sorted(ready.folder.rglob("*"))
    refused = lacrima("relay", "--dir", ready.folder, "--port", "0", "--json")
    assert (refused.code, refused.json["code"]) == (3, "folder-not-empty")
    options = ("--address", "https://relay.example", "--out", ready.top / "code")
    refused = lacrima("relay", "mailbox", "--dir", ready.folder, *options, "--json")
    assert (refused.code, refused.json["code"]) == (3, "folder-not-empty")
    assert sorted(ready.folder.rglob("*")) == before


def test_an_unsafe_address_is_a_mistake_of_usage(tmp_path: Path) -> None:
    options = ("--address", "http://relay.example", "--out", tmp_path / "code")
    refused = lacrima("relay", "mailbox", "--dir", tmp_path / "relay", *options, "--json")
    assert (refused.code, refused.json["code"]) == (2, "usage")
    assert not (tmp_path / "relay").exists()


def test_the_small_program_has_the_same_exit_codes(tmp_path: Path) -> None:
    assert verb("mailboxes", "--dir", tmp_path / "nowhere").returncode == 7
    assert verb("--dir", tmp_path, "--port", "99999").returncode == 2
    assert verb("--dir", tmp_path, "--keep-days", "0").returncode == 2
    assert verb("serve", "--help").returncode == 0
    (tmp_path / "letter.txt").write_text("mine")
    assert verb("--dir", tmp_path, "--port", "0").returncode == 3
