"""The options that several verbs share, each explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PracticeDir = Annotated[
    Path, typer.Option("--dir", metavar="FOLDER", help="The folder of the practice.")
]
EmptyDir = Annotated[
    Path,
    typer.Option("--dir", metavar="EMPTY", help="An empty folder, or one that is not there yet."),
]
RelayDir = Annotated[
    Path,
    typer.Option(
        "--dir", metavar="FOLDER", help="The relay's own folder; nothing else may be in it."
    ),
]
PassphraseFile = Annotated[
    str,
    typer.Option(
        "--passphrase-file",
        metavar="PATH|-",
        help="Read the passphrase from the first line of this file, or of standard input (-). "
        "Without it you are asked, on a terminal only.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON object on standard output, for programs.")
]
Port = Annotated[
    int,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        metavar="N",
        help="The port on this computer; 0 takes one that is free.",
    ),
]
NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help="Serve only; do not open the browser.")
]


def verb() -> typer.Typer:
    """A verb in the making: plain text help, no shell completion to install."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)
