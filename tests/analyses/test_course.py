"""What is said of courses: states, prompts, and what must never be said."""

from __future__ import annotations

import numpy as np
import pytest

from lacrima.analyses.course import course_report
from lacrima.analyses.course_json import course_as_json, course_text
from lacrima.analyses.course_prompts import Prompt, PromptRules, Reason, prompt_of
from lacrima.analyses.course_values import (
    Basis,
    CourseReport,
    CourseRules,
    NamedCourse,
    Score,
    State,
)
from lacrima.errors import BadInput, BadTable
from lacrima.stats.course import fit_course
from lacrima.stats.course_rows import Scale, course_rows
from tests.stats.test_course import simulated

PHQ = CourseRules(0, 27, reliable_change=6)


def scores_of(seed: int, people: int = 34, mean: int = 6) -> list[Score]:
    person, time, score = simulated(seed, people, mean=mean)
    rows = zip(person.tolist(), time.tolist(), score.tolist(), strict=True)
    return [Score(f"P{who}", at, value) for who, at, value in rows]


@pytest.fixture(scope="module")
def report() -> CourseReport:
    return course_report(scores_of(1), PHQ)


class TestStates:
    """What the bands rest on, and where none is drawn."""

    def test_a_practice_of_enough_clients_has_its_own_bands(self, report: CourseReport) -> None:
        assert report.basis is Basis.OWN
        assert report.covered is not None
        assert 0.7 < report.covered.share < 0.9
        assert report.covered.low < 0.8 < report.covered.high
        assert sum(each.weight for each in report.forms) == pytest.approx(1)

    @pytest.mark.parametrize(
        ("scores", "why"),
        [
            ([Score("a", 0, 12), Score("a", 1, 9)], "0 clients"),
            (scores_of(2, people=29), "29 clients"),
            ([Score(f"P{n}", t, 9 + n % 3) for n in range(40) for t in range(3)], "120 scores"),
            ([Score(f"P{n}", 0, n % 9) for n in range(200)], "0 clients"),
            ([Score(f"P{n}", t, 9) for n in range(60) for t in range(3)], "do not vary"),
            ([], "0 clients"),
        ],
    )
    def test_too_little_is_a_state_and_draws_nothing(self, scores: list[Score], why: str) -> None:
        found = course_report(scores, PHQ)
        assert found.basis is Basis.NONE
        assert why in found.why
        assert found.covered is None
        points = [point for each in found.people for point in each.points]
        assert all(point.state is State.NO_BAND for point in points)
        assert all(point.high is None and point.first_high is None for point in points)

    def test_a_named_prior_draws_where_there_is_too_little(self) -> None:
        expected = fit_course(course_rows(*simulated(3), Scale(0, 27))).of_somebody_new()
        prior = NamedCourse("ten practices", "phq-9", PHQ, "sessions", 8.0, 60, 700, expected)
        few = [Score("a", at, 14) for at in (2.0, 3.0, 10.0, 11.0)]
        found = course_report(few, PHQ, prior=prior)
        assert (found.basis, found.name) == (Basis.NAMED, "ten practices")
        assert [each.high is not None for each in found.people[0].points] == [True] * 3 + [False]
        assert found.people[0].points[3].state is State.FEW_REMAIN
        assert found.covered is None
        assert "expectation of ten practices" in course_text(found)

    def test_a_practice_with_enough_of_its_own_does_not_use_it(self, report: CourseReport) -> None:
        expected = fit_course(course_rows(*simulated(3), Scale(0, 27))).of_somebody_new()
        prior = NamedCourse("ten practices", "phq-9", PHQ, "sessions", 8.0, 60, 700, expected)
        found = course_report(scores_of(1), PHQ, prior=prior)
        assert (found.basis, found.people) == (Basis.OWN, report.people)
        assert "expectation of ten practices was not used" in course_text(found)

    def test_a_band_is_drawn_only_while_a_fifth_of_clients_remain(self) -> None:
        long_one = [Score("long", at, 12) for at in range(30)]
        found = course_report([*scores_of(4), *long_one], PHQ)
        points = found.people[-1].points
        assert points[3].state is not State.FEW_REMAIN
        assert points[29].state is State.FEW_REMAIN
        assert points[29].low is None

    def test_where_high_scores_are_good_a_low_one_is_worse(self) -> None:
        turned = [Score(each.person, each.time, 27 - (each.score or 0)) for each in scores_of(1)]
        plain = course_report(scores_of(1), PHQ)
        found = course_report(turned, CourseRules(0, 27, True, 6))
        pairs = [
            (one.state, two.state)
            for mine, other in zip(plain.people, found.people, strict=True)
            for one, two in zip(mine.points, other.points, strict=True)
        ]
        assert np.mean([one is two for one, two in pairs]) > 0.99


class TestPrompts:
    """When a second look may be worth it."""

    WIDE = ((5.0, 15.0),) * 8

    @pytest.mark.parametrize(
        ("scores", "at", "reason"),
        [
            ([10, 16, 16], 2, Reason.TWO_IN_A_ROW),
            ([16, 16, 10, 10], None, None),
            ([10, 16, 10, 16, 10], None, None),
            ([10, 14, 15, 17, 12], 3, Reason.RELIABLY_WORSE),
            ([10, 18], None, None),
            ([10, 18, 10, 18, 18], 3, Reason.RELIABLY_WORSE),
            ([10, 4, 3, 2], None, None),
        ],
    )
    def test_two_in_a_row_or_reliably_worse_and_never_before_the_third(
        self, scores: list[float], at: int | None, reason: Reason | None
    ) -> None:
        found = prompt_of(scores, self.WIDE[: len(scores)], PromptRules(reliable_change=7))
        assert found == (None if at is None or reason is None else Prompt(at, reason))

    def test_without_bands_only_the_reliable_change_speaks(self) -> None:
        none = ((None, None),) * 3
        assert prompt_of([10, 20, 20], none, PromptRules()) is None
        assert prompt_of([10, 20, 20], none, PromptRules(reliable_change=6)) is not None

    def test_turned_round(self) -> None:
        rules = PromptRules(higher_is_better=True)
        assert prompt_of([10, 4, 4], self.WIDE[:3], rules) is not None
        assert prompt_of([10, 16, 16], self.WIDE[:3], rules) is None


def test_most_of_those_who_get_worse_are_noticed_and_few_others() -> None:
    prompts = caught = worse = 0
    for seed in range(6):
        person, time, score = simulated(seed, 40, mean=20, low=20)
        is_worse = person < 3
        rng = np.random.default_rng(seed)
        drift = 14 + 0.5 * time + rng.normal(0, 3, time.size)
        score = np.where(is_worse, np.clip(np.rint(drift), 0, 27), score)
        rows = course_rows(person, time, score, Scale(0, 27))
        fit = fit_course(rows)
        first, rules = fit.from_first, PromptRules(reliable_change=6)
        for who in range(40):
            own = slice(int(rows.start[who]), int(rows.start[who] + rows.size[who]))
            ends = list(zip(first.low[own].tolist(), first.high[own].tolist(), strict=True))
            is_prompted = prompt_of(score[person == who].tolist(), ends, rules) is not None
            prompts += is_prompted
            caught += is_prompted and who < 3
            worse += who < 3
    assert caught / worse >= 0.85
    assert prompts / 6 <= 13


class TestWhatIsSaid:
    """Words and JSON."""

    def test_the_caveats_are_always_there(self, report: CourseReport) -> None:
        told = course_as_json(report)
        assert any("if therapy goes on" in each for each in told["caveats"])
        assert any("change late" in each for each in told["caveats"])
        text = course_text(report)
        assert "lay inside their 80 % band" in text
        for word in ("should", "failed", "ought", "abnormal", "overdue"):
            assert word not in text.lower()

    def test_bad_rows_are_named(self) -> None:
        with pytest.raises(BadTable, match="row 9"):
            course_report([Score("a", 1, 3, 8), Score("a", 1, 4, 9)], PHQ)
        with pytest.raises(BadTable, match="row 7"):
            course_report([Score("a", 1, 28, 7)], PHQ)
        with pytest.raises(BadInput):
            CourseRules(0, 27, reliable_change=0)
        with pytest.raises(BadInput):
            CourseRules(27, 0)

    def test_scores_in_any_order_are_put_in_time(self) -> None:
        scores = scores_of(5)
        backwards = course_report(list(reversed(scores)), PHQ)
        by_person = {each.person: each for each in backwards.people}
        plain = course_report(scores, PHQ)
        for each in plain.people:
            times = [point.time for point in by_person[each.person].points]
            assert times == sorted(times)
            assert [p.score for p in each.points] == [
                p.score for p in by_person[each.person].points
            ]
