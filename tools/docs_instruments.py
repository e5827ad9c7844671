"""The page of the instruments, written from their data files."""

from __future__ import annotations

from collections.abc import Iterator

from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import (
    Instrument,
    Item,
    Norm,
    Part,
    Pattern,
    Subscale,
    Who,
)

HEAD = """Questionnaires that come with Lacrima, each one data file. A missing item is never 0.
[How to add one](../how-to/add-an-instrument.md).

A **skeleton** has the items, range, reversal and scoring of a form and none of its words: its
owner does not clearly allow them to be passed on. A practice that may use the form types its
wording in (*Settings*, *Questionnaires*); until then single answers go in by item number.
A pattern is a published rule over single items; it is met, not met, or open where a missing
answer could decide it, and it is never a diagnosis.
"""


def instruments(generated: str) -> str:
    """The questionnaires that come with Lacrima; `generated` says that the page is written."""
    head = f"# Instruments\n\n{generated}\n\n{HEAD}\n{_overview()}"
    return "\n".join([head, *(_instrument(one) for one in shipped().values())]).rstrip() + "\n"


def _overview() -> str:
    rows = [
        f"| [{one.name}](#{_anchor(one.name)}) | `{one.slug}` | {_kind(one)} | {_out_of(one)} |"
        for one in shipped().values()
    ]
    head = "| name | slug | what is here | gives |\n|---|---|---|---|\n"
    return head + "\n".join(rows) + "\n"


def _anchor(name: str) -> str:
    return name.casefold().replace(" ", "-")


def _kind(one: Instrument) -> str:
    if one.is_total_only:
        return "total of a printed form"
    if one.is_skeleton:
        return "skeleton"
    return "unvalidated, for conversation" if not one.is_validated else "whole"


def _out_of(one: Instrument) -> str:
    if not one.has_total:
        return f"{len(one.subscales)} scores, no total"
    return f"{one.minimum} to {one.maximum}"


def _instrument(one: Instrument) -> str:
    rows = "\n".join(f"| {name} | {_cell(text)} |" for name, text in _facts(one) if text)
    return f"## {one.name}\n\n{one.title}\n\n| | |\n|---|---|\n{rows}\n"


def _facts(one: Instrument) -> Iterator[tuple[str, str]]:
    yield "slug", f"`{one.slug}`, version {one.version}"
    yield "what is here", _kind(one)
    yield "who answers", _who(one)
    yield "items", _items(one)
    yield "count backwards", ", ".join(item.id for item in one.items if item.is_reversed)
    yield "total", _total(one)
    yield "better", "higher" if one.higher_is_better else "lower"
    yield "asks about", _window(one)
    yield "missing items", _missing(one)
    for sub in one.subscales:
        yield "subscale", _subscale(sub, one)
    for pattern in one.patterns:
        yield "pattern", _pattern(pattern)
    for flag in one.flags:
        yield "shown at once", f"{flag.item} at {flag.at_least} or more: {flag.name}"
    yield "bands", _bands(one)
    for norm in one.norms:
        yield "norm", _norm(norm)
    yield "LOINC", _loinc(one)
    yield "licence", f"{one.licence.text} ({one.licence.source})"
    yield "line that is shown", one.licence.must_show
    yield "note", one.note
    for source in one.sources:
        yield ("numbers" if one.is_skeleton else "text") + " checked against", source


def _who(one: Instrument) -> str:
    if one.about is Who.THERAPIST:
        return "the therapist, about herself; offered for no client"
    return "the therapist, about the client" if one.who is Who.THERAPIST else "the client"


def _items(one: Instrument) -> str:
    if one.is_total_only:
        return "none here"
    return f"{len(one.items)}, of which {len(one.scored_items)} count; {_ids(one.items)}"


def _ids(items: tuple[Item, ...]) -> str:
    if len(items) == 1:
        return f"`{items[0].id}`"
    return f"`{items[0].id}` to `{items[-1].id}`"


def _total(one: Instrument) -> str:
    if not one.has_total:
        return "none: its scores are not added up"
    times = f", times {one.times}" if one.times > 1 else ""
    rule = "typed in" if one.is_total_only else one.score_rule.value
    decimals = f", {one.decimals} decimal" if one.decimals else ""
    return f"{rule}{times}, {one.minimum} to {one.maximum}{decimals}"


def _window(one: Instrument) -> str:
    if one.recall_days is None:
        return "no stretch of time is named"
    return f"{one.recall_days} days" if one.recall_days else "this session"


def _missing(one: Instrument) -> str:
    if one.counting is None:
        return ""
    at_most = f", at most {one.missing_at_most}" if one.missing_at_most else ""
    return f"{one.missing_rule.value}{at_most}. {one.missing_source}"


def _subscale(sub: Subscale, one: Instrument) -> str:
    items = ", ".join(item.id for item in sub.counting.items)
    times = f" times {sub.counting.times}" if sub.counting.times > 1 else ""
    better = "" if sub.higher_is_better == one.higher_is_better else "; higher is better"
    bands = "; ".join(f"{band.minimum} to {band.maximum} {band.name}" for band in sub.bands)
    told = f"{sub.name} (`{sub.slug}`): {sub.counting.rule.value}{times} of {items}; "
    told += f"{sub.minimum} to {sub.maximum}{better}"
    return f"{told}. {bands}. {sub.source}" if bands else f"{told}. {sub.source}"


def _pattern(pattern: Pattern) -> str:
    parts = "; ".join(_part(part) for part in pattern.parts)
    return f"{pattern.name}: {parts}. {pattern.source}"


def _part(part: Part) -> str:
    return f"{part.count} or more of {', '.join(part.items)} at {part.at_least} or more"


def _bands(one: Instrument) -> str:
    return "; ".join(f"{band.minimum} to {band.maximum} {band.name}" for band in one.bands)


def _norm(norm: Norm) -> str:
    numbers = [
        f"{name} {value}"
        for name, value in (
            ("cut-off", norm.cut_off),
            ("SD", norm.sd),
            (norm.reliability_kind or "reliability", norm.reliability),
            ("confidence", norm.confidence),
            ("reliable change", norm.reliable_change),
        )
        if value is not None
    ]
    tie = "a total on the cut-off is " + (
        "a clinical one" if norm.tie == "inclusive" else "neither"
    )
    return f"{norm.name}: {norm.population}. {', '.join(numbers)}; {tie}. {norm.source}"


def _loinc(one: Instrument) -> str:
    codes = [
        f"panel {one.loinc_panel}" if one.loinc_panel else "",
        f"total {one.loinc_total}" if one.loinc_total else "",
    ]
    return ", ".join(code for code in codes if code)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
