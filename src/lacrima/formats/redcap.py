"""REDCap: the data dictionary of its 18 columns, instrument zips, and records for its import.

The header was read in the data dictionary that REDCap's own test data hold
(https://raw.githubusercontent.com/redcap-tools/redcap-test-datasets/master/case-01/test-case-01-data-dictionary.csv)
and, the same, in programs that write it for REDCap. An instrument zip holds `instrument.csv` and
`OriginID.txt`, at its top, as REDCap's own export makes it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lacrima.formats.archive import zipped
from lacrima.formats.cells import guarded
from lacrima.formats.losses import Loss, together
from lacrima.instruments.definition import Instrument, Item

HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
LONGEST_NAME = 26  # REDCap advises no more
ORIGIN = "Lacrima"
RECORD_ID = "record_id"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the data dictionary."""

    name: str
    form: str
    kind: str
    label: str
    choices: str = ""
    section: str = ""
    note: str = ""
    validation: str = ""
    minimum: str = ""
    maximum: str = ""

    def line(self) -> list[str]:
        """The 18 cells."""
        said = {
            HEADER[0]: self.name,
            HEADER[1]: self.form,
            HEADER[2]: self.section,
            HEADER[3]: self.kind,
            HEADER[4]: self.label,
            HEADER[5]: self.choices,
            HEADER[6]: self.note,
            HEADER[7]: self.validation,
            HEADER[8]: self.minimum,
            HEADER[9]: self.maximum,
        }
        return [said.get(name, "") for name in HEADER]


@dataclass(frozen=True, slots=True)
class Form:
    """One questionnaire as REDCap knows it: its name and its fields by our column."""

    name: str
    fields: Mapping[str, Field]


def variable(name: str) -> str:
    """A name as REDCap takes it: small letters, digits, underscores; a letter first.

    >>> variable("PHQ-9 total"), variable("9th")
    ('phq_9_total', 'f_9th')
    """
    kept = _NOT_IN_NAMES.sub("_", name.lower()).strip("_") or "field"
    kept = kept if kept[0].isalpha() else f"f_{kept}"
    return kept[:LONGEST_NAME].rstrip("_")


def form_of(instrument: Instrument) -> Form:
    """A questionnaire as a form, with its total beside its items. A skeleton brings no words."""
    name = variable(instrument.slug)
    fields = {}
    for place, item in enumerate(instrument.items, 1):
        section = instrument.instruction if place == 1 else ""
        fields[item.id] = _field(item, place, name, section)
    fields["total"] = _total(name, instrument.name, instrument.minimum, instrument.maximum)
    return Form(name, fields)


def plain_form(slug: str, minimum: object, maximum: object) -> Form:
    """A score of the practice's own, under a name that tells nothing."""
    name = variable(slug)
    return Form(name, {"total": _total(name, "A score of the practice's own", minimum, maximum)})


def _field(item: Item, place: int, form: str, section: str) -> Field:
    label = item.text or f"Item {place} of the form"
    if any(choice.text for choice in item.scale.choices):
        return Field(variable(item.id), form, "radio", label, _choices(item), section)
    ends = [text for text in (item.scale.low_text, item.scale.high_text) if text]
    return Field(
        variable(item.id),
        form,
        "text",
        label,
        section=section,
        note=" … ".join(ends),
        validation="integer",
        minimum=str(item.scale.minimum),
        maximum=str(item.scale.maximum),
    )


def _choices(item: Item) -> str:
    return " | ".join(
        f"{choice.value}, {choice.text.replace('|', '/')}" for choice in item.scale.choices
    )


def _total(form: str, name: str, minimum: object, maximum: object) -> Field:
    return Field(
        variable(f"{form[: LONGEST_NAME - 6]}_total"),
        form,
        "text",
        f"{name}: total",
        validation="number",
        minimum=str(minimum),
        maximum=str(maximum),
    )


def dictionary(forms: Iterable[Form], *, with_record_id: bool) -> bytes:
    """The data dictionary of these forms; a whole project begins with the record's id."""
    forms = list(forms)
    lines = [field.line() for form in forms for field in form.fields.values()]
    if with_record_id and forms:
        lines.insert(0, Field(RECORD_ID, forms[0].name, "text", "Record").line())
    return _csv([list(HEADER), *lines])


def instrument_zip(form: Form) -> bytes:
    """One form, for REDCap's "upload instrument zip"."""
    origin = f"{ORIGIN}\n".encode()
    return zipped(
        {"OriginID.txt": origin, "instrument.csv": dictionary([form], with_record_id=False)}
    )


def records(filled: Sequence[tuple[str, Form, Mapping[str, str]]], forms: Sequence[Form]) -> bytes:
    """Filled forms for REDCap's import, each an instance of a repeating instrument.

    filled: record id, form, values by our column; several of one record and form are numbered in
    the order given.
    """
    names = [field.name for form in forms for field in form.fields.values()]
    lines = [[RECORD_ID, "redcap_repeat_instrument", "redcap_repeat_instance", *names]]
    counted: dict[tuple[str, str], int] = {}
    for record, form, values in filled:
        key = (record, form.name)
        counted[key] = counted.get(key, 0) + 1
        said = {field.name: values.get(column, "") for column, field in form.fields.items()}
        cells = [said.get(name, "") for name in names]
        lines.append([record, form.name, str(counted[key]), *cells])
    return _csv(lines)


def losses_of_form(instrument: Instrument) -> tuple[Loss, ...]:
    """What REDCap's data dictionary has no place for."""
    no_place = "REDCap's data dictionary has no field for it"
    found = [
        *[Loss("bands of the total", no_place) for _ in instrument.bands],
        *[Loss("norms and their sources", no_place) for _ in instrument.norms],
        *[Loss("marks on answers that a person should see at once", no_place)
          for _ in instrument.flags],
        *[Loss("items that count backwards", "the total comes along as it was formed here")
          for item in instrument.items if item.is_reversed],
        *[Loss("a stroke in the words of an answer", "REDCap parts answers by it; now a slash")
          for item in instrument.items for choice in item.scale.choices if "|" in choice.text],
        Loss("the rule for missing items", no_place),
    ]  # fmt: skip
    return together(found)


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_safe(cell) for cell in line] for line in lines)
    return text.getvalue().encode()


def _safe(cell: str) -> str:
    """Our own words never begin a formula; a number below zero stays a number."""
    is_number = bool(re.fullmatch(r"-?\d+(\.\d+)?", cell))
    return cell if is_number else guarded(cell)
