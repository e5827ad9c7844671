"""The usual alliance: alarms are rare, falls are seen, and the top of the scale is allowed for."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from lacrima.errors import NoResult
from lacrima.stats import alliance
from lacrima.stats.alliance import fit_alliance
from lacrima.stats.course_rows import Scale, course_rows
from lacrima.stats.normal import cdf
from lacrima.stats.numbers import Numbers

SCALE = Scale(0, 40)


def simulated(
    seed: int, people: int = 40, mean: int = 12, *, level: float = 37.0, own: float = 2.5
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Person, time, answer; and how likely each person's answers really lie below the top."""
    rng = np.random.default_rng(seed)
    size = 2 + rng.poisson(mean - 2, people)
    person = np.repeat(np.arange(people), size)
    time = np.concatenate([np.arange(float(each)) for each in size])
    levels, left = rng.normal(level, 4, people), rng.normal(0, own, time.size)
    for row in np.flatnonzero(time > 0):
        left[row] = 0.2 * left[row - 1] + np.sqrt(0.96) * left[row]
    score = np.clip(np.rint(levels[person] + left), 0, 40)
    return person, time, score, cdf((39.5 - levels) / own)


def test_examples() -> None:
    assert doctest.testmod(alliance).failed == 0


def test_how_likely_an_answer_below_the_top_is_comes_out_right() -> None:
    """8 in 10 of the true probabilities lie inside, and on average nothing is off."""
    inside, off = [], []
    for seed in range(12):
        person, time, score, true = simulated(seed)
        rows = course_rows(person, time, score, SCALE)
        fit = fit_alliance(rows)
        assert fit.at_top > 0.2
        found = fit.leaving(rows)
        inside.append(np.mean((found.low <= true) & (true <= found.high)))
        off.append(np.mean(found.likely - true))
    assert 0.7 < np.mean(inside) < 0.88
    assert abs(np.mean(off)) < 0.03


def test_the_top_alone_says_less_the_fewer_answers_there_are() -> None:
    person, time, score, _true = simulated(3)
    more = [(90, at, 40.0) for at in range(3)] + [(91, at, 40.0) for at in range(20)]
    who, when, what = (np.concatenate([a, b]) for a, b in zip(
        (person, time, score), np.array(more).T, strict=True
    ))  # fmt: skip
    rows = course_rows(who, when, what, SCALE)
    found = fit_alliance(rows).leaving(rows)
    assert found.likely[-1] < found.likely[-2] < 0.5
    assert found.high[-1] - found.low[-1] < found.high[-2] - found.low[-2]
    assert (found.low <= found.likely).all()
    assert (found.likely <= found.high).all()


def test_the_order_of_the_rows_and_the_unit_change_nothing() -> None:
    person, time, score, _true = simulated(4)
    rows = course_rows(person, time, score, SCALE)
    plain = fit_alliance(rows).leaving(rows)
    order = np.random.default_rng(1).permutation(person.size)
    turned = course_rows(person[order], 7 * time[order], score[order] * 10, Scale(0, 400, False))
    same = course_rows(person, time, score * 10, Scale(0, 400, False))
    one, other = fit_alliance(turned).leaving(turned), fit_alliance(same).leaving(same)
    assert one.likely == pytest.approx(other.likely, abs=1e-6)
    assert np.corrcoef(plain.likely, one.likely)[0, 1] > 0.99


def test_nearly_everybody_at_the_top_is_borne() -> None:
    person, time = np.repeat(np.arange(30), 6), np.tile(np.arange(6.0), 30)
    score = np.full(180, 40.0)
    score[::40] = 38
    rows = course_rows(person, time, score, SCALE)
    fit = fit_alliance(rows)
    found = fit.leaving(rows)
    assert fit.at_top > 0.95
    assert np.isfinite([found.likely, found.low, found.high]).all()
    assert found.likely.mean() < 0.2
    score[:] = 40
    with pytest.raises(NoResult):
        fit_alliance(course_rows(person, time, score, SCALE))


def test_an_alliance_that_stays_as_it_is_rarely_rings_and_a_lasting_fall_often_does() -> None:
    rings, seen = [], []
    for seed in range(4):
        person, time, score, _true = simulated(seed, mean=15, level=30)
        fit = fit_alliance(course_rows(person, time, score, SCALE))
        for who in range(40):
            own = score[person == who]
            rings.append(bool(fit.chart(range(own.size), own).signals))
            if own.size >= 8 and own[:6].mean() > 24:
                fallen = np.where(np.arange(own.size) >= 6, np.maximum(own - 8, 0), own)
                seen.append(6 <= min(fit.chart(range(own.size), fallen).signals, default=0) <= 8)
    assert np.mean(rings) < 0.1
    assert np.mean(seen) > 0.5
