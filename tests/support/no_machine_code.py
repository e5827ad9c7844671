"""Runs a command in a process that may not make machine code: as under systemd's
MemoryDenyWriteExecute, which deploy/lacrima.service asks for.

    python tests/support/no_machine_code.py COMMAND ARGUMENTS...

Where the kernel cannot forbid it (Linux before 6.3, other systems) numba is replaced by one that
says what the real one would.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

SET_MDWE, REFUSE_EXECUTABLE_GAIN = 65, 1  # linux/prctl.h
STUB = Path(__file__).with_name("no_numba")


def prefix() -> tuple[str, ...]:
    """What stands before a command that shall run so."""
    return sys.executable, __file__


def is_forbidden_by_the_kernel() -> bool:
    """From here on for this process and all that it starts; it cannot be taken back."""
    try:
        return bool(ctypes.CDLL(None).prctl(SET_MDWE, REFUSE_EXECUTABLE_GAIN, 0, 0, 0) == 0)
    except (OSError, AttributeError, TypeError):
        return False


def main(command: list[str]) -> None:
    """Become the command."""
    if not is_forbidden_by_the_kernel():
        paths = filter(None, [str(STUB), os.environ.get("PYTHONPATH")])
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    os.execvp(command[0], command)  # noqa: S606  the test's own command


if __name__ == "__main__":
    main(sys.argv[1:])
