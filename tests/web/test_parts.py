"""The parts every page is made of: fields with their hints and mistakes, tiles, cards, refusals."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string

from lacrima.web.templatetags import lacrima as tags


class Form(forms.Form):
    """One field of each sort that the parts draw."""

    name = forms.CharField(label="Practice name", help_text="Only this name is shown.")
    shown = forms.ChoiceField(
        label="What showed",
        choices=[("held", "held back"), ("2", "tears fell"), ("other", "something else")],
        widget=forms.RadioSelect,
    )
    heavy = forms.ChoiceField(
        label="How heavy",
        required=False,
        choices=[(str(one), str(one)) for one in range(11)],
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label="I have written it down")


def _part(name: str, **context: Any) -> str:
    return render_to_string(f"lacrima/parts/{name}.html", context)


def _bound(**values: str) -> Form:
    form = Form(values)
    form.is_valid()
    return form


def test_the_summary_of_mistakes_leads_to_elements_that_are_there() -> None:
    form = _bound()
    targets = re.findall(r'href="#([^"]+)"', _part("errors", form=form))
    drawn = "".join(
        [
            _part("field", field=form["name"]),
            _part("choices", field=form["shown"]),
            _part("field", field=form["sure"]),
        ]
    )
    assert targets == ["id_name", "id_shown_0", "id_sure"]
    assert set(targets) <= set(re.findall(r'\sid="([^"]+)"', drawn))


def test_there_is_no_summary_where_nothing_is_wrong() -> None:
    assert _part("errors", form=_bound(name="A", shown="held", sure="on")).strip() == ""


def test_a_field_names_its_hint_and_its_mistake_for_a_screen_reader() -> None:
    drawn = _part("field", field=_bound()["name"])
    named = re.search(r'aria-describedby="([^"]+)"', drawn)
    assert named is not None
    assert set(named.group(1).split()) <= set(re.findall(r'\sid="([^"]+)"', drawn))
    assert 'aria-invalid="true"' in drawn


def test_every_element_has_an_id_of_its_own() -> None:
    form = _bound()
    drawn = "".join(_part("choices", field=form[name]) for name in ("shown", "heavy"))
    ids = re.findall(r'\sid="([^"]+)"', drawn)
    assert len(ids) == len(set(ids))


def test_tiles_keep_what_was_chosen_and_say_their_keys() -> None:
    drawn = _part("choices", field=_bound(shown="2")["shown"], keys="ht", pictures=1)
    checked = re.findall(r"<input[^>]*checked[^>]*>", drawn)
    assert len(checked) == 1
    assert 'value="2"' in checked[0]
    assert re.findall(r'data-key="(\w)"', drawn) == ["h", "t"]
    assert drawn.count("<svg") == 2


def test_only_questions_that_may_stay_empty_can_be_taken_back() -> None:
    form = _bound()
    assert "data-optional" in _part("scale", field=form["heavy"])
    assert "data-optional" not in _part("choices", field=form["shown"])


def test_a_scale_has_a_target_for_every_number() -> None:
    drawn = _part("scale", field=_bound()["heavy"], low="0: light", high="10: heavy")
    assert "scale-11" in drawn
    assert len(re.findall(r'type="radio"', drawn)) == 11


def test_what_people_wrote_is_escaped_in_a_card() -> None:
    assert "<b>" not in _part("card", title="<b>bold</b>", kind="risk", word="Risk")


def test_one_page_has_no_page_numbers() -> None:
    assert _part("pagination", page=Paginator(range(3), 10).get_page(1)).strip() == ""
    assert "?kind=x&amp;page=2" in _part(
        "pagination", page=Paginator(range(30), 10).get_page(1), query="kind=x&"
    )


@pytest.mark.parametrize("name", ["404.html", "403.html", "500.html"])
def test_a_refusal_needs_no_context_and_no_database(name: str) -> None:
    drawn = engines["django"].get_template(name).render()
    assert "<h1>" in drawn
    assert "nav" not in re.findall(r"<(\w+)", drawn)


def test_numbers_carry_their_sign() -> None:
    assert [tags.signed(number) for number in (2, 0, -1.5, None)] == ["+2", "0", "−1.5", ""]


def test_a_day_names_its_year_only_when_it_is_another_one() -> None:
    today = dt.date(2026, 11, 3)
    assert "2026" not in tags.day(dt.date(2026, 3, 2), today)
    assert "2025" in tags.day(dt.date(2025, 3, 2), today)
    assert tags.day(None) == ""


def test_the_clock_is_the_local_one(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert tags.clock(dt.datetime(2026, 7, 1, 7, 0, tzinfo=dt.UTC)) == "09:00"
