"""A door to this computer alone. Knows no Django: a port is needed before the settings are read."""

from __future__ import annotations

import errno
import os
import socket

from lacrima.errors import UsageError

_TRIES = 20


def listen(port: int = 0) -> list[socket.socket]:
    """Sockets on localhost, IPv4 and (where there is one) IPv6, on one port; 0 takes a free one.

    Raises UsageError when the port is taken. Nobody outside this computer can reach them.
    """
    for _ in range(_TRIES):
        first = _bind(socket.AF_INET, "127.0.0.1", port)
        number = int(first.getsockname()[1])
        second = _bind_quietly(number)
        if second is not None or not socket.has_ipv6 or not _is_taken_on_ipv6(number):
            return [first] if second is None else [first, second]
        first.close()
        if port:
            break
    raise _taken(port)


def port_of(sockets: list[socket.socket]) -> int:
    """The port they listen on."""
    return int(sockets[0].getsockname()[1])


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # on Windows this option would let two programs share the port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(1024)
    except OSError as error:
        found.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES} and family == socket.AF_INET:
            raise _taken(port) from error
        raise
    found.setblocking(False)
    return found


def _bind_quietly(port: int) -> socket.socket | None:
    try:
        return _bind(socket.AF_INET6, "::1", port)
    except OSError:
        return None


def _is_taken_on_ipv6(port: int) -> bool:
    try:
        _bind(socket.AF_INET6, "::1", port).close()
    except OSError as error:
        return error.errno == errno.EADDRINUSE
    return False


def _taken(port: int) -> UsageError:
    return UsageError(
        "this port is taken by another program, or may not be used",
        where=f"port {port}",
        expected="a free port above 1023",
        next_step="Choose another with --port, or leave it out to get a free one.",
    )
