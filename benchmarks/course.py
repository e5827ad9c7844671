"""Expected courses: fitting 500 clients, a whole refresh of a practice, a client's page, coverage.

The coverage is that of the 80 % band by the probability that a randomised place lies inside (the
mean over all random places, so that nothing is added by chance), on simulated practices whose
scores stop at the ends of the scale. Prompts are counted on practices in which 8 % get worse.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import numpy as np

from benchmarks.figures import Figure, p95
from drills.house import House, close_records, fill, open_records
from lacrima.analyses.course_prompts import PromptRules, prompt_of
from lacrima.stats.course import fit_course
from lacrima.stats.course_rows import Scale, course_rows
from lacrima.stats.numbers import Numbers

PHQ = Scale(0, 27)
CLIENTS, SESSIONS = 500, 12_000
PRACTICES = int(os.environ.get("LACRIMA_PRACTICES", "2000"))
LOOKS = 60
WORSENING = 0.08
RELIABLE = 6.0


def measure(house: House) -> list[Figure]:
    """All figures of this part."""
    return [*_fits(), *_practice(house), *_coverages(PRACTICES), *_prompts(PRACTICES)]


def measure_quickly(house: House) -> list[Figure]:
    """The same from a fourth of the simulated practices."""
    few = PRACTICES // 4
    return [*_fits(), *_practice(house), *_coverages(few), *_prompts(few)]


def practice(
    seed: int, people: int, mean: int, *, low: int = 3, level: float = 14.0, worse: float = 0.0
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Person, time, score, and whether each person gets worse by half a point a session."""
    rng = np.random.default_rng(seed)
    sizes = np.clip(low + rng.poisson(max(mean - low, 0), people), low, 60)
    person = np.repeat(np.arange(people), sizes)
    at = np.concatenate([np.arange(float(size)) for size in sizes])
    is_worse = rng.random(people) < worse
    begin, change = rng.normal(0, 4.5, people), rng.normal(-2.0, 1.0, people)
    left = rng.normal(0, 3, at.size)
    for row in np.flatnonzero(at > 0):
        left[row] = 0.3 * left[row - 1] + np.sqrt(1 - 0.09) * left[row]
    went = np.where(is_worse[person], 0.5 * at, change[person] * np.log1p(at))
    score = np.clip(np.rint(level + begin[person] + went + left), 0, 27)
    return person, at, score, is_worse


def _took(do: Callable[[], object], times: int = 3) -> float:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        do()
        found.append(time.perf_counter() - began)
    return min(found)


def _fits() -> list[Figure]:
    person, at, score, _worse = practice(1, 500, 20)
    rows = course_rows(person, at, score, PHQ)
    fit_course(rows)  # compiles, once a machine
    note = f"{rows.part.size} scores"
    fit = fit_course(rows)

    def bands() -> object:
        fit.__dict__.pop("bands", None)
        return fit.bands

    return [
        Figure("course: fit of 500 clients", _took(lambda: fit_course(rows)), "s", 1, note=note),
        Figure("course: bands of all 500", _took(bands), "s"),
    ]


def _practice(house: House) -> list[Figure]:
    fill(house, clients=CLIENTS, sessions=SESSIONS, seed=7)
    open_records(house)
    from lacrima import practice as whole  # the records are open only now
    from lacrima.practice import expected_course, pages, second_looks, usual_alliance
    from lacrima.records.models import Episode, Member

    def refresh() -> None:
        expected_course.forget()
        usual_alliance.forget()
        second_looks.forget()
        second_looks.refresh(now=whole.now())

    took = _took(refresh)
    owner = Member.objects.get(is_owner=True)
    keys = list(Episode.objects.order_by().values_list("pk", flat=True)[:LOOKS])
    looks = [_took(lambda key=key: pages.client_page(owner, key), 1) for key in keys]
    close_records()
    return [
        Figure("course: whole refresh of a practice of 500", took, "s", 2),
        Figure("course: a client's page, its contents, p95", 1000 * p95(looks), "ms", 150),
    ]


def _coverages(practices: int) -> list[Figure]:
    found = []
    for people, mean, level in ((30, 5, 14.0), (40, 12, 14.0), (40, 15, 8.0)):
        shares = [_inside(seed, people, mean, level) for seed in range(practices // 3)]
        share, se = float(np.mean(shares)), float(np.std(shares) / np.sqrt(len(shares)))
        name = f"course: coverage, {people} clients, about {mean} scores, from {level:g}"
        off, note = abs(share - 0.8), f"{100 * share:.2f} %, SE {100 * se:.2f}"
        found.append(Figure(name, 100 * off, "off", 2, note=f"{note}, {len(shares)} practices"))
    return found


def _inside(seed: int, people: int, mean: int, level: float) -> float:
    person, at, score, _worse = practice(seed, people, mean, level=level)
    bands = fit_course(course_rows(person, at, score, PHQ)).bands
    shared = np.minimum(0.9, bands.no_more) - np.maximum(0.1, bands.less)
    return float((np.clip(shared, 0, None) / (bands.no_more - bands.less)).mean())


def _prompts(practices: int) -> list[Figure]:
    years = np.array([_year(seed) for seed in range(max(practices // 20, 10))], dtype=np.float64)
    prompts, caught, worse = years.sum(axis=0)
    se = years[:, 0].std(ddof=1) / np.sqrt(len(years))
    found, right = caught / worse, caught / max(prompts, 1)
    return [
        Figure(
            "course: prompts a year of 800 sessions", prompts / len(years), "", 13,
            note=f"SE {se:.2f}, {len(years)} years; of prompts {right:.3f} right, "
            f"SE {_share_se(right, prompts):.3f}",
        ),
        Figure(
            "course: of those who got worse, prompted", found, "", at_least=0.85,
            note=f"SE {_share_se(found, worse):.3f}, {worse:.0f} people",
        ),
    ]  # fmt: skip


def _share_se(share: float, of: float) -> float:
    return float(np.sqrt(share * (1 - share) / max(of, 1)))


def _year(seed: int) -> tuple[int, int, int]:
    """Of 40 clients with 20 sessions each: prompts, those of them right, and who got worse."""
    person, at, score, is_worse = practice(seed, 40, 20, low=20, worse=WORSENING)
    first = fit_course(course_rows(person, at, score, PHQ)).from_first
    rules, is_prompted = PromptRules(reliable_change=RELIABLE), np.zeros(40, dtype=bool)
    for who in range(40):
        own = person == who
        ends = list(zip(first.low[own].tolist(), first.high[own].tolist(), strict=True))
        is_prompted[who] = prompt_of(score[own].tolist(), ends, rules) is not None
    return int(is_prompted.sum()), int((is_prompted & is_worse).sum()), int(is_worse.sum())
