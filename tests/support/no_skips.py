"""Turns every test left out into a failing one when LACRIMA_NO_SKIPS=1 is set.

The run that decides whether a change may land has everything the tests need, so a test that is
left out there is a test that quietly stopped looking.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

IS_ON = os.environ.get("LACRIMA_NO_SKIPS") == "1"


def refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a report that says "left out" say "failed, because it was left out"."""
    if not IS_ON or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"left out, but nothing may be left out here: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tests that are left out while they run or are set up."""
    report = yield
    refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Whole files that are left out while they are read."""
    report = yield
    refuse(report)
    return report
