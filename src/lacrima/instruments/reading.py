"""Turns an instrument's data file into values. Every mistake names file, line and what fits."""

from __future__ import annotations

from decimal import Decimal

from lacrima import strict_toml
from lacrima.errors import BadInstrument
from lacrima.instruments.definition import (
    Instrument,
    Item,
    MissingRule,
    ScoreRule,
    Subscale,
    When,
    Who,
)
from lacrima.instruments.reading_parts import (
    band_of,
    decimal_of,
    flag_of,
    item_of,
    licence_of,
    missing_of,
    need_section,
    norm_of,
    pattern_of,
    scale_of,
    subscale_of,
    times_of,
)
from lacrima.strict_toml import Section

SCHEMA = "lacrima.instrument/1"
NO_WINDOW = "none"


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
    is_skeleton = top.take("skeleton", bool) or False
    score = need_section(top, "score")
    rule = ScoreRule(score.one_of("rule", tuple(ScoreRule)))
    higher_is_better = top.need("higher_is_better", bool)
    items = _items(top, is_skeleton=is_skeleton)
    subscales = _subscales(top, items, higher_is_better=higher_is_better)
    minimum, maximum = _range(score, rule, subscales)
    missing_rule, at_most, missing_source = _missing(top, rule)
    instrument = Instrument(
        slug=top.need("slug", str),
        version=top.need("version", str),
        name=top.need("name", str),
        title=top.need("title", str),
        instruction=_instruction(top, has_words=not is_skeleton and rule is not ScoreRule.TOTAL),
        language=top.need("language", str),
        recall_days=_recall_days(top),
        when=When(top.one_of("when", tuple(When))),
        higher_is_better=higher_is_better,
        is_validated=top.need("validated", bool),
        items=items,
        score_rule=rule,
        decimals=score.take("decimals", int) or 0,
        minimum=minimum,
        maximum=maximum,
        missing_rule=missing_rule,
        missing_at_most=at_most,
        missing_source=missing_source,
        licence=licence_of(need_section(top, "licence")),
        sources=_sources(top),
        bands=tuple(band_of(section) for section in top.sections("band")),
        flags=tuple(flag_of(section) for section in top.sections("flag")),
        norms=tuple(norm_of(section) for section in top.sections("norm")),
        loinc_panel=top.take("loinc_panel", str),
        loinc_total=score.take("loinc", str),
        note=top.take("note", str) or "",
        who=_who(top, "who"),
        about=_who(top, "about"),
        is_skeleton=is_skeleton,
        times=times_of(score),
        subscales=subscales,
        patterns=tuple(pattern_of(section) for section in top.sections("pattern")),
    )
    score.done()
    return instrument


def _items(top: Section, *, is_skeleton: bool) -> tuple[Item, ...]:
    scales = {scale.name: scale for scale in map(scale_of, top.sections("scale"))}
    return tuple(item_of(one, scales, is_skeleton=is_skeleton) for one in top.sections("item"))


def _subscales(
    top: Section, items: tuple[Item, ...], *, higher_is_better: bool
) -> tuple[Subscale, ...]:
    by_id = {item.id: item for item in items}
    return tuple(
        subscale_of(one, by_id, higher_is_better=higher_is_better)
        for one in top.sections("subscale")
    )


def _range(
    score: Section, rule: ScoreRule, subscales: tuple[Subscale, ...]
) -> tuple[Decimal, Decimal]:
    """The range of the total; without one, the range of the subscales together."""
    if rule is not ScoreRule.NONE:
        low, high = score.need("minimum", float), score.need("maximum", float)
        return decimal_of(low), decimal_of(high)
    if not subscales:
        raise score.refuse("rule", "neither a total nor subscales", "[[subscale]] tables")
    return min(one.minimum for one in subscales), max(one.maximum for one in subscales)


def _missing(top: Section, rule: ScoreRule) -> tuple[MissingRule, int, str]:
    if rule in {ScoreRule.NONE, ScoreRule.TOTAL}:
        return MissingRule.REFUSE, 0, ""
    return missing_of(need_section(top, "missing"))


def _instruction(top: Section, *, has_words: bool) -> str:
    return top.need("instruction", str) if has_words else ""


def _recall_days(top: Section) -> int | None:
    """The days asked about; `"none"` where the form names no stretch of time."""
    if not top.has("recall_days"):
        return top.need("recall_days", int)
    value = top.number_or_text("recall_days")
    if value == NO_WINDOW:
        return None
    if not isinstance(value, int):
        raise top.refuse("recall_days", "text", f'a whole number of days, or "{NO_WINDOW}"')
    return value


def _who(top: Section, key: str) -> Who:
    return Who(top.one_of(key, tuple(Who))) if top.has(key) else Who.CLIENT


def _sources(top: Section) -> tuple[str, ...]:
    sources = top.texts("sources")
    if not sources:
        raise top.refuse("sources", "no sources", "the readable texts the items were checked in")
    return sources
