"""`lacrima evidence check`: do the data files of the evidence library fit together?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.errors import BadEvidence
from lacrima.evidence.library import read_library, shipped

app = verb()

LARGEST_BYTES = 5_000_000

Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        metavar="FOLDER",
        help="A folder with data files of the same names; without it, those that come with "
        "Lacrima.",
    ),
]


@app.command()
def evidence_check(folder: Folder = None, as_json: AsJson = False) -> int:
    """Read every data file strictly, and say how much is there.

    A mistake is answered with file, line and what was expected, and exit code 3: an unknown or
    missing key, a figure that is no number or has no source, a claim without a grade, an id that
    nothing has.
    """
    library = shipped() if folder is None else read_library(_files(folder))
    counts = library.counts()
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    result = {"folder": None if folder is None else str(folder), "counts": counts}
    say("evidence-check", result, as_json=as_json, text=f"All fits together: {told}.")
    return 0


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        raise BadEvidence("no such folder", where=str(folder), expected="a folder of data files")
    for path in sorted(folder.glob("*.toml")):
        yield path.name, _bytes_of(path)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as mistake:
        raise BadEvidence(
            "a file that cannot be read", where=path.name, expected="a readable file"
        ) from mistake
    if len(data) > LARGEST_BYTES:
        raise BadEvidence(
            "a file that is too large", where=path.name, expected=f"at most {LARGEST_BYTES} bytes"
        )
    return data
