"""Where the rows are kept: an encrypted file in the practice's folder, or PostgreSQL."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from lacrima.errors import UsageError
from lacrima.web import secret_files


def practice_folder(environment: Mapping[str, str]) -> Path:
    """The folder of the practice: what LACRIMA_DIR names, else `Lacrima` in the home folder."""
    named = environment.get("LACRIMA_DIR", "")
    return Path(named).expanduser().absolute() if named else Path.home() / "Lacrima"


def databases(environment: Mapping[str, str], folder: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES. LACRIMA_DATABASE is `embedded` (the default) or `postgresql`."""
    kind = environment.get("LACRIMA_DATABASE", "embedded")
    if kind == "embedded":
        return {"default": _embedded(folder)}
    if kind == "postgresql":
        found = _postgresql(environment.get("LACRIMA_DATABASE_DSN", ""))
        if secret_files.path_of("database_password", environment) is not None:
            found["PASSWORD"] = secret_files.read("database_password", environment)
        return {"default": found}
    raise UsageError(
        "this is no database that Lacrima knows",
        where="LACRIMA_DATABASE",
        expected="embedded or postgresql",
    )


def _embedded(folder: Path) -> dict[str, Any]:
    # IMMEDIATE: with SQLite's own default, 29 in 100 concurrent writes were refused at once.
    test_file = Path(tempfile.gettempdir()) / f"lacrima-test-{os.getpid()}.db"
    return {
        "ENGINE": "lacrima.vault.sqlcipher",
        "NAME": str(folder / "practice.db"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
        "CONN_MAX_AGE": None,
        "ATOMIC_REQUESTS": False,
        "TEST": {"NAME": str(test_file)},
    }


def _postgresql(dsn: str) -> dict[str, Any]:
    parts = urlsplit(dsn)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise UsageError(
            "the address of the PostgreSQL database is missing or cannot be read",
            where="LACRIMA_DATABASE_DSN",
            expected="postgresql://user:password@host:port/database",
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
