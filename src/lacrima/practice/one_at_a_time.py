"""Chores of the house that one process does at a time, however many serve the same clinic."""

from __future__ import annotations

from contextlib import AbstractContextManager

from lacrima.records.one_at_a_time import HOUSEKEEPING, alone


def housekeeping() -> AbstractContextManager[bool]:
    """Whether this process may keep house now; while the block lasts nobody else begins."""
    return alone(HOUSEKEEPING)
