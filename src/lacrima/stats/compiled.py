"""Functions that numba compiles, once a machine: the machine code is kept beside the source.

What is compiled here are loops over rows and over clients, never formulae that a reader would want
to follow: for every loop there is a NumPy version of the same arithmetic, and a test holds the two
against each other. `LACRIMA_NUMBA=0` takes the NumPy versions throughout.

numba keeps a function's code for as long as the function's own file stays as it is, whatever
changed in the functions that it calls. So the folder in which code is kept bears a stamp of all
compiled files: after an update nothing is left of the old ones.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Several clients in one instruction: sums may be taken in another order than written, always the
# same one. Nothing is assumed about NaN or infinity.
QUICK = {"nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz"}}
# To the last bit what is written.
AS_WRITTEN = {"nogil": True, "error_model": "numpy"}

STAMPED = "compiled-"
SETTINGS: Any = numba.config
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
        with _keeping_in(FOLDER):
            made = numba.njit(cache=True, **rules)(loop)
    except RuntimeError:  # numba finds neither a folder beside the source nor one of the person
        made = numba.njit(**rules)(loop)
    return cast("Callable[Arguments, Result]", made)


def folder_for(sources: Path) -> Path | None:
    """Where machine code of the compiled files in a folder is kept; None where nothing can be.

    What was kept for other contents of them is taken away. A folder that numba was told to use
    (NUMBA_CACHE_DIR) is used, and nothing is taken away there.
    """
    told = SETTINGS.CACHE_DIR
    home = Path(told) if told else sources / "__pycache__"
    folder = home / f"{STAMPED}{stamp_of(sources)}"
    if folder.is_dir():
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    for old in () if told else home.glob(f"{STAMPED}*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def stamp_of(sources: Path) -> str:
    """A word that is another one when anything in the compiled files of a folder is."""
    stamp = hashlib.sha256()
    for path in sorted(sources.glob("*compiled.py")):
        stamp.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return stamp.hexdigest()[:16]


@contextmanager
def _keeping_in(folder: Path | None) -> Iterator[None]:
    """numba's own setting for as long as one function is made known to it, and as before after."""
    before = SETTINGS.CACHE_DIR
    SETTINGS.CACHE_DIR = before if folder is None else str(folder)
    try:
        yield
    finally:
        SETTINGS.CACHE_DIR = before


FOLDER = folder_for(Path(__file__).parent)
