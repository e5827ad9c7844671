"""The server of a clinic: gunicorn, behind a proxy that speaks TLS.

One process with several threads. Python uses one core either way; a second process took no more
requests a second on one core (measured), and would have to be told of every lock, cache and held
upload of the first. The first process only watches: it starts the one that serves, and starts it
anew when it dies. It holds no key. The serving process opens the vault after it was born.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from lacrima.errors import LacrimaError
from lacrima.practice import erasing_after, evidence_pages
from lacrima.vault.core_dumps import forbid_core_dumps
from lacrima.vault.process import VAULT
from lacrima.web import clinic_vault
from lacrima.web.housekeeping import Housekeeper
from lacrima.web.serving import spare_what_stays
from lacrima.web.wsgi import application

log = logging.getLogger("lacrima.web")

SLOWEST_REQUEST_S = 120
LAST_WORDS_S = 30


@dataclass(frozen=True)
class Place:
    """Where the proxy finds the server, and how many requests are answered at a time."""

    bind: str
    threads: int


def _finish_erasures() -> None:
    """What was erased stays so. A database that does not answer now is asked at the next chore."""
    with contextlib.suppress(DatabaseError):
        erasing_after.apply_ledger()


def serve(place: Place, *, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl+C. `on_ready` is called with the address, once it answers."""
    forbid_core_dumps()
    connections.close_all()  # no connection is shared with the process that is born
    _Server(place, on_ready).run()


class OurLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own words quote requests: they go through the same filter as all others."""

    def setup(self, cfg: Any) -> None:
        """Let gunicorn set up, then put our handlers in the place of its own."""
        super().setup(cfg)
        for theirs in (self.error_log, self.access_log):
            theirs.handlers[:] = logging.getLogger("lacrima").handlers
            theirs.setLevel(logging.WARNING)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told what to do by us alone: no file and no variable of its own is read."""

    def __init__(self, place: Place, on_ready: Callable[[str], None]) -> None:
        self._place, self._on_ready = place, on_ready
        self._housekeeper = Housekeeper()
        super().__init__()

    def load_config(self) -> None:
        """What gunicorn is to do."""
        for name, value in self._options().items():
            if name in self.cfg.settings:  # older ones have no control socket to switch off
                self.cfg.set(name, value)

    def _options(self) -> dict[str, Any]:
        return {
            "bind": self._place.bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._place.threads,
            "umask": 0o007,  # a socket in the file system is for our own group: the proxy
            "timeout": SLOWEST_REQUEST_S,
            "graceful_timeout": LAST_WORDS_S,
            "keepalive": 75,
            "worker_tmp_dir": "/dev/shm",  # noqa: S108  a sign of life must not wait for a disk
            "forwarded_allow_ips": "127.0.0.1,::1",
            "control_socket_disable": True,
            "logger_class": OurLogger,
            "post_worker_init": self._tell,
            "worker_exit": self._close,
        }

    def load(self) -> Any:
        """In the serving process: open the vault, and begin to keep house."""
        try:
            clinic_vault.open_it()
            _finish_erasures()
            evidence_pages.prepare()
        except LacrimaError as error:
            log.error("the server cannot begin: %s", error.sentence())
            sys.exit(Arbiter.APP_LOAD_ERROR)
        self._housekeeper.__enter__()
        spare_what_stays()
        return application

    def _tell(self, worker: Any) -> None:
        if worker.age == 1:  # one that is born after a mishap says nothing
            self._on_ready(str(worker.sockets[0]))

    def _close(self, _server: Any, _worker: Any) -> None:
        self._housekeeper.__exit__()
        VAULT.full_lock()
        connections.close_all()
