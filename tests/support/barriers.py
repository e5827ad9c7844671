"""What keeps somebody out of a page: rules of WCAG 2.2 AA, looked for by axe, offline.

In the dark only colours differ from the light, so there contrast alone is looked at.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_VIOLATIONS_ALONE = {"resultTypes": ["violations"]}
WCAG: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    **_VIOLATIONS_ALONE,
}
CONTRAST_ALONE: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
    **_VIOLATIONS_ALONE,
}
_axe = Axe()


def rules_of(scheme: str) -> dict[str, Any]:
    """What is looked at in the light, and in the dark."""
    return CONTRAST_ALONE if scheme == "dark" else WCAG


def barriers(page: Page, name: str, rules: dict[str, Any] | None = None) -> list[str]:
    """One line for each thing that is in somebody's way; `rules` is WCAG unless said otherwise."""
    found = _axe.run(page, options=rules or WCAG).response["violations"]
    return [
        f"{name}: {one['id']}: {node['target']} {node['html'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


def overflows(page: Page, name: str, widths: tuple[int, ...]) -> list[str]:
    """One line for each width of a window at which the page reaches beyond it."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{name} at {width}: {beyond} px beyond the edge"] if beyond > 0 else []
    return found
