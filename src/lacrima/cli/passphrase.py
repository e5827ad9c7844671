"""Where a passphrase comes from: a file, standard input, or a person at a terminal.

Never from an argument or the environment: both can be read by other programs of this computer.
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from lacrima.errors import BadInput, Locked

MOST_BYTES = 4096
STANDARD_INPUT = "-"


def passphrase_from(source: str, *, prompt: str = "Passphrase: ") -> str:
    """The passphrase: the first line of a file or of standard input, or asked on a terminal.

    Raises BadInput where there is none, Locked where nobody can be asked.
    """
    if source == STANDARD_INPUT:
        return _first_line(sys.stdin.buffer.readline(MOST_BYTES), where="standard input")
    if source:
        return _first_line(_read(Path(source)), where="the passphrase file")
    return _asked(prompt)


def first_line_of(source: str, *, what: str) -> str:
    """Another secret-like word, such as a client's code: the first line of a file or of `-`."""
    if source == STANDARD_INPUT:
        line = sys.stdin.buffer.readline(MOST_BYTES)
    else:
        line = _read(Path(source), what)
    try:
        found = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        found = ""
    if not found:
        raise BadInput("nothing in it", where=what, expected="one line of UTF-8 text")
    return found


def new_passphrase_from(source: str, *, what: str = "the new practice") -> str:
    """A passphrase for something new; a person is asked for it twice."""
    first = passphrase_from(source, prompt=f"A passphrase for {what}: ")
    if not source and _asked("The same once more: ") != first:
        raise BadInput("the two were not the same", next_step="Try again; nothing was made.")
    return first


def _read(path: Path, what: str = "the passphrase file") -> bytes:
    try:
        with path.open("rb") as file:
            return file.readline(MOST_BYTES)
    except OSError as error:
        raise BadInput(
            f"{what} cannot be read",
            where=str(path),
            expected="a file with it in its first line",
        ) from error


def _first_line(line: bytes, *, where: str) -> str:
    try:
        passphrase = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        passphrase = ""
    if not passphrase:
        raise BadInput("no passphrase", where=where, expected="it in the first line, as UTF-8 text")
    return passphrase


def _asked(prompt: str) -> str:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Locked(
            "the practice is locked, and there is no terminal to ask for its passphrase",
            expected="--passphrase-file PATH, or - for standard input",
        )
    return getpass.getpass(prompt, stream=sys.stderr)
