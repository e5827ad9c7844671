"""The two parts of a clinical will go to two people: on paper each has a sheet of its own."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from lacrima.web import memory_sessions
from tests.support.cast import Cast
from tests.support.signed_in import come_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_each_part_has_a_sheet_of_its_own(
    page: Page, committed_cast: Cast, live_server: Any, paper: str
) -> None:
    home = re.sub(r"//[^:/]+", "//localhost", live_server.url)
    anas = come_in(page, home)
    anas.goto(f"{home}/will/make")
    anas.locator("[name=colleague_name]").fill("Hanna Weiss")
    anas.locator("[name=second_name]").fill("Jo Berg")
    anas.get_by_role("button", name="Make the two sheets").click()
    anas.get_by_role("heading", name="Two sheets, one for each").wait_for()
    parts = anas.locator("p.code").all_inner_texts()
    sheets = [one.extract_text() for one in PdfReader(io.BytesIO(anas.pdf(format=paper))).pages]
    assert len(parts) == len(sheets) == 2
    for name, part, sheet, other in zip(
        ("Hanna Weiss", "Jo Berg"), parts, sheets, reversed(parts), strict=True
    ):
        assert name in sheet
        assert part[:14] in sheet
        assert other[:14] not in sheet
    memory_sessions.forget_all()
