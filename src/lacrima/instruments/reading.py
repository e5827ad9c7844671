"""Turns an instrument's data file into values. Every mistake names file, line and what fits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from lacrima.errors import BadInstrument
from lacrima.instruments import strict_toml
from lacrima.instruments.definition import (
    Band,
    Choice,
    Counting,
    FlagRule,
    Instrument,
    Item,
    Licence,
    MissingRule,
    Norm,
    Part,
    Pattern,
    Scale,
    ScoreRule,
    Subscale,
    When,
    Who,
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
    is_skeleton = top.take("skeleton", bool) or False
    score = _need_section(top, "score")
    rule = ScoreRule(score.one_of("rule", tuple(ScoreRule)))
    items = tuple(_item(one, scales, is_skeleton=is_skeleton) for one in top.sections("item"))
    subscales = tuple(_subscale(one, items) for one in top.sections("subscale"))
    minimum, maximum = _range(score, rule, subscales)
    missing_rule, at_most, missing_source = _missing_of(top, rule)
    is_wordless = is_skeleton or rule is ScoreRule.TOTAL
    instrument = Instrument(
        slug=top.need("slug", str),
        version=top.need("version", str),
        name=top.need("name", str),
        title=top.need("title", str),
        instruction="" if is_wordless else top.need("instruction", str),
        language=top.need("language", str),
        recall_days=top.need("recall_days", int),
        when=When(top.one_of("when", tuple(When))),
        higher_is_better=top.need("higher_is_better", bool),
        is_validated=top.need("validated", bool),
        items=items,
        score_rule=rule,
        decimals=score.take("decimals", int) or 0,
        minimum=minimum,
        maximum=maximum,
        missing_rule=missing_rule,
        missing_at_most=at_most,
        missing_source=missing_source,
        licence=_licence(_need_section(top, "licence")),
        sources=_sources(top),
        bands=tuple(_band(section) for section in top.sections("band")),
        flags=tuple(_flag(section) for section in top.sections("flag")),
        norms=tuple(_norm(section) for section in top.sections("norm")),
        loinc_panel=top.take("loinc_panel", str),
        loinc_total=score.take("loinc", str),
        note=top.take("note", str) or "",
        who=_who(top, "who"),
        about=_who(top, "about"),
        is_skeleton=is_skeleton,
        times=_times(score),
        subscales=subscales,
        patterns=tuple(_pattern(section) for section in top.sections("pattern")),
    )
    score.done()
    return instrument


def _range(
    score: Section, rule: ScoreRule, subscales: tuple[Subscale, ...]
) -> tuple[Decimal, Decimal]:
    """The range of the total; without one, the range of the subscales together."""
    if rule is not ScoreRule.NONE:
        low, high = score.need("minimum", float), score.need("maximum", float)
        return _decimal(low), _decimal(high)
    if not subscales:
        raise score.refuse("rule", "neither a total nor subscales", "[[subscale]] tables")
    return min(one.minimum for one in subscales), max(one.maximum for one in subscales)


def _times(score: Section) -> int:
    times = score.take("times", int)
    if times is not None and times < 1:
        raise score.refuse("times", "a multiple below 1", "a whole number from 1")
    return times or 1


def _missing_of(top: Section, rule: ScoreRule) -> tuple[MissingRule, int, str]:
    if rule in {ScoreRule.NONE, ScoreRule.TOTAL}:
        return MissingRule.REFUSE, 0, ""
    return _missing(_need_section(top, "missing"))


def _missing(section: Section) -> tuple[MissingRule, int, str]:
    rule = MissingRule(section.one_of("rule", tuple(MissingRule)))
    found = rule, section.take("at_most", int) or 0, _source(section)
    section.done()
    return found


def _who(top: Section, key: str) -> Who:
    return Who(top.one_of(key, tuple(Who))) if top.has(key) else Who.CLIENT


def _subscale(section: Section, items: tuple[Item, ...]) -> Subscale:
    by_id = {item.id: item for item in items}
    names = section.texts("items")
    for name in names:
        if name not in by_id:
            raise section.refuse("items", f"the unknown item {name!r}", "an [[item]] of this file")
    missing_rule, at_most, missing_source = _missing(_need_section(section, "missing"))
    subscale = Subscale(
        slug=section.need("slug", str),
        name=section.need("name", str),
        counting=Counting(
            items=tuple(by_id[name] for name in names),
            rule=ScoreRule(section.one_of("rule", (ScoreRule.SUM, ScoreRule.MEAN))),
            missing_rule=missing_rule,
            at_most=at_most,
            times=_times(section),
            decimals=section.take("decimals", int) or 0,
        ),
        missing_source=missing_source,
        source=_source(section),
        bands=tuple(_band(one) for one in section.sections("band")),
    )
    _check_range(section, subscale)
    section.done()
    return subscale


def _check_range(section: Section, subscale: Subscale) -> None:
    low, high = section.need("minimum", float), section.need("maximum", float)
    if (_decimal(low), _decimal(high)) != (subscale.minimum, subscale.maximum):
        raise section.refuse(
            "maximum",
            "a range the items do not give",
            f"{subscale.minimum} to {subscale.maximum}",
        )


def _pattern(section: Section) -> Pattern:
    parts = tuple(_part(one) for one in section.sections("part"))
    pattern = Pattern(section.need("name", str), parts, _source(section))
    section.done()
    return pattern


def _part(section: Section) -> Part:
    part = Part(section.texts("items"), section.need("count", int), section.need("at_least", int))
    section.done()
    return part


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


def _item(section: Section, scales: dict[str, Scale], *, is_skeleton: bool) -> Item:
    scale_name = section.need("scale", str)
    if scale_name not in scales:
        raise section.refuse("scale", f"the unknown scale {scale_name!r}", "a [[scale]] above")
    is_scored = section.take("scored", bool)
    item = Item(
        id=section.need("id", str),
        text="" if is_skeleton else section.need("text", str),
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
