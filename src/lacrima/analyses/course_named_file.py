"""The file of a named expectation: written, and read with care, since it comes from elsewhere."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from lacrima import strict_json
from lacrima.analyses.course_values import (
    FEWEST_CLIENTS,
    FEWEST_SCORES,
    CourseRules,
    NamedCourse,
)
from lacrima.errors import BadInput
from lacrima.stats.course import Expectation
from lacrima.stats.course_filter import Known
from lacrima.stats.course_forms import CHANGING, Form, Shape
from lacrima.stats.course_rows import Scale

SCHEMA = "lacrima.expectation/1"
MOST_BYTES = 20_000
LONGEST_NAME, LONGEST_SOURCE, LONGEST_INSTRUMENT = 80, 200, 40
TIMES = ("sessions", "weeks", "days")
MOST = 1e6
FIGURES = 6

# What the numbers of a form may be: far more than any questionnaire gives, and nothing that would
# make the arithmetic run away.
_RANGES: Mapping[str, tuple[float, float]] = {
    "begin": (-5, 5),
    "change": (-10, 10),
    "level": (1e-4, 5),
    "shared": (-1e3, 1e3),
    "slope": (1e-8, 5),
    "residual": (1e-4, 5),
    "memory": (0, 0.999),
    "tau": (1e-2, 1e4),
}
_UNSURE = ("begin_variance", "covariance", "change_variance")


def named_bytes(named: NamedCourse) -> bytes:
    """The file. Numbers are kept to six figures, far finer than a whole score."""
    expected, rules = named.expected, named.rules
    told = {
        "schema": SCHEMA,
        "name": named.name,
        "source": named.source,
        "instrument": named.instrument,
        "minimum": rules.minimum,
        "maximum": rules.maximum,
        "higher_is_better": rules.higher_is_better,
        "whole_scores": expected.scale.is_whole,
        "time": named.time,
        "until": named.until,
        "unit": expected.unit,
        "clients": named.clients,
        "scores": named.scores,
        "forms": [
            _form(known, weight)
            for known, weight in zip(expected.forms, expected.weights.tolist(), strict=True)
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False).encode() + b"\n"


def _form(known: Known, weight: float) -> dict[str, Any]:
    numbers = {each.name: getattr(known.shape, each.name) for each in fields(Shape)}
    unsure = dict(zip(_UNSURE, known.unsure, strict=True))
    pairs = {"weight": weight, **numbers, **unsure}
    rounded = {name: float(f"{float(value):.{FIGURES}g}") for name, value in pairs.items()}
    return {"form": known.form.value, **rounded}


def read_named(data: bytes) -> NamedCourse:
    """The expectation in this file.

    Raises BadInput for what is no such file, or whose numbers cannot be those of a fit.
    """
    if len(data) > MOST_BYTES:
        raise _bad("a file that is too long", f"at most {MOST_BYTES} bytes")
    try:
        told = strict_json.read(data)
    except ValueError:
        raise _bad("a file that is no JSON", "a file written by lacrima course") from None
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        raise _bad("a file that is no expectation", f'one that says "schema": "{SCHEMA}"')
    rules = CourseRules(
        _number(told, "minimum", -MOST, MOST),
        _number(told, "maximum", -MOST, MOST),
        _flag(told, "higher_is_better"),
    )
    return NamedCourse(
        name=_text(told, "name", LONGEST_NAME),
        source=_text(told, "source", LONGEST_SOURCE, may_be_empty=True),
        instrument=_text(told, "instrument", LONGEST_INSTRUMENT),
        rules=rules,
        time=_time(told),
        until=_number(told, "until", 0, MOST),
        clients=_count(told, "clients", FEWEST_CLIENTS),
        scores=_count(told, "scores", FEWEST_SCORES),
        expected=_expected(told, Scale(rules.minimum, rules.maximum, _flag(told, "whole_scores"))),
    )


def _expected(told: Mapping[str, Any], scale: Scale) -> Expectation:
    forms = told.get("forms")
    if not isinstance(forms, list) or not 1 <= len(forms) <= len(CHANGING):
        raise _bad("forms of change that are no list", "one to three forms", "forms")
    if not all(isinstance(each, dict) for each in forms):
        raise _bad("a form that is no object", "its numbers by name", "forms")
    known = tuple(_known(each) for each in forms)
    if len({each.form for each in known}) < len(known):
        raise _bad("a form twice", "each once", "forms")
    weights = np.array([_number(each, "weight", 0, 1) for each in forms])
    if not math.isclose(float(weights.sum()), 1, abs_tol=1e-3):
        raise _bad("weights that do not add up", "weights that add up to 1", "forms")
    unit = _number(told, "unit", 1 / MOST, MOST)
    return Expectation(known, weights / weights.sum(), scale, unit)


def _known(told: Mapping[str, Any]) -> Known:
    name = told.get("form")
    if name not in [each.value for each in CHANGING]:
        raise _bad("a form that is not known", ", ".join(CHANGING), "form")
    numbers = [np.array(_number(told, each.name, *_RANGES[each.name])) for each in fields(Shape)]
    first, both, second = (_number(told, each, -25, 25) for each in _UNSURE)
    if first < 0 or second < 0 or both**2 > first * second * (1 + 1e-4):
        raise _bad("a covariance that cannot be", "one of two numbers", _UNSURE[1])
    return Known(Form(name), Shape(*numbers), np.array([first, both, second]))


def _number(told: Mapping[str, Any], name: str, low: float, high: float) -> float:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _bad("a number that is missing or cannot be", f"{low:g} to {high:g}", name)
    return float(value)


def _count(told: Mapping[str, Any], name: str, least: int) -> int:
    value = _number(told, name, 0, 1e12)
    if value < least or not value.is_integer():
        raise _bad("an expectation from too few", f"{least} or more", name)
    return int(value)


def _flag(told: Mapping[str, Any], name: str) -> bool:
    value = told.get(name)
    if not isinstance(value, bool):
        raise _bad("neither true nor false", "true or false", name)
    return value


def _time(told: Mapping[str, Any]) -> str:
    value = told.get("time")
    if value not in TIMES:
        raise _bad("a count of time that is not known", _one_of(TIMES), "time")
    return str(value)


def _one_of(words: Sequence[str]) -> str:
    return ", ".join(words)


def _text(told: Mapping[str, Any], name: str, longest: int, *, may_be_empty: bool = False) -> str:
    value = told.get(name, "" if may_be_empty else None)
    if not isinstance(value, str) or not value.isprintable() or len(value) > longest:
        raise _bad("words that are missing or too long", f"at most {longest} letters", name)
    if not (value.strip() or may_be_empty):
        raise _bad("a name that is empty", "some words", name)
    return value.strip()


def _bad(found: str, expected: str, where: str = "") -> BadInput:
    return BadInput(
        found,
        where=where or "the expectation",
        expected=expected,
        next_step="Ask for the file once more. Nothing was changed.",
    )
