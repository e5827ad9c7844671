"""The client's own pages as pictures: the door of somebody in the demo, in both languages.

The device is handed over as a therapist does it. Nothing leads from there to any other page, so
the door is not found by the walk over the practice's own pages. Part of `python -m tools.screens`.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tools.looking import Found, picture_here

PAGES = {
    "who-reads-what": "/door/who-reads-what",
    "answers": "/door/answers",
    "own-word": "/door/own-word",
    "beside-the-record": "/door/beside-the-record",
    "pause": "/door/pause",
    "somebody-else": "/door/somebody-else",
}


def look_at_door(page: Page, home: str, name: str, out: Path, found: Found) -> None:
    """Hand the device over to the first client who has a door, and picture all that is there."""
    if not _hand_over(page, home):
        return
    _asked(page, f"{name}-door", out, found)
    for kind, address in PAGES.items():
        page.goto(f"{home}{address}")
        picture_here(page, f"{name}-door-{kind}", out, found)
        found.kinds[f"door/{kind}"] = f"{home}{address}"
    page.goto(f"{home}/door")
    page.locator("[name=language]").first.click()
    picture_here(page, f"{name}-door-other-language", out, found)
    page.locator("[data-leave]").click()
    page.wait_for_url("**/door/left")
    picture_here(page, f"{name}-door-left", out, found)


def _hand_over(page: Page, home: str) -> bool:
    """To somebody who is asked something now, where there is anybody."""
    page.goto(f"{home}/clients")
    clients = page.eval_on_selector_all("a.who", "all => all.map(a => a.href)")
    for address in clients:
        page.goto(f"{address}/door")
        button = page.locator("form[action*='/hand-over'] button")
        if not button.count():
            continue
        button.click()
        page.wait_for_url("**/door**")
        return True
    return False


def _asked(page: Page, name: str, out: Path, found: Found) -> None:
    """Every page of questions up to the last, each answered by its first choice."""
    for number in range(1, 12):
        picture_here(page, f"{name}-{number}", out, found)
        found.kinds["door"] = page.url
        if page.url.endswith("/who-reads-what"):  # read and agreed to, and on
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_load_state()
            continue
        if not page.locator("form.door-form").count():
            return
        mentions = page.locator("form.door-form [name=stood_out][value=both]")
        if mentions.count():
            mentions.check(force=True)
        page.locator("form.door-form button[type=submit]").first.click()
        page.wait_for_load_state()
