"""`lacrima drop-box`: name the relay and the page, change the key, or stop."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.cli.passphrase import STANDARD_INPUT, first_line_of
from lacrima.cli.said import say
from lacrima.errors import UsageError

app = verb()

RelayCodeFile = Annotated[
    str,
    typer.Option(
        "--relay-code-file",
        metavar="PATH|-",
        help="Name a relay: read the code that its operator gave you, which begins with lr1.",
    ),
]
Page = Annotated[
    str,
    typer.Option(
        "--page", metavar="ADDRESS", help="With it: where the sealed page is, https://..."
    ),
]
NewKey = Annotated[
    bool, typer.Option("--new-key", help="Letters are sealed to a new key from now on.")
]
Stop = Annotated[bool, typer.Option("--stop", help="Name no relay any more.")]


@app.command()
def drop_box(
    where: PracticeDir,
    relay_code_file: RelayCodeFile = "",
    page: Page = "",
    new_key: NewKey = False,
    stop: Stop = False,
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Say how the drop-box stands; with options, set it up, change its key, or stop it."""
    if bool(relay_code_file) != bool(page) or (bool(relay_code_file) + new_key + stop) > 1:
        raise UsageError(
            "the options do not fit together",
            expected="--relay-code-file with --page, or --new-key, or --stop",
        )
    if relay_code_file == STANDARD_INPUT == passphrase_file:
        raise UsageError("code and passphrase both from standard input", expected="one of them")
    code = first_line_of(relay_code_file, what="the relay code") if relay_code_file else ""
    with opened(where, passphrase_file):
        box: Any = loading.practice("drop_box")
        owner = loading.practice("people").owner()
        if code:
            box.set_up(code, page, by=owner)
        elif new_key:
            box.needed()
            box.new_key(by=owner)
        elif stop:
            box.stop(by=owner)
        result = _standing(box)
    say("drop-box", result, as_json=as_json, text=_text(result))
    return 0


def _standing(box: Any) -> dict[str, Any]:
    row = box.the_box()
    if row is None:
        return {"relay": None, "page": None, "key": None, "collected_at": None, "invitations": 0}
    collected = row.collected_at
    return {
        "relay": row.relay,
        "page": row.page,
        "key": box.key_now().key_id,
        "collected_at": collected.isoformat() if collected else None,
        "invitations": len(box.open_invitations()),
    }


def _text(result: dict[str, Any]) -> str:
    if result["relay"] is None:
        return "No relay is named: nothing goes out, and nothing comes in."
    return (
        f"Relay: {result['relay']}\nPage: {result['page']}\nKey: {result['key']}\n"
        f"Links in use: {result['invitations']}\n"
        f"Last collected: {result['collected_at'] or 'not yet'}"
    )
