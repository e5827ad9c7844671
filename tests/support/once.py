"""Tests marked `embedded` are about the encrypted folder itself, those marked `clinic` about a
clinic's server: they run on one database only.

On the other they are not left out but not chosen at all, because nothing may be left out there.
The whole command line is about the folder, and the relay knows no practice, so their rooms need no
marks. Everything else runs on both, in the browser too: tests/support/signed_in.py opens a laptop
by its passphrase, and signs in to a clinic.
"""

from __future__ import annotations

from pathlib import Path

import pytest

EMBEDDED_ROOMS = {"cli", "relay", "vault"}


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marks mean."""
    config.addinivalue_line(
        "markers", "embedded: about the encrypted folder itself, so once is enough"
    )
    config.addinivalue_line("markers", "clinic: about a clinic's server, so on PostgreSQL alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose only what is about this database, or may differ on it."""
    is_clinic = config.getoption("--database") == "postgresql"
    is_elsewhere = _is_embedded if is_clinic else _is_clinic
    config.hook.pytest_deselected(items=[item for item in items if is_elsewhere(item)])
    items[:] = [item for item in items if not is_elsewhere(item)]


def _is_embedded(item: pytest.Item) -> bool:
    room = Path(item.path).parent.name
    is_marked = item.get_closest_marker("embedded") is not None
    return room in EMBEDDED_ROOMS or is_marked


def _is_clinic(item: pytest.Item) -> bool:
    return item.get_closest_marker("clinic") is not None
