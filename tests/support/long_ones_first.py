"""Files that wait for processes and browsers begin first: no core waits for them at the end.

Which folders those are was read off a whole run; the order of tests within a file stays.
"""

from __future__ import annotations

import pytest

LONG_FIRST = ("tools", "cli", "browser", "security", "web")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders named above, in their order, and then all others."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)
