"""Whoever serves has one core, the visitors have the others: as on a small machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def on_one_core() -> Iterator[None]:
    """What is started inside this block stays on the first core; this process leaves it after.

    Where there is one core alone, all share it; where cores cannot be chosen, nothing is done.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before - {min(before)} or before)
