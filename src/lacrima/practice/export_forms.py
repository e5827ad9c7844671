"""Filled questionnaires without names, for the formats that know nothing else: BIDS and REDCap."""

from __future__ import annotations

import uuid
from collections import defaultdict
from importlib.metadata import version

from lacrima.formats import bids, redcap
from lacrima.formats.cells import to_text
from lacrima.formats.dictionary import Kind
from lacrima.formats.losses import Loss, together
from lacrima.instruments.catalogue import shipped
from lacrima.practice.export_rows_made import Source
from lacrima.records.models import Answers

Files = tuple[dict[str, bytes], tuple[Loss, ...]]

FORMS_ONLY = "this format holds filled questionnaires alone"
DATASET = "Filled questionnaires without names"


def bids_files(source: Source) -> Files:
    """A BIDS dataset of phenotype tables, and what it cannot hold."""
    filled: dict[str, list[bids.Filled]] = defaultdict(list)
    tools: dict[str, bids.Tool] = {}
    labels = _Occasions(source)
    for row in _in_order(source):
        measure = source.measure(row)
        tools.setdefault(measure, _tool(source, row))
        person = str(source.names.of("client", row.client_id))
        label = labels.of(row, measure)
        filled[measure].append(bids.Filled(person, label, _values(row)))
    pairs = [(tools[measure], filled[measure]) for measure in sorted(tools)]
    program = f"Lacrima {version('lacrima')}"
    files = bids.dataset(pairs, name=DATASET, program=program)
    return {**files, ".bidsignore": b"manifest.json\n"}, _losses(source)


def redcap_files(source: Source) -> Files:
    """REDCap's data dictionary, records and instrument zips, and what they cannot hold."""
    forms: dict[str, redcap.Form] = {}
    filled: list[tuple[str, redcap.Form, dict[str, str]]] = []
    lost: list[Loss] = []
    for row in _in_order(source):
        measure = source.measure(row)
        if measure not in forms:
            forms[measure] = _form(source, row)
            one = None if row.plain_score_id else shipped().get(row.instrument)
            lost += redcap.losses_of_form(one) if one else ()
        person = str(source.names.of("client", row.client_id))
        filled.append((person, forms[measure], _values(row)))
    ordered = [forms[measure] for measure in sorted(forms)]
    files = {
        "data_dictionary.csv": redcap.dictionary(ordered, with_record_id=True),
        "records.csv": redcap.records(filled, ordered),
        **{f"instruments/{one.name}.zip": redcap.instrument_zip(one) for one in ordered},
    }
    when = Loss("on which occasion a form was filled in", "instances have an order alone",
                len(filled))  # fmt: skip
    return files, together([*_losses(source), *([when] if filled else []), *lost])


def _tool(source: Source, row: Answers) -> bids.Tool:
    own = source.own.get(row.plain_score_id) if row.plain_score_id else None
    if own is None:
        return bids.tool_of(shipped()[row.instrument])
    limits = (to_text(Kind.DECIMAL, limit) for limit in (own.minimum, own.maximum))
    return bids.plain_tool(source.measure(row), *limits)


def _form(source: Source, row: Answers) -> redcap.Form:
    own = source.own.get(row.plain_score_id) if row.plain_score_id else None
    if own is None:
        return redcap.form_of(shipped()[row.instrument])
    limits = (to_text(Kind.DECIMAL, limit) for limit in (own.minimum, own.maximum))
    return redcap.plain_form(source.measure(row), *limits)


def _values(row: Answers) -> dict[str, str]:
    items = {item: to_text(Kind.INTEGER, value) for item, value in (row.items or {}).items()}
    return {**items, "total": to_text(Kind.DECIMAL, row.total)}


def _in_order(source: Source) -> list[Answers]:
    """By time, as far as it is known: instances are numbered in this order."""
    return sorted(source.answers, key=lambda row: (_day(source, row), _number(source, row)))


def _day(source: Source, row: Answers) -> int:
    session = source.session(row.session_id)
    at = row.given_at or (session.start if session else None)
    day = source.day(row.episode_id, at)
    return -1 if day is None else day


def _number(source: Source, row: Answers) -> int:
    session = source.session(row.session_id)
    return (session.number if session else row.assessment) or 0


class _Occasions:
    """A label for each occasion, letters and digits: which course of care, and where in it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._episodes: dict[uuid.UUID, int] = {}
        self._used: set[tuple[uuid.UUID, str, str]] = set()

    def of(self, row: Answers, measure: str) -> str:
        """`1s003` session 3 of the first course of care; `1a002` assessment 2; `1d0014` day 14."""
        place = self._episodes.setdefault(row.episode_id, len(self._episodes) + 1)
        session = self._source.session(row.session_id)
        if session is not None and session.number is not None:
            label = f"{place}s{session.number:03}"
        elif row.assessment is not None:
            label = f"{place}a{row.assessment:03}"
        else:
            label = f"{place}d{max(_day(self._source, row), 0):04}"
        return self._free(row.client_id, measure, label)

    def _free(self, client: uuid.UUID, measure: str, label: str) -> str:
        tried, more = label, 1
        while (client, measure, tried) in self._used:
            more += 1
            tried = f"{label}x{more}"
        self._used.add((client, measure, tried))
        return tried


def _losses(source: Source) -> tuple[Loss, ...]:
    counts = {
        "sessions": len(source.sessions),
        "moments": len(source.moments),
        "voices": len(source.voices),
        "what people showed in moments": len(source.expressions),
        "reasons why a questionnaire has no total": sum(bool(row.why) for row in source.answers),
    }
    return tuple(Loss(what, FORMS_ONLY, count) for what, count in counts.items() if count)
