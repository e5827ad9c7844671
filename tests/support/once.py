"""Tests marked `embedded` are about the encrypted folder itself: they run on one database only.

On PostgreSQL they are not left out but not chosen at all, because nothing may be left out there.
The whole command line is about the folder, so its room needs no marks.
"""

from __future__ import annotations

from pathlib import Path

import pytest

EMBEDDED_ROOMS = {"cli", "vault"}


def pytest_configure(config: pytest.Config) -> None:
    """Say what the mark means."""
    config.addinivalue_line(
        "markers", "embedded: about the encrypted folder itself, so once is enough"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, choose only what may differ there."""
    if config.getoption("--database") != "postgresql":
        return
    chosen = [item for item in items if not _is_embedded(item)]
    config.hook.pytest_deselected(items=[item for item in items if _is_embedded(item)])
    items[:] = chosen


def _is_embedded(item: pytest.Item) -> bool:
    room = Path(item.path).parent.name
    return room in EMBEDDED_ROOMS or item.get_closest_marker("embedded") is not None
