"""The parts of an instrument's data file: scales, items, subscales, bands, flags, norms."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from lacrima.instruments.counting import Counting, MissingRule, ScoreRule
from lacrima.instruments.rules import Band, FlagRule, Licence, Norm, Part, Pattern, Subscale
from lacrima.instruments.scale import Choice, Item, Scale
from lacrima.strict_toml import Section


def need_section(section: Section, key: str) -> Section:
    """A table that must be there."""
    found = section.section(key)
    if found is None:
        raise section.refuse(key, f"no table [{key}]", f"a table [{key}]")
    return found


def source_of(section: Section) -> str:
    """Where a value was read; never empty."""
    source = section.need("source", str)
    if not source.strip():
        raise section.refuse("source", "an empty source", "where the value was read")
    return source


def decimal_of(number: float) -> Decimal:
    """A number of the file, as it is written."""
    exact = Decimal(repr(number))
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact


def scale_of(section: Section) -> Scale:
    """A scale: named choices, or a line."""
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


def item_of(section: Section, scales: Mapping[str, Scale], *, is_skeleton: bool) -> Item:
    """One question; a skeleton's has no text."""
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
    section.done("no text in a skeleton: the practice types it in" if is_skeleton else "")
    return item


def missing_of(section: Section) -> tuple[MissingRule, int, str]:
    """What happens where items are missing: the rule, its count, its source."""
    rule = MissingRule(section.one_of("rule", tuple(MissingRule)))
    found = rule, section.take("at_most", int) or 0, source_of(section)
    section.done()
    return found


def times_of(section: Section) -> int:
    """The whole number that a sum or mean is multiplied by; 1 where none is given."""
    times = section.take("times", int)
    if times is not None and times < 1:
        raise section.refuse("times", "a multiple below 1", "a whole number from 1")
    return times or 1


def subscale_of(section: Section, items: Mapping[str, Item], *, higher_is_better: bool) -> Subscale:
    """A subscale; its direction is that of the instrument unless it says otherwise."""
    names = section.texts("items")
    for name in names:
        if name not in items:
            raise section.refuse("items", f"the unknown item {name!r}", "an [[item]] of this file")
    missing_rule, at_most, missing_source = missing_of(need_section(section, "missing"))
    own_direction = section.take("higher_is_better", bool)
    subscale = Subscale(
        slug=section.need("slug", str),
        name=section.need("name", str),
        counting=Counting(
            items=tuple(items[name] for name in names),
            rule=ScoreRule(section.one_of("rule", (ScoreRule.SUM, ScoreRule.MEAN))),
            missing_rule=missing_rule,
            at_most=at_most,
            times=times_of(section),
            decimals=section.take("decimals", int) or 0,
        ),
        higher_is_better=higher_is_better if own_direction is None else own_direction,
        missing_source=missing_source,
        source=source_of(section),
        bands=tuple(band_of(one) for one in section.sections("band")),
    )
    _check_range(section, subscale)
    section.done()
    return subscale


def _check_range(section: Section, subscale: Subscale) -> None:
    low, high = section.need("minimum", float), section.need("maximum", float)
    if (decimal_of(low), decimal_of(high)) != (subscale.minimum, subscale.maximum):
        raise section.refuse(
            "maximum",
            "a range the items do not give",
            f"{subscale.minimum} to {subscale.maximum}",
        )


def pattern_of(section: Section) -> Pattern:
    """A published rule over single items."""
    parts = tuple(_part(one) for one in section.sections("part"))
    pattern = Pattern(section.need("name", str), parts, source_of(section))
    section.done()
    return pattern


def _part(section: Section) -> Part:
    part = Part(section.texts("items"), section.need("count", int), section.need("at_least", int))
    section.done()
    return part


def licence_of(section: Section) -> Licence:
    """Who may do what with the text."""
    licence = Licence(
        section.need("text", str), source_of(section), section.take("must_show", str) or ""
    )
    section.done()
    return licence


def band_of(section: Section) -> Band:
    """A named stretch of totals."""
    low, high = section.need("minimum", float), section.need("maximum", float)
    band = Band(decimal_of(low), decimal_of(high), section.need("name", str), source_of(section))
    section.done()
    return band


def flag_of(section: Section) -> FlagRule:
    """An answer that a person must see at once."""
    flag = FlagRule(
        section.need("item", str),
        section.need("at_least", int),
        section.need("name", str),
        source_of(section),
    )
    section.done()
    return flag


def norm_of(section: Section) -> Norm:
    """The numbers of one sample."""
    numbers = {
        key: None if value is None else decimal_of(value)
        for key in ("cut_off", "sd", "reliability", "confidence", "reliable_change")
        for value in [section.take(key, float)]
    }
    norm = Norm(
        name=section.need("name", str),
        population=section.need("population", str),
        source=source_of(section),
        tie=section.one_of("tie", ("strict", "inclusive")),
        reliability_kind=section.take("reliability_kind", str) or "",
        rounding=section.take("rounding", str) or "",
        **numbers,
    )
    section.done()
    return norm
