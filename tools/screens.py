"""Every page as a picture: phone and desktop, light and dark; demo, empty practice, clinic.

    python -m tools.screens [--out screens] [--only demo|german|empty|clinic]

Pages are found by following links from Today, one of each kind of address, so a new page is
pictured without being listed here. A clinic needs PostgreSQL: where there is none it is left out,
and that is said. It ends with exit code 1 when a page overflows sideways, when
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
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from tests.support import postgres
from tests.support.browser import find_chromium, launch_arguments
from tools.looking import Found, in_each_manner, walk
from tools.screens_clinic import look_at_clinic
from tools.screens_door import look_at_door
from tools.screens_phone import look_at_phone

ADDRESS = re.compile(r"http://localhost:\d+\S*")
KINDS = ("demo", "german", "empty", "clinic")
LANGUAGE = {"german": "de-DE"}
PASSPHRASE = "a quiet consulting room at dusk"


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


def look_at(browser: Browser, name: str, address: str, out: Path) -> Found:
    """Walk one practice and picture it."""
    found = Found()
    context = browser.new_context(locale=LANGUAGE.get(name, "en-GB"))
    page = context.new_page()
    page.goto(address)
    if "/open" not in address:
        page.get_by_label("Passphrase").first.fill(PASSPHRASE)
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"localhost:\d+/(welcome.*)?$"))
    walk(page, page.url, found)
    home = f"http://{urlsplit(page.url).netloc}"
    in_each_manner(browser, context, name, out, found)
    if name in {"demo", "german"}:  # an empty practice has nobody to write to it
        look_at_phone(browser, page, home, name, out, found)
    look_at_door(page, home, name, out, found)  # last: afterwards the practice is closed here
    context.close()
    print(f"{name}: {len(found.kinds)} pages, {found.pictures} pictures in {out}")
    return found


def look_at_kind(browser: Browser, kind: str, out: Path) -> list[str]:
    """Picture the demo (in either language), an empty practice or a clinic; what is wrong."""
    if kind == "clinic":
        if postgres.find_binaries() is None:
            print(f"The clinic is left out: {postgres.ABSENT}")
            return []
        return look_at_clinic(browser, out)
    with tempfile.TemporaryDirectory() as folder:
        demo = ("demo", "--no-browser", "--port", "0", "--dir", f"{folder}/demo")
        opening = empty_practice(Path(folder)) if kind == "empty" else served(*demo)
        with opening as address:
            return look_at(browser, kind, address, out).faults


def main() -> int:
    """Picture what was asked for; say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("screens"))
    parser.add_argument("--only", choices=KINDS)
    asked = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print("Chromium is not installed, so there is nothing to picture pages with.")
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=launch_arguments())
        for kind in [asked.only] if asked.only else KINDS:
            faults += look_at_kind(browser, kind, asked.out)
        browser.close()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
