"""Reads filled questionnaires out of FHIR R4, however the program that wrote them names things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from lacrima.errors import BadForm
from lacrima.formats.fhir.answer_in import answer_in, number_of, values_of
from lacrima.formats.fhir.forms_in import Form, FormQuestion, forms_by_name, walk
from lacrima.formats.fhir.resources_in import find_responses
from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.fhir.tree import many, one, text
from lacrima.formats.filled.forms import NAN, Filled, Packing
from lacrima.formats.filled.from_json import readable
from lacrima.formats.filled.naming import Match, NoQuestion, Question, match
from lacrima.formats.losses import Loss
from lacrima.instruments.definition import Instrument, Item
from lacrima.instruments.scoring import score

_NO_QUESTION = FormQuestion((), "", {})
_WITHDRAWN = "entered-in-error"


def read_fhir(resources: Iterable[Any], instrument: Instrument) -> Filled:
    """The forms of one instrument in FHIR resources (values as JSON has them).

    Questions are found by their LOINC codes (in the `linkId`, its definition, or the form that
    came along), by our own ids, else by number, words or order; answers by LOINC's codes, by
    ordinal values, as numbers or in words. A total that came along is compared, never used.

    Responses without a question of the instrument are left out and counted, where others have
    some. Raises BadForm or OutOfRange with the number of the response and the item.
    """
    found = find_responses(resources)
    packing = Packing(instrument)
    packing.lose(*found.losses)
    matched = lru_cache(maxsize=256)(partial(_match, instrument))
    first: NoQuestion | None = None
    for number, response in enumerate(found.responses, start=1):
        if text(response, "status") == _WITHDRAWN:
            packing.lose(Loss("responses", "their status says that they were entered in error"))
            continue
        try:
            _add(packing, number, response, _form_for(response, found.forms), matched)
        except NoQuestion as nothing:
            if nothing.is_named:
                raise
            first = first or nothing
            packing.lose(Loss("responses", f"they have no question of {instrument.name}"))
    if not packing.count:
        raise first or BadForm("only responses entered in error", expected="a response that counts")
    return packing.done()


def _match(instrument: Instrument, questions: tuple[Question, ...], form: str) -> Match:
    return match(instrument, questions, form=form, is_whole=False)


def _form_for(response: Shape, forms: Mapping[str, Form]) -> Form:
    """The form that a response fills, if it came along; else what the response calls it."""
    named = text(response, "questionnaire")
    bare = named.partition("|")[0]
    contained = [("", each) for each in many(response, "contained")]
    inside = forms_by_name(
        each for each in contained if each[1].get("resourceType") == "Questionnaire"
    )
    tail = "/".join(bare.split("/")[-2:])
    form = inside.get(bare) or forms.get(named) or forms.get(bare) or forms.get(tail) or Form()
    return Form(f"{named} {form.named}", form.questions)


def _add(packing: Packing, number: int, response: Shape, form: Form, matched: Any) -> None:
    instrument, place = packing.instrument, f"response {number}"
    asked = _asked(response, place)
    questions = tuple(_question(shape, form) for shape in asked)
    found: Match = matched(questions, form.named)
    values: dict[str, int | None] = {}
    for index, item in found.items.items():
        shape = asked[index]
        weights = form.questions.get(text(shape, "linkId"), _NO_QUESTION).weights
        values[item.id] = answer_in(shape, item, weights, where=f"{place}, {item.id}")
    packing.add(number, _person(response, place), [_packed(values, i) for i in instrument.items])
    packing.note(*found.notes)
    if text(response, "authored"):
        packing.lose(Loss("dates of the forms", "a score does not depend on them"))
    _compare_totals(packing, values, [number_of(asked[index]) for index in found.totals])
    _say_what_is_outside(packing, asked, found)


def _asked(response: Shape, place: str) -> list[Shape]:
    """Every question: an item that has answers, or nothing inside that could have."""
    asked = [item for item in walk(response) if many(item, "answer") or not many(item, "item")]
    seen: dict[str, int] = {}
    for number, item in enumerate(asked, start=1):
        name = text(item, "linkId")
        if not name:
            raise BadForm(
                "a question without a name", where=f"{place}, question {number}", expected="linkId"
            )
        if name in seen:
            raise BadForm(
                "the linkId of another question",
                where=f"{place}, question {number}",
                expected=f"one of its own (question {seen[name]} has it)",
            )
        seen[name] = number
    return asked


def _question(item: Shape, form: Form) -> Question:
    name = text(item, "linkId")
    known = form.questions.get(name, _NO_QUESTION)
    defined = text(item, "definition").rpartition("#")[2].rpartition("/")[2]
    codes = known.codes or Question(defined).coded
    return Question(name, codes, text(item, "text") or known.text)


def _packed(values: Mapping[str, int | None], item: Item) -> float:
    value = values.get(item.id)
    return NAN if value is None else float(value)


def _person(response: Shape, place: str) -> str | None:
    """Who, by an identifier or a reference; never by a name."""
    subject = one(response, "subject")
    said = text(one(subject, "identifier"), "value") or text(subject, "reference")
    return readable(said, f"{place}, subject") or None


def _compare_totals(
    packing: Packing, values: Mapping[str, int | None], totals: list[int | Decimal | None]
) -> None:
    stated = [total for total in totals if total is not None]
    if stated and any(total != score(packing.instrument, values).total for total in stated):
        packing.note(
            "A total that came along is not the one that its answers give; the answers count"
        )


def _say_what_is_outside(packing: Packing, asked: list[Shape], found: Match) -> None:
    outside = sum(
        1
        for index, item in enumerate(asked)
        if index not in found.items and index not in found.totals and values_of(item)
    )
    if outside:
        name = packing.instrument.name
        packing.lose(
            Loss(f"answers to questions outside {name}", f"they are no items of {name}", outside)
        )
