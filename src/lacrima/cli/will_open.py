"""`lacrima will open`: a clinical will, by both of its parts. The practice stays locked."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli.options import AsJson, verb
from lacrima.cli.passphrase import STANDARD_INPUT
from lacrima.cli.said import say
from lacrima.errors import BadInput, Locked
from lacrima.vault import will_box
from lacrima.vault.folder import Folder
from lacrima.vault.will_box import Parts

app = verb()

MOST_BYTES = 4096
Where = Annotated[
    Path,
    typer.Option("--dir", metavar="FOLDER", help="The folder of the practice, or of its backups."),
]
CodeFile = Annotated[
    str,
    typer.Option(
        "--code-file",
        metavar="PATH|-",
        help="Read part one and part two from the first two lines of this file, or of standard "
        "input (-). Without it you are asked, on a terminal only.",
    ),
]


@app.command()
def open_will(where: Where, code_file: CodeFile = "", as_json: AsJson = False) -> int:
    """Show what a therapist left for whoever must reach her clients when she cannot.

    Both parts are needed. The practice stays locked, and she sees that the will was opened.
    """
    folder = Folder(where.absolute())
    opened = will_box.open_will(folder, _parts(code_file), now=datetime.now(UTC))
    told = opened.content()
    say("will", told, as_json=as_json, text="\n".join(_lines(told)))
    return 0


def _parts(source: str) -> Parts:
    one, two = _typed() if not source else _two_lines(source)
    return will_box.parse(one, two)


def _two_lines(source: str) -> tuple[str, str]:
    try:
        if source == STANDARD_INPUT:
            text = sys.stdin.buffer.read(MOST_BYTES).decode("utf-8-sig")
        else:
            with Path(source).open("rb") as file:
                text = file.read(MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _no_parts() from error
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise _no_parts()
    return lines[0], lines[1]


def _no_parts() -> BadInput:
    return BadInput(
        "the two parts cannot be read there",
        where="--code-file",
        expected="part one in the first line, part two in the second",
    )


def _typed() -> tuple[str, str]:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Locked(
            "there is no terminal to ask for the two parts",
            expected="--code-file PATH, or - for standard input",
        )
    asked = [getpass.getpass(f"Part {name}: ", stream=sys.stderr) for name in ("one", "two")]
    return asked[0], asked[1]


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"The clinical will of {told['therapist']}, {told['practice']}"
    yield f"As it was on {_at(told['written_at'])}."
    yield f"Part one: {told['colleague']}. Part two: {told['second']}."
    if told["cover"]:
        yield f"Away until {told['cover']['until']}: {told['cover']['contact']}"
    if told["crisis_contacts"]:
        yield f"In a crisis:\n{told['crisis_contacts']}"
    for care in told["care"]:
        yield ""
        yield from _lines_of(care)


def _lines_of(care: dict[str, Any]) -> Iterator[str]:
    for client in care["clients"]:
        yield " · ".join(filter(None, (client["code"], client["name"], client["reach"])))
    for at in care["appointments"]:
        yield f"  would come {_at(at)}"
    for risk in care["risks"]:
        since = _at(risk["since"])
        yield f"  open since {since}: an answer of {risk['client']} that may mean danger"
    for worry in care["worries"]:
        said = " / ".join(filter(None, (worry["seen"], worry["told"], worry["done"])))
        yield f"  a worry about safety, {_at(worry['seen_at'])}: {said}"


def _at(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
