"""The drop-box in pictures: a relay beside the demo, a link, and the sealed page on a phone."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser, Page

from lacrima.relay.page_file import assemble
from tools.looking import Found, picture_here

_PORT = re.compile(r"http://[\w.]+:(\d+)")
_CLIENT = re.compile(r"/clients/([0-9a-f-]{36})")
_MOST_PAGES = 4


@contextmanager
def a_relay(top: Path) -> Iterator[str]:
    """A relay that serves the page as well; its code is left in `code.txt`."""
    with _running(top, "0") as port:
        address = f"http://localhost:{port}"
    (top / "page.html").write_bytes(assemble(address))
    with _running(top, port, "--page", str(top / "page.html")):
        where = ["--dir", str(top / "relay"), "--address", address, "--out", str(top / "code.txt")]
        subprocess.run(_lacrima("relay", "mailbox", *where), check=True, capture_output=True)
        yield address


@contextmanager
def _running(top: Path, port: str, *more: str) -> Iterator[str]:
    command = _lacrima("relay", "--dir", str(top / "relay"), "--port", port, *more)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = _PORT.search(process.stdout.readline())
        assert found is not None
        try:
            yield found[1]
        finally:
            process.terminate()


def _lacrima(*words: str) -> list[str]:
    return [sys.executable, "-m", "lacrima", *words]


def look_at_phone(
    browser: Browser, page: Page, home: str, name: str, out: Path, found: Found
) -> None:
    """Name a relay, make a link, and answer by it."""
    with tempfile.TemporaryDirectory() as folder, a_relay(Path(folder)) as address:
        page.goto(f"{home}/settings/drop-box/relay")
        page.fill("[name=relay_code]", (Path(folder) / "code.txt").read_text().strip())
        page.fill("[name=page]", address)
        page.locator("main form button").first.click()
        page.wait_for_url(f"{home}/settings/drop-box")
        picture_here(page, f"{name}-drop-box-named", out, found)
        link = _link(page, home, name, out, found)
        _answer(browser, link, name, out, found)
        page.goto(f"{home}/settings/drop-box")
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        picture_here(page, f"{name}-drop-box-fetched", out, found)


def _link(page: Page, home: str, name: str, out: Path, found: Found) -> str:
    page.goto(f"{home}/clients")
    told = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
    client = next(UUID(match[1]) for one in told if (match := _CLIENT.match(one)))
    page.goto(f"{home}/clients/{client}/door/phone/new")
    picture_here(page, f"{name}-phone-link-new", out, found)
    page.locator("main form button").first.click()
    page.locator("p.code").wait_for()
    picture_here(page, f"{name}-phone-link", out, found)
    return page.locator("p.code").first.inner_text()


def _answer(browser: Browser, link: str, name: str, out: Path, found: Found) -> None:
    context = browser.new_context(locale="de-DE" if name == "german" else "en-GB")
    phone = context.new_page()
    phone.goto(link)
    phone.locator("#foot nav").wait_for()
    for number in range(_MOST_PAGES):
        picture_here(phone, f"{name}-sealed-{number}", out, found)
        _fill_in(phone)
        phone.locator("main button").first.click()
        phone.wait_for_timeout(300)
        if phone.locator(".code").count():
            break
    picture_here(phone, f"{name}-sealed-done", out, found)
    for number in range(phone.locator("#foot nav button").count()):
        phone.locator("#foot nav button").nth(number).click()
        phone.wait_for_timeout(200)
        picture_here(phone, f"{name}-sealed-foot-{number}", out, found)
    context.close()


def _fill_in(phone: Page) -> None:
    """The last answer of each question."""
    names = phone.eval_on_selector_all("main input[type=radio]", "all => all.map(a => a.name)")
    for name in dict.fromkeys(names):
        phone.locator(f'main input[name="{name}"]').last.check(force=True)
