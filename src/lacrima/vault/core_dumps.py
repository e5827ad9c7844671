"""No picture of our memory on the disk when the process crashes."""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource


def forbid_core_dumps() -> None:
    """Ask the operating system to write no core dump of this process (not known on Windows)."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
