"""`lacrima clinic check`: is all well with a clinic's server? Says nothing of any client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import clinic_opening, loading
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.errors import LacrimaError, NotReady
from lacrima.vault import disk
from lacrima.vault.process import VAULT

app = verb()

SECRETS = ("secret_key", "vault_passphrase", "database_password")
At = Annotated[
    list[str] | None,
    typer.Option(
        "--at",
        metavar="HOST[:PORT]",
        help="Whose certificate to look at; else those that LACRIMA_HOSTS names. Repeatable.",
    ),
]


@app.command()
def check(at: At = None, as_json: AsJson = False) -> int:
    """Look whether all is well: database, roles, keys, clocks, backups, certificate.

    Nothing of any client is read. Exit code 4 when something is to be done.
    """
    clinic_opening.prepare_clinic()
    with clinic_opening.explained():
        checks = [asdict(one) for one in _checks(_hosts(at))]
    is_well = all(one["is_well"] for one in checks)
    result: dict[str, Any] = {"is_well": is_well, "checks": checks}
    say("clinic-check", result, as_json=as_json, text=_text(checks))
    return 0 if is_well else NotReady.exit_code


def _hosts(at: list[str] | None) -> list[str]:
    named = [one.strip() for one in os.environ.get("LACRIMA_HOSTS", "").split(",")]
    return at or [one for one in named if one and one != "localhost"]


def _checks(hosts: list[str]) -> Iterator[Any]:
    machine, database = (
        loading.practice(name) for name in ("clinic_checks_machine", "clinic_checks")
    )
    folder = clinic_opening.folder()
    yield from machine.of_secret_files(_secrets())
    with disk.clear_errors(folder.root):
        yield from machine.of_folder(folder)
    yield _vault()
    try:
        yield from database.of_database()
        yield from machine.of_backups(folder)
    finally:
        VAULT.full_lock()
    yield from machine.of_certificates(hosts)


def _vault() -> Any:
    """Opened until the questions that need it are asked."""
    say_so = loading.practice("clinic_checks").Check
    try:
        loading.web("clinic_vault").open_it()
    except LacrimaError as error:
        return say_so("vault", False, error.sentence(), error.next_step)
    return say_so("vault", True, "the passphrase opens it")


def _secrets() -> dict[str, Path]:
    found = loading.web("secret_files")
    paths = {name.replace("_", " "): found.path_of(name, os.environ) for name in SECRETS}
    return {name: path for name, path in paths.items() if path is not None}


def _text(checks: list[dict[str, Any]]) -> str:
    lines = []
    for one in checks:
        to_do = f" {one['next_step']}" if one["next_step"] else ""
        lines.append(f"{'ok ' if one['is_well'] else 'LOOK'} {one['name']}: {one['found']}.{to_do}")
    return "\n".join(lines)
