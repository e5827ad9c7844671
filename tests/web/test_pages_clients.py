"""Clients on pages: the list, somebody new, the chart, and what is written beside the sessions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers, care, moments
from lacrima.records.models import (
    Contact,
    Episode,
    KeptInMind,
    PrivateNote,
    RecordNote,
    Session,
    Slot,
)
from tests.support.cast import Cast
from tests.support.form_keys import form_key

OPTIONS: dict[str, dict[str, Any]] = {
    "individual": {"client_code_0": "A 01"},
    "couple": {"client_code_0": "A 01", "client_code_1": "A 02"},
    "family": {
        "client_code_0": "A 01",
        "role_0": "parent",
        "client_code_1": "A 02",
        "role_1": "child",
        "client_code_2": "A 03",
        "role_2": "child",
    },
    "group": {"client_code_0": "A 01", "client_code_1": "A 02", "client_code_2": "A 03"},
    "child_and_parent": {
        "client_code_0": "A 01",
        "role_0": "child",
        "client_code_1": "A 02",
        "role_1": "parent",
    },
}


def _care(cast: Cast) -> str:
    return f"/clients/{cast.care_of_mia.pk}"


@pytest.mark.parametrize("kind", OPTIONS)
def test_each_kind_of_care_is_begun_with_a_code_alone(anas: Client, cast: Cast, kind: str) -> None:
    answer = anas.post(f"/clients/new?kind={kind}", {"key": form_key(), **OPTIONS[kind]})
    assert answer.status_code == 303, answer.content.decode()
    episode = Episode.objects.get(kind=kind, participants__client__code="A 01")
    clients = episode.participants.filter(client__isnull=False)
    assert clients.count() == sum(name.startswith("client_code") for name in OPTIONS[kind])
    page = anas.get(answer["Location"]).content.decode()
    assert "When do you meet?" in page
    assert "A 01" in page


def test_a_co_therapist_and_an_interpreter_take_part(anas: Client, cast: Cast) -> None:
    others = {"co_therapist": str(cast.berta.pk), "interpreter": "Mr. O."}
    anas.post("/clients/new", {"key": form_key(), "client_code_0": "A 01", **others})
    episode = Episode.objects.get(participants__client__code="A 01")
    roles = set(episode.participants.values_list("role", flat=True))
    assert roles == {"therapist", "client", "co_therapist", "interpreter"}


def test_a_code_in_use_is_refused_beside_its_field_and_what_was_typed_stays(
    anas: Client, cast: Cast
) -> None:
    data = {"key": form_key(), "client_code_0": "M 01", "name_0": "Maria"}
    answer = anas.post("/clients/new", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "in use" in page
    assert 'href="#id_client_code_0"' in page
    assert 'value="Maria"' in page


def test_two_people_cannot_have_one_code(anas: Client, cast: Cast) -> None:
    data = {"key": form_key(), "client_code_0": "A 01", "client_code_1": "A 01"}
    answer = anas.post("/clients/new?kind=couple", data)
    assert "Two people cannot have the same code." in answer.content.decode()


def test_no_field_about_a_client_is_remembered_by_the_browser(anas: Client, cast: Cast) -> None:
    page = anas.get("/clients/new").content.decode()
    inputs = [part.split(">")[0] for part in page.split("<input ")[1:]]
    typed = [one for one in inputs if 'type="text"' in one or 'type="date"' in one]
    assert typed
    assert all('autocomplete="off"' in one for one in typed)


def test_the_client_page_says_a_sentence_then_draws_and_has_the_numbers_as_a_table(
    anas: Client, cast: Cast
) -> None:
    items = shipped()["phq-9"].items
    for number, value in ((1, 2), (2, 1), (4, 0)):
        said = dict.fromkeys((item.id for item in items), value) | {"phq9_9": 0}
        answers.record_answers(
            cast.mia,
            cast.care_of_mia,
            by=cast.ana,
            instrument="phq-9",
            items=said,
            session=cast.session(number),
        )
    moments.log_moment(cast.session(3), by=cast.ana, who="both", shown=2)
    page = anas.get(_care(cast)).content.decode()
    sentence, picture, table = (
        page.index("PHQ-9 went from 16 to 0"),
        page.index("<svg viewBox"),
        page.index("The numbers as a table"),
    )
    assert page.index("<h1>") < sentence < table
    assert picture < table
    assert page.count('class="narrow"') + page.count("narrow") >= 1
    assert len(page) < 100_000


BESIDE: dict[str, tuple[type[Any], str, dict[str, Any], dict[str, Any], str]] = {
    "kept in mind": (
        KeptInMind,
        "kept-in-mind",
        {"words": "No tissues.", "agreed_on": "2026-03-02"},
        {"words": "No tissues, please.", "agreed_on": "2026-03-02"},
        "words",
    ),
    "contact": (
        Contact,
        "contacts",
        {"on": "2026-03-09", "at": "10:00", "kind": "email", "started_by": "therapist"},
        {"on": "2026-03-09", "at": "10:00", "kind": "phone", "started_by": "therapist"},
        "kind",
    ),
    "record note": (RecordNote, "notes", {"words": "One."}, {"words": "Two."}, "words"),
    "private note": (
        PrivateNote,
        "private-notes",
        {"words": "One.", "expires_on": "2026-05-01"},
        {"words": "Two.", "expires_on": "2026-05-01"},
        "words",
    ),
    "slot": (
        Slot,
        "slots",
        {
            "weekday": "1",
            "local_time": "10:00",
            "length_min": "50",
            "every_weeks": "1",
            "modality": "room",
            "from_on": "2026-03-10",
        },
        {
            "weekday": "1",
            "local_time": "10:00",
            "length_min": "90",
            "every_weeks": "1",
            "modality": "room",
            "from_on": "2026-03-10",
        },
        "length_min",
    ),
}


@pytest.mark.parametrize("what", BESIDE)
def test_what_is_written_beside_is_kept_changed_never_overwritten_and_deleted(
    anas: Client, cast: Cast, what: str
) -> None:
    model, place, first, second, field = BESIDE[what]
    new = anas.post(f"{_care(cast)}/{place}/new", {"key": form_key(), **first})
    assert new.status_code == 303, new.content.decode()
    row = model.objects.get()
    address = f"/{place}/{row.pk}"
    assert anas.get(address).status_code == 200
    data = {**second, "version": row.version}
    changed = anas.post(address, {"key": form_key(), **data})
    assert changed.status_code == 303, changed.content.decode()
    row.refresh_from_db()
    assert str(getattr(row, field)) == str(second[field])
    conflict = anas.post(address, {"key": form_key(), **first, "version": data["version"]})
    assert conflict.status_code == 409
    assert "Nothing was overwritten" in conflict.content.decode()
    row.refresh_from_db()
    assert str(getattr(row, field)) == str(second[field])
    assert anas.get(f"{address}/delete").status_code == 200
    anas.post(f"{address}/delete", {"key": form_key()})
    assert not model.objects.exists()


def test_what_is_kept_in_mind_stands_on_top_until_it_is_let_go(anas: Client, cast: Cast) -> None:
    said = {"key": form_key(), "words": "No tissues.", "agreed_on": "2026-03-02"}
    anas.post(f"{_care(cast)}/kept-in-mind/new", said)
    kept = KeptInMind.objects.get()
    assert "<q>No tissues.</q>" in anas.get(_care(cast)).content.decode()
    anas.post(f"/kept-in-mind/{kept.pk}/let-go", {"key": form_key()})
    assert "<q>No tissues.</q>" not in anas.get(_care(cast)).content.decode()
    anas.post(f"/kept-in-mind/{kept.pk}/let-go", {"key": form_key(), "undo": "1"})
    assert "<q>No tissues.</q>" in anas.get(_care(cast)).content.decode()


def test_a_care_is_ended_opened_again_and_an_empty_one_taken_back(anas: Client, cast: Cast) -> None:
    said = {"ended_on": "2026-03-10", "ending": "planned"}
    anas.post(f"{_care(cast)}/end", {"key": form_key(), **said})
    assert "One who came before" in anas.get("/clients").content.decode()
    anas.post(f"{_care(cast)}/reopen", {"key": form_key()})
    cast.care_of_mia.refresh_from_db()
    assert cast.care_of_mia.ended_on is None
    anas.post(f"{_care(cast)}/undo", {"key": form_key()})
    assert not Episode.objects.filter(pk=cast.care_of_mia.pk).exists()


def test_a_code_is_changed_with_its_version(anas: Client, cast: Cast) -> None:
    address = f"{_care(cast)}/who/{cast.mia.pk}"
    data = {"key": form_key(), "version": cast.mia.version, "client_code": "M 99", "name": ""}
    assert anas.post(address, data).status_code == 303
    cast.mia.refresh_from_db()
    assert cast.mia.code == "M 99"


def test_a_session_is_made_changed_called_off_and_deleted(anas: Client, cast: Cast) -> None:
    new = {"key": form_key(), "on": "2026-03-09", "at": "10:00", "modality": "video"}
    answer = anas.post(f"{_care(cast)}/sessions/new", {**new, "face_visible": "yes"})
    assert answer.status_code == 303, answer.content.decode()
    session = Session.objects.get()
    address = f"/sessions/{session.pk}"
    assert (session.modality, session.face_visible) == ("video", True)
    assert anas.get(address).status_code == 200
    changed = {"key": form_key(), "version": session.version, "number": "4", "modality": "room"}
    assert anas.post(f"{address}/change", changed).status_code == 303
    session.refresh_from_db()
    assert (session.number, session.start, session.face_visible) == (4, None, None)
    anas.post(f"{address}/state", {"key": form_key(), "state": "cancelled"})
    assert "was cancelled" in anas.get(address).content.decode().lower()
    anas.post(f"{address}/state", {"key": form_key(), "state": "held"})
    anas.post(f"{address}/heaviness", {"key": form_key(), "value": "7", "given_by": "client"})
    session.refresh_from_db()
    assert (session.heaviness, session.heaviness_by, session.heaviness_after) == (7, "client", None)
    after = {"key": form_key(), "value": "3", "given_by": "therapist", "after": "1"}
    anas.post(f"{address}/heaviness", after)
    session.refresh_from_db()
    assert (session.heaviness, session.heaviness_after) == (7, 3)
    anas.post(f"{address}/delete", {"key": form_key()})
    assert not Session.objects.exists()


def test_of_a_long_course_the_latest_is_drawn_and_the_whole_is_one_link_away(
    anas: Client, cast: Cast
) -> None:
    items = dict.fromkeys((item.id for item in shipped()["gad-7"].items), 1)
    for number in range(1, 36):
        answers.record_answers(
            cast.mia,
            cast.care_of_mia,
            by=cast.ana,
            instrument="gad-7",
            items=items,
            session=cast.session(number),
        )
    page = anas.get(_care(cast)).content.decode()
    assert "The latest of 35 are drawn." in page
    whole = anas.get(f"{_care(cast)}?whole").content.decode()
    assert "are drawn" not in whole
    assert len(whole) > len(page)
    rows = anas.get(f"{_care(cast)}/answers").content.decode()
    assert rows.count('href="/answers/') == 35


def test_how_to_reach_somebody_stands_beside_her_and_beside_what_may_mean_danger(
    anas: Client, cast: Cast
) -> None:
    care.change_client(
        cast.mia, by=cast.ana, expected_version=1, code="M 01", reach="600 100 200, evenings"
    )
    assert anas.get(_care(cast)).content.decode().count("600 100 200, evenings") == 1
    items = dict.fromkeys((item.id for item in shipped()["phq-9"].items), 1)
    answers.record_answers(cast.mia, cast.care_of_mia, by=cast.ana, instrument="phq-9", items=items)
    page = anas.get(_care(cast)).content.decode()
    assert page.count("600 100 200, evenings") == 2
    assert page.index("600 100 200, evenings") < page.index('id="moments"')
