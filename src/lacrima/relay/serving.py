"""A relay from its folder to its socket, until it is stopped."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from lacrima import errors
from lacrima.relay import file_lock
from lacrima.relay.app import LOG, Application
from lacrima.relay.keeper import Keeper
from lacrima.relay.limits import Limits
from lacrima.relay.page import page_answer
from lacrima.relay.place import Place
from lacrima.relay.server import Server
from lacrima.relay.store import Store

FORGETS_EVERY_S = 3600.0
STANDARD_HOST = "127.0.0.1"
STANDARD_PORT = 8200


@dataclass(frozen=True)
class Options:
    """How a relay is served."""

    root: Path
    host: str = STANDARD_HOST
    port: int = STANDARD_PORT
    page: Path | None = None
    is_behind_proxy: bool = False
    limits: Limits = field(default_factory=Limits)


def serve(options: Options, *, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl+C; `on_ready` is told the address once it can be asked.

    Raises FolderInUse, FolderNotEmpty, BadInput, NotReady, UsageError before anything is served.
    """
    place = Place(options.root.absolute())
    place.prepare()
    page = None if options.page is None else page_answer(options.page)
    with ExitStack() as stack:
        stack.enter_context(file_lock.hold(place.lock))
        store = Store(place.database, most_bytes=options.limits.most_bytes)
        stack.callback(store.close)
        keeper = Keeper(store, options.limits)
        door = stack.enter_context(_listening(options.host, options.port))
        application = Application(keeper, page=page, is_behind_proxy=options.is_behind_proxy)
        stack.enter_context(_stopped_by_signals())
        stack.enter_context(_forgetting(keeper))
        server = Server(application, door)
        on_ready(_address(door))
        server.run()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as door:
            if sys.platform != "win32":  # there it would let two programs share the port
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(place)
            yield door
    except OSError as error:
        raise errors.UsageError(
            "this address is taken by another program, or may not be used",
            where=f"--host {host} --port {port}",
            next_step="Choose another, or stop that program first.",
        ) from error


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _forgetting(keeper: Keeper) -> Iterator[None]:
    """Forget what is over now and each hour, beside the server."""
    is_over = threading.Event()

    def work() -> None:
        while True:
            try:
                keeper.forget_what_is_over()
            except errors.LacrimaError as error:  # a full disk; it is tried again
                LOG.warning("%s", error.sentence())
            if is_over.wait(FORGETS_EVERY_S):
                return

    thread = threading.Thread(target=work, name="forgetting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM (and a closed terminal) end the server the way Ctrl+C does."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, _stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def log_to_standard_error() -> None:
    """The relay's few lines: what went wrong, never who asked for what."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
