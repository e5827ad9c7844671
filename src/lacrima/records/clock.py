"""The one clock. Everything asks it; tests and the demo hold it still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """What time is it? An aware moment in UTC."""
    return _source()


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Within this block it is `moment` (aware), and it stays so."""
    with driven_by(lambda: moment):
        yield


@contextmanager
def driven_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Within this block the clock shows what `source` says."""
    global _source  # noqa: PLW0603  one clock for the process is the point
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
