"""Python modules as processes of their own that begin with libraries already read.

Most of a short verb is Python reading Django and Typer. One process a test worker reads them once
and then only makes copies of itself (fork); each copy gets its own arguments, folder, environment
and files, and reads everything of Lacrima by itself. New keys cost the least that Lacrima accepts.
`python -m lacrima` itself is tried by tests/cli/test_frame.py and by all that serve.
"""

from __future__ import annotations

import array
import atexit
import importlib
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

# Read before any copy is made. None of them starts a thread or looks at the environment.
LIBRARIES = (
    "typer", "rich.console", "django.db.models", "django.http", "django.urls", "django.apps",
    "django.template.loader", "django.utils.translation.trans_real", "django.core.validators",
    "django.core.management", "django.contrib.messages", "django.forms", "django.test.signals",
    "cryptography.hazmat.primitives.kdf.argon2", "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.asymmetric.x25519", "cryptography.hazmat.primitives.hashes",
    "sqlcipher3.dbapi2", "icalendar", "defusedxml.ElementTree", "csp.constants", "whitenoise",
    "django_htmx", "numpy", "json", "csv", "zipfile", "decimal", "zoneinfo", "tomllib", "uuid",
)  # fmt: skip
_MESSAGE_BYTES = 1_000_000
_FILES = 3


@cache
def nursery() -> Nursery:
    """The one of this process."""
    return Nursery()


class Nursery:
    """The process that makes the copies, seen from a test."""

    def __init__(self) -> None:
        """Start it; it ends with this process."""
        self._line, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        atexit.register(self.close)

    def close(self) -> None:
        """It ends when nobody speaks to it any more."""
        self._line.close()
        self._process.wait(10)

    def run(
        self,
        module: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        cwd: Path | None,
        typed: str,
        patience_s: float,
    ) -> tuple[int, str, str]:
        """As `python -m module`: its exit code and what it said. TimeoutError after a while."""
        with (
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            given.write(typed.encode())
            given.seek(0)
            asked = {
                "module": module,
                "arguments": list(arguments),
                "environment": dict(environment),
                "cwd": str(cwd or Path.cwd()),
            }
            files = array.array("i", [one.fileno() for one in (given, out, err)])
            told = json.dumps(asked).encode()
            self._line.settimeout(patience_s)
            right = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)]
            self._line.sendmsg([len(told).to_bytes(4, "big") + told], right)
            try:
                code = int.from_bytes(self._line.recv(4), "big", signed=True)
            except TimeoutError:
                self._give_up()
                raise
            return code, _read(out), _read(err)

    def _give_up(self) -> None:
        """A verb hangs: it ends with the nursery, and the next verb finds a new one."""
        os.killpg(self._process.pid, signal.SIGKILL)
        nursery.cache_clear()


def _read(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode()).replace("\r\n", "\n")


# ---- in the nursery itself -------------------------------------------------------------------


def serve(line: socket.socket) -> None:
    """Make a copy for each message, and say how it ended."""
    for name in LIBRARIES:
        importlib.import_module(name)
    while True:
        told, files, _flags, _where = socket.recv_fds(line, _MESSAGE_BYTES, _FILES)
        if not told:
            return
        size = int.from_bytes(told[:4], "big")
        while len(told) < size + 4:
            told += line.recv(_MESSAGE_BYTES)
        child = os.fork()
        if child == 0:
            line.close()
            _become(json.loads(told[4:]), files)
        for one in files:
            os.close(one)
        _, status = os.waitpid(child, 0)
        line.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))


def _become(asked: dict[str, Any], files: list[int]) -> None:
    """This copy is the verb from here on; it never returns."""
    for place, one in enumerate(files):
        os.dup2(one, place)
        os.close(one)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["cwd"])
    random.seed()
    sys.argv = [asked["module"], *asked["arguments"]]
    sys.path[0] = asked["cwd"]
    for place, name in enumerate(("stdin", "stdout", "stderr")):
        mode = "r" if name == "stdin" else "w"
        setattr(sys, name, open(place, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    code = _code_of(asked["module"])
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _cheap_keys() -> None:
    kdf: Any = importlib.import_module("lacrima.vault.kdf")
    kdf.STANDARD = kdf.FLOOR


def _code_of(module: str) -> int:
    try:
        _cheap_keys()
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
        return code if isinstance(code, int) else int(code is not None)
    except BaseException:  # noqa: BLE001  as Python itself says it
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
