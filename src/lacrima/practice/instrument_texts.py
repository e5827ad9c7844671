"""Wordings: the words of a skeleton, typed in by a practice that may use the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lacrima.errors import BadInput, NotFound
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument
from lacrima.instruments.wording import Wording, with_wording
from lacrima.practice.answers import InstrumentChoice
from lacrima.practice.changing import check_version, make, put
from lacrima.practice.removing import remove
from lacrima.records import audit
from lacrima.records.access import Right, require
from lacrima.records.models import InstrumentText, Member

__all__ = [
    "InstrumentText",
    "Listed",
    "in_words",
    "put_wording",
    "questionnaires",
    "remove_wording",
    "skeleton",
    "worded",
    "wording_of",
]


@dataclass(frozen=True)
class Listed:
    """One shipped questionnaire, and the wording that the practice gave it (None: none)."""

    instrument: Instrument
    wording: InstrumentText | None

    @property
    def lacks_words(self) -> bool:
        """Whether it is a skeleton that nobody has given words yet."""
        return self.instrument.is_skeleton and self.wording is None

    @property
    def is_outdated(self) -> bool:
        """Whether its wording was typed in for another version and is no longer shown."""
        return self.wording is not None and not _fits(self.instrument, self.wording)


def questionnaires() -> list[Listed]:
    """Every shipped questionnaire by name, with the practice's wording where it has one."""
    kept = {row.slug: row for row in InstrumentText.objects.all()}
    ordered = sorted(shipped().values(), key=lambda one: one.name.casefold())
    return [Listed(one, kept.get(one.slug)) for one in ordered]


def skeleton(slug: str) -> Instrument:
    """The skeleton of this slug; NotFound for anything that has words of its own."""
    instrument = shipped().get(slug)
    if instrument is None or not instrument.is_skeleton:
        raise NotFound(
            "no questionnaire of this name that lacks its words",
            next_step="Choose one of the questionnaires in the settings.",
        )
    return instrument


def wording_of(slug: str) -> InstrumentText | None:
    """The practice's wording of one skeleton, or None."""
    return InstrumentText.objects.filter(slug=slug).first()


def worded(instrument: Instrument) -> Instrument:
    """The instrument with the practice's words in it, where it is a skeleton that has some.

    A wording that was typed in for another version is left out: its items may be others.
    """
    row = wording_of(instrument.slug) if instrument.is_skeleton else None
    if row is None or not _fits(instrument, row):
        return instrument
    return with_wording(instrument, _wording(row))


def in_words(choice: InstrumentChoice) -> InstrumentChoice:
    """What can be filled in, with the practice's words in it."""
    if choice.instrument is None:
        return choice
    return replace(choice, instrument=worded(choice.instrument))


def put_wording(
    slug: str,
    *,
    by: Member,
    instruction: str,
    items: Mapping[str, str],
    anchors: Mapping[str, Mapping[int, str]],
    permission: str,
    language: str = "en",
    expected_version: int | None = None,
) -> InstrumentText:
    """Keep the words of one skeleton, or change them. The line of the log holds none of them.

    items: item id to its words, all of them. anchors: scale name to words by value; all values,
    the two ends, or none. permission: by what right the practice uses the form.

    Raises NotAllowed, NotFound for anything but a skeleton, BadInput for words that do not fit
    or without a permission, EditConflict when the words are no longer those she opened.
    """
    with audit.change(by=by, action="wording.put") as line:
        require(by, Right.CHANGE_PRACTICE)
        instrument = skeleton(slug)
        with_wording(instrument, Wording(language, instruction, items, anchors))
        if not permission.strip():
            raise BadInput(
                "nothing about the right to use these words",
                where="permission",
                expected="who allowed it and when, or the licence you use it under",
            )
        values: dict[str, Any] = {
            "instrument_version": instrument.version,
            "language": language,
            "instruction": instruction,
            "items": {name: text.strip() for name, text in items.items()},
            "anchors": _kept_anchors(anchors),
            "permission": permission,
        }
        row = _keep(slug, values, expected_version)
        line.about(row, instrument=slug, items=len(values["items"]))
        return row


def _keep(slug: str, values: dict[str, Any], expected_version: int | None) -> InstrumentText:
    there = InstrumentText.objects.select_for_update().filter(slug=slug).first()
    if there is None:
        return make(InstrumentText, slug=slug, **values)
    check_version(there, expected_version)
    put(there, **values)
    return there


def remove_wording(slug: str, *, by: Member) -> None:
    """Take the words of one skeleton away; answers that were given with them stay."""
    with audit.change(by=by, action="wording.removed") as line:
        require(by, Right.CHANGE_PRACTICE)
        there = InstrumentText.objects.select_for_update().filter(slug=slug).first()
        if there is None:
            raise NotFound("no words are kept for this questionnaire", where="slug")
        line.about(there, instrument=slug)
        remove(there)


def _fits(instrument: Instrument, row: InstrumentText) -> bool:
    return bool(row.instrument_version == instrument.version)


def _wording(row: InstrumentText) -> Wording:
    anchors = {
        name: {int(value): text for value, text in words.items()}
        for name, words in row.anchors.items()
    }
    return Wording(row.language, row.instruction, row.items, anchors)


def _kept_anchors(anchors: Mapping[str, Mapping[int, str]]) -> dict[str, dict[str, str]]:
    """As JSON keeps them: values as text, empty words left out."""
    return {
        name: {str(value): text.strip() for value, text in words.items() if text.strip()}
        for name, words in anchors.items()
    }
