"""From sockets to a browser: what `serve` and `demo` share."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lacrima.cli import loading
from lacrima.vault.folder import Folder

MACHINE_CODE = "LACRIMA_NUMBA"


@dataclass(frozen=True)
class Door:
    """Sockets on this computer, taken before the settings are read: the port names the cookies."""

    sockets: list[Any]
    port: int

    @classmethod
    def at(cls, port: int) -> Door:
        """Take this port, or a free one for 0. Raises UsageError when it is taken."""
        ports = loading.web("ports")
        sockets = ports.listen(port)
        return cls(sockets, ports.port_of(sockets))


def without_waiting_for_a_compiler() -> None:
    """No page of this server waits for one: what lies ready is used, and else plain loops.

    Called before anything of the statistics is imported.
    """
    os.environ.setdefault(MACHINE_CODE, "ready")


def get_ready_beside() -> None:
    """Make machine code ready for the next start, in a process that knows nothing of this one."""
    if os.environ.get(MACHINE_CODE) == "ready":
        threading.Thread(target=_get_ready, daemon=True).start()


def _get_ready() -> None:
    subprocess.run(
        [sys.executable, "-P", "-m", "lacrima.analyses.getting_ready"],  # -P: nothing from here
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, MACHINE_CODE: "1"},
        check=False,
    )


def serve_until_stopped(
    folder: Folder, door: Door, *, opens_browser: bool, tell: Callable[[Any], None]
) -> None:
    """Serve until SIGTERM or Ctrl+C; `tell` says where, once the first page can be asked for."""

    def on_ready(ready: Any) -> None:
        tell(ready)
        sys.stdout.flush()
        get_ready_beside()
        if opens_browser:
            webbrowser.open(ready.opening_address())

    loading.web("serving").serve(folder, door.sockets, on_ready=on_ready)
