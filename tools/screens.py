"""Every page as a picture: phone and desktop, light and dark, the demo and an empty practice.

    python -m tools.screens [--out screens] [--only demo|empty]

Pages are found by following links from Today, one of each kind of address, so a new page is
pictured without being listed here. It ends with exit code 1 when a page overflows sideways, when
a page answers with an error, or when a route that can be opened was never reached.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.browser import find_chromium, launch_arguments

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
ADDRESS = re.compile(r"http://localhost:\d+\S*")
PASSPHRASE = "a quiet consulting room at dusk"


@dataclass
class Found:
    """What the walk has seen and what was wrong."""

    pictures: int = 0
    kinds: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def kind_of(address: str) -> str:
    """The kind of page behind an address: its path with ids blanked out."""
    path = urlsplit(address).path
    return re.sub(r"/\d+(?=/|$)", "/n", UUID.sub("id", path)).strip("/") or "today"


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """A Lacrima of its own; gives the address that opens it unlocked."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lacrima", *arguments], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if match := ADDRESS.search(line):
                yield match.group()
                break
        else:
            raise SystemExit("the server said no address")
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def empty_practice(folder: Path) -> Iterator[str]:
    """A practice in which nothing was written yet."""
    secret = folder / "passphrase.txt"
    secret.write_text(PASSPHRASE)
    practice = str(folder / "practice")
    given = ("--dir", practice, "--passphrase-file", str(secret))
    subprocess.run(
        [sys.executable, "-m", "lacrima", "init", *given, "--your-name", "Ana"],
        check=True,
        capture_output=True,
    )
    with served("serve", *given, "--no-browser", "--port", "0") as address:
        yield address


def links(page: Page) -> list[str]:
    """All addresses of our own that this page leads to."""
    here = urlsplit(page.url)
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    absolute = [urljoin(page.url, link) for link in found if not link.startswith("#")]
    return [link.split("#")[0] for link in absolute if urlsplit(link).netloc == here.netloc]


def walk(page: Page, start: str, found: Found) -> None:
    """Follow links breadth first, one address of each kind."""
    queue = [start]
    while queue:
        address = queue.pop(0)
        kind = kind_of(address)
        if kind in found.kinds or "/static/" in address:
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
    page.screenshot(path=str(target), full_page=True)
    found.pictures += 1
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if wide > room:
        found.faults.append(f"{target.name}: {wide - room} px too wide")


def in_each_manner(
    browser: Browser, opened: BrowserContext, name: str, out: Path, found: Found
) -> None:
    """Each kind of page at each size in each scheme, with the opened practice's cookies."""
    state = opened.storage_state()
    for size, viewport in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport=viewport,  # type: ignore[arg-type]
                color_scheme=scheme,  # type: ignore[arg-type]
                storage_state=state,
            )
            page = context.new_page()
            for kind, address in sorted(found.kinds.items()):
                file = f"{name}-{kind.replace('/', '-')}-{size}-{scheme}.png"
                picture(page, address, out / file, found)
            context.close()


def look_at(browser: Browser, name: str, address: str, out: Path) -> Found:
    """Walk one practice and picture it."""
    found = Found()
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    if "/open" not in address:
        page.get_by_label("Passphrase").first.fill(PASSPHRASE)
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"localhost:\d+/(welcome.*)?$"))
    walk(page, page.url, found)
    in_each_manner(browser, context, name, out, found)
    context.close()
    print(f"{name}: {len(found.kinds)} pages, {found.pictures} pictures in {out}")
    return found


def main() -> int:
    """Picture what was asked for; say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("screens"))
    parser.add_argument("--only", choices=("demo", "empty"))
    asked = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print("Chromium is not installed, so there is nothing to picture pages with.")
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with sync_playwright() as player, tempfile.TemporaryDirectory() as folder:
        browser = player.chromium.launch(executable_path=chromium, args=launch_arguments())
        if asked.only != "empty":
            demo = ("demo", "--no-browser", "--port", "0", "--dir", f"{folder}/demo")
            with served(*demo) as address:
                faults += look_at(browser, "demo", address, asked.out).faults
        if asked.only != "demo":
            (Path(folder) / "empty").mkdir()
            with empty_practice(Path(folder) / "empty") as address:
                faults += look_at(browser, "empty", address, asked.out).faults
        browser.close()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
