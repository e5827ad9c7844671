"""Expected courses: against nlme, against what must hold, and on practices of known truth.

Golden numbers: tests/stats/golden/course.json, made by course.R beside it (nlme).
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, NoResult, OutOfRange
from lacrima.stats import course_known
from lacrima.stats.course import Bands, fit_course, fit_without, stacked
from lacrima.stats.course_coverage import coverage
from lacrima.stats.course_filter import Known, foretold
from lacrima.stats.course_forms import Form, shape_at
from lacrima.stats.course_known import Criterion, fit_form
from lacrima.stats.course_rows import CourseRows, Scale, course_rows, grid_of
from lacrima.stats.differences import lowest
from lacrima.stats.numbers import Numbers

GOLDEN = json.loads((Path(__file__).parent / "golden" / "course.json").read_text(encoding="utf-8"))
FORMS = {"linear": Form.LINEAR, "logarithm": Form.LOGARITHM, "exponential": Form.EXPONENTIAL}
WIDE = Scale(0, 1000, is_whole=False)
PHQ = Scale(0, 27)


def simulated(
    seed: int, people: int = 40, *, level: float = 14.0, mean: int = 10, low: int = 3
) -> tuple[Numbers, Numbers, Numbers]:
    """Person, time and score of one practice: change slows down, scores stop at 0 and at 27."""
    rng = np.random.default_rng(seed)
    sizes = np.clip(low + rng.poisson(mean - low, people), low, 40)
    person = np.repeat(np.arange(people), sizes)
    time = np.concatenate([np.arange(float(size)) for size in sizes])
    begin, change = rng.normal(0, 4.5, people), rng.normal(-2.0, 1.0, people)
    left = rng.normal(0, 3, time.size)
    for row in np.flatnonzero(time > 0):
        left[row] = 0.3 * left[row - 1] + np.sqrt(1 - 0.09) * left[row]
    score = level + begin[person] + change[person] * np.log1p(time) + left
    return person, time, np.clip(np.rint(score), 0, 27)


def rows_of(seed: int, **how: Any) -> CourseRows:
    return course_rows(*simulated(seed, **how), PHQ)


def golden_rows() -> CourseRows:
    person = np.array(GOLDEN["person"]) - 1
    rows = course_rows(person, GOLDEN["time"], GOLDEN["score"], WIDE)
    # In the times of R, so that the exponential's tau is its 4.
    return replace(rows, time=rows.time * rows.unit, unit=1.0)


def place_of(golden: dict[str, Any], form: Form) -> Numbers:
    """R's estimates as a place of the search."""
    first, both, second = np.array(golden["psi"]) / 1000**2
    level = np.sqrt(first)
    slope = np.sqrt(second - (both / level) ** 2)
    begin, change = np.array(golden["beta"]) / 1000
    rho = golden["rho"]
    place = [begin, change, np.log(level), both / level / slope, np.log(slope)]
    place += [np.log(golden["sigma"] / 1000), np.log(rho / (1 - rho)), np.log(4.0)]
    return np.array(place[: form.parameters])


@pytest.mark.parametrize("name", FORMS)
def test_the_likelihood_is_that_of_nlme(name: str) -> None:
    form, golden, rows = FORMS[name], GOLDEN[name], golden_rows()
    criterion = Criterion(grid_of(rows), form, 0.0, is_plain=True)
    deviance = float(criterion(place_of(golden, form)[None])[0])
    by_scale = 2 * rows.part.size * np.log(1000)
    assert -(deviance + by_scale) / 2 == pytest.approx(golden["loglik"], abs=1e-6)


def test_the_likeliest_place_is_that_of_nlme() -> None:
    golden, rows = GOLDEN["logarithm"], golden_rows()
    criterion = Criterion(grid_of(rows), Form.LOGARITHM, 0.0, is_plain=True)
    there = place_of(golden, Form.LOGARITHM)
    assert lowest(criterion, there + 0.2) == pytest.approx(there, abs=2e-3)


@pytest.mark.parametrize("start", [-0.2, 0.0, 0.5])
def test_where_nlme_stops_early_the_search_goes_on(start: float) -> None:
    """On the linear form lme ends 0.04 short of the greatest log likelihood."""
    rows, there = golden_rows(), place_of(GOLDEN["linear"], Form.LINEAR)
    criterion = Criterion(grid_of(rows), Form.LINEAR, 0.0, is_plain=True)
    found = lowest(criterion, there + start)
    gained = float((criterion(there[None]) - criterion(found[None]))[0])
    assert gained == pytest.approx(0.0832, abs=1e-3)


@pytest.mark.parametrize("form", Form)
def test_the_compiled_loop_gives_what_the_written_one_gives(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(1, level=6.0)
    criterion = Criterion(grid_of(rows), form, PHQ.half)
    places = fit_form(rows, form).place + np.random.default_rng(1).normal(
        0, 0.3, (5, form.parameters)
    )
    compiled = criterion.of_each(places)
    monkeypatch.setattr(course_known, "is_compiled", lambda: False)
    assert criterion.of_each(places) == pytest.approx(compiled, rel=1e-10, abs=1e-10)


def test_every_score_is_foretold_as_by_the_joint_normal_distribution() -> None:
    rows, place = golden_rows(), place_of(GOLDEN["logarithm"], Form.LOGARITHM)
    grid, shape = grid_of(rows), shape_at(Form.LOGARITHM, place)
    seen = foretold(grid, Known(Form.LOGARITHM, shape, np.zeros(3)), 0.0)
    time, part = grid.time[0], grid.part[0]
    columns = np.stack([np.ones(time.size), np.log1p(time)], axis=1)
    first, both, second = shape.covariance()
    covariance = columns @ np.array([[first, both], [both, second]]) @ columns.T
    covariance += shape.residual**2 * shape.memory ** np.abs(time[:, None] - time)
    mean = columns @ np.array([shape.begin, shape.change])
    at = time.size - 1
    weights = np.linalg.solve(covariance[:at, :at], covariance[:at, at])
    assert seen.mean[0, at] == pytest.approx(mean[at] + weights @ (part[:at] - mean[:at]), rel=1e-9)
    variance = covariance[at, at] - weights @ covariance[:at, at]
    assert seen.sd[0, at] == pytest.approx(np.sqrt(variance), rel=1e-9)


class TestWhatMustHold:
    """Laws, whatever the numbers."""

    @settings(max_examples=4, deadline=None)
    @given(seed=st.integers(0, 50), factor=st.sampled_from([0.01, 3.0, 250.0]))
    def test_another_unit_of_scores_and_times_changes_nothing(
        self, seed: int, factor: float
    ) -> None:
        person, time, score = simulated(seed, 32, mean=6)
        scale = Scale(0, 27, is_whole=False)
        plain = fit_course(course_rows(person, time, score, scale)).bands
        other = Scale(100, 100 + 27 * factor, is_whole=False)
        found = fit_course(course_rows(person, time * 7, 100 + score * factor, other)).bands
        assert (found.high - 100) / factor == pytest.approx(plain.high, abs=1e-5)
        assert found.less == pytest.approx(plain.less, abs=1e-6)

    @settings(max_examples=4, deadline=None)
    @given(seed=st.integers(0, 50))
    def test_turned_round_the_bands_turn_round(self, seed: int) -> None:
        person, time, score = simulated(seed, 32, mean=6)
        plain = fit_course(course_rows(person, time, score, PHQ)).bands
        found = fit_course(course_rows(person, time, 27 - score, PHQ)).bands
        assert (27 - found.high == plain.low).mean() > 0.99
        assert 1 - found.no_more == pytest.approx(plain.less, abs=1e-5)

    @settings(max_examples=4, deadline=None)
    @given(seed=st.integers(0, 50))
    def test_other_names_and_another_order_change_nothing(self, seed: int) -> None:
        person, time, score = simulated(seed, 32, mean=6)
        plain = fit_course(course_rows(person, time, score, PHQ)).bands
        order = np.random.default_rng(seed).permutation(person.size)
        rows = course_rows(31 - person[order], time[order], score[order], PHQ)
        found, back = fit_course(rows).bands, order[rows.place]
        assert found.less == pytest.approx(plain.less[back], abs=1e-6)

    def test_her_later_scores_do_not_move_her_earlier_bands(self) -> None:
        person, time, score = simulated(3, 32, mean=6)
        other = score.copy()
        last = int(np.flatnonzero(person == 5)[-1])
        other[last] = 27 - other[last]
        fits = [fit_course(course_rows(person, time, each, PHQ)) for each in (score, other)]
        own = person == 5
        bands = [
            fit_without(fit, 5).of_somebody_new().bands(time[own], each[own])
            for fit, each in zip(fits, (score, other), strict=True)
        ]
        assert bands[0].high == pytest.approx(bands[1].high)
        assert bands[0].less[:-1] == pytest.approx(bands[1].less[:-1], abs=1e-6)

    def test_one_step_is_near_a_fit_without_her(self) -> None:
        rows = rows_of(4, people=60)
        fit = fit_form(rows, Form.LOGARITHM)
        others = np.arange(60) != 7
        anew = fit_form(rows.only(others), Form.LOGARITHM)
        for name in ("begin", "change", "level", "slope", "residual", "memory"):
            left = getattr(fit.left.shape, name)[7]
            assert left == pytest.approx(getattr(anew.known.shape, name), rel=0.01, abs=0.003)

    def test_a_band_from_the_first_score_is_hers_alone(self) -> None:
        rows = rows_of(5)
        fit = fit_course(rows)
        own = slice(int(rows.start[2]), int(rows.start[2] + rows.size[2]))
        scores = rows.scale.score(rows.part[own])
        found = fit.of(2).from_first(rows.time[own] * rows.unit, scores)
        assert found.high == pytest.approx(fit.from_first.high[own])
        assert found.low[0] == fit.bands.low[own][0]

    @pytest.mark.parametrize("first", [0, 14, 27])
    def test_from_the_first_score_at_once_is_as_step_by_step(self, first: int) -> None:
        expected = fit_course(rows_of(5)).of_somebody_new()
        times, blank = np.arange(12.0) * 1.5, np.full(12, np.nan)
        blank[0] = first
        at_once, by_steps = expected.from_first(times, blank), expected.bands(times, blank)
        for name in ("low", "middle", "high"):
            assert getattr(at_once, name) == pytest.approx(getattr(by_steps, name))

    def test_a_gap_has_a_band_and_teaches_nothing(self) -> None:
        expected = fit_course(rows_of(6)).of_somebody_new()
        with_gap = expected.bands([0, 1, 2, 3], [15, np.nan, 12, np.nan])
        without = expected.bands([0, 2, 3], [15, 12, np.nan])
        assert with_gap.high[[0, 2, 3]] == pytest.approx(without.high)
        assert np.isfinite(with_gap.high[1])
        assert np.isnan(with_gap.less[1])

    def test_bands_stay_on_the_scale_and_are_whole(self) -> None:
        bands = fit_course(rows_of(7, level=5.0)).bands
        for ends in (bands.low, bands.middle, bands.high):
            assert (ends == np.rint(ends)).all()
            assert ends.min() >= 0
            assert ends.max() <= 27
        assert (bands.low <= bands.middle).all()
        assert (bands.middle <= bands.high).all()


def test_weights_go_to_the_form_that_foretells_best() -> None:
    scores = np.zeros((3, 40))
    scores[1] = 2.0
    weights, own = stacked(scores)
    assert weights.sum() == pytest.approx(1)
    assert own.sum(axis=0) == pytest.approx(1)
    assert weights[1] > 0.85
    assert stacked(np.zeros((2, 5)))[0] == pytest.approx([0.5, 0.5])


class TestCoverage:
    """How often scores lay inside."""

    @pytest.mark.parametrize(
        ("people", "mean", "level"), [(30, 5, 14.0), (40, 12, 14.0), (40, 15, 8.0)]
    )
    def test_it_is_four_in_five_on_practices_of_known_truth(
        self, people: int, mean: int, level: float
    ) -> None:
        inside = 0.0
        for seed in range(12):
            bands = fit_course(rows_of(100 + seed, people=people, mean=mean, level=level)).bands
            width = bands.no_more - bands.less
            shared = np.minimum(0.9, bands.no_more) - np.maximum(0.1, bands.less)
            inside += float((np.clip(shared, 0, None) / width).mean()) / 12
        assert 0.77 < inside < 0.83

    def test_its_interval_knows_that_scores_of_one_person_go_together(self) -> None:
        less = np.tile([0.0, 0.2, 0.4, 0.6, 0.95], 20)
        bands = Bands(less, less, less, less, less + 0.05)
        apart = coverage(bands, less, np.arange(100))
        together = coverage(bands, less, np.repeat(np.arange(2), 50) + 0)
        clumped = coverage(bands, less, np.tile([0, 1, 2, 3, 4], 20))
        assert apart.share == together.share == clumped.share
        assert clumped.high - clumped.low > apart.high - apart.low
        one = coverage(bands, less, np.zeros(100))
        assert (one.low, one.high) == (0.0, 1.0)


class TestBadInput:
    """Refused with a word, or borne."""

    def test_it_is_refused(self) -> None:
        with pytest.raises(BadInput):
            course_rows([0, 0], [1, 1], [3, 4], PHQ)
        with pytest.raises(BadInput):
            course_rows([0], [0], [np.nan], PHQ)
        with pytest.raises(OutOfRange):
            course_rows([0], [0], [28], PHQ)
        with pytest.raises(BadInput):
            Scale(3, 3)

    def test_where_there_is_no_change_there_is_no_fit(self) -> None:
        with pytest.raises(NoResult):
            fit_course(course_rows(np.arange(40), np.zeros(40), np.arange(40) % 20, PHQ))
        with pytest.raises(NoResult):
            fit_course(
                course_rows(np.repeat(np.arange(40), 3), np.tile([0, 1, 2], 40), [9] * 120, PHQ)
            )

    def test_nearly_everybody_at_the_ceiling_is_borne(self) -> None:
        rng = np.random.default_rng(1)
        score = np.where(rng.random(200) < 0.93, 27, 25)
        rows = course_rows(np.repeat(np.arange(40), 5), np.tile(np.arange(5), 40), score, PHQ)
        bands = fit_course(rows).bands
        assert np.isfinite(bands.low).all()
        assert (bands.high == 27).all()

    def test_one_person_out_of_hundreds_with_wild_scores_is_borne(self) -> None:
        person, time, score = simulated(9, 35, mean=6)
        score[person == 3] = np.where(time[person == 3] % 2 == 0, 0, 27)
        assert np.isfinite(fit_course(course_rows(person, time, score, PHQ)).bands.high).all()


def test_forms_that_are_fitted_side_by_side_are_the_same_to_the_last_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = rows_of(5, people=220, mean=5)
    beside = fit_course(rows)
    monkeypatch.setattr("lacrima.stats.course.MANY", 1_000)
    alone = fit_course(rows)
    for one, other in zip(beside.forms, alone.forms, strict=True):
        assert np.array_equal(one.place, other.place)
    assert np.array_equal(beside.own_weights, alone.own_weights)
