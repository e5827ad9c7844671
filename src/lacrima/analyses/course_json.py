"""A report on courses for a program, and what it says in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lacrima.analyses.course_values import (
    FEWEST_SCORES_EACH,
    IF_THERAPY_GOES_ON,
    LATE_RESPONDERS,
    SHARE_REMAINING,
    Basis,
    CourseReport,
    PersonCourse,
)
from lacrima.stats.course_coverage import CONFIDENCE, SEED

METHOD = (
    "Level and change of each client jointly normal, the first score an outcome like the others, "
    "what is left over with a memory; three forms of change weighed by how well they foretell "
    "clients who were left out; the ends of the scale have a probability of their own"
)
INTERVAL = 0.8


def course_as_json(report: CourseReport) -> dict[str, Any]:
    """Full precision, null for what could not be formed, and why."""
    covered = report.covered
    return {
        "state": report.basis.value,
        "why": report.why or None,
        "prior": report.name or None,
        "prior_used": report.basis is Basis.NAMED,
        "clients": report.clients,
        "clients_with_three": report.with_three,
        "scores": report.scores,
        "interval": INTERVAL,
        "coverage": covered.share if covered else None,
        "coverage_low": covered.low if covered else None,
        "coverage_high": covered.high if covered else None,
        "coverage_closed": covered.closed if covered else None,
        "coverage_scores": covered.scores if covered else 0,
        "forms": [asdict(each) for each in report.forms],
        "people": [_person(each) for each in report.people],
        "caveats": [IF_THERAPY_GOES_ON, LATE_RESPONDERS],
        "rule": {
            "method": METHOD,
            "minimum": report.rules.minimum,
            "maximum": report.rules.maximum,
            "higher_is_better": report.rules.higher_is_better,
            "reliable_change": report.rules.reliable_change,
            "least_share_remaining": SHARE_REMAINING,
            "earliest_prompt": FEWEST_SCORES_EACH,
            "left_out": "anew" if report.is_exact else "by one step",
            "coverage_confidence": CONFIDENCE,
            "seed": SEED,
        },
    }


def _person(person: PersonCourse) -> dict[str, Any]:
    prompt = person.prompt
    return {
        "person": person.person,
        "points": [asdict(each) | {"state": each.state.value} for each in person.points],
        "prompt": None
        if prompt is None
        else {"time": person.points[prompt.at].time, "reason": prompt.reason.value},
    }


def course_text(report: CourseReport) -> str:
    """The same for people, in short."""
    lines = [f"{report.clients} clients, {report.scores} scores."]
    if report.basis is Basis.NONE:
        return "\n".join([*lines, f"Not enough data for an expected course: {report.why}."])
    if report.basis is Basis.NAMED:
        lines.append(f"The bands are the expectation of {report.name}: {report.why} of their own.")
    elif report.name:
        lines.append(
            f"The bands are these clients' own. The expectation of {report.name} was not used: "
            f"there are enough scores here."
        )
    if report.covered:
        lines.append(_covered_words(report))
    lines += [_person_words(each) for each in report.people if each.prompt]
    return "\n".join([*lines, IF_THERAPY_GOES_ON, LATE_RESPONDERS])


def _covered_words(report: CourseReport) -> str:
    found = report.covered
    if found is None:
        return ""
    return (
        f"Of {found.scores} scores, {100 * found.share:.1f} % lay inside their 80 % band "
        f"(95 % interval {100 * found.low:.1f} to {100 * found.high:.1f}), each client's band "
        f"made without her own later scores."
    )


def _person_words(person: PersonCourse) -> str:
    prompt = person.prompt
    if prompt is None:
        return ""
    time = person.points[prompt.at].time
    words = {
        "two-in-a-row": "two scores in a row on the worse side of what was expected",
        "reliably-worse": "worse than at first by the reliable change",
    }
    return f"{person.person}: {words[prompt.reason.value]}, at {time:g}"
