"""BIDS phenotype tables: one TSV a questionnaire with a JSON that says what its columns are.

After the Brain Imaging Data Structure, "Phenotypic and assessment data"
(https://bids-specification.readthedocs.io/en/stable/modality-agnostic-files/phenotypic-and-assessment-data.html):
`participant_id` first, `session_id` second, together unique; `n/a` where a value is missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lacrima.errors import BadInput
from lacrima.instruments.definition import Instrument, Item

BIDS_VERSION = "1.10.0"
MISSING = "n/a"
_LABEL = re.compile(r"[A-Za-z0-9]+\Z")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Tool:
    """One measurement tool: its name, what it is, and what each of its columns means."""

    name: str
    description: str
    term_url: str
    columns: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled form: whose (letters and digits), on which occasion, and its values by column."""

    participant: str
    session: str
    values: Mapping[str, str]


def tool_of(instrument: Instrument) -> Tool:
    """A questionnaire as a tool. Of a skeleton no words go along: they are not ours to give."""
    columns = {item.id: _item(item, place) for place, item in enumerate(instrument.items, 1)}
    total = {
        "Description": f"Total of {instrument.name}, {instrument.minimum} to {instrument.maximum}",
        "Derivative": bool(instrument.items),
    }
    loinc = instrument.loinc_panel
    return Tool(
        name=file_name(instrument.slug),
        description=f"{instrument.title}. {instrument.licence.text}".strip(),
        term_url=f"https://loinc.org/{loinc}" if loinc else "",
        columns={**columns, "total": total},
    )


def plain_tool(slug: str, minimum: str, maximum: str) -> Tool:
    """A score that a practice defines itself, under a name that tells nothing."""
    told = {"Description": f"A score of the practice's own, {minimum} to {maximum}"}
    return Tool(file_name(slug), "A score of the practice's own", "", {"total": told})


def file_name(slug: str) -> str:
    """What the files of a tool are called.

    >>> file_name("phq-9")
    'phq_9'
    """
    return _NOT_IN_NAMES.sub("_", slug.lower()).strip("_") or "tool"


def dataset(
    tools: Sequence[tuple[Tool, Sequence[Filled]]], *, name: str, program: str
) -> dict[str, bytes]:
    """All files of the dataset by path.

    Raises BadInput where a participant's form of one occasion is there twice, or a label holds
    other signs than letters and digits.
    """
    people = sorted({form.participant for _tool, forms in tools for form in forms})
    files = {
        "dataset_description.json": _json(
            {
                "Name": name,
                "BIDSVersion": BIDS_VERSION,
                "DatasetType": "raw",
                "GeneratedBy": [{"Name": program}],
            }
        ),
        "participants.tsv": _tsv(["participant_id"], [[f"sub-{one}"] for one in people]),
        "participants.json": _json({"participant_id": {"Description": "A random name, sub-…"}}),
    }
    for tool, forms in tools:
        files[f"phenotype/{tool.name}.tsv"] = _table(tool, forms)
        files[f"phenotype/{tool.name}.json"] = _json(_about(tool))
    return files


def _about(tool: Tool) -> dict[str, Any]:
    metadata = {"Description": tool.description}
    if tool.term_url:
        metadata["TermURL"] = tool.term_url
    return {"MeasurementToolMetadata": metadata, **tool.columns}


def _item(item: Item, place: int) -> dict[str, Any]:
    told: dict[str, Any] = {"Description": item.text or f"Item {place} of the form"}
    choices = {str(one.value): one.text for one in item.scale.choices if one.text}
    if choices:
        return {**told, "Levels": choices}
    ends = [text for text in (item.scale.low_text, item.scale.high_text) if text]
    line = f"{item.scale.minimum} to {item.scale.maximum}"
    said = f"{line} ({' … '.join(ends)})" if ends else line
    return {"Description": f"{told['Description']} [{said}]"}


def _table(tool: Tool, forms: Sequence[Filled]) -> bytes:
    names = ["participant_id", "session_id", *tool.columns]
    rows, seen = [], set()
    for form in sorted(forms, key=lambda one: (one.participant, one.session)):
        key = (form.participant, form.session)
        if key in seen or not all(_LABEL.match(part) for part in key):
            raise BadInput("a form twice, or a label that BIDS does not know", where=tool.name)
        seen.add(key)
        values = [form.values.get(column) or MISSING for column in tool.columns]
        rows.append([f"sub-{form.participant}", f"ses-{form.session}", *values])
    return _tsv(names, rows)


def _tsv(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    lines = ["\t".join(names), *("\t".join(row) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
