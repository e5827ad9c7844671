"""The page of all questionnaires, and the words that a practice adds to a skeleton."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from lacrima.instruments.catalogue import shipped
from lacrima.practice import instrument_texts
from lacrima.records.models import InstrumentText, Member
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.things import words_for

LIST = "/settings/questionnaires"
WSAS = f"{LIST}/wsas"


def _said(**more: str) -> dict[str, str]:
    return {
        "key": form_key(),
        "language": "en",
        "permission": "By letter of 3 March.",
        "instruction": "Please answer each line.",
        **{f"item_{place}": f"Line {place}" for place in range(5)},
        "anchor_0_0": "not",
        "anchor_0_8": "very",
        **more,
    }


def _page(window: Client, address: str) -> str:
    return html.unescape(window.get(address).content.decode())


def test_every_questionnaire_stands_there_with_its_licence_and_where_it_was_read(
    anas: Client,
) -> None:
    page = _page(anas, LIST)
    for one in shipped().values():
        assert one.name in page
        assert one.title in page
        assert one.licence.text in page
        assert one.sources[0] in page
    assert page.count("Type in the wording") == sum(one.is_skeleton for one in shipped().values())
    assert "Missing: the words above it, and of 21 items." in page
    assert "Never filled in for a client" in page


def test_the_settings_lead_to_it(anas: Client) -> None:
    assert f'href="{LIST}"' in _page(anas, "/settings")


def test_words_are_typed_in_once_and_shown(anas: Client, cast: Cast) -> None:
    answer = anas.post(WSAS, _said())
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    row = InstrumentText.objects.get()
    assert row.items["wsas_5"] == "Line 4"
    assert row.anchors == {"answer": {"0": "not", "8": "very"}}
    page = _page(anas, LIST)
    assert "Change the wording of WSAS" in page
    assert "By letter of 3 March." in page
    form = _page(anas, f"/clients/{cast.care_of_mia.pk}/answers/new/wsas")
    for words in ("Please answer each line.", "Line 0", "0: not", "8: very"):
        assert words in form


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"permission": " "}, "Write who allowed it and when"),
        ({"item_2": ""}, "Give the words of item 3."),
        ({"instruction": ""}, "Give the words above the items."),
        ({"language": ""}, "Give the language."),
    ],
)
def test_a_form_that_is_not_whole_says_so_and_keeps_nothing(
    anas: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = anas.post(WSAS, _said(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not InstrumentText.objects.exists()


def test_words_are_corrected_and_never_over_somebodys_head(anas: Client) -> None:
    anas.post(WSAS, _said())
    assert "Line 3" in _page(anas, WSAS)
    changed = anas.post(WSAS, _said(version="1", item_3="Another line"))
    assert changed.status_code == 303
    conflict = anas.post(WSAS, _said(version="1", item_3="A third line"))
    assert conflict.status_code == 409
    assert "Another line" in conflict.content.decode()
    assert InstrumentText.objects.get().items["wsas_4"] == "Another line"


def test_two_windows_that_both_type_in_the_first_words_do_not_overwrite(anas: Client) -> None:
    anas.post(WSAS, _said())
    second = anas.post(WSAS, _said(item_0="From a second window"))
    assert second.status_code in {409, 422}
    assert InstrumentText.objects.get().items["wsas_1"] == "Line 0"


def test_words_are_taken_away_after_a_question(anas: Client) -> None:
    assert anas.get(f"{WSAS}/remove").status_code == 404
    anas.post(WSAS, _said())
    asked = _page(anas, f"{WSAS}/remove")
    assert "Answers and scores stay as they are." in asked
    assert anas.post(f"{WSAS}/remove", {"key": form_key()}).status_code == 303
    assert not InstrumentText.objects.exists()


@pytest.mark.parametrize("slug", ["phq-9", "ors", "unheard-of"])
def test_what_has_words_of_its_own_takes_none(anas: Client, slug: str) -> None:
    assert anas.get(f"{LIST}/{slug}").status_code == 404


@pytest.mark.parametrize("who", ["berta", "hanna", "stella"])
def test_others_see_the_list_and_change_nothing(cast: Cast, eyes_of: Any, who: str) -> None:
    member: Member = getattr(cast, who)
    window = eyes_of(member)
    page = _page(window, LIST)
    assert "PHQ-9" in page
    assert "Type in the wording" not in page
    assert window.get(WSAS).status_code == 403
    assert window.post(WSAS, _said()).status_code == 403
    assert not InstrumentText.objects.exists()


def test_words_of_an_earlier_version_are_said_to_wait(anas: Client, cast: Cast) -> None:
    row = instrument_texts.put_wording("wsas", by=cast.ana, **words_for("wsas"))
    InstrumentText.objects.filter(pk=row.pk).update(instrument_version="0")
    assert "typed in for an earlier version" in _page(anas, LIST)
