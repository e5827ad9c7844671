"""What the command line reaches by name only: the server stands on the same floor as the verbs.

Rooms on one floor do not import each other; the server and the settings are plugged in by name,
as Django itself does it.
"""

from __future__ import annotations

import importlib
from typing import Any

SETTINGS = "lacrima.web.settings"
SERVER = "lacrima.web.serving"


def server() -> Any:
    """The module that serves pages on this computer."""
    return importlib.import_module(SERVER)
