"""My care is in nothing that leaves: every door out is opened, and it is behind none of them.

A mark stands in every text of Ana's My care. Where somebody else looks, where a file is made,
where something is written down about what was done, the mark is not to be found.
"""

from __future__ import annotations

import ast
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import lacrima
from lacrima.errors import NotAllowed, NotFound
from lacrima.instruments.catalogue import shipped
from lacrima.practice import moment_facts, own_care, people, share_making
from lacrima.practice.export_choice import Choice, Part
from lacrima.practice.export_client import export_client
from lacrima.practice.export_rows import Layout, export_rows
from lacrima.practice.export_whole import export_practice
from lacrima.practice.own_care_entries import PROQOL, Entry, Filled, OfOneself, Own, Remind
from lacrima.practice.own_care_page import own_care_page
from lacrima.practice.weighing_facts import moment_of
from lacrima.records.access import find, visible
from lacrima.records.models import AuditLine, Member, Moment, OwnCare, Receipt, Role
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.things import Things
from tests.support.world import FOR_ALL, rows_of
from tests.web.test_routes import OF_MEMBERS, ROUTES

MARK = "tamarisk-by-the-well"
FORMATS = ("csv", "parquet", "json")
# Who may name the rows of My care: what keeps them, what makes the demo, what leaves them out.
MAY_NAME_THE_ROWS = {
    "records/access.py",
    "records/models.py",
    "records/reflection.py",
    "records/migrations/0004_what_is_thought_over.py",
    "practice/own_care.py",
    "practice/demo_own_care.py",
    "practice/own_key.py",
    "practice/removing.py",  # says of each kind of row what a hold means for it
    "practice/simulate_rows.py",
}
# Who may read them through practice/: My care itself, Today's quiet line, the chore of the night.
MAY_READ_THEM = {
    "practice/demo.py",
    "practice/demo_own_care.py",
    "web/housekeeping.py",
    "web/urls.py",
    "web/views/today.py",
    "web/views/own_key.py",  # lets old entries go when she opens her key
}


@dataclass(frozen=True)
class House:
    """Ana's My care, full of the mark, beside one of everything else."""

    things: Things

    @property
    def ana(self) -> Member:
        """Whose it is."""
        return self.things.cast.ana


def _fill(ana: Member, moment: Moment) -> None:
    """The mark in every text of her My care."""
    own = Own(of=frozenset(OfOneself))
    own_care.put_entry(
        Entry(day=NOON.date(), content=own, moment=moment.pk, words=f"{MARK} one"), by=ana
    )
    items = {item.id: 3 for item in shipped()[PROQOL].items}
    filled = Entry(day=NOON.date(), content=Filled(items=items), words=f"{MARK} two")
    own_care.put_entry(filled, by=ana)
    own_care.put_reminder(
        by=ana,
        what=Remind.OWN_THERAPY,
        first_on=NOON.date() - timedelta(days=1),
        is_on_today=True,
        words=f"{MARK} three",
    )
    answers = {"home": f"{MARK} four"}
    own_care.write_workbook("own-tears", answers, by=ana, expected_version=own_care.desk(ana)[1])


@pytest.fixture
def house(things: Things) -> House:
    """One of everything, and Ana's My care."""
    _fill(things.cast.ana, things.moment)
    return House(things)


@pytest.fixture
def ids(cast: Cast) -> dict[str, Any]:
    """One of everything that an address can name, all Ana's, and her My care."""
    found = rows_of(cast.ana, cast.mia, cast.care_of_mia).ids
    _fill(cast.ana, Moment.objects.get(pk=found["moment_id"]))
    return {**FOR_ALL, **found}


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def _assert_nothing(data: bytes, house: House) -> None:
    """Neither words nor rows of My care are in this archive. (A Parquet file's words are packed;
    that no table of this kind is there is said by the names.)"""
    ids = [row.pk.hex for row in OwnCare.objects.filter(member=house.ana)]
    for name, content in _files(data):
        assert "own_care" not in name, name
        assert MARK.encode() not in content, name
        assert b"tamarisk" not in content.lower(), name
        assert not any(one.encode() in content for one in ids), name


def test_the_mark_is_there_for_ana_herself(house: House) -> None:
    told, _version = own_care.desk(house.ana)
    kept = " ".join(one.entry.words for one in own_care.entries(house.ana))
    assert {f"{MARK} one", f"{MARK} two"} <= {
        one.entry.words for one in own_care.entries(house.ana)
    }
    assert MARK in kept
    assert MARK in told.to_text()


@pytest.mark.parametrize("form", FORMATS)
def test_the_copy_of_the_whole_practice_leaves_it_at_home_and_says_so(
    house: House, form: str
) -> None:
    made = export_practice(by=house.ana, table_format_name=form)
    _assert_nothing(made.data, house)
    manifest = json.loads(dict(_files(made.data))["manifest.json"])
    assert "My care" in json.dumps(manifest)


@pytest.mark.parametrize("form", FORMATS)
def test_the_copy_of_one_client_with_every_part_does_not_hold_it(house: House, form: str) -> None:
    episode = house.things.cast.care_of_mia.pk
    choice = Choice(parts=frozenset(Part))
    made = export_client(episode, by=house.ana, choice=choice, table_format_name=form)
    names = [name for name, _content in _files(made.data)]
    assert "fhir/bundle.json" in names
    _assert_nothing(made.data, house)


@pytest.mark.parametrize("layout", list(Layout))
def test_rows_without_names_do_not_hold_it_in_any_layout(house: House, layout: str) -> None:
    _assert_nothing(export_rows(by=house.ana, layout=layout).data, house)


def test_nothing_of_it_can_be_ticked_for_supervision(house: House) -> None:
    things = house.things
    subjects = (
        share_making.subject_of(house.ana, moment=things.moment.pk),
        share_making.subject_of(house.ana, weighing=things.weighing.pk),
        share_making.subject_of(house.ana),
    )
    for subject in subjects:
        seen = share_making.look(house.ana, subject)
        choice = share_making.Choice(
            readers=frozenset({f"member:{things.cast.hanna.pk.hex}"}),
            purpose="learning",
            expires_on=NOON.date() + timedelta(days=30),
            parts=frozenset(part.id for part in seen.parts),
            question="What do you see?",
            agreed_on=NOON.date(),
        )
        told = share_making.compose(house.ana, subject, choice).to_text()
        assert MARK not in told
        assert "own_life" not in told
        assert "own life" not in told.lower()


@pytest.mark.parametrize("who", ["berta", "hanna", "stella"])
def test_nobody_else_finds_a_row_by_any_road(house: House, who: str) -> None:
    other: Member = getattr(house.things.cast, who)
    for row in OwnCare.objects.all():
        with pytest.raises(NotFound):
            find(other, OwnCare, row.pk)
        with pytest.raises(NotFound):
            own_care.entry(other, row.pk)
        with pytest.raises(NotFound):
            own_care.delete_entry(row, by=other)
    assert not visible(other, OwnCare).exists()
    assert own_care.entries(other) == []
    assert own_care_page(other, now=NOON).count == 0
    assert own_care.standing_on_today(other, NOON.date()) == ()


def test_who_may_write_nothing_privately_has_no_my_care(house: House) -> None:
    admin = people.add_member(by=house.ana, name="A. Amt", role=Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        own_care_page(admin, now=NOON)
    with pytest.raises(NotAllowed):
        own_care.clear_own_care(by=admin)
    assert own_care.entries(house.ana)


# --- pages


@pytest.mark.parametrize("who", ["hanna", "berta", "stella"])
def test_no_page_shows_it_to_other_eyes(
    cast: Cast, ids: dict[str, Any], who: str, eyes_of: Callable[[Member], Client]
) -> None:
    window = eyes_of(getattr(cast, who))
    assert _shown_on(window, ids) == set()


def test_for_ana_it_stands_on_her_own_pages_alone(ids: dict[str, Any], anas: Client) -> None:
    pages = {"my-care", "own-care-entries", "workbook-part", "workbook-paper"}
    assert _shown_on(anas, ids) == pages


def _shown_on(window: Client, ids: dict[str, Any]) -> set[str]:
    """The pages on which the mark stands; all are opened, with Ana's ids."""
    found = set()
    for route in OF_MEMBERS:
        if route.audience and "GET" in route.audience.methods:
            answer = window.get(route.address(ids))
            if MARK in answer.content.decode(errors="replace"):
                found.add(route.name)
    return found


def test_today_says_what_a_reminder_is_for_and_none_of_her_words(
    house: House, anas: Client
) -> None:
    page = anas.get("/").content.decode()
    assert "own therapy" in page
    assert MARK not in page


def test_every_page_of_it_is_for_her_alone_and_keeps_nothing_half_typed() -> None:
    found = [route for route in ROUTES if route.pattern.startswith("my-care")]
    assert len(found) >= 18
    for route in found:
        assert route.audience is not None
        assert route.audience.right == "write_privately", route.name
        assert not route.audience.keeps_drafts, route.name


# --- what is written down about it


def test_the_log_names_no_object_no_kind_and_no_count(house: House) -> None:
    ana = house.ana
    before = AuditLine.objects.count()
    one = own_care.put_entry(
        Entry(day=NOON.date(), content=Own(of=frozenset(OfOneself)), words=MARK), by=ana
    )
    own_care.change_entry(
        one, Entry(day=NOON.date(), content=Own(), words="other"), by=ana, expected_version=1
    )
    own_care.delete_entry(one, by=ana)
    key = own_care.put_reminder(by=ana, what=Remind.REST, first_on=NOON.date(), every_weeks=1)
    own_care.see_reminder(key, by=ana)
    own_care.delete_reminder(key, by=ana)
    own_care.keep_entries_for(90, by=ana)
    own_care.clear_own_care(by=ana)
    lines = list(AuditLine.objects.order_by("sequence")[before:])
    assert len(lines) == 8
    told = {(line.action, line.thing, line.thing_id, json.dumps(line.details)) for line in lines}
    assert told == {("own_care.changed", "", "", "{}")}


def test_neither_the_log_nor_what_makes_a_second_sending_harmless_tells_of_it(
    house: House, anas: Client, caplog: pytest.LogCaptureFixture
) -> None:
    moment = house.things.moment
    fields = {"of": "own_life", "words": f"{MARK} five", "day": "2026-03-09"}
    address = f"/my-care/moments/{moment.pk}"
    answer = anas.post(address, {"key": form_key(), **fields})
    assert answer.status_code == 303
    assert anas.post(address, {"key": form_key(), "words": ""}).status_code == 422
    assert anas.post(address, {"key": form_key(), **fields, "day": MARK}).status_code == 422
    assert MARK not in caplog.text
    assert moment.pk.hex not in caplog.text.replace("-", "")
    assert {row.location for row in Receipt.objects.all()} == {"/my-care"}
    kept = " ".join(str(vars(row)) for row in (*AuditLine.objects.all(), *Receipt.objects.all()))
    assert MARK not in kept


def test_no_rule_that_suggests_or_weighs_knows_of_it(house: House) -> None:
    things = house.things
    found = moment_of(things.weighing) or things.moment
    before = moment_facts.facts_of(found)
    own_care.clear_own_care(by=house.ana)
    assert moment_facts.facts_of(found) == before


def _sources() -> Iterator[tuple[str, str]]:
    top = Path(lacrima.__file__).parent
    for path in sorted(top.rglob("*.py")):
        yield path.relative_to(top).as_posix(), path.read_text()


def test_only_my_care_itself_names_these_rows_in_the_code() -> None:
    naming = {name for name, text in _sources() if "OwnCare" in _names_in(text)}
    assert naming <= MAY_NAME_THE_ROWS, naming - MAY_NAME_THE_ROWS


def _names_in(text: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias | ast.ClassDef):
            found.add(node.name)
    return found


def test_only_few_places_import_my_care() -> None:
    for name, text in _sources():
        imported = {
            alias if isinstance(node, ast.Import) else f"{node.module}.{alias}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in (one.name for one in node.names)
        }
        of_it = {one for one in imported if "own_care" in one}
        is_itself = "own_care" in name
        assert is_itself or not of_it or name in MAY_READ_THEM, (name, of_it)


def test_a_backup_is_the_sealed_folder_and_the_row_is_sealed_with_her_own_key(
    house: House,
) -> None:
    for row in OwnCare.objects.filter(member=house.ana):
        assert row.sealing_key_id() == f"member:{house.ana.pk.hex}"
        raw = OwnCare.objects.filter(pk=row.pk).values_list("content", flat=True).get()
        assert MARK.encode() not in bytes(raw)
