"""Whoever reaches for what is somebody else's gets nothing, and learns nothing by trying.

The ways to reach stand as tables in tests/support/foreign.py; each is tried as each person. What
comes back is the same, word for word, for what exists and for what does not; and nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lacrima.errors import LacrimaError, NotAllowed, NotFound
from lacrima.practice import absences, care, consents, disclosing, people, receipts
from lacrima.practice.finding import KINDS, find
from lacrima.records import access
from lacrima.records.models import (
    Absence,
    AuditHead,
    Disclosure,
    Member,
    Participant,
    Role,
    Voice,
)
from lacrima.vault import spool
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from tests.practice.test_every_change import (
    BY_ROLE,
    CHANGES,
    OF_ANYBODY,
    OF_ONESELF,
    OF_THE_OWNER,
)
from tests.support.cast import NOON, Cast
from tests.support.foreign import (
    AS_A_WAY_BACK,
    EVIL,
    IN_A_FIELD,
    IN_A_FIELD_OF_A_CLINIC,
    IN_A_HEADER,
    IN_AN_ADDRESS,
    IN_AN_ADDRESS_OF_A_CLINIC,
    IN_AN_ADDRESS_OF_A_LAPTOP,
    OF_ANOTHER_FORM,
    WHO,
    InAField,
)
from tests.support.form_keys import form_key
from tests.support.remembered import Remembered
from tests.support.still_clock import StillClock
from tests.support.things import Things, all_rows
from tests.support.wanderer import Page
from tests.support.world import FOR_ALL, Rows, both_worlds, hold_again
from tests.web.test_routes import OF_MEMBERS, OF_SOMEBODY, Route

pytestmark = pytest.mark.timeout(600)

REFUSED = {403, 404}
NOT_TAKEN = {400, 403, 404, 409, 422}
OWN_CLIENTS = {"therapist": "of_ana", "colleague": "of_berta"}
TODAY = NOON.date()
OF_SIGNING_IN = {"BrowserSession", "Account"}  # who is at a browser changes them by looking
UNIQUE_CODE = "is in use in this practice"
# Ids, the marks of forms, and the address that a page repeats.
_PASSING = re.compile(
    r'value="[A-Za-z0-9_-]{16,}"|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9a-f]{16}'
)


@dataclass
class House:
    """Everybody, what is whose, and a window for each."""

    cast: Cast
    of_ana: Rows
    of_berta: Rows
    people: dict[str, Member]
    more: dict[str, Any]
    eyes_of: Callable[[Member], Client]
    windows: dict[str, Client] = field(default_factory=dict)

    def window(self, who: str) -> Client:
        """The browser of this person."""
        if who not in self.windows:
            self.windows[who] = self.eyes_of(self.people[who])
        return self.windows[who]

    def own(self, who: str) -> dict[str, Any] | None:
        """The ids of what is hers; None for who has no clients."""
        mine = getattr(self, OWN_CLIENTS[who]).ids if who in OWN_CLIENTS else None
        return None if mine is None else {**FOR_ALL, **mine, **self.more}

    def foreign(self, who: str) -> dict[str, Any]:
        """The ids of what is not hers."""
        other = self.of_berta if who == "therapist" else self.of_ana
        code = self.cast.clara.code if who == "therapist" else self.cast.mia.code
        return {**FOR_ALL, **self.more, **other.ids, "code": code}


_Made = tuple[Rows, Rows, dict[str, Member], dict[str, Any]]
_MADE: Remembered[_Made] = Remembered()


@pytest.fixture
def house(
    cast: Cast,
    eyes_of: Callable[[Member], Client],
    vault_folder: Folder,
    still_clock: StillClock,
) -> House:
    """Ana and Berta with one of everything, and everybody who has none of it."""
    for letter in spool.names(vault_folder):  # what other tests left half typed
        spool.remove(vault_folder, letter)
    found = _MADE.made(lambda: _make(cast), folder=vault_folder, clock=still_clock)
    of_ana, of_berta, everybody, more = found
    hold_again(of_ana, cast.ana, cast.mia)
    hold_again(of_berta, cast.berta, cast.clara)
    made = House(cast, of_ana, of_berta, everybody, more, eyes_of)
    made.window("who-left")
    people.change_member(everybody["who-left"], by=cast.ana, left_on=TODAY)
    return made


def _make(cast: Cast) -> _Made:
    of_ana, of_berta = both_worlds(cast)
    everybody = _everybody(cast)
    couple = care.start_episode(
        by=cast.ana,
        kind="couple",
        clients=[care.NewClient("P 01", role="partner"), care.NewClient("P 02", role="partner")],
        started_on=date(2026, 1, 6),
    )
    one_of_two = couple.participants.exclude(client=None).order_by("pk")[0]
    more = {key: one.pk for key, one in everybody.items()}
    more |= {"couple_id": couple.pk, "one_of_two": one_of_two.client_id}
    more["open_request_id"] = _asked_about(cast, one_of_two).pk
    more["quiet_id"] = cast.session(5).pk
    own_voice = Voice.objects.get(side="therapist", moment=of_ana.ids["moment_id"])
    more["own_voice_id"] = own_voice.pk
    _somebody_decides(cast)
    return of_ana, of_berta, everybody, more


def _everybody(cast: Cast) -> dict[str, Member]:
    def comes(name: str, role: Role) -> Member:
        return people.add_member(by=cast.ana, name=name, role=role)

    cover = comes("Clio Ost", Role.COLLEAGUE)
    absences.add_absence(
        by=cast.ana,
        from_on=TODAY - timedelta(days=9),
        until_on=TODAY - timedelta(days=1),
        cover=cover,
        cover_contact="Clio, 600",
    )
    return {
        "therapist": cast.ana,
        "colleague": cast.berta,
        "supervisor": cast.hanna,
        "administrator": comes("Ada Amt", Role.ADMINISTRATOR),
        "researcher": comes("Rita Feld", Role.RESEARCHER),
        "stranger": cast.stella,
        "who-left": comes("Lea Fort", Role.COLLEAGUE),
        "cover": cover,
    }


def _asked_about(cast: Cast, seat: Participant) -> Disclosure:
    """An open request about one of the couple: only then something is offered to be given."""
    assert seat.client is not None
    return disclosing.note_request(
        seat.client, by=cast.ana, asked_on=TODAY, asked_by="a court", kind="authority"
    )


def _somebody_decides(cast: Cast) -> None:
    for by, client in ((cast.ana, cast.mia), (cast.berta, cast.clara)):
        consents.name_representative(
            client, by=by, name="N.", relation="mother", ground="custody", from_on=TODAY,
            may_consent=True,
        )  # fmt: skip


def kept() -> dict[str, list[Any]]:
    """Everything that is kept of the practice."""
    return {name: rows for name, rows in all_rows().items() if name not in OF_SIGNING_IN}


def said(answer: HttpResponse) -> tuple[int, str, str]:
    """What an answer tells: its status, where it leads, and its words without passing marks."""
    words = answer.content.decode(errors="replace")
    return (
        answer.status_code,
        _PASSING.sub("-", answer.get("Location", "")),
        _PASSING.sub("-", words),
    )


def ask(window: Client, method: str, address: str, **more: Any) -> HttpResponse:
    """Ask; a form comes with its mark and a version."""
    if method == "POST":
        more.setdefault("data", {"key": form_key(), "version": "1"})
    return getattr(window, method.lower())(address, **more)


def is_out(answer: HttpResponse) -> bool:
    """In a clinic whoever left is not signed in any more, and is led to the first page."""
    is_led = answer.status_code in {302, 303} or answer.get("HX-Redirect") == "/sign-in"
    return settings.IS_CLINIC and is_led


# --- an id in an address


def in_addresses() -> dict[str, str]:
    """Words of addresses on this database, and whose rows they name."""
    here = IN_AN_ADDRESS_OF_A_CLINIC if settings.IS_CLINIC else IN_AN_ADDRESS_OF_A_LAPTOP
    return IN_AN_ADDRESS | here


def test_every_word_of_an_address_stands_in_the_table() -> None:
    words = {word for route in OF_SOMEBODY for word in route.words_of_somebody}
    of_the_clinic = {word for word in words if word not in in_addresses()}
    assert of_the_clinic <= {"member_id", "account_id", "browser_id", "invitation_id", "factor_id"}
    assert in_addresses().keys() <= words


@pytest.mark.parametrize("who", WHO)
def test_an_id_in_an_address_opens_nothing_and_tells_nothing(house: House, who: str) -> None:
    before, tried = kept(), set()
    for route in OF_SOMEBODY:
        if not in_addresses().keys() >= set(route.words_of_somebody):
            continue  # people and browsers of a clinic: theirs is a test of their own
        for there, nowhere in _pairs(house, route, who):
            for method in sorted({"GET", "POST"} & set(route.audience.methods)):
                _assert_the_same(house.window(who), method, route, there, nowhere)
        tried |= set(route.words_of_somebody)
    assert tried == in_addresses().keys()
    assert kept() == before


def _pairs(house: House, route: Route, who: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Ids that exist and are not hers, beside ids that do not exist: all of them, then each."""
    foreign, mine = house.foreign(who), house.own(who)
    words = route.words_of_somebody
    pairs = [(foreign, {**foreign, **{word: _nowhere(word) for word in words}})]
    if mine is not None and len(words) > 1:
        pairs += [({**mine, word: foreign[word]}, {**mine, word: _nowhere(word)}) for word in words]
    return pairs


def _nowhere(word: str) -> UUID | str:
    """An id of this kind that nothing has."""
    return uuid4().hex[:16] if word == "reminder_id" else uuid4()


def _assert_the_same(
    window: Client, method: str, route: Route, there: dict[str, Any], nowhere: dict[str, Any]
) -> None:
    first = ask(window, method, route.address(there))
    if is_out(first):
        return
    assert first.status_code in REFUSED, (method, route.name, first.status_code)
    second = said(ask(window, method, route.address(nowhere)))
    assert said(first) == second, (method, route.name)


# --- an id in a field


def in_fields() -> tuple[InAField, ...]:
    """Fields that take an id on this database."""
    return IN_A_FIELD + (IN_A_FIELD_OF_A_CLINIC if settings.IS_CLINIC else ())


def _address(house: House, one: InAField, who: str) -> str:
    """The form of hers; that of somebody else where she has none."""
    route = next(route for route in OF_MEMBERS if route.name == one.route)
    mine = house.own("therapist") if one.words else house.own(who) or house.foreign(who)
    assert mine is not None
    ids = {**mine, **{word: mine[name] for word, name in one.words.items()}}
    return route.address(ids)


def _filled(window: Client, address: str, one: InAField, value: str) -> dict[str, Any]:
    """The form as its page offers it, with this value in the field."""
    page = window.get(address)
    text = page.content.decode(errors="replace") if page.status_code == 200 else ""
    forms = [form for form in Page(address, 200, "", text).forms() if form.action == address]
    data: dict[str, Any] = {}
    for control in forms[0].fields if forms else ():
        is_tick = control.kind in {"checkbox", "radio"}
        if control.kind != "file" and (control.is_chosen or not is_tick):
            data.setdefault(control.name, control.value)
    ticked = [
        control.value
        for control in (forms[0].fields if forms else ())
        if control.name == one.name and control.kind == "checkbox" and control.is_chosen
    ]
    return {**data, **one.also, "key": form_key(), one.name: [*ticked, value]}


@pytest.mark.parametrize("who", WHO)
def test_an_id_in_a_field_is_not_taken(house: House, who: str) -> None:
    before, last, window = kept(), _last_line(), house.window(who)
    for one in in_fields():
        address, value = _address(house, one, who), one.foreign(house.foreign(who))
        answer = window.post(address, _filled(window, address, one, value))
        assert is_out(answer) or answer.status_code in NOT_TAKEN, (one, answer.status_code)
        if one.name != "client_code_0":  # see the next but one test
            nowhere = window.post(address, _filled(window, address, one, _like(value)))
            assert said(answer) == said(nowhere), one
        assert _last_line() == last, one  # names the form; all rows are looked at in the end
    assert kept() == before


def _last_line() -> str:
    return str(AuditHead.objects.values_list("line_hash", flat=True).get())


def _like(value: str) -> str:
    """Something of the same form that does not exist."""
    head, colon, key = value.rpartition(":")
    try:
        return f"{head}{colon}{uuid4() if '-' in key else uuid4().hex}" if UUID(key) else ""
    except ValueError:
        return "Z 97"


def test_the_same_forms_are_kept_with_what_is_hers(house: House) -> None:
    window, tried = house.window("therapist"), 0
    for one in in_fields():
        if one.own is None:
            continue
        address, mine = _address(house, one, "therapist"), house.own("therapist")
        assert mine is not None
        with transaction.atomic():
            answer = window.post(address, _filled(window, address, one, one.own(mine)))
            transaction.set_rollback(True)
        assert answer.status_code == 303, one
        tried += 1
    assert tried >= 10


def test_the_code_of_somebody_elses_client_is_the_one_thing_that_shows(house: House) -> None:
    """A code is there once in a practice, and whoever gives one that is taken has to be told."""
    one = next(one for one in IN_A_FIELD if one.name == "client_code_0")
    address = _address(house, one, "therapist")
    window = house.window("therapist")
    answer = window.post(address, _filled(window, address, one, house.cast.clara.code))
    words = answer.content.decode()
    assert UNIQUE_CODE in words
    assert "Clara" not in words
    assert str(house.cast.clara.pk) not in words


def test_every_field_that_takes_an_id_stands_in_the_table(house: House) -> None:
    """All own pages are opened: whatever control offers an id is one that the table tries."""
    window, found = house.window("therapist"), set()
    mine = house.own("therapist")
    assert mine is not None
    for route in OF_MEMBERS:
        if "GET" not in route.audience.methods or not mine.keys() >= set(route.words):
            continue
        of_two = {"episode_id": mine["couple_id"], "request_id": mine["open_request_id"]}
        others = [{**mine, **of_two}] if of_two.keys() & set(route.words) else []
        for ids in (mine, *others):
            address = route.address(ids)
            answer = window.get(address)
            if answer.streaming or answer.status_code != 200:
                continue
            page = Page(address, 200, "", answer.content.decode(errors="replace"))
            found |= {name for form in page.forms() for name in _of_ids(form.fields)}
    tried = {one.name for one in in_fields()}
    assert found - tried - {"key", "csrfmiddlewaretoken", "member"} == set()


def _of_ids(fields: list[Any]) -> set[str]:
    return {
        one.name
        for one in fields
        if any(_is_id(value.rpartition(":")[2]) for value in (one.value, *one.options))
    }


def _is_id(value: str) -> bool:
    try:
        return bool(UUID(value)) and len(value) >= 32
    except ValueError:
        return False


# --- what stands around a request


@pytest.mark.parametrize("who", WHO)
def test_no_header_opens_anything(house: House, who: str) -> None:
    before, window, foreign = kept(), house.window(who), house.foreign(who)
    page = reverse("client", args=[foreign["episode_id"]])
    nowhere = reverse("client", args=[uuid4()])
    own = said(ask(window, "GET", "/"))
    for name, told in IN_A_HEADER.items():
        value = told.format(owner=house.cast.ana.pk.hex, foreign=page)
        answer = ask(window, "GET", page, headers={name: value})
        if is_out(answer):
            continue
        assert answer.status_code in REFUSED | {400}, name
        assert said(answer) == said(ask(window, "GET", nowhere, headers={name: value})), name
        today = ask(window, "GET", "/", headers={name: value})
        if name == "Host":
            assert today.status_code == 400
        else:
            assert said(today) == own, name
    assert kept() == before


@pytest.mark.parametrize("who", WHO)
def test_no_way_back_leads_to_somebody_else_or_out_of_the_house(house: House, who: str) -> None:
    before, window = kept(), house.window(who)
    page = reverse("client", args=[house.foreign(who)["episode_id"]])
    for query in AS_A_WAY_BACK:
        for address in ("/", "/clients", "/settings", "/clients/new", "/my-care", "/evidence"):
            answer = ask(window, "GET", f"{address}?{query.format(foreign=page)}")
            leads = f"{answer.get('Location', '')} {_ways(answer)}"
            assert not any(word in leads for word in (EVIL, page, "javascript:")), (query, address)
            assert answer.status_code < 500
        told = dict([query.format(foreign=page).split("=", 1)])
        answer = window.post("/sessions/nothing-stood-out", {"key": form_key(), **told})
        assert not any(word in answer.get("Location", "") for word in (EVIL, page, "javascript:"))
    assert _without_receipts(kept()) == _without_receipts(before)


def _ways(answer: HttpResponse) -> str:
    """Where the links and forms of a page lead, without what an address asks for in its query."""
    words = answer.content.decode(errors="replace")
    ways = re.findall(r'(?:href|action|formaction|hx-[a-z-]+)="([^"]*)"', words)
    return " ".join(way for way in ways if not way.startswith("?"))


def _without_receipts(rows: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: found for name, found in rows.items() if name != "Receipt"}


# --- marks of somebody else's forms


def test_the_marks_of_a_form_are_all_in_the_table() -> None:
    assert OF_ANOTHER_FORM.keys() == {"key", "version", "draft", "draft_id"}


@pytest.mark.parametrize("who", WHO)
def test_the_mark_of_somebody_elses_form_shows_neither_that_it_was_sent_nor_where_it_led(
    house: House, who: str
) -> None:
    key, other = form_key(), "colleague" if who == "therapist" else "therapist"
    receipts.once(key, by=house.people[other], do=lambda: "/secret-place")
    before, window, ran = kept(), house.window(who), []
    with pytest.raises(NotFound) as refused:
        receipts.once(key, by=house.people[who], do=lambda: ran.append(1) or "/here")
    assert (ran, "secret" in refused.value.sentence()) == ([], False)
    data = {"key": key, "name": "Fridays", "people": house.cast.stella.pk.hex}
    answer = window.post("/supervision/groups/new", data)
    assert is_out(answer) or answer.status_code in NOT_TAKEN
    assert "secret-place" not in str(said(answer))
    assert kept() == before


@pytest.mark.parametrize("who", WHO)
def test_a_version_of_somebody_elses_thing_is_not_told_apart_from_another(
    house: House, who: str
) -> None:
    before, window, foreign = kept(), house.window(who), house.foreign(who)
    for name in ("session-change", "moment-change", "client-change", "contact-change"):
        address = next(route for route in OF_MEMBERS if route.name == name).address(foreign)
        told = [
            said(window.post(address, {"key": form_key(), "version": version}))
            for version in ("1", "2", "-1", "999999999999", "x")
        ]
        assert told[0][0] in REFUSED or settings.IS_CLINIC
        assert set(told) == {told[0]}, name
    assert kept() == before


@pytest.mark.parametrize("who", WHO)
def test_what_somebody_half_typed_is_nobody_elses(house: House, who: str) -> None:
    folder, window = VAULT.folder, house.window(who)
    assert folder is not None
    other = house.people["colleague" if who == "therapist" else "therapist"]
    kind = f"d{other.pk.hex[:31]}" if settings.IS_CLINIC else "other"
    letter = b'{"action": "/clients/new", "came_from": "/", "at": "2026-03-10T12:00", "fields": []}'
    there = spool.put(folder, kind, letter)
    for step in ("take-up", "let-go"):
        told = [
            said(window.post(f"/drafts/{draft}/{step}", {"key": form_key()}))
            for draft in (there, "0" * len(there))
        ]
        assert told[0] == told[1], step
    window.post("/settings", {"key": form_key(), "draft_id": there})
    assert there in spool.names(folder), "let go by somebody else"
    spool.remove(folder, there)


# --- below the pages


def test_every_kind_of_row_that_an_address_may_name_is_there_to_be_found(house: House) -> None:
    """(A score of the practice's own tells of nobody, and is everybody's who reads care.)"""
    missing = [kind for kind, model in KINDS.items() if not model._default_manager.exists()]
    assert missing == ["plain_score"]


@pytest.mark.parametrize("who", WHO)
def test_no_row_of_somebody_else_is_found_by_its_id(house: House, who: str) -> None:
    by, tried = Member.objects.get(pk=house.people[who].pk), 0
    for kind, model in KINDS.items():
        hers = set(access.visible(by, model).values_list("pk", flat=True))
        for row in model._default_manager.exclude(pk__in=hers):
            told = [_told(by, kind, key) for key in (row.pk, uuid4())]
            assert told[0] == told[1] != "", kind
            tried += 1
        if who in {"administrator", "researcher", "who-left"}:
            assert not hers, kind
    assert tried >= 25


def _told(by: Member, kind: str, key: UUID) -> str:
    try:
        find(by, kind, key)
    except NotFound as refused:
        return refused.sentence()
    return ""


@pytest.mark.parametrize("who", [who for who in WHO if who != "therapist"])
def test_no_action_changes_what_is_somebody_elses(things: Things, who: str) -> None:
    Absence.objects.all().delete()
    by = _everybody(things.cast)[who]
    Absence.objects.filter(pk=things.absence.pk).delete()
    if who == "who-left":
        by = people.change_member(by, by=things.cast.ana, left_on=TODAY)
    before, sees_nobody = all_rows(), who in {"administrator", "researcher", "who-left"}
    acts = {**CHANGES, **(BY_ROLE | OF_ONESELF if sees_nobody else {})}
    acts |= {} if who == "administrator" else OF_THE_OWNER
    acts |= OF_ANYBODY if who == "who-left" else {}
    for name, act in acts.items():
        with pytest.raises(LacrimaError) as refused:
            act(things, by)
        assert isinstance(refused.value, NotFound | NotAllowed), name
    assert all_rows() == before
