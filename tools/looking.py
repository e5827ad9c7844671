"""How pages are found and pictured: by links, at each size, light and dark."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
ENTRY = re.compile(r"(/(?:studies|claims|questions|questionnaires))/[^/]+")
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


@dataclass
class Found:
    """What the walk has seen and what was wrong."""

    pictures: int = 0
    kinds: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def kind_of(address: str) -> str:
    """The kind of page behind an address: its path with ids and names of entries blanked out."""
    path = ENTRY.sub(r"\1/one", urlsplit(address).path)
    return re.sub(r"/\d+(?=/|$)", "/n", UUID.sub("id", path)).strip("/") or "today"


def links(page: Page) -> list[str]:
    """All addresses of our own that this page leads to."""
    here = urlsplit(page.url)
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    absolute = [urljoin(page.url, link) for link in found if not link.startswith("#")]
    return [link.split("#")[0] for link in absolute if urlsplit(link).netloc == here.netloc]


def walk(page: Page, start: str, found: Found, *, leave: str = "") -> None:
    """Follow links breadth first, one address of each kind; kinds that begin with `leave` wait."""
    queue = [start]
    while queue:
        address = queue.pop(0)
        kind = kind_of(address)
        if kind in found.kinds or "/static/" in address or (leave and kind.startswith(leave)):
            continue
        response = page.goto(address)
        found.kinds[kind] = address
        if response is None or response.status >= 400:
            found.faults.append(f"{kind}: answers {response.status if response else 'nothing'}")
            continue
        if "text/html" in (response.headers.get("content-type") or ""):
            queue.extend(links(page))


def picture(page: Page, address: str, target: Path, found: Found) -> None:
    """One page, whole, and whether it overflows sideways."""
    page.goto(address)
    _take(page, target, found)


def _take(page: Page, target: Path, found: Found) -> None:
    page.screenshot(path=str(target), full_page=True)
    found.pictures += 1
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if wide > room:
        found.faults.append(f"{target.name}: {wide - room} px too wide")


def picture_here(page: Page, name: str, out: Path, found: Found) -> None:
    """The page as it stands now, in each manner: for what is shown once, or only on a way."""
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            _take(page, out / f"{name}-{size}-{scheme}.png", found)


def in_each_manner(
    browser: Browser, opened: BrowserContext, name: str, out: Path, found: Found
) -> None:
    """Each kind of page at each size in each scheme, with the opened practice's cookies."""
    state = opened.storage_state()
    language = opened.pages[0].evaluate("navigator.language")
    for size, viewport in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport=viewport,  # type: ignore[arg-type]
                color_scheme=scheme,  # type: ignore[arg-type]
                storage_state=state,
                locale=language,
            )
            page = context.new_page()
            for kind, address in sorted(found.kinds.items()):
                file = f"{name}-{kind.replace('/', '-')}-{size}-{scheme}.png"
                picture(page, address, out / file, found)
            context.close()
