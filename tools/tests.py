"""Runs the tests on the encrypted database, then once more on PostgreSQL where it is there.

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
ON_ONE_DATABASE = (
    "tools", "stats", "moments", "instruments", "evidence", "analyses", "formats", "library",
    "vault",
)  # fmt: skip


def run(database: str, arguments: Sequence[str]) -> int:
    """One run of pytest on one database; its exit code."""
    print(f"\nThe tests on {database}:", flush=True)
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", "--database", database, *SIDE_BY_SIDE, *arguments]
    code = subprocess.call(command, cwd=ROOT)
    print(f"The tests on {database} took {time.monotonic() - start:.0f} s.", flush=True)
    return code


def left_out() -> list[str]:
    """Folders whose tests never meet a database: once is enough for them."""
    folders = [ROOT / "tests" / name for name in ON_ONE_DATABASE]
    return [f"--ignore={folder}" for folder in folders if folder.is_dir()]


def main(arguments: Sequence[str]) -> int:
    """Both runs; the second finding nothing to run is fine."""
    first = run("sqlcipher", arguments)
    if find_binaries() is None:
        print(f"The second run is left out: {ABSENT}")
        return first
    second = run("postgresql", [*left_out(), *arguments])
    return first or (0 if second == NO_TESTS else second)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
