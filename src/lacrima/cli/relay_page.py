"""`lacrima relay page`: the static page of the sealed drop-box, as one file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.relay.page_file import assemble

app = verb()

RelayAddress = Annotated[
    str,
    typer.Option(
        "--relay", metavar="ADDRESS", help="Where the relay is, such as https://relay.example."
    ),
]
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the page.")]


@app.command()
def relay_page(relay: RelayAddress, out: OutFile, as_json: AsJson = False) -> int:
    """Write the page with which a client's phone answers through the sealed drop-box.

    One file that holds all it needs and may ask this one relay. Put it on any page host. The same
    version and address give the same bytes: compare the SHA-256 of what the host serves.
    """
    page = assemble(relay)
    _write(out, page)
    sha256 = hashlib.sha256(page).hexdigest()
    result = {"file": str(out), "relay": relay, "bytes": len(page), "sha256": sha256}
    text = f"{out} is written: {len(page)} bytes.\nSHA-256 {sha256}"
    say("relay-page", result, as_json=as_json, text=text)
    return 0


def _write(out: Path, page: bytes) -> None:
    try:
        out.write_bytes(page)
    except (IsADirectoryError, FileNotFoundError, PermissionError) as error:
        raise UsageError(
            "a place where no file can be written", where="--out", expected="a file in a folder"
        ) from error
