"""`lacrima simulate practice`: people who do not exist, and all that is true about them."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.beside import refuse_filled, write_privately
from lacrima.cli.opening import unlocked
from lacrima.cli.options import AsJson, EmptyDir, PassphraseFile, verb
from lacrima.cli.passphrase import passphrase_from
from lacrima.cli.said import say
from lacrima.vault import create
from lacrima.vault.folder import Folder

app = verb()


def _count(name: str, least: int, help_text: str) -> Any:
    return typer.Option(name, metavar="N", min=least, help=help_text)


Clients = Annotated[int, _count("--clients", 1, "How many clients.")]
Sessions = Annotated[int, _count("--sessions", 1, "How many sessions in all.")]
Seed = Annotated[int, _count("--seed", 0, "The same seed gives the same practice.")]


@app.command()
def practice(
    clients: Clients,
    sessions: Sessions,
    seed: Seed,
    where: EmptyDir,
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Make a simulated practice of which the truth is known.

    In the empty folder stand afterwards: practice/ (encrypted), truth.json (what is true), and,
    unless you gave a passphrase, passphrase.txt. All of it says that it is simulated.
    """
    refuse_filled(where)
    passphrase = passphrase_from(passphrase_file) if passphrase_file else secrets.token_urlsafe(18)
    folder = Folder((where / "practice").absolute())
    where.mkdir(parents=True, exist_ok=True)
    create(folder, passphrase, now=datetime.now(UTC))
    with unlocked(folder, passphrase):
        simulate = loading.practice("simulate")
        made = simulate.simulate_practice(clients=clients, sessions=sessions, seed=seed)
        truth = made.as_json()
    files = _beside(where.absolute(), truth, "" if passphrase_file else passphrase)
    result: dict[str, Any] = {
        "dir": str(folder.root),
        **files,
        "is_simulated": True,
        "label": truth["label"],
        "clients": clients,
        "sessions": sessions,
        "answers": truth["answers"],
        "seed": seed,
    }
    say("simulate-practice", result, as_json=as_json, text=_text(result))
    return 0


def _beside(where: Path, made: dict[str, Any], passphrase: str) -> dict[str, str | None]:
    truth = where / "truth.json"
    truth.write_text(json.dumps(made, indent=1, allow_nan=False), encoding="utf-8")
    if not passphrase:
        return {"truth_file": str(truth), "passphrase_file": None}
    passphrase_file = where / "passphrase.txt"
    write_privately(passphrase_file, f"{passphrase}\n")
    return {"truth_file": str(truth), "passphrase_file": str(passphrase_file)}


def _text(result: dict[str, Any]) -> str:
    return (
        f"{result['label']}\n{result['clients']} clients, {result['sessions']} sessions, "
        f"{result['answers']} answers in {result['dir']}\nThe truth: {result['truth_file']}"
    )
