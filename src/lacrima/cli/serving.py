"""From sockets to a browser: what `serve` and `demo` share."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lacrima.cli import loading
from lacrima.vault.folder import Folder


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


def serve_until_stopped(
    folder: Folder, door: Door, *, opens_browser: bool, tell: Callable[[Any], None]
) -> None:
    """Serve until SIGTERM or Ctrl+C; `tell` says where, once the first page can be asked for."""

    def on_ready(ready: Any) -> None:
        tell(ready)
        sys.stdout.flush()
        if opens_browser:
            webbrowser.open(ready.opening_address())

    loading.web("serving").serve(folder, door.sockets, on_ready=on_ready)
