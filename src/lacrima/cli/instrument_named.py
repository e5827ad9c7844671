"""The instrument that somebody means: one that comes with Lacrima, or a data file of their own."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from lacrima.errors import BadInstrument, UsageError
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument
from lacrima.instruments.reading import read_instrument

MAX_BYTES = 1_000_000

InstrumentOption = Annotated[
    str,
    typer.Option(
        "--instrument",
        metavar="NAME|FILE.toml",
        help="An instrument that comes with Lacrima, such as phq-9; or a data file of your own.",
    ),
]


def instrument_named(told: str) -> Instrument:
    """The instrument of that name, or the one in that file.

    Raises UsageError for a name that is not known, BadInstrument with file and line for a file
    with a mistake in it.
    """
    if told in shipped():
        return shipped()[told]
    path = Path(told)
    if path.suffix == ".toml" or path.name != told:
        return _from_file(path)
    near = difflib.get_close_matches(told.casefold(), shipped(), n=1, cutoff=0.5)
    raise UsageError(
        "no instrument of this name",
        where="--instrument",
        expected=f"{'perhaps ' + near[0] + '; ' if near else ''}one of {', '.join(shipped())}; "
        "or the path of a data file (.toml)",
    )


def _from_file(path: Path) -> Instrument:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as mistake:
        raise BadInstrument(
            f"a file that cannot be read ({mistake.strerror})",
            where=path.name,
            expected="the data file of an instrument",
        ) from mistake
    if len(data) > MAX_BYTES:
        raise BadInstrument("a very large file", where=path.name, expected="at most 1 MB")
    return read_instrument(data, name=path.name)
