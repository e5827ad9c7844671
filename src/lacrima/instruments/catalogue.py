"""The instruments that come with Lacrima: every data file in `data/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from lacrima.errors import BadInstrument
from lacrima.instruments.definition import Instrument
from lacrima.instruments.reading import read_instrument


@cache
def shipped() -> Mapping[str, Instrument]:
    """Slug to instrument, in the order of the slugs; read once.

    Raises BadInstrument where a data file has a mistake, its name is not its slug, or two have
    one name.
    """
    folder = resources.files("lacrima.instruments") / "data"
    entries = sorted(folder.iterdir(), key=lambda each: each.name)
    return read_all((one.name, one.read_bytes()) for one in entries if one.name.endswith(".toml"))


def read_all(files: Iterable[tuple[str, bytes]]) -> Mapping[str, Instrument]:
    """Slug to instrument, out of files of these names and bytes, in their order."""
    instruments: dict[str, Instrument] = {}
    for file_name, data in files:
        instrument = read_instrument(data, name=file_name)
        if f"{instrument.slug}.toml" != file_name:
            raise BadInstrument(
                f"the slug {instrument.slug!r}", where=file_name, expected="the file's own name"
            )
        _check_alone(instrument, instruments, file_name)
        instruments[instrument.slug] = instrument
    return MappingProxyType(instruments)


def _check_alone(instrument: Instrument, others: Mapping[str, Instrument], file_name: str) -> None:
    for other in others.values():
        if instrument.slug == other.slug or instrument.name == other.name:
            raise BadInstrument(
                f"the name {instrument.name!r}, which {other.slug}.toml has already",
                where=f"{file_name}, name",
                expected="a name and a slug that no other instrument has",
            )
