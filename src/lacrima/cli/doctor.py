"""`lacrima doctor`: is everything well here? Says nothing of any client."""

from __future__ import annotations

import platform
import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlcipher3 import dbapi2 as driver

from lacrima.cli import loading
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, verb
from lacrima.cli.said import say
from lacrima.errors import AuditBroken
from lacrima.vault.advice import folder_advice
from lacrima.vault.folder import Folder

app = verb()

PACKAGES = ("lacrima", "django", "sqlcipher3", "cryptography", "numpy", "waitress")
Where = Annotated[
    Path | None, typer.Option("--dir", metavar="FOLDER", help="The folder of a practice.")
]


@app.command()
def doctor(
    where: Where = None, passphrase_file: PassphraseFile = "", as_json: AsJson = False
) -> int:
    """Look whether all is well: versions, cipher, folder, space; nothing of any client.

    With --dir also the practice's folder; with --passphrase-file also its backups and whether
    its audit log fits together.
    """
    result: dict[str, Any] = {
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "system": f"{platform.system()} {platform.machine()}",
        "engine": _engine(),
        "folder": None,
        "practice": None,
    }
    if where is not None:
        result["folder"] = _folder(where)
        if passphrase_file:
            result["practice"] = _practice(where, passphrase_file)
    say("doctor", result, as_json=as_json, text=_text(result))
    return AuditBroken.exit_code if _is_broken(result) else 0


def _engine() -> dict[str, Any]:
    connection = driver.connect(":memory:")
    try:
        cipher = connection.execute("PRAGMA cipher_version").fetchone()
        has_json = connection.execute("SELECT json_valid('{}')").fetchone()
    finally:
        connection.close()
    return {
        "cipher": str(cipher[0]) if cipher and cipher[0] else None,
        "sqlite": driver.sqlite_version,
        "json": bool(has_json and has_json[0]),
    }


def _folder(where: Path) -> dict[str, Any]:
    folder = Folder(where.absolute())
    folder.check()
    return {
        "dir": str(folder.root),
        "free_bytes": shutil.disk_usage(folder.root).free,
        "advice": [advice.value for advice in folder_advice(folder.root)],
    }


def _practice(where: Path, passphrase_file: str) -> dict[str, Any]:
    with opened(where, passphrase_file):
        practice = loading.practice("people").the_practice()
        backup_at = practice.last_backup_at if practice else None
        age = datetime.now(UTC) - backup_at if backup_at else None
        return {
            "is_simulated": practice.is_simulated if practice else None,
            "has_backup_target": bool(practice and practice.backup_target),
            "last_backup_at": backup_at.isoformat() if backup_at else None,
            "backup_age_hours": round(age.total_seconds() / 3600, 1) if age else None,
            "audit": _audit(),
        }


def _audit() -> dict[str, Any]:
    try:
        owner = loading.practice("people").owner()
        found = loading.practice("vault_care").verify_audit(by=owner)
    except AuditBroken as broken:
        return {"fits_together": False, "lines": None, "found": broken.found, "where": broken.where}
    return {"fits_together": True, "lines": found.lines, "found": "", "where": ""}


def _is_broken(result: dict[str, Any]) -> bool:
    practice = result["practice"]
    return practice is not None and not practice["audit"]["fits_together"]


def _text(result: dict[str, Any]) -> str:
    lines = [f"{name} {number}" for name, number in result["versions"].items()]
    engine = result["engine"]
    lines.append(
        f"The database encrypts: SQLCipher {engine['cipher']}"
        if engine["cipher"]
        else "The database here cannot encrypt: install Lacrima again."
    )
    folder, practice = result["folder"], result["practice"]
    if folder:
        lines.append(f"{folder['free_bytes'] // 10**9} GB are free where the practice is.")
        lines += folder["advice"] or ["The folder is a good place for a practice."]
    if practice:
        age = practice["backup_age_hours"]
        lines.append("There is no backup yet." if age is None else f"Last backup: {age} hours ago.")
        broken = f"The audit log: {practice['audit']['found']} ({practice['audit']['where']})."
        fits = f"The audit log fits together: {practice['audit']['lines']} lines."
        lines.append(fits if practice["audit"]["fits_together"] else broken)
    return "\n".join(lines)
