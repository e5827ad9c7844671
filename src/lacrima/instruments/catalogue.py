"""The instruments that come with Lacrima: every data file in `data/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from lacrima.errors import BadInstrument
from lacrima.instruments.definition import Instrument
from lacrima.instruments.reading import read_instrument


@cache
def shipped() -> Mapping[str, Instrument]:
    """Slug to instrument, in the order of the slugs; read once.

    Raises BadInstrument where a data file has a mistake, or its name is not its slug.
    """
    instruments: dict[str, Instrument] = {}
    folder = resources.files("lacrima.instruments") / "data"
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if not entry.name.endswith(".toml"):
            continue
        instrument = read_instrument(entry.read_bytes(), name=entry.name)
        if f"{instrument.slug}.toml" != entry.name:
            raise BadInstrument(
                f"the slug {instrument.slug!r}", where=entry.name, expected="the file's own name"
            )
        instruments[instrument.slug] = instrument
    return MappingProxyType(instruments)
