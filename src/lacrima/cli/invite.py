"""`lacrima invite`: a link to the sealed page for one client, with its picture for a camera."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.beside import write_new
from lacrima.cli.client_named import CodeFile, Episode, code_named, episode_named
from lacrima.cli.export_file import refuse_existing
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.cli.said import say

app = verb()

Who = Annotated[
    str,
    typer.Option("--who", metavar="ID", help="Which of several clients: the id of the place."),
]
Days = Annotated[
    int, typer.Option("--days", metavar="N", help="How long it holds: 14, 30, 90 or 180 days.")
]
Picture = Annotated[
    Path | None,
    typer.Option("--picture", metavar="FILE.svg", help="Write the link as a QR code here."),
]


@app.command()
def invite(
    where: PracticeDir,
    episode: Episode = "",
    code_file: CodeFile = "",
    who: Who = "",
    days: Days = 90,
    picture: Picture = None,
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Make a link by which one client answers from the client's own phone, through the relay.

    Whoever has the link can write as this client: give it to the client, and to nobody else.
    """
    code = code_named(episode, code_file, passphrase_file)
    if picture is not None:
        refuse_existing(picture)
    with opened(where, passphrase_file):
        owner = loading.practice("people").owner()
        key = loading.practice("finding").as_id(episode_named(episode, code, owner))
        seat = loading.practice("pages_door").seat_of(owner, key, who)
        made: Any = loading.practice("drop_box_invite").invite(seat, by=owner, days=days)
        drawing = loading.practice("qr_code")
        if picture is not None:
            write_new(picture, f"{drawing.as_svg(made.link)}\n".encode())
        result = {
            "link": made.link,
            "until": made.invitation.until_at.isoformat(),
            "invitation": made.invitation.pk.hex,
            "picture": str(picture) if picture else None,
        }
        say("invite", result, as_json=as_json, text=_text(made, drawing, picture))
    return 0


def _text(made: Any, drawing: Any, picture: Path | None) -> str:
    shown = f"The picture is in {picture}." if picture else drawing.as_text(made.link)
    until = made.invitation.until_at.date().isoformat()
    return (
        f"{shown}\n{made.link}\n\nIt holds until {until}. Whoever has it can write as this "
        "client.\nAnswers come with: lacrima collect"
    )
