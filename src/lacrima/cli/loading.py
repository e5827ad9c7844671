"""What the command line reaches by name, when it knows for which folder and port.

Two reasons. The server stands on the same floor as the verbs, and rooms on one floor do not
import each other. And the rows can be loaded only once Django is set up, which needs the folder
and the port of this call: nothing of practice/ stands among the imports of a verb.
"""

from __future__ import annotations

import importlib
from types import ModuleType

SETTINGS = "lacrima.web.settings"


def web(name: str) -> ModuleType:
    """A module of web/, the room of the server."""
    return importlib.import_module(f"lacrima.web.{name}")


def practice(name: str) -> ModuleType:
    """A module of practice/, once Django is set up (see opening.prepare)."""
    return importlib.import_module(f"lacrima.practice.{name}")
