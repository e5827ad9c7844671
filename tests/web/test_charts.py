"""The course of a client as a picture and as a table."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import OutOfRange
from lacrima.web.charts import (
    Band,
    CourseData,
    Cutoff,
    MarkKind,
    MomentMark,
    Role,
    Series,
    Shift,
    TableData,
    course_chart,
    course_figure,
)
from lacrima.web.charts.drops import tile_picture
from lacrima.web.charts.layout import (
    LINE_HEIGHT,
    NARROW,
    WIDE,
    Across,
    Sheet,
    labelled_sessions,
    round_ticks,
    spread,
)

SVG = "{http://www.w3.org/2000/svg}"
PHQ = (17.0, 16.0, 15.0, None, 14.0, 15.0, 12.0, 12.0, 13.0, 10.0, 9.0, 9.0)


def _phq(values: tuple[float | None, ...] = PHQ, **changes: object) -> Series:
    plain = Series(
        name="PHQ-9", values=values, low=0, high=27, cutoff=Cutoff(value=10, label="cut-off 10")
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def _course(*series: Series, **changes: object) -> CourseData:
    data = CourseData(
        title="Symptoms by session",
        description="PHQ-9 from 17 to 9.",
        sessions=tuple(range(1, len(series[0].values) + 1)),
        series=series,
        client_label="Mia",
    )
    return dataclasses.replace(data, **changes)  # type: ignore[arg-type]


def _parsed(data: CourseData, *, narrow: bool = False) -> ElementTree.Element:
    drawn = str(course_chart(data, narrow=narrow).svg)
    with_namespace = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    return ElementTree.fromstring(with_namespace)  # noqa: S314  our own drawing


def _of_class(root: ElementTree.Element, css_class: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if css_class in one.get("class", "").split()]


def _words(root: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SVG}text")]


def test_a_gap_is_a_gap_and_never_a_line_through_it() -> None:
    (line,) = _of_class(_parsed(_course(_phq())), "line")
    assert line.get("d", "").count("M") == 2
    assert len(re.findall(r"[ML]", line.get("d", ""))) == 11


def test_a_session_number_that_is_not_there_opens_the_line_too() -> None:
    data = _course(_phq((12.0, 11.0, 10.0)), sessions=(1, 2, 5))
    (line,) = _of_class(_parsed(data), "line")
    assert len(re.findall(r"[ML]", line.get("d", ""))) == 2


def test_an_instrument_asked_every_fourth_session_is_joined_over_three_empty_ones() -> None:
    values = (12.0, None, None, None, 10.0, None, None, None, 9.0)
    (line,) = _of_class(_parsed(_course(_phq(values, every=4))), "line")
    assert len(re.findall(r"[ML]", line.get("d", ""))) == 3


def test_each_point_says_its_session_and_value() -> None:
    titles = [dot[0].text for dot in _of_class(_parsed(_course(_phq())), "dot")]
    assert titles[0] == "Session 1: PHQ-9 17"
    assert len(titles) == 11


def test_the_picture_has_a_name_a_description_and_ids_of_its_own() -> None:
    figure = course_figure(_course(_phq(), name="mia"))
    ids = re.findall(r'\sid="([^"]+)"', figure.wide + figure.narrow)
    assert len(ids) == len(set(ids)) == 4
    for drawn in (figure.wide, figure.narrow):
        named = re.search(r'aria-labelledby="([^"]+)"', drawn)
        assert named is not None
        assert set(named.group(1).split()) <= set(ids)
        assert 'role="img"' in drawn


def test_the_line_is_labelled_at_its_end_and_the_cut_off_by_name() -> None:
    words = _words(_parsed(_course(_phq())))
    assert "PHQ-9 9" in words
    assert "cut-off 10" in words


def test_on_a_narrow_page_the_name_stands_above_and_the_value_at_the_end() -> None:
    words = _words(_parsed(_course(_phq()), narrow=True))
    assert {"PHQ-9", "9", "cut-off 10"} <= set(words)


def test_a_name_too_long_for_the_end_of_the_line_stands_above_it_whole() -> None:
    words = _words(_parsed(_course(_phq(name="Sleep quality of the last week"))))
    assert "Sleep quality of the last week" in words


def test_the_therapist_stands_above_the_line_the_client_below_and_both_are_joined() -> None:
    mark = MomentMark(
        session=9, therapist=MarkKind.TEARS, client=MarkKind.TEARS, words="both: tears fell"
    )
    root = _parsed(_course(_phq(), moments=(mark,)))
    (line,) = [one for one in _of_class(root, "moments")[0] if one.get("class") == "axis"]
    level = float(re.findall(r"[\d.]+", line.get("d", ""))[1])
    tips = [float(re.findall(r"[\d.]+", one.get("d", ""))[1]) for one in _of_class(root, "drop-3")]
    assert min(tips) < level < max(tips)
    assert len(_of_class(root, "joined")) == 1
    assert [one[0].text for one in _of_class(root, "moment")] == ["Session 9: both: tears fell"]


def test_a_moment_of_one_is_joined_to_nobody() -> None:
    mark = MomentMark(session=2, client=MarkKind.MOIST, words="Mia: moist eyes")
    assert not _of_class(_parsed(_course(_phq(), moments=(mark,))), "joined")


def test_a_pause_has_a_bar_and_the_rest_has_none() -> None:
    went_on = MomentMark(session=2, client=MarkKind.TEARS, words="w")
    paused = dataclasses.replace(went_on, is_paused=True)
    assert not _of_class(_parsed(_course(_phq(), moments=(went_on,))), "drop-bar")
    assert len(_of_class(_parsed(_course(_phq(), moments=(paused,))), "drop-bar")) == 1


def test_every_kind_of_mark_has_a_shape_of_its_own() -> None:
    drawn = {str(tile_picture(kind.value)) for kind in MarkKind}
    assert len(drawn) == len(MarkKind)
    assert tile_picture("unknown word") == ""


def test_the_caption_explains_only_what_is_on_the_picture() -> None:
    data = _course(
        _phq(),
        moments=(MomentMark(session=6, therapist=MarkKind.HELD_BACK, words="you: held back"),),
    )
    caption = course_figure(data).caption
    assert "held back" in caption
    assert "a gap: no answer" in caption
    assert "sobbing" not in caption
    assert "nothing stood out" not in caption


def test_the_table_says_in_words_what_the_picture_shows() -> None:
    data = _course(
        _phq(),
        moments=(MomentMark(session=9, client=MarkKind.TEARS, words="Mia: tears fell"),),
        quiet_sessions=frozenset({1}),
    )
    table = course_chart(data).table
    assert table.head == ("Session", "PHQ-9 (0 to 27)", "Moments")
    assert table.rows[0] == ("1", "17", "nothing stood out")
    assert table.rows[3] == ("4", "no answer", "not logged")
    assert table.rows[8] == ("9", "13", "Mia: tears fell")


def test_dates_stand_in_the_table_where_they_are_known() -> None:
    dates = (dt.date(2026, 3, 2), None)
    table = course_chart(_course(_phq((12.0, 11.0)), dates=dates)).table
    assert table.head[1] == "Date"
    assert table.rows[1][1] == "not known"


def test_words_of_people_are_escaped() -> None:
    data = _course(_phq(name="<b>&"), title='<script>"')
    assert "<script>" not in course_chart(data).svg
    assert "<b>" not in course_chart(data).svg


def test_three_panels_stand_under_one_another_symptoms_first() -> None:
    alliance = Series(name="Alliance", values=PHQ, low=0, high=27, role=Role.ALLIANCE)
    root = _parsed(_course(alliance, _phq(), _phq(name="GAD-7")))
    panels = [one.get("class") for one in root if one.get("class", "").startswith("s-")]
    assert panels == ["s-symptoms", "s-third", "s-alliance"]


@pytest.mark.parametrize("paper", [WIDE, NARROW])
@pytest.mark.parametrize("last", [1, 7, 13, 60, 130, 400])
def test_session_numbers_never_touch(paper: Sheet, last: int) -> None:
    across = Across(first=1, last=last, left=paper.left, right=paper.right)
    places = [across.x(session) for session in labelled_sessions(across)]
    assert all(b - a >= 7 * len(str(last)) for a, b in itertools.pairwise(places))


def test_everything_written_lies_inside_the_picture() -> None:
    for narrow in (False, True):
        root = _parsed(_course(_phq()), narrow=narrow)
        _x, _y, width, height = (float(part) for part in root.get("viewBox", "").split())
        for one in root.iter(f"{SVG}text"):
            assert 0 <= float(one.get("x", "nan")) <= width
            assert 0 <= float(one.get("y", "nan")) <= height


scores = st.none() | st.integers(0, 27).map(float)


@given(st.lists(scores, min_size=1, max_size=70), st.booleans())
def test_any_course_is_drawn_as_well_formed_xml_without_a_number_that_is_none(
    values: list[float | None], narrow: bool
) -> None:
    data = _course(_phq(tuple(values)))
    root = _parsed(data, narrow=narrow)
    drawn = str(course_chart(data, narrow=narrow).svg)
    assert "nan" not in drawn
    assert "inf" not in drawn
    answers = sum(value is not None for value in values)
    assert len(_of_class(root, "dot")) == answers


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5))
def test_labels_are_moved_apart_and_stay_in_their_panel(wanted: list[float]) -> None:
    heights = sorted(spread(wanted, 0, 100))
    assert all(b - a >= LINE_HEIGHT - 1e-6 for a, b in itertools.pairwise(heights))
    assert heights[0] >= -1e-6
    assert heights[-1] <= 100 + 1e-6


@given(st.floats(-50, 50), st.floats(0.5, 500))
def test_ticks_are_round_and_on_the_scale(low: float, width: float) -> None:
    ticks = round_ticks(low, low + width)
    assert 1 <= len(ticks) <= 5
    assert all(low - 1e-6 * width <= tick <= low + width + 1e-6 * width for tick in ticks)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0, 28.0])
def test_a_score_that_cannot_be_is_refused(wrong: float) -> None:
    with pytest.raises(OutOfRange):
        _phq((wrong,))


def test_lists_that_do_not_pair_are_refused() -> None:
    with pytest.raises(OutOfRange):
        _course(_phq(), sessions=(1, 2))
    with pytest.raises(OutOfRange):
        _course(_phq(), sessions=tuple(range(12, 0, -1)))
    with pytest.raises(OutOfRange):
        _course(*[_phq()] * 4)
    with pytest.raises(OutOfRange):
        _course(_phq(), moments=(MomentMark(session=99, client=MarkKind.TEARS, words="w"),))
    with pytest.raises(OutOfRange):
        MomentMark(session=1, words="nobody")
    with pytest.raises(OutOfRange):
        Band(low=(3.0,), high=(0.0,), label="expected course")
    with pytest.raises(OutOfRange):
        TableData(caption="c", head=("a", "b"), rows=(("1",),))


# --- sudden gains and losses

GAIN = Shift(after=3, before=5, is_gain=True, words="sudden gain since session 3")
LOSS = Shift(after=8, before=9, is_gain=False, words="sudden loss since session 8")


@pytest.mark.parametrize("narrow", [False, True])
def test_a_gain_is_a_full_triangle_and_a_loss_a_hollow_one_each_with_its_word(narrow: bool) -> None:
    chart = course_chart(_course(_phq(shifts=(GAIN, LOSS))), narrow=narrow)
    assert chart.svg.count('class="shift-gain"') == chart.svg.count('class="shift-loss"') == 1
    words = re.findall(r'class="tick shift-word"[^>]*>(\w+)<', chart.svg)
    assert words == ["gain", "loss"]


def test_the_table_and_the_caption_say_gains_and_losses_too() -> None:
    figure = course_figure(_course(_phq(shifts=(GAIN,))))
    assert figure.table.rows[4][1] == "14 (sudden gain since session 3)"
    assert "a sudden gain" in figure.caption
    assert "a sudden loss" not in figure.caption


def test_a_triangle_stands_between_its_two_sessions_and_points_where_the_score_went() -> None:
    chart = course_chart(_course(_phq(shifts=(GAIN,))))
    (d,) = re.findall(r'class="shift-gain" d="M([-\d. ]+)h[-\d.]+L([-\d. ]+)Z"', chart.svg)
    (_left, base), (tip_x, tip_y) = (tuple(map(float, place.split())) for place in d)
    across = Across(first=1, last=12, left=WIDE.left + 8, right=WIDE.right)
    assert tip_x == pytest.approx((across.x(3) + across.x(5)) / 2, abs=0.1)
    assert tip_y > base  # the score fell: downwards


def test_a_gain_between_sessions_without_scores_is_refused() -> None:
    with pytest.raises(OutOfRange):
        _course(_phq(shifts=(dataclasses.replace(GAIN, after=4),)))
    with pytest.raises(OutOfRange):
        Shift(after=5, before=5, is_gain=True, words="x")
