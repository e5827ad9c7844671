"""Functions that numba compiles, once a machine: the machine code is kept beside the source.

What is compiled here are loops over rows and over clients, never formulae that a reader would want
to follow: for every loop there is a NumPy version of the same arithmetic, and a test holds the two
against each other. They differ in the last digits at most.

The first use of machine code on a computer waits some twenty seconds for the compiler. A practice
is answered in less by NumPy, so machine code is taken where it lies ready
(`analyses.getting_ready`), and where a job is so large that the wait is worth it (`large_job`).
`LACRIMA_NUMBA` says otherwise: 1, always; ready, only where it lies ready (a server); 0, never. It
is never taken where a process may not make it (systemd's MemoryDenyWriteExecute, as in
deploy/lacrima.service; SELinux).

numba keeps a function's code for as long as the function's own file stays as it is, whatever
changed in the functions that it calls. So the folder in which code is kept bears a stamp of all
compiled files: after an update nothing is left of the old ones.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

try:
    import numba
except (ImportError, OSError):  # OSError: this process may not make machine code
    numba = cast("Any", None)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Several clients in one instruction: sums may be taken in another order than written, always the
# same one. Nothing is assumed about NaN or infinity.
QUICK = {"nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz"}}
# To the last bit what is written.
AS_WRITTEN = {"nogil": True, "error_model": "numpy"}

STAMPED = "compiled-"
SETTLED = {"0", "1", "ready"}
SETTINGS: Any = getattr(numba, "config", None)
WANTED = os.environ.get("LACRIMA_NUMBA", "where it is worth it")


@dataclass
class Choice:
    """What a process has chosen so far: machine code stays taken once it is.

    tell: called before the first large job on a computer waits for the compiler.
    """

    is_taken: bool
    tell: Callable[[], None] = lambda: None


def is_compiled() -> bool:
    """Whether machine code is taken now."""
    return CHOICE.is_taken


def large_job(size: int, large: int) -> None:
    """Take machine code from here on if a job of so many rows or groups is a large one."""
    if CHOICE.is_taken or size < large or not CAN_COMPILE or WANTED in SETTLED:
        return
    CHOICE.is_taken = True
    if FOLDER is None or not any(FOLDER.rglob("*.nbc")):
        CHOICE.tell()


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
    if not CAN_COMPILE:
        return loop
    try:
        with _keeping_in(FOLDER):
            made = numba.njit(cache=True, **rules)(loop)
    except RuntimeError:  # numba finds neither a folder beside the source nor one of the person
        made = numba.njit(**rules)(loop)
    return cast("Callable[Arguments, Result]", made)


def mark_of_ready(folder: Path) -> Path:
    """The file that says that machine code for this Python and this machine lies in a folder."""
    python = sys.implementation.cache_tag
    return folder / f"ready-{python}-{numba.__version__}-{platform.node()}"


def folder_for(sources: Path) -> Path | None:
    """Where machine code of the compiled files in a folder is kept; None where nothing can be.

    It is beside the source; where nobody may write there, in the person's own cache. What was
    kept for other contents is taken away. A folder that numba was told to use (NUMBA_CACHE_DIR)
    is used, and nothing is taken away there.
    """
    if SETTINGS.CACHE_DIR:
        return _made(Path(SETTINGS.CACHE_DIR), sources)
    for home in (sources / "__pycache__", cache_of_the_person()):
        folder = _made(home, sources) if home else None
        if folder:
            for old in folder.parent.glob(f"{STAMPED}*"):
                if old != folder:
                    shutil.rmtree(old, ignore_errors=True)
            return folder
    return None


def cache_of_the_person() -> Path | None:
    """The person's folder for what can be made again; None where she has no home."""
    told = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(told) if told else Path.home() / ".cache") / "lacrima"
    except RuntimeError:
        return None


def _made(home: Path, sources: Path) -> Path | None:
    """The folder of these sources in another one, made if need be; None where it cannot be used."""
    folder = home / f"{STAMPED}{stamp_of(sources)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


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


CAN_COMPILE = bool(numba) and WANTED != "0"
FOLDER = folder_for(Path(__file__).parent) if CAN_COMPILE else None
IS_READY = FOLDER is not None and mark_of_ready(FOLDER).exists()
CHOICE = Choice(CAN_COMPILE and (IS_READY or WANTED == "1"))
