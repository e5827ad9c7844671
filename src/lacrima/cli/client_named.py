"""Which client a verb is about: by the id of the course of care, or by a code out of a file."""

from __future__ import annotations

from typing import Annotated

import typer

from lacrima.cli import loading
from lacrima.cli.passphrase import STANDARD_INPUT, first_line_of
from lacrima.errors import UsageError

Episode = Annotated[
    str,
    typer.Option(
        "--episode",
        metavar="ID",
        help="Which course of care: the id in the address of the client's page.",
    ),
]
CodeFile = Annotated[
    str,
    typer.Option(
        "--code-file",
        metavar="PATH|-",
        help="Or: read the client's code from the first line of this file, or of standard input "
        "(-). A code is never read from an argument, which other programs can see.",
    ),
]


def code_named(episode: str, code_file: str, passphrase_file: str) -> str:
    """The code in the file, empty where an id was given. UsageError for neither, and for both."""
    if bool(episode) == bool(code_file):
        raise UsageError("which client", expected="--episode ID, or --code-file PATH|-")
    if code_file == STANDARD_INPUT == passphrase_file:
        raise UsageError("code and passphrase both from standard input", expected="one of them")
    return first_line_of(code_file, what="the code file") if code_file else ""


def episode_named(episode: str, code: str, owner: object) -> str:
    """The id of the course of care, in the open practice."""
    if not code:
        return episode
    return str(loading.practice("export_client").episode_of_code(code, by=owner))
