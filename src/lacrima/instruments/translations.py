"""Instruments in other languages: official words alone, each file with where they were read.

A translation changes words and nothing else: items, values, scoring and norms stay those of the
one instrument, so answers in two languages are answers to the same questionnaire. Whether norms
hold in another language is a question of its own; the file's `note` says what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from lacrima import strict_toml
from lacrima.errors import BadInstrument
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Band, Choice, Instrument, Scale
from lacrima.instruments.wording import reworded, scales_of
from lacrima.strict_toml import Section

SCHEMA = "lacrima.translation/1"


@dataclass(frozen=True, slots=True)
class Translation:
    """The words of one version of one instrument in another language."""

    slug: str
    version: str
    language: str
    title: str
    instruction: str
    items: Mapping[str, str]
    anchors: Mapping[str, Mapping[int, str]]
    sources: tuple[str, ...]
    names: Mapping[str, str]  # of bands, flags and subscales, by their English
    must_show: str = ""
    note: str = ""


def in_language(instrument: Instrument, language: str) -> Instrument:
    """The instrument in this language where official words are here, else as it is.

    `language` is a tag such as "de" or "de-at"; only its first part counts.

    >>> in_language(shipped()["phq-9"], "de").items[0].text
    'Wenig Interesse oder Freude an Ihren Tätigkeiten'
    >>> in_language(shipped()["pcl-5"], "de").language
    'en'
    """
    first = language.partition("-")[0].lower()
    return _all_in(first).get(instrument.slug, instrument) if first else instrument


@cache
def _all_in(language: str) -> Mapping[str, Instrument]:
    return {
        slug: translated(shipped()[slug], words)
        for (slug, spoken), words in translations().items()
        if spoken == language
    }


@cache
def translations() -> Mapping[tuple[str, str], Translation]:
    """Slug and language to words: every file in `data/LANGUAGE/`; read once.

    Raises BadInstrument where a file has a mistake, or speaks of an instrument that is not there.
    """
    found = {}
    for folder in (resources.files("lacrima.instruments") / "data").iterdir():
        files = folder.iterdir() if folder.is_dir() else []
        for one in sorted(files, key=lambda each: each.name):
            name = f"{folder.name}/{one.name}"
            words = read_translation(one.read_bytes(), name=name)
            if name != f"{words.language}/{words.slug}.toml" or words.slug not in shipped():
                raise BadInstrument(
                    f"the words of {words.slug!r} in {words.language!r}",
                    where=name,
                    expected="a shipped instrument, in a file LANGUAGE/SLUG.toml",
                )
            found[words.slug, words.language] = words
    return found


def translated(instrument: Instrument, words: Translation) -> Instrument:
    """The instrument in these words. BadInstrument when they are not for just its items."""
    anchors = {scale.name: words.anchors.get(scale.name, {}) for scale in scales_of(instrument)}
    scales = {one.name: _in_words(one, anchors[one.name]) for one in scales_of(instrument)}
    ids = [item.id for item in instrument.items]
    is_whole = list(words.items) == ids and set(words.anchors) == set(scales)
    if words.version != instrument.version or not is_whole:
        raise BadInstrument(
            f"words for version {words.version} and {len(words.items)} items",
            where=f"{words.language}/{words.slug}.toml",
            expected=f"version {instrument.version}, its {len(ids)} items in order, its scales",
        )
    licence = replace(instrument.licence, must_show=words.must_show or instrument.licence.must_show)
    worded = reworded(instrument, words.language, words.instruction, words.items, scales)
    note = words.note or instrument.note
    return replace(_named(worded, words.names), title=words.title, licence=licence, note=note)


def _named(instrument: Instrument, names: Mapping[str, str]) -> Instrument:
    """Bands, flags and subscales by their names in this language; their short names stay."""
    flags = (replace(one, name=names.get(one.name, one.name)) for one in instrument.flags)
    subscales = (
        replace(one, name=names.get(one.name, one.name), bands=_bands(one.bands, names))
        for one in instrument.subscales
    )
    return replace(
        instrument,
        bands=_bands(instrument.bands, names),
        flags=tuple(flags),
        subscales=tuple(subscales),
    )


def _bands(bands: tuple[Band, ...], names: Mapping[str, str]) -> tuple[Band, ...]:
    return tuple(replace(one, name=names.get(one.name, one.name)) for one in bands)


def _in_words(scale: Scale, words: Mapping[int, str]) -> Scale:
    """The same values in other words: every choice, or the two ends of a line."""
    values = scale.values if scale.choices else (scale.minimum, scale.maximum)
    if tuple(words) != values:
        raise BadInstrument(
            f"words for the answers {', '.join(map(str, words))}",
            where=f"scale {scale.name}",
            expected=f"words for {', '.join(map(str, values))}, in this order",
        )
    if scale.choices:
        loinc = {one.value: one.loinc for one in scale.choices}
        choices = tuple(Choice(value, text, loinc[value]) for value, text in words.items())
        return replace(scale, choices=choices)
    return replace(scale, low_text=words[scale.minimum], high_text=words[scale.maximum])


def read_translation(data: bytes, *, name: str) -> Translation:
    """The words in a data file. Raises BadInstrument with file, line and what was expected."""
    text = strict_toml.decode(data, name=name, error=BadInstrument)
    top = strict_toml.read(text, name=name, error=BadInstrument)
    if top.need("schema", str) != SCHEMA:
        raise top.refuse("schema", "another schema", f"{SCHEMA!r}")
    words = Translation(
        slug=top.need("slug", str),
        version=top.need("version", str),
        language=top.need("language", str),
        title=top.need("title", str),
        instruction=top.need("instruction", str),
        items=dict(_item(one) for one in top.sections("item")),
        anchors=_anchors(top),
        sources=top.texts("sources"),
        names=dict(_name(one) for one in top.sections("name")),
        must_show=top.take("must_show", str) or "",
        note=top.take("note", str) or "",
    )
    if not words.sources:
        raise top.refuse("sources", "no source", "where the words were read")
    top.done()
    return words


def _item(section: Section) -> tuple[str, str]:
    told = section.need("id", str), section.need("text", str)
    section.done()
    return told


def _name(section: Section) -> tuple[str, str]:
    told = section.need("english", str), section.need("text", str)
    section.done()
    return told


def _anchors(top: Section) -> Mapping[str, Mapping[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for section in top.sections("anchor"):
        words = found.setdefault(section.need("scale", str), {})
        words[section.need("value", int)] = section.need("text", str)
        section.done()
    return found
