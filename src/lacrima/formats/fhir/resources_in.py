"""Finds the responses in what comes in: one, a Bundle of them, or one resource a line (ndjson)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lacrima.errors import BadForm
from lacrima.formats.fhir.forms_in import Form, forms_by_name
from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.fhir.tree import many, one, text
from lacrima.formats.fhir.versions import refuse_other_versions
from lacrima.formats.losses import Loss

_PLAIN_NAME = re.compile(r"[A-Za-z]{1,40}\Z")
_ANSWERS, _FORM, _BUNDLE = "QuestionnaireResponse", "Questionnaire", "Bundle"


@dataclass(frozen=True, slots=True)
class Found:
    """The responses in their order, the forms that came along, and what was left aside."""

    responses: list[Shape]
    forms: dict[str, Form]
    losses: tuple[Loss, ...]


def find_responses(resources: Iterable[Any]) -> Found:
    """Every response in these resources, also inside Bundles.

    Raises BadForm for what is no FHIR, for FHIR of another version, for a resource or a full name
    that stands there twice, and where there is no response at all.
    """
    entries = [entry for resource in resources for entry in _entries(resource)]
    _refuse_twice(entries)
    responses: list[Shape] = []
    forms: list[tuple[str, Shape]] = []
    others: Counter[str] = Counter()
    for full_name, resource in entries:
        kind = kind_of(resource)
        if kind == _ANSWERS:
            refuse_other_versions(resource, where=f"response {len(responses) + 1}")
            responses.append(resource)
        elif kind == _FORM:
            forms.append((full_name, resource))
        else:
            others[kind] += 1
    if not responses:
        raise _nothing(others, has_form=bool(forms))
    return Found(responses, forms_by_name(forms), tuple(_losses(others)))


def kind_of(resource: Any) -> str:
    """The resource's type. BadForm where it has none."""
    kind = text(resource, "resourceType") if isinstance(resource, dict) else ""
    if not _PLAIN_NAME.match(kind):
        raise BadForm("no FHIR resource", expected=f'"resourceType": "{_ANSWERS}"')
    return kind


def _entries(resource: Any) -> Iterator[tuple[str, Shape]]:
    """Full name and resource; of a Bundle, of each of its entries. Not of Bundles inside."""
    kind = kind_of(resource)
    refuse_other_versions(resource)
    if kind != _BUNDLE:
        yield "", resource
        return
    for entry in many(resource, "entry"):
        inner = one(entry, "resource")
        if inner:
            yield text(entry, "fullUrl"), inner


def _refuse_twice(entries: list[tuple[str, Shape]]) -> None:
    seen: dict[str, int] = {}
    for number, (full_name, resource) in enumerate(entries, start=1):
        key = text(resource, "id")
        names = [full_name, f"{text(resource, 'resourceType')}/{key}" if key else ""]
        for name in {each for each in names if each}:
            if name in seen:
                raise BadForm(
                    "the same id or full name a second time",
                    where=f"resource {number}",
                    expected=f"one of its own (resource {seen[name]} has it)",
                )
        seen.update({name: number for name in names if name})


def _nothing(others: Counter[str], *, has_form: bool) -> BadForm:
    if has_form:
        return BadForm(
            "a Questionnaire without answers",
            expected=_ANSWERS,
            next_step="The Questionnaire is the empty form; the answers are another file",
        )
    if set(others) == {"Observation"}:
        return BadForm(
            "an Observation: a total without its answers",
            expected=_ANSWERS,
            next_step="A total alone cannot be scored; ask for the answers",
        )
    found = ", ".join(sorted(others)) or "an empty Bundle"
    return BadForm(f"FHIR without answers ({found})", expected=f"{_ANSWERS}, or a Bundle of them")


def _losses(others: Counter[str]) -> Iterator[Loss]:
    for kind, count in sorted(others.items()):
        yield Loss(f"resources of the type {kind}", f"only a {_ANSWERS} holds answers", count)
