"""`lacrima score`: what filled questionnaires in a file say.

Needs no practice and no Django: a file goes in, a result comes out.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.analyses.scoring import results
from lacrima.cli.beside import write_new
from lacrima.cli.instrument_named import InstrumentOption, instrument_named
from lacrima.cli.options import AsJson, verb
from lacrima.cli.progress import Progress
from lacrima.cli.said import say
from lacrima.errors import BadInput, UsageError
from lacrima.formats.answers_file import MAX_HANDED_OVER_BYTES, read_answers
from lacrima.formats.fhir.bundle import ResponseValue, bundle_of, losses_of, to_json
from lacrima.formats.filled.forms import Filled
from lacrima.formats.losses import Loss

app = verb()

SHOWN_FORMS = 40
MAX_FORMS_IN_BUNDLE = 20_000

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE|-",
        help="A table with a column for each item (CSV or Parquet), plain JSON, or FHIR R4 in JSON "
        "or XML.",
    ),
]
Person = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="Of a table: the column that says who.")
]
Fhir = Annotated[
    Path | None,
    typer.Option("--fhir", metavar="OUT.json", help="Write answers and scores as FHIR R4 as well."),
]


@app.command()
def score(
    file: File,
    instrument: InstrumentOption,
    person: Person = None,
    fhir: Fhir = None,
    as_json: AsJson = False,
) -> int:
    """What do these filled questionnaires say?

    A missing item is never 0: where the instrument's rule forms no total, it says why. Nothing
    is guessed silently: what was understood by number or order alone, and what was left out, is
    said.
    """
    measured = instrument_named(instrument)
    if fhir is not None and fhir.exists():
        raise UsageError("a file that is there already", where="--fhir", expected="a new file")
    progress = Progress("Reading forms")
    source = _handed_over() if file == "-" else Path(file)
    filled = read_answers(source, measured, person=person, on_progress=progress.at)
    progress.end()
    written = None if fhir is None else _write(filled, fhir)
    scored = results(measured, filled.answers, people=filled.people, rows=filled.rows)
    result = {
        "instrument": measured.slug,
        "forms": len(filled),
        "notes": list(filled.notes),
        "losses": [asdict(loss) for loss in filled.losses],
        "fhir_losses": None if written is None else [asdict(loss) for loss in written],
        "results": scored,
    }
    say("score", result, as_json=as_json, text="" if as_json else _text(measured.name, result))
    return 0


def _handed_over() -> bytes:
    data = sys.stdin.buffer.read(MAX_HANDED_OVER_BYTES + 1)
    if len(data) > MAX_HANDED_OVER_BYTES:
        raise BadInput("more than 200 MB", where="standard input", expected="a smaller file")
    return data


def _write(filled: Filled, path: Path) -> tuple[Loss, ...]:
    """Answers and scores as a Bundle; what it could not keep."""
    if len(filled) > MAX_FORMS_IN_BUNDLE:
        raise BadInput(
            f"more than {MAX_FORMS_IN_BUNDLE} forms for one FHIR file",
            where="--fhir",
            expected="fewer forms in one file",
        )
    seed = hashlib.sha256(filled.answers.tobytes() + repr(filled.people).encode()).hexdigest()
    responses = [
        ResponseValue(
            instrument=filled.instrument,
            answers=answers,
            key=f"{seed} {number}",
            subject=person or "",
        )
        for number, (_, person, answers) in enumerate(filled.forms())
    ]
    write_new(path, to_json(bundle_of(responses)))
    return losses_of(responses)


def _text(name: str, result: dict[str, Any]) -> str:
    scored: Iterator[dict[str, Any]] = result["results"]
    shown = [_line(one) for one in islice(scored, SHOWN_FORMS)]
    more = result["forms"] - len(shown)
    lines = [
        f"{name}: {result['forms']} {'form' if result['forms'] == 1 else 'forms'}.",
        *shown,
        *([f"  and {more} more; --json gives them all"] if more else []),
        *(f"{note}." for note in result["notes"]),
        *_lost("Left out of the file", result["losses"]),
        *_lost("Not in the FHIR file", result["fhir_losses"] or []),
    ]
    return "\n".join(map(_for_a_terminal, lines))


def _for_a_terminal(line: str) -> str:
    """Without control characters: names come from a file, and could speak to the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def _lost(title: str, losses: list[dict[str, Any]]) -> Iterator[str]:
    for loss in losses:
        yield f"{title}: {loss['what']} ({loss['count']}; {loss['why']})."


def _line(one: dict[str, Any]) -> str:
    who = f"  {one['person']}" if one["person"] else ""
    parts = [f"  {one['row']}{who}: {_number(one)}"]
    parts += [f"{each['subscale']} {_number(each)}" for each in one["subscales"]]
    parts += [f"{each['pattern']}: {_met(each['met'])}" for each in one["patterns"]]
    parts += [f"look at once: {flag['item']} ({flag['rule']})" for flag in one["flags"]]
    return "; ".join(parts)


def _number(one: dict[str, Any]) -> str:
    if one["total"] is None:
        return f"no total ({one['why']})"
    return f"{one['total']}{', ' + one['band'] if one['band'] else ''}"


def _met(met: bool | None) -> str:
    return "not known" if met is None else "met" if met else "not met"
