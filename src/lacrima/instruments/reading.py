"""Turns an instrument's data file into values. Every mistake names file, line and what fits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from lacrima.errors import BadInstrument
from lacrima.instruments import strict_toml
from lacrima.instruments.definition import (
    Band,
    Choice,
    FlagRule,
    Instrument,
    Item,
    Licence,
    MissingRule,
    Norm,
    Scale,
    ScoreRule,
    When,
)
from lacrima.instruments.strict_toml import Section

SCHEMA = "lacrima.instrument/1"


def read_instrument(data: bytes, *, name: str) -> Instrument:
    """The instrument in a data file; `name` is the file's name, for messages.

    Raises BadInstrument with file and line for a mistake in the TOML, an unknown or missing
    key, a wrong type, a missing source, or numbers that contradict each other.
    """
    text = strict_toml.decode(data, name=name, error=BadInstrument)
    top = strict_toml.read(text, name=name, error=BadInstrument)
    if top.need("schema", str) != SCHEMA:
        raise top.refuse("schema", "another schema", f"{SCHEMA!r}")
    try:
        instrument = _instrument(top)
    except BadInstrument as mistake:
        if mistake.where:
            raise
        raise BadInstrument(mistake.found, where=name, expected=mistake.expected) from mistake
    top.done()
    return instrument


def _instrument(top: Section) -> Instrument:
    scales = {scale.name: scale for scale in map(_scale, top.sections("scale"))}
    score, missing = _need_section(top, "score"), _need_section(top, "missing")
    rule = MissingRule(missing.one_of("rule", tuple(MissingRule)))
    instrument = Instrument(
        slug=top.need("slug", str),
        version=top.need("version", str),
        name=top.need("name", str),
        title=top.need("title", str),
        instruction=top.need("instruction", str),
        language=top.need("language", str),
        recall_days=top.need("recall_days", int),
        when=When(top.one_of("when", tuple(When))),
        higher_is_better=top.need("higher_is_better", bool),
        is_validated=top.need("validated", bool),
        items=tuple(_item(section, scales) for section in top.sections("item")),
        score_rule=ScoreRule(score.one_of("rule", tuple(ScoreRule))),
        decimals=score.need("decimals", int),
        minimum=_decimal(score.need("minimum", float)),
        maximum=_decimal(score.need("maximum", float)),
        missing_rule=rule,
        missing_at_most=missing.take("at_most", int) or 0,
        missing_source=_source(missing),
        licence=_licence(_need_section(top, "licence")),
        sources=_sources(top),
        bands=tuple(_band(section) for section in top.sections("band")),
        flags=tuple(_flag(section) for section in top.sections("flag")),
        norms=tuple(_norm(section) for section in top.sections("norm")),
        loinc_panel=top.take("loinc_panel", str),
        loinc_total=score.take("loinc", str),
        note=top.take("note", str) or "",
    )
    score.done()
    missing.done()
    return instrument


def _need_section(top: Section, key: str) -> Section:
    section = top.section(key)
    if section is None:
        raise top.refuse(key, f"no table [{key}]", f"a table [{key}]")
    return section


def _source(section: Section) -> str:
    source = section.need("source", str)
    if not source.strip():
        raise section.refuse("source", "an empty source", "where the value was read")
    return source


def _sources(top: Section) -> tuple[str, ...]:
    sources = top.texts("sources")
    if not sources:
        raise top.refuse("sources", "no sources", "the readable texts the items were checked in")
    return sources


def _decimal(number: float) -> Decimal:
    exact = Decimal(repr(number))
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact


def _scale(section: Section) -> Scale:
    choices = tuple(map(_choice, section.sections("choice")))
    values = [choice.value for choice in choices]
    scale = Scale(
        name=section.need("name", str),
        minimum=min(values) if values else section.need("minimum", int),
        maximum=max(values) if values else section.need("maximum", int),
        choices=choices,
        low_text=section.take("low_text", str) or "",
        high_text=section.take("high_text", str) or "",
    )
    section.done()
    return scale


def _choice(section: Section) -> Choice:
    choice = Choice(
        section.need("value", int), section.need("text", str), section.take("loinc", str)
    )
    section.done()
    return choice


def _item(section: Section, scales: dict[str, Scale]) -> Item:
    scale_name = section.need("scale", str)
    if scale_name not in scales:
        raise section.refuse("scale", f"the unknown scale {scale_name!r}", "a [[scale]] above")
    is_scored = section.take("scored", bool)
    item = Item(
        id=section.need("id", str),
        text=section.need("text", str),
        scale=scales[scale_name],
        is_reversed=section.take("reversed", bool) or False,
        is_scored=True if is_scored is None else is_scored,
        loinc=section.take("loinc", str),
    )
    section.done()
    return item


def _licence(section: Section) -> Licence:
    licence = Licence(
        section.need("text", str), _source(section), section.take("must_show", str) or ""
    )
    section.done()
    return licence


def _band(section: Section) -> Band:
    low, high = section.need("minimum", float), section.need("maximum", float)
    band = Band(_decimal(low), _decimal(high), section.need("name", str), _source(section))
    section.done()
    return band


def _flag(section: Section) -> FlagRule:
    flag = FlagRule(
        section.need("item", str),
        section.need("at_least", int),
        section.need("name", str),
        _source(section),
    )
    section.done()
    return flag


def _norm(section: Section) -> Norm:
    norm = Norm(
        name=section.need("name", str),
        population=section.need("population", str),
        source=_source(section),
        tie=section.one_of("tie", ("strict", "inclusive")),
        reliability_kind=section.take("reliability_kind", str) or "",
        rounding=section.take("rounding", str) or "",
    )
    numbers = {
        key: None if value is None else _decimal(value)
        for key in ("cut_off", "sd", "reliability", "confidence", "reliable_change")
        for value in [section.take(key, float)]
    }
    section.done()
    return replace(
        norm,
        cut_off=numbers["cut_off"],
        sd=numbers["sd"],
        reliability=numbers["reliability"],
        confidence=numbers["confidence"],
        reliable_change=numbers["reliable_change"],
    )
