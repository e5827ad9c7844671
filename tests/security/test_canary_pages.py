"""Whatever is typed into the pages, sent, refused or half typed, is found nowhere unencrypted.

A real server in a process of its own: first run, every form of every page (once refused, once
kept), a calendar, an import with bad rows, strange addresses, a draft at the lock, backups.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.urls import URLPattern, URLResolver, get_resolver
from sqlcipher3 import dbapi2 as driver

from lacrima.formats import share_file
from lacrima.vault import engine, share_box, share_code
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault
from lacrima.web.routes import audience_of
from tests.support.canaries import Canaries, Place, in_folder, in_process, leaks
from tests.support.houses import environment, secrets_of
from tests.support.wanderer import Form, Page, Wanderer, route_of

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's"),
]

LACRIMA = (sys.executable, "-m", "lacrima")

# Walked in turns: what is taken back or away comes after what it takes back.
TURNS = (
    ("delete", "undo", "remove", "end", "let-go", "reopen", "close", "session-state", "risk"),
    ("delete", "client-undo", "remove", "end", "session-state"),
    ("session-delete", "moment-delete", "client-undo", "own-care-all-delete"),
    (),
)
NEVER = {
    "lock": "locks; sent by hand at the end",
    "here": "carries nothing that is typed",
    "look-as": "only in a simulated practice",
    "vault-passphrase": "sent by hand, with the passphrase",
    "vault-recovery-code": "sent by hand, with the passphrase",
    "vault-prove": "sent by hand, with the code",
    "vault-pin": "sent by hand",
    "vault-passkey": "takes no typed words, but a passkey's answer; needs script",
    "vault-login": "only where the computer has a keyring",
    "vault-backup": "asks for the name of a folder on this computer",
    "bring-in": "sent by hand, with a table",
    "bring-in-map": "sent by hand",
    "bring-in-map-file": "sent by hand",
    "bring-in-check": "sent by hand",
    "bring-in-let-go": "sent by hand",
    "brought-in-undo": "sent by hand",
    "column-map-change": "sent by hand",
    "column-map-forget": "sent by hand",
    "share": "takes words only where several work in one practice: tests/web",
    "supervision-group-new": "only where several work in one practice: tests/web",
    "supervision-group-change": "only where several work in one practice: tests/web",
    "supervision-group-delete": "only where several work in one practice: tests/web",
    "door-asks-close": "carries nothing that is typed",
    "keeper-hand-over": "only where a keeper is named, and takes no words: tests/web",
    "expectations": "takes a file of numbers: tests/web/test_expectations.py",
    "expectation-remove": "carries nothing that is typed",
    "second-look-close": "carries nothing that is typed",
    "door-language": "carries the name of a language",
    "door-reminder-mail": "only where a clinic named a server for mail: tests/web",
    "drop-box-relay": "takes the code of a relay: tests/web/test_pages_drop_box.py",
    "drop-box-collect": "carries nothing that is typed",
    "drop-box-key": "carries nothing that is typed",
    "drop-box-stop": "carries nothing that is typed",
    "drop-box-letter-try": "carries nothing that is typed",
    "drop-box-letter-throw-away": "carries nothing that is typed",
    "drop-box-letters-throw-away": "carries nothing that is typed",
    "phone-link-new": "carries a number of days, and asks a relay: tests/web",
    "phone-link-revoke": "carries nothing that is typed",
    "away-new": "sent by hand",
    "away-change": "sent by hand",
    "away-delete": "sent by hand",
    "will-seen": "only where a will was opened: tests/web",
    "past-its-time": "sent only where somebody's time is past: tests/web",
    "hand-over": "only where several work in one practice: tests/web",
    "share-question": "sent by hand, with a colleague's code",
    "share-moment": "sent by hand",
    "share-weighing": "sent by hand",
    "share-withdraw": "sent by hand",
    "share-file": "sent by hand",
    "share-note-delete": "sent by hand",
    "share-open": "sent by hand, with a file of that colleague",
    "received-share": "sent by hand",
    "received-share-answer": "sent by hand",
    "received-share-delete": "sent by hand",
    "colleague-new": "sent by hand",
    "colleague-change": "sent by hand",
    "colleague-delete": "sent by hand",
    "offer-reopen": "takes no words, and only a message leads to it",
    "door-reminders": "takes no words, and gives a file",
    "door-hand-over": "sent by hand: it closes the practice to this browser",
    "door": "sent by hand, at the door",
    "door-more": "sent by hand, at the door",
    "door-reads": "sent by hand, at the door",
    "door-own-word": "sent by hand, at the door",
    "door-statement": "sent by hand, at the door",
    "door-pause": "sent by hand, at the door",
    "door-way-out": "sent by hand, at the door",
    "door-answer-change": "sent by hand, at the door",
    "door-answer-take-back": "takes no words",
    "draft-take-up": "sent by hand, after the lock",
    "draft-let-go": "sent by hand, after the lock",
}
HARMLESS = {"plain-score-new.name"}  # what the practice calls a scale of its own: its short name
LOOPBACK = {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}
NOBODY = {"0" * 8, "0" * 32}  # a door that waits
LOG_TABLES = ("audit_line", "audit_head", "receipt", "import_batch")


@dataclass
class Walked:
    """A server, who walked through it, and all that must not be found."""

    top: Path
    process: subprocess.Popen[str]
    canaries: Canaries
    secrets: dict[str, str | bytes]
    wanderer: Wanderer
    passphrase: str
    pin: str = ""

    @property
    def folder(self) -> Folder:
        """The practice."""
        return Folder(self.top / "practice")

    def places(self) -> Iterator[Place]:
        """Every folder that the server or a verb may have written to, and what they said."""
        for name in ("practice", "backups", "temporary", "home", "logs"):
            yield from in_folder(self.top / name)


def _calendar(fresh: Any) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//nobody//EN"]
    for day in ("02", "09"):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{fresh('an appointment')}@nowhere",
            f"SUMMARY:{fresh('the title of an appointment')}",
            f"DESCRIPTION:{fresh('the words of an appointment')}",
            f"DTSTART:202603{day}T100000Z",
            f"DTEND:202603{day}T105000Z",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _table(fresh: Any) -> bytes:
    """A table to bring in: codes, scores, a moment, and words in a cell and in a column's name."""
    code, own = fresh("a code in a table"), fresh("the name of a column")
    words = fresh("a cell of a table")
    rows = [f"{code},{n},{n + 3},{n + 5},{n % 2},both,{words}" for n in range(1, 4)]
    return "\n".join([f"client,session,phq9,{own},tears,whose,note", *rows, ""]).encode()


_TABLE_MAP = b'client = "client"\n[[score]]\ninstrument = "phq-9"\nvalue = "phq9"\nsession = 1\n'


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """First run, unlock, the whole walk, the import, the lock with a draft: in this order."""
    top = tmp_path_factory.mktemp("walked")
    for name in ("backups", "temporary", "home", "logs"):
        (top / name).mkdir()
    canaries = Canaries()
    passphrase = f"{secrets.token_hex(8)} {canaries.fresh('the passphrase')}"
    with (top / "logs" / "stderr").open("w") as said:
        process = subprocess.Popen(
            [*LACRIMA, "serve", "--no-browser", "--json", "--dir", top / "practice"],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=environment(top),
        )
    try:
        address = _first_object(process)["address"]
        port = int(address.rpartition(":")[2])
        files = {
            "calendar": _calendar(canaries.fresh),
            "table": _table(canaries.fresh),
            "map": _TABLE_MAP,
        }
        wanderer = Wanderer(port, canaries.fresh, files)
        code = _first_run(wanderer, passphrase, top / "backups")
        folder = Folder(top / "practice")
        hidden = {"a canary": canaries.mark, **secrets_of(folder, passphrase, code)}
        found = Walked(top, process, canaries, hidden, wanderer, passphrase)
        _everything(found, code)
        yield found
    finally:
        process.kill()
        process.communicate(timeout=20)


def _first_object(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            break
    told: dict[str, Any] = json.loads("".join(lines))
    return told


def _main_form(page: Page) -> Form:
    forms = [one for one in page.forms() if one.method == "post" and route_of(one.action) != "lock"]
    return forms[0]


def _first_run(wanderer: Wanderer, passphrase: str, backups: Path) -> str:
    page = wanderer.open("/")
    both = {"passphrase": passphrase, "passphrase_again": passphrase}
    wanderer.send_both_ways(_main_form(page), passphrase=both["passphrase"])  # not the same twice
    page = wanderer.send(_main_form(page), wanderer.filled(_main_form(page), as_meant=True, **both))
    page = wanderer.follow(page)
    code = page.text.partition('class="code">')[2].partition("<")[0]
    assert len(code) > 30, page.text
    page = wanderer.open("/welcome/prove")
    wanderer.send_both_ways(_main_form(page))
    page = wanderer.follow(wanderer.send(_main_form(page), _pairs(page, recovery_code=code)))
    page = wanderer.follow(wanderer.send_both_ways(_main_form(page), country="ES"))
    wanderer.send(_main_form(page), _pairs(page, backup_target=wanderer.fresh("a bad folder")))
    page = wanderer.send(_main_form(page), _pairs(page, backup_target=str(backups)))
    assert page.location == "/", page.text
    return code


def _pairs(page: Page, **given: str) -> list[tuple[str, str]]:
    hidden = [(one.name, one.value) for one in _main_form(page).fields if one.kind == "hidden"]
    return [*hidden, *given.items()]


def _everything(house: Walked, code: str) -> None:
    wanderer = house.wanderer
    wanderer.walk("/", leave=_until(TURNS[0]))
    _days_away(wanderer)
    _supervision(house)
    _strange_addresses(house)
    _the_vault_pages(house, code)
    _import_with_bad_rows(house)
    for turn in TURNS[1:]:
        wanderer.walk("/", leave=_until(turn))
    _bring_in_by_the_pages(house)
    _at_the_door(house)
    # Somebody is there again for the draft.
    wanderer.send_both_ways(_main_form(wanderer.open("/clients/new?kind=individual")))
    _lock_with_a_draft(house)


def _until(later: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda name: name in NEVER or (bool(later) and name.endswith(later))


def _days_away(wanderer: Wanderer) -> None:
    """Days away are changed and taken back."""
    days = {"from_on": "2031-08-04", "until_on": "2031-08-08"}
    assert wanderer.send_both_ways(_main_form(wanderer.open("/away/new")), **days).location
    link = next(one for one in wanderer.open("/away").links() if route_of(one) == "away-change")
    wanderer.send_both_ways(_main_form(wanderer.open(link)), **days)
    wanderer.send_both_ways(_main_form(wanderer.open(f"{link}/delete")))


def _strange_addresses(house: Walked) -> None:
    wanderer, fresh = house.wanderer, house.canaries.fresh
    assert wanderer.get(f"/{fresh('an address')}").status == 404
    assert wanderer.get(f"/clients/{fresh('an address')}?q={fresh('a question')}").status == 404
    wanderer.get(f"/clients?q={fresh('a question')}")
    form = Form(f"/moments/{fresh('an address')}", "post")
    assert wanderer.send(form, [("words", fresh("a form without its proof"))]).status in {403, 404}
    with socket.create_connection(("127.0.0.1", wanderer.port), timeout=10) as raw:
        raw.sendall(f"GET /{fresh('half a request')} {fresh('no protocol')}\r\n\r\n".encode())
        raw.recv(4096)
    with socket.create_connection(("127.0.0.1", wanderer.port), timeout=10) as raw:
        host = fresh("another host")
        raw.sendall(f"GET /{fresh('an address')} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        raw.recv(4096)


def _the_vault_pages(house: Walked, code: str) -> None:
    wanderer, house.pin = house.wanderer, f"{secrets.randbelow(10**8):08d}"
    for name in ("passphrase", "recovery-code", "recovery-code/prove", "pin"):
        form = _main_form(wanderer.open(f"/vault/{name}"))
        refused = wanderer.send(form, wanderer.filled(form, as_meant=True))
        assert refused.status in {422, 200, 303}
    page = wanderer.open("/vault/pin")
    assert wanderer.send(
        _main_form(page), _pairs(page, pin=house.pin, pin_again=house.pin)
    ).location
    page, now = wanderer.open("/vault"), "/vault/backup/now"
    assert wanderer.send(page.form(now), _key_of(page, now)).location
    page = wanderer.open("/vault/recovery-code/prove")
    assert wanderer.send(_main_form(page), _pairs(page, recovery_code=code)).location == "/vault"


def _key_of(page: Page, action: str) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in page.form(action).fields if one.kind == "hidden"]


def _import_with_bad_rows(house: Walked) -> None:
    files, fresh = house.top / "own files", house.canaries.fresh
    files.mkdir()
    (files / "passphrase.txt").write_text(house.passphrase)
    (files / "map.toml").write_text(MAP)
    good = f"{fresh('a client in a table')},1,12\n"
    bad = f"{fresh('a client in a table')},{fresh('a number')},{fresh('a score')}\n"
    for name, rows in (("bad.csv", good + bad), ("good.csv", good)):
        (files / name).write_text(f"client,session,total\n{rows}")
        done = subprocess.run(
            [*LACRIMA, "import", files / name, "--json", *_options(house, files)],
            capture_output=True,
            env=environment(house.top),
            timeout=60,
            check=False,
        )
        (house.top / "logs" / f"{name}.out").write_bytes(done.stdout)
        (house.top / "logs" / f"{name}.err").write_bytes(done.stderr)
        assert done.returncode == (3 if name == "bad.csv" else 0), done.stdout + done.stderr


def _bring_in_by_the_pages(house: Walked) -> None:
    """A table is looked at and left; another one is tried, brought in, and taken back."""
    wanderer = house.wanderer
    left = _choose_a_table(wanderer)
    page = wanderer.open(f"{left.address}/map")
    wanderer.send_both_ways(_main_form(page))
    wanderer.send_both_ways(left.form(f"{left.address}/map"))  # from now on it is text
    wanderer.send_both_ways(_main_form(wanderer.open(left.address)))
    wanderer.send_both_ways(left.form(f"{left.address}/let-go"))
    page = _choose_a_table(wanderer)
    form = next(one for one in page.forms() if any(each.name == "use_0" for each in one.fields))
    page = wanderer.follow(wanderer.send_both_ways(form))
    assert route_of(page.address) == "bring-in-check", page.text
    came = wanderer.send_both_ways(page.form(page.address))
    assert route_of(came.location) == "brought-in", came.text
    for link in wanderer.open("/bring-in").links():
        if route_of(link) == "column-map-change":
            wanderer.send_both_ways(_main_form(wanderer.open(link)))
            wanderer.send_both_ways(_main_form(wanderer.open(f"{link}/forget")))
    undo = f"{came.location}/undo"
    wanderer.send_both_ways(_main_form(wanderer.open(undo)))


def _supervision(house: Walked) -> None:
    """Codes are kept, things are shown and sealed, a file comes, is answered and deleted."""
    wanderer, fresh = house.wanderer, house.canaries.fresh
    outside, other = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    for key in (outside, other):
        _keep_code(wanderer, key)
    changes = [one for one in wanderer.open("/supervision/colleagues").links()
               if route_of(one) == "colleague-change"]  # fmt: skip
    for link in changes:
        wanderer.send_both_ways(_main_form(wanderer.open(link)))
    wanderer.send_both_ways(_main_form(wanderer.open(f"{changes[-1]}/delete")))
    for address in ("/supervision/ask", *_to_show(wanderer)):
        _show_and_seal(wanderer, address)
    wanderer.files["file"] = _sealed_outside(house, outside, fresh)
    came = wanderer.send_both_ways(_main_form(wanderer.open("/supervision/open"))).location
    assert route_of(came) == "received-share"
    page = wanderer.open(came)
    assert wanderer.send_both_ways(_main_form(page), kind="question").location
    page = wanderer.open(came)
    answer = f"{came}/answer"
    assert wanderer.send(page.form(answer), _key_of(page, answer)).status == 200
    back = next(one for one in page.links() if route_of(one) == "share-note-delete")
    wanderer.send_both_ways(_main_form(wanderer.open(back)))
    wanderer.send_both_ways(_main_form(wanderer.open(f"{came}/delete")))


def _keep_code(wanderer: Wanderer, key: X25519PrivateKey) -> None:
    code = share_code.code_of(key.public_key().public_bytes_raw())
    form = _main_form(wanderer.open("/supervision/colleagues/new"))
    page = wanderer.send_both_ways(form, code=code, do="compare")
    assert code in page.text
    kept = wanderer.send(_main_form(page), [*_pairs(page), ("do", "keep")])
    assert kept.location == "/supervision/colleagues", kept.text


def _to_show(wanderer: Wanderer) -> list[str]:
    """A moment and a weighing, each at the address where it is shown from."""
    found: dict[str, str] = {}
    for client in (one for one in wanderer.open("/clients").links() if route_of(one) == "client"):
        for link in wanderer.open(client).links():
            if route_of(link) == "moment":
                links = wanderer.open(link).links()
                found.update({name: one for one in links if (name := route_of(one))})
            if route_of(link) == "weighing":
                links = wanderer.open(link).links()
                found.update({name: one for one in links if (name := route_of(one))})
    return [found[name] for name in ("share-moment", "share-weighing")]


def _show_and_seal(wanderer: Wanderer, address: str) -> None:
    page = wanderer.send_both_ways(_main_form(wanderer.open(address)), do="look")
    form = _main_form(page)
    assert any(one.name == "seen" for one in form.fields), page.text
    sent = wanderer.send(form, [*_pairs(page), ("do", "send")])
    assert route_of(sent.location) == "share", sent.text
    page, file = wanderer.open(sent.location), f"{sent.location}/file"
    assert wanderer.send(page.form(file), _key_of(page, file)).status == 200
    wanderer.send_both_ways(_main_form(wanderer.open(f"{sent.location}/withdraw")))


def _sealed_outside(house: Walked, outside: X25519PrivateKey, fresh: Any) -> bytes:
    part = share_file.ShownPart("a part", (("what", fresh("a row shown")),), fresh("words shown"))
    told = share_file.Share(
        file_id=secrets.token_hex(16),
        sender_name=fresh("the name of a sender"),
        purpose=share_file.Purpose.LEARNING,
        expires_on=date.today() + timedelta(days=9),  # noqa: DTZ011  any day to come
        shown=share_file.Shown(about="a moment", question=fresh("a question"), parts=(part,)),
    )
    reader = house.folder.read_slots().practice_public
    return share_box.seal("share", told.to_bytes(), sender=outside, reader=reader)


def _choose_a_table(wanderer: Wanderer) -> Page:
    page = wanderer.open("/bring-in")
    return wanderer.follow(wanderer.send_both_ways(page.form("/bring-in")))


def _options(house: Walked, files: Path) -> list[str | Path]:
    key = files / "passphrase.txt"
    return ["--map", files / "map.toml", "--dir", house.folder.root, "--passphrase-file", key]


MAP = """
client = "client"

[plain.weight]
name = "How heavy it was"
minimum = 0
maximum = 63
higher_is_better = false

[[score]]
plain = "weight"
value = "total"
session = "session"
"""


def _at_the_door(house: Walked) -> None:
    """Handed over to a client, who writes what can be written there; then it is unlocked."""
    wanderer = house.wanderer
    clients = [one for one in wanderer.open("/clients").links() if route_of(one) == "client"]
    pages = [wanderer.open(f"{here}/door") for here in clients]
    forms = [one for page in pages for one in page.forms()]
    form = next(one for one in forms if route_of(one.action) == "door-hand-over")
    page = wanderer.follow(wanderer.send(form, wanderer.filled(form, as_meant=True)))
    assert "/door" in page.address
    wanderer.send_both_ways(_door_form(wanderer.open("/door/who-reads-what")))
    for address in ("/door/beside-the-record", "/door/own-word"):
        wanderer.send_both_ways(_door_form(wanderer.open(address)))
    change = next(
        one for one in wanderer.open("/door/answers").links()
        if route_of(one) == "door-answer-change"
    )  # fmt: skip
    wanderer.send_both_ways(_door_form(wanderer.open(change)))
    page = wanderer.open("/unlock")
    form = page.form("/unlock")
    given = wanderer.filled(form, as_meant=True, passphrase=house.passphrase)
    assert wanderer.follow(wanderer.send(form, given)).status == 200


def _door_form(page: Page) -> Form:
    mine = [one for one in page.forms() if one.method == "post"]
    return next(one for one in mine if route_of(one.action) != "door-leave")


def _lock_with_a_draft(house: Walked) -> None:
    wanderer = house.wanderer
    page = wanderer.open("/clients")
    here = next(link for link in page.links() if route_of(link) == "client")
    address = f"{here}/notes/new"
    page = wanderer.open(address)
    words = house.canaries.fresh("half a note")
    draft = {"draft_action": address, "draft_path": address, "draft": urlencode({"words": words})}
    form = page.form("/lock")
    pairs = [*_key_of(page, "/lock"), *draft.items(), ("fully", "yes")]
    assert wanderer.send(form, pairs).location == "/unlock"
    assert any(house.folder.spool.iterdir())
    page = wanderer.open("/unlock")
    wrong = house.canaries.fresh("a wrong passphrase")
    assert wanderer.send(_main_form(page), _pairs(page, passphrase=wrong)).status == 422
    again = wanderer.send(form, [*_key_of(page, "/unlock"), ("words", words)])
    assert again.status in {303, 403}
    page = wanderer.open("/unlock")
    page = wanderer.follow(
        wanderer.send(_main_form(page), _pairs(page, passphrase=house.passphrase))
    )
    assert words in wanderer.open(address).text


def _routes(patterns: list[Any]) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns)
        else:
            yield one


def test_every_form_of_a_member_was_sent(walked: Walked) -> None:
    takes_forms = set()
    for one in _routes(get_resolver("lacrima.web.urls").url_patterns):
        audience = audience_of(one.callback)
        if audience and not audience.is_for_anyone and "POST" in audience.methods:
            takes_forms.add(str(one.name))
    assert takes_forms - set(walked.wanderer.sent) - set(NEVER) == set()
    assert set(NEVER) - takes_forms <= {"lock", "here"}, "a reason for a page that is gone"


def test_nothing_broke_on_the_way_and_canaries_came_back_on_pages(walked: Walked) -> None:
    assert walked.wanderer.broken == []
    assert walked.wanderer.statuses[422] > 10
    shown = {canary for canary in walked.canaries.given if canary in walked.wanderer.seen}
    assert len(shown) > 20, "hardly anything that was typed was kept"


def test_no_word_and_no_key_is_in_any_file(walked: Walked) -> None:
    names = {place.name for place in walked.places()}
    assert "practice/practice.db" in names
    assert any(name.startswith("backups/") for name in names)
    assert leaks(walked.secrets, walked.places()) == []


def test_the_process_shows_none_either(walked: Walked) -> None:
    shown = list(in_process(walked.process.pid))
    assert any(place.name.endswith("practice.db") for place in shown)
    assert leaks({**walked.secrets, "the PIN": walked.pin}, shown) == []


def test_the_logs_inside_the_practice_hold_no_words(walked: Walked) -> None:
    rows = {table: _rows(walked, table) for table in LOG_TABLES}
    assert len(rows["audit_line"]) > 30
    assert rows["receipt"]
    found = walked.canaries.whose(repr(rows))
    assert [where for where in found if where not in HARMLESS] == []


def _rows(house: Walked, table: str) -> list[tuple[Any, ...]]:
    vault = Vault()
    vault.unlock(house.folder, house.passphrase)
    connection = driver.connect(str(house.folder.database))
    try:
        engine.unlock(connection, vault.database_key(), where="the practice")
        found: list[tuple[Any, ...]] = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        return found
    finally:
        connection.close()
        vault.full_lock()


def test_nobody_else_on_this_computer_may_read_the_folder_or_a_backup(walked: Walked) -> None:
    assert oct(walked.folder.root.stat().st_mode & 0o777) == oct(0o700)
    found = [*walked.folder.root.rglob("*"), *(walked.top / "backups").rglob("*")]
    open_to_others = {
        str(path.relative_to(walked.top)): oct(path.stat().st_mode & 0o777)
        for path in found
        if path.stat().st_mode & 0o077
    }
    assert open_to_others == {}


def test_a_crash_of_the_server_leaves_no_picture_of_its_memory(walked: Walked) -> None:
    limits = Path(f"/proc/{walked.process.pid}/limits").read_text().splitlines()
    core = next(line for line in limits if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]


def test_the_server_speaks_with_this_computer_alone(walked: Walked) -> None:
    folder = Path(f"/proc/{walked.process.pid}")
    links = [os.readlink(one) for one in (folder / "fd").iterdir()]
    mine = {link[8:-1] for link in links if link.startswith("socket:[")}
    sockets = [
        line.split()
        for kind in ("tcp", "tcp6", "udp", "udp6")
        for line in (folder / "net" / kind).read_text().splitlines()[1:]
    ]
    own = [(one[1].split(":")[0], one[2].split(":")[0]) for one in sockets if one[9] in mine]
    assert own, "not even its own door was found"
    assert {local for local, _ in own} <= LOOPBACK
    assert {remote for _, remote in own} <= LOOPBACK | NOBODY


def test_after_the_end_nothing_is_left_behind(walked: Walked) -> None:
    walked.process.terminate()
    said, _ = walked.process.communicate(timeout=30)
    (walked.top / "logs" / "stdout").write_text(said)
    assert walked.process.returncode == 0
    assert leaks(walked.secrets, walked.places()) == []
    assert list((walked.top / "temporary").iterdir()) == []
    assert not walked.folder.database.with_name("practice.db-wal").exists()
