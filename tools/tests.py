"""Runs the tests: once what meets no database, then the rest on each: SQLCipher and PostgreSQL.

Whatever stands behind `make test` goes to pytest: `make test ARGS="tests/vault -k seal"`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.support.postgres import ABSENT, find_binaries
from tools.finding import ROOT

NO_TESTS = 5  # pytest's own code for "nothing was chosen"
# One process more than there are cores, because browsers and servers are waited for; a file in one.
SIDE_BY_SIDE = (
    *("-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile"),
    "--no-loadscope-reorder",  # in the order of tests/support/long_ones_first.py
)
# Rooms whose tests keep nothing in a database (or open a vault of their own): once is enough.
WITHOUT_DATABASE = (
    "tools", "stats", "moments", "instruments", "evidence", "analyses", "formats", "library",
    "vault", "relay", "drop_box_page",
)  # fmt: skip


def run(what: str, database: str, arguments: Sequence[str]) -> int:
    """One run of pytest; its exit code, where finding nothing to run is fine."""
    print(f"\nThe tests {what}:", flush=True)
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", "--database", database, *SIDE_BY_SIDE, *arguments]
    code = subprocess.call(command, cwd=ROOT)
    print(f"The tests {what} took {time.monotonic() - start:.0f} s.", flush=True)
    return 0 if code == NO_TESTS else code


def rooms() -> list[str]:
    """The folders of tests that meet no database."""
    folders = [ROOT / "tests" / name for name in WITHOUT_DATABASE]
    return [str(folder) for folder in folders if folder.is_dir()]


def main(arguments: Sequence[str]) -> int:
    """All runs, or what was asked for on both databases."""
    asks_for_some = any(not one.startswith("-") and (ROOT / one.split(":")[0]).exists()
                        for one in arguments)  # fmt: skip
    without = [] if asks_for_some else [f"--ignore={folder}" for folder in rooms()]
    codes = (
        [] if asks_for_some else [run("without a database", "sqlcipher", [*rooms(), *arguments])]
    )
    codes.append(run("on sqlcipher", "sqlcipher", [*without, *arguments]))
    if find_binaries() is None:
        print(f"The run on PostgreSQL is left out: {ABSENT}")
    else:
        codes.append(run("on postgresql", "postgresql", [*without, *arguments]))
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
