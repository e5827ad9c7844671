"""A clinic's rows inside a backup: pg_dump's own format, sealed under the practice's key.

It goes from the tool into the sealed file and back through pipes, so that no plain copy of it ever
lies on a disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from lacrima import errors
from lacrima.vault import manifest, postgres_tools, sealed_file
from lacrima.vault.postgres_tools import Address
from lacrima.vault.process import Vault

NAME = "database.dump.sealed"
KEY_ID = "practice"
_TABLE = re.compile(rb'COPY (?:\w+|"[^"]+")\.("?)([^" ]+)\1 ')
_END = b"\\.\n"


def write(path: Path, source: BinaryIO, vault: Vault) -> None:
    """Seal all that pg_dump gives."""
    sealed_file.write(path, key_id=KEY_ID, place=_place(vault), source=source, vault=vault)


def count_rows(path: Path, vault: Vault) -> dict[str, int]:
    """Open the dump and read it to its end; how many rows of each table are in it.

    Raises BackupDamaged where it does not open or is not whole.
    """
    try:
        with path.open("rb") as file:
            dump = sealed_file.SealedFile(file, place=_place(vault), vault=vault)
            with postgres_tools.read_through(dump.chunks()) as lines:
                return counted(lines)
    except (errors.Damaged, errors.KeyGone, errors.OurFault, OSError) as error:
        raise manifest.damaged(path.parent, "Its database does not open") from error


def bring_back(path: Path, address: Address, vault: Vault) -> None:
    """Put the dump into an empty database: all of it, or nothing."""
    with path.open("rb") as file:
        dump = sealed_file.SealedFile(file, place=_place(vault), vault=vault)
        postgres_tools.fill(address, dump.chunks())


def counted(lines: Iterable[bytes]) -> dict[str, int]:
    """Rows by table in the text of a dump.

    >>> counted([b"COPY public.client (id) FROM stdin;\\n", b"a\\n", b"b\\n", b"\\\\.\\n"])
    {'client': 2}
    """
    rows: dict[str, int] = {}
    table = ""
    for line in lines:
        if table and line == _END:
            table = ""
        elif table:
            rows[table] += 1
        elif found := _TABLE.match(line):
            table = found[2].decode()
            rows[table] = 0
    return rows


def _place(vault: Vault) -> str:
    return f"backup|dump|{vault.vault_id()}"
