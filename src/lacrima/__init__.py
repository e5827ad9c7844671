"""Lacrima: emotional moments in psychotherapy, and what came after.

From Python: `effects`, `bayes`, `singlecase`, `simulate`, `change`, `gains` and `score` answer
questions about tables (docs/tutorials/in-python.md). They are loaded when first named, so that
the command line and the server do not wait for them; their types stand in `__init__.pyi`.
"""

import importlib
from typing import Any

__version__ = "0.2.0"

LIBRARY = (
    "LacrimaError",
    "bayes",
    "change",
    "effects",
    "gains",
    "score",
    "simulate",
    "singlecase",
)


def __getattr__(name: str) -> Any:
    """What the library has by that name."""
    if name not in LIBRARY:
        raise AttributeError(f"module 'lacrima' has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.library"), name)


def __dir__() -> list[str]:
    """For those who look around."""
    return [*globals(), *LIBRARY]
