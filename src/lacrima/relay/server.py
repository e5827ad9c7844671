"""waitress, made narrow: nothing on disk, nothing in a log, nobody who holds a line for ever."""

from __future__ import annotations

import logging
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask

from lacrima.relay.answers import FOR_EVERY_PAGE, Answer
from lacrima.relay.limits import MIB, MOST_BODY_BYTES

if sys.platform != "win32":
    import resource

THREADS = 16  # as many letters can share one commit
OPEN_FILES = 1024
REQUEST_DEADLINE_S = 120  # 64 kB over the slowest telephone line
SETTINGS: dict[str, Any] = {
    "threads": THREADS,
    "connection_limit": 800,  # below what a process may have open nearly everywhere (1024)
    "channel_timeout": 30,
    "cleanup_interval": 5,
    "asyncore_use_poll": True,
    "ident": None,
    "log_socket_errors": False,
    "clear_untrusted_proxy_headers": False,  # sources.py believes none unless told to
    "max_request_header_size": 16 * 1024,
    # Larger bodies are refused by what their head says, and at this many bytes if it lied. The
    # frames of a body in chunks count, so there is some room above the largest letter.
    "max_request_body_size": MOST_BODY_BYTES + 16 * 1024,
    # Above these, waitress would write what people send and read into temporary files.
    "inbuf_overflow": MIB,
    "outbuf_overflow": 64 * MIB,
}


class _Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What waitress itself refuses is answered like everything else: no words, our headers."""

    def execute(self) -> None:
        answer = Answer(int(self.request.error.code)).plus(*FOR_EVERY_PAGE)
        self.status = answer.line
        self.response_headers.extend(answer.all_headers())
        self.set_close_on_finish()
        self.content_length = 0
        self.write(b"")


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One line to somebody, with the moment at which the request on it began."""

    error_task_class = _Refusal
    begun_at = 0.0

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.begun_at = time.time()
        return bool(super().received(data))


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """A server on one socket. `run` ends by SystemExit or KeyboardInterrupt."""

    channel_class = _Channel

    def __init__(self, application: Callable[..., Any], door: socket.socket) -> None:
        """Serve on a socket that is bound already."""
        silence_waitress()
        allow_open_files()
        place = (door.family, door.type, door.proto, door.getsockname())
        super().__init__(application, _sock=door, bind_socket=False, sockinfo=place, **SETTINGS)

    def maintenance(self, now: float) -> None:
        """Close silent lines, and those on which a request drips in for too long."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.request is not None and channel.begun_at < now - REQUEST_DEADLINE_S:
                channel.will_close = True


def silence_waitress() -> None:
    """Its lines hold addresses and paths."""
    log = logging.getLogger("waitress")
    log.propagate = False
    log.setLevel(logging.CRITICAL + 1)
    logging.getLogger("waitress.queue").setLevel(logging.CRITICAL + 1)


def allow_open_files() -> None:
    """Let this process hold as many lines as we serve, where it may (macOS begins with 256)."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
