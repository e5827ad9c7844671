"""The browsers of the page tests stand in tests/support/windows.py, which knows rows."""

from __future__ import annotations

import pytest
from django.apps import apps


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Only after Django is set up can anything be imported that knows rows."""
    if apps.ready:  # not in the process that only hands out tests to others
        config.pluginmanager.import_plugin("tests.support.windows")
        config.pluginmanager.import_plugin("tests.support.bringing_in")
