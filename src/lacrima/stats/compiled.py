"""Functions that numba compiles, once a machine: the machine code is kept beside the source.

What is compiled here are loops over rows and over clients, never formulae that a reader would want
to follow: for every loop there is a NumPy version of the same arithmetic, and a test holds the two
against each other. `LACRIMA_NUMBA=0` takes the NumPy versions throughout.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar, cast

import numba

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Several clients in one instruction: sums may be taken in another order than written, always the
# same one. Nothing is assumed about NaN or infinity.
QUICK = {"nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz"}}
# To the last bit what is written.
AS_WRITTEN = {"nogil": True, "error_model": "numpy"}

IS_COMPILED = os.environ.get("LACRIMA_NUMBA", "1") != "0"


def compiled(loop: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The loop as machine code, as quick as it gets."""
    return _kept(loop, QUICK)


def compiled_as_written(loop: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The loop as machine code that gives the same as NumPy, to the last bit."""
    return _kept(loop, AS_WRITTEN)


def _kept(
    loop: Callable[Arguments, Result], rules: Mapping[str, Any]
) -> Callable[Arguments, Result]:
    """Compiled, and kept on disk where there is a folder to keep it in."""
    try:
        made = numba.njit(cache=True, **rules)(loop)
    except RuntimeError:  # numba finds neither a folder beside the source nor one of the person
        made = numba.njit(**rules)(loop)
    return cast("Callable[Arguments, Result]", made)
