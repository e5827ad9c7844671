"""Letters of the drop-box: a relay in another process, a thousand letters fetched, opened, kept."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.figures import Figure, middle
from drills.house import House, fill, open_records, verb
from lacrima.relay.page_file import assemble
from lacrima.vault import drop_box
from lacrima.vault.process import VAULT
from tests.support.browser import find_chromium, launch_arguments

LETTERS = 1000
CLIENTS = 20
_ADDRESS = re.compile(r"http://\S+?:\d+")


@contextmanager
def a_relay(house: House) -> Iterator[str]:
    """A relay with a folder of its own, in another process; its address."""
    command = [sys.executable, "-m", "lacrima", "relay", "--dir", str(house.root / "relay")]
    process = subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = _ADDRESS.search(process.stdout.readline())
        assert found is not None
        yield found.group()
    finally:
        process.terminate()
        process.wait(30)


def named(house: House, address: str) -> None:
    """Let the practice know this relay."""
    code = house.root / "relay-code.txt"
    where = ["--dir", str(house.root / "relay")]
    verb("relay", "mailbox", *where, "--address", address, "--out", str(code))
    page = ["--relay-code-file", str(code), "--page", "http://localhost:8300"]
    verb("drop-box", *page, *house.arguments())


def invited(house: House, count: int) -> list[str]:
    """Links for this many clients."""
    open_records(house)
    from django.db import connections

    from lacrima.practice import drop_box_invite, people
    from lacrima.practice.words import CLIENT_ROLES
    from lacrima.records.models import Participant

    seats = Participant.objects.filter(client__isnull=False, role__in=CLIENT_ROLES)[:count]
    owner = people.owner()
    links = [drop_box_invite.invite(seat, by=owner).link for seat in seats]
    connections.close_all()
    VAULT.full_lock()
    return links


def brief_behind(link: str, address: str) -> tuple[drop_box.Invitation, bytes]:
    """What a phone reads with this link."""
    secret = base64.urlsafe_b64decode(link.partition("#i=")[2] + "=")
    told = drop_box.invitation(secret)
    with urllib.request.urlopen(f"{address}/v1/briefs/{told.name.hex()}") as answer:
        return told, drop_box.open_brief(told, answer.read())


def letter_for(told: drop_box.Invitation, raw: bytes, letter_id: bytes, *, is_first: bool) -> bytes:
    """One sitting: something is written; before the first the first page is read."""
    brief = json.loads(raw)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {"words": "simulated " + "words " * 40}
    parts: list[dict[str, Any]] = [{"kind": "agree", "at": now}] if is_first else []
    parts += [{"kind": "statement", "at": now, "values": values}]
    content = {"v": 1, "sitting": secrets.token_hex(16), "sequence": 1, "written_at": now}
    return drop_box.seal_letter(
        told,
        json.dumps({**content, "language": "en", "parts": parts}).encode(),
        public=base64.b64decode(brief["public"]),
        letter_id=letter_id,
        brief_number=brief["number"],
        brief_digest=hashlib.sha256(raw).digest(),
    )


def leave_letters(links: list[str], address: str, count: int) -> None:
    """Phones leave their letters at the relay."""
    read = [brief_behind(link, address) for link in links]
    for number in range(count):
        told, raw = read[number % len(read)]
        letter_id = secrets.token_bytes(16)
        where = f"{address}/v1/letters/{told.name.hex()}/{letter_id.hex()}"
        body = letter_for(told, raw, letter_id, is_first=number < len(read))
        for patience_s in (0, 0.2, 0.5, 1, 2, 4):
            time.sleep(patience_s)
            try:
                with urllib.request.urlopen(urllib.request.Request(where, body, method="POST")):
                    break
            except urllib.error.HTTPError as refused:
                if refused.code != 429:
                    raise


_NOTE_THE_FIRST_VIEW = """
  const watch = new MutationObserver(() => {
    if (!document.querySelector("#main h1 ~ *") || window.firstView) return;
    if (!document.querySelector("#foot nav")) return;
    requestAnimationFrame(() => { window.firstView = performance.now(); });
  });
  watch.observe(document, { subtree: true, childList: true });
"""
SLOWER = 4  # how many times slower than here a slow phone computes


def first_view_s(link: str, page_file: Path) -> Iterator[float]:
    """From the opening of a link to the first page with its words, on a slowed phone."""
    chromium = find_chromium()
    if chromium is None:
        return
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=launch_arguments())
        for _time in range(7):
            context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
            page = context.new_page()
            page.route("http://localhost:8300/", lambda route: route.fulfill(path=page_file))
            slow = context.new_cdp_session(page)
            slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.add_init_script(_NOTE_THE_FIRST_VIEW)
            page.goto(link)
            page.wait_for_function("window.firstView")
            yield page.evaluate("window.firstView") / 1000
            context.close()
        browser.close()


def seen(house: House, address: str, link: str) -> Iterator[Figure]:
    """The sealed page: how large it is, and when its first words are there."""
    page = house.root / "page.html"
    page.write_bytes(assemble(address))
    size_kb = page.stat().st_size / 1024
    yield Figure("sealed page, one file as it stands", size_kb, "KB", at_most=40)
    if views := list(first_view_s(link, page)):
        name = f"first words of it, {SLOWER} times slower, median"
        yield Figure(name, middle(views), "s", at_most=1)


def measure(house: House) -> Iterator[Figure]:
    """A thousand letters by twenty links, into an embedded practice; and the page they write on."""
    fill(house, clients=CLIENTS, sessions=CLIENTS * 4, seed=7)
    with a_relay(house) as address:
        named(house, address)
        links = invited(house, CLIENTS)
        yield from seen(house, address, links[0])
        leave_letters(links, address, LETTERS)
        started = time.perf_counter()
        done = verb("collect", *house.arguments(), "--json")
        took_s = time.perf_counter() - started
        told = json.loads(done.stdout)
        assert told["kept"] == LETTERS, told
        yield Figure("1,000 letters fetched, opened and kept", took_s, "s", at_most=10)
        started = time.perf_counter()
        again = json.loads(verb("collect", *house.arguments(), "--json").stdout)
        assert again["fetched"] == 0, again
        yield Figure("collecting when nothing has come", time.perf_counter() - started, "s")
