"""PostgreSQL's own tools, as a clinic's backups use them: pg_dump and pg_restore.

Where the database is stands in the arguments; the password never does, nor in the environment: it
is read by the tool from a file that is in memory alone (Linux).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from lacrima import errors

LONGEST_WAIT_S = 60
_SAID = {  # of what the tools say, these words alone are repeated: the rest may quote a row
    "no space left": "there is no room left on its disk",
    "permission denied": "this role may not do that",
    "already exists": "something of that name is there already",
    "server version mismatch": "the tool is older than the server",
    "authentication failed": "the password does not fit",
    "connection to server": "the database does not answer",
}


@dataclass(frozen=True)
class Address:
    """Where a database is and as whom: libpq's own words (host, port, dbname, user, sslmode)."""

    words: Mapping[str, str]
    password: str = field(default="", repr=False)

    def connection(self) -> str:
        """What goes behind --dbname. No secret is in it."""
        return " ".join(f"{word}={_quoted(said)}" for word, said in self.words.items() if said)


def _quoted(said: str) -> str:
    escaped = said.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


@contextlib.contextmanager
def dumped(address: Address, *, options: Sequence[str] = ()) -> Iterator[BinaryIO]:
    """The database in pg_dump's custom format, as a stream; OurFault unless it came out whole."""
    command = [_found("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", *options]
    with _running([*command, f"--dbname={address.connection()}"], address.password) as tool:
        assert tool.stdout is not None  # noqa: S101  asked for just above
        yield cast("BinaryIO", tool.stdout)


def fill(address: Address, dump: Iterable[bytes]) -> None:
    """Put a dump into an empty database: all of it, or nothing."""
    command = [_found("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner"]
    command += ["--no-privileges", f"--dbname={address.connection()}"]
    with _running(command, address.password, takes=dump):
        pass


@contextlib.contextmanager
def read_through(dump: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    """The rows of a dump as lines of text; no database is asked. OurFault where it is not whole."""
    command = [_found("pg_restore"), "--data-only", "--file=-"]
    with _running(command, "", takes=dump) as tool:
        assert tool.stdout is not None  # noqa: S101  asked for just above
        yield iter(tool.stdout)


def _found(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        raise errors.UsageError(
            f"{tool} is not installed here",
            expected="PostgreSQL's own tools, of the server's version or newer",
            next_step="Debian: apt install postgresql-client",
        )
    return path


@contextlib.contextmanager
def _running(
    command: Sequence[str], password: str, *, takes: Iterable[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with contextlib.ExitStack() as stack:
        passfile = stack.enter_context(_passfile(password))
        tool = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if takes is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(passfile),
            pass_fds=() if passfile is None else (passfile,),
        )
        said: list[bytes] = []
        threads = [threading.Thread(target=_hear, args=(tool, said), daemon=True)]
        fed = _Fed()
        if takes is not None:
            threads.append(threading.Thread(target=fed.feed, args=(tool, takes), daemon=True))
        for thread in threads:
            thread.start()
        try:
            yield tool
            _finish(tool, threads)
        finally:
            _end(tool)
        fed.raise_again()
        if tool.returncode:
            raise _trouble(command[0], tool.returncode, b"".join(said))


class _Fed:
    """What a tool was fed, and what went wrong on our side meanwhile."""

    def __init__(self) -> None:
        self.mishap: Exception | None = None

    def feed(self, tool: subprocess.Popen[bytes], chunks: Iterable[bytes]) -> None:
        assert tool.stdin is not None  # noqa: S101  asked for by whoever feeds
        try:
            for chunk in chunks:
                tool.stdin.write(chunk)
        except BrokenPipeError:
            pass  # the tool has ended, and says why by itself
        except Exception as mishap:  # noqa: BLE001  raised again where the tool was started
            self.mishap = mishap
            tool.kill()
        finally:
            with contextlib.suppress(BrokenPipeError):
                tool.stdin.close()

    def raise_again(self) -> None:
        if self.mishap is not None:
            raise self.mishap


def _hear(tool: subprocess.Popen[bytes], said: list[bytes]) -> None:
    assert tool.stderr is not None  # noqa: S101  asked for above
    said.append(tool.stderr.read(1 << 16))
    while tool.stderr.read(1 << 16):
        pass


def _finish(tool: subprocess.Popen[bytes], threads: Sequence[threading.Thread]) -> None:
    assert tool.stdout is not None  # noqa: S101  asked for above
    while tool.stdout.read(1 << 16):
        pass
    tool.wait(LONGEST_WAIT_S)
    for thread in threads:
        thread.join(LONGEST_WAIT_S)


def _end(tool: subprocess.Popen[bytes]) -> None:
    if tool.poll() is None:
        tool.kill()
        tool.wait(LONGEST_WAIT_S)
    for pipe in (tool.stdout, tool.stderr):
        if pipe is not None:
            pipe.close()


def _environment(passfile: int | None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    secret = {} if passfile is None else {"PGPASSFILE": f"/proc/self/fd/{passfile}"}
    return {**kept, **secret, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"}


@contextlib.contextmanager
def _passfile(password: str) -> Iterator[int | None]:
    """libpq reads a password from a file of its own format, if nobody else may read that."""
    if not password:
        yield None
        return
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    descriptor = os.memfd_create("lacrima")
    try:
        os.fchmod(descriptor, 0o600)
        os.write(descriptor, f"*:*:*:*:{escaped}\n".encode())
        yield descriptor
    finally:
        os.close(descriptor)


def _trouble(tool: str, code: int, said: bytes) -> errors.OurFault:
    words = said.decode(errors="replace").lower()
    known = next((ours for theirs, ours in _SAID.items() if theirs in words), "")
    name = os.path.basename(tool)
    return errors.OurFault(
        f"{name}: {known}" if known else f"{name} ended with {code}",
        next_step="Look whether the database is there: lacrima clinic check",
    )
