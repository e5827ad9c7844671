"""From the environment of a clinic's machine to its database and its open vault.

The verbs of a clinic take no folder and no passphrase: both stand in the settings of the machine
(docs/reference/settings.md), the same for the server and for every verb.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import urlsplit

import django
import typer
from django.db import DatabaseError, InterfaceError, connection, connections

from lacrima.cli import loading
from lacrima.cli.passphrase import first_line_of
from lacrima.errors import UsageError
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT

_HOW = "docs/how-to/run-a-clinic.md"
_NEEDED = {"psycopg": "psycopg", "gunicorn": "gunicorn"}

OwnerPasswordFile = Annotated[
    str,
    typer.Option(
        "--owner-password-file",
        metavar="PATH|-",
        help="Read the password of the tables' owner from the first line of this file, or of "
        "standard input (-). Without it: from the file that LACRIMA_OWNER_PASSWORD_FILE names.",
    ),
]


def prepare_clinic() -> None:
    """Let this process be about this machine's clinic: the settings are read, nothing is opened."""
    if os.environ.get("LACRIMA_DATABASE") != "postgresql":
        raise UsageError(
            "this machine is not set up for a clinic",
            where="LACRIMA_DATABASE",
            expected="postgresql",
            next_step=f"How to: {_HOW}",
        )
    missing = [name for module, name in _NEEDED.items() if not importlib.util.find_spec(module)]
    if missing:
        raise UsageError(
            f"what a clinic needs is not installed: {', '.join(missing)}",
            next_step="Install it: pip install 'lacrima[clinic]'",
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", loading.SETTINGS)
    django.setup()


def prepare_as_owner(password_file: str) -> str:
    """The same, coming into the database as the owner of the tables; who serves the pages."""
    dsn = os.environ.get("LACRIMA_OWNER_DSN", "")
    serving = urlsplit(os.environ.get("LACRIMA_DATABASE_DSN", "")).username or ""
    if not dsn or not serving:
        raise UsageError(
            "the address of the database is missing for one of its two roles",
            where="LACRIMA_OWNER_DSN" if serving else "LACRIMA_DATABASE_DSN",
            expected="postgresql://role@host:port/database",
            next_step=f"How to: {_HOW}",
        )
    password = _owner_password(password_file)
    os.environ["LACRIMA_DATABASE_DSN"] = dsn
    os.environ.pop("LACRIMA_DATABASE_PASSWORD_FILE", None)
    prepare_clinic()
    connection.settings_dict["PASSWORD"] = password
    return serving


def _owner_password(password_file: str) -> str:
    """From the file that was named, or that systemd handed over; empty where none is asked."""
    if password_file:
        return first_line_of(password_file, what="the owner's password")
    secret_files = loading.web("secret_files")
    is_named = secret_files.path_of("owner_password", os.environ) is not None
    return str(secret_files.read("owner_password", os.environ)) if is_named else ""


def folder() -> Folder:
    """Where the clinic's keys lie."""
    found: Folder = loading.web("clinic_vault").folder()
    return found


@contextmanager
def explained() -> Iterator[None]:
    """What the database cannot do is said in our words; its own may quote a row."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise loading.practice("database_trouble").explained(error) from error
    finally:
        connections.close_all()


@contextmanager
def opened_clinic() -> Iterator[Folder]:
    """The clinic's vault, open for the length of one verb; fully locked afterwards."""
    place = folder()
    place.check()
    try:
        loading.web("clinic_vault").open_it()
        with explained():
            yield place
    finally:
        VAULT.full_lock()
