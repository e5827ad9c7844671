"""The server of a laptop: in this process, for this computer alone.

sockets = ports.listen(port)                 # before Django is set up
prepare(folder, port=ports.port_of(sockets))
serving.serve(folder, sockets, on_ready=...) # until SIGTERM or Ctrl+C; then fully locked
"""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

import waitress
from django.conf import settings
from django.db import connections
from django.urls import reverse

from lacrima.practice import evidence_pages
from lacrima.vault.core_dumps import forbid_core_dumps
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState
from lacrima.web import locking, one_time, server_door
from lacrima.web.housekeeping import Housekeeper
from lacrima.web.one_writer import one_writer
from lacrima.web.ports import port_of
from lacrima.web.wsgi import application

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Ready:
    """Where the practice can be opened now."""

    address: str
    is_open: bool

    def opening_address(self) -> str:
        """The address for the browser: with a one-time value when the practice is open already."""
        return f"{self.address}/open#t={one_time.offer()}" if self.is_open else f"{self.address}/"


def serve(
    folder: Folder, sockets: list[socket.socket], *, on_ready: Callable[[Ready], None]
) -> None:
    """Serve this practice until SIGTERM or Ctrl+C, then lock it fully and write everything back.

    `on_ready` is called once, when the first page can be asked for. Raises FolderInUse when
    another server has this folder, and BadEvidence when a data file of the evidence is wrong.
    """
    forbid_core_dumps()
    with ExitStack() as stack:
        stack.callback(_close, sockets)
        evidence_pages.prepare()
        stack.callback(server_door.leave)
        server_door.enter(folder)
        stack.callback(_lock_at_the_end)
        server = waitress.create_server(application, **_options(sockets))
        stack.enter_context(one_writer())
        stack.enter_context(Housekeeper())
        stack.enter_context(_StopOnSignal())
        spare_what_stays()
        address = f"http://localhost:{port_of(sockets)}"
        on_ready(Ready(address, VAULT.state is LockState.OPEN))
        server.run()


def _options(sockets: list[socket.socket]) -> dict[str, Any]:
    return {
        "sockets": sockets,
        "threads": 4,
        "connection_limit": 1000,  # with 100, the default, three hundred browsers hung
        "channel_timeout": 30,
        "ident": None,
        "clear_untrusted_proxy_headers": True,
        "max_request_body_size": settings.MAX_REQUEST_BYTES,
        # Above these, waitress would write what people send and read into temporary files.
        "inbuf_overflow": settings.MAX_REQUEST_BYTES + _MIB,
        "outbuf_overflow": 1024 * _MIB,
    }


def spare_what_stays() -> None:
    """Modules and addresses live as long as the server: no collection needs to look through them.

    Otherwise every few pages one waits for it (measured: 40 ms of a page of 45).
    """
    reverse("today")  # loads the code of every page
    gc.collect()
    gc.freeze()


def _lock_at_the_end() -> None:
    locking.lock(fully=True)
    connections.close_all()


def _close(sockets: list[socket.socket]) -> None:
    for one in sockets:
        one.close()


class _StopOnSignal:
    """SIGTERM (and a closed terminal) end the server the way Ctrl+C does."""

    def __init__(self) -> None:
        names = ("SIGTERM", "SIGHUP")
        self._signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        for number in self._signals:
            self._before[number] = signal.signal(number, _stop)

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
