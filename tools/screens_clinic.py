"""The pages that only a clinic has, as pictures: the way in, the people, one's own key.

A clinic of its own is begun on a throw-away PostgreSQL. Its administrator comes in by the first
invitation and invites one person of each role; each joins in a browser of her own, and every page
she is led to is pictured. Part of `python -m tools.screens`.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import clinic, postgres
from tests.support.clinic_server import clinic_server
from tools.looking import Found, in_each_manner, picture_here, walk

PASSWORD = "copper lantern meadow"
OWN_PASSPHRASE = "seven quiet boats on Sunday"
JOINING = {"therapist": "Tom Berg", "supervisor": "Hanna Weiss", "researcher": "Rita Feld"}
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasPrf": True,
    "ctap2Version": "ctap2_1",
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Clinic:
    """A running clinic, and the code by which its administrator comes in."""

    address: str
    invitation: str


@contextmanager
def begun() -> Iterator[Clinic]:
    """A clinic in which nobody has been yet."""
    with postgres.cluster() as server, tempfile.TemporaryDirectory() as folder:
        machine = clinic.Machine(clinic.prepare(server), Path(folder))
        clinic.migrate(machine.database, machine.keys)
        options = ("--zone", "Europe/Madrid", "--your-name", "Eva Lind", "--json")
        said = machine.verb("clinic", "init", *options)
        with clinic_server(machine) as running:
            address = running.address.replace("127.0.0.1", "localhost")
            yield Clinic(address, json.loads(said.stdout)["invitation"])


@dataclass
class Visit:
    """Somebody in a browser of her own, who pictures what she sees."""

    here: Clinic
    page: Page
    out: Path
    found: Found

    def look(self, name: str) -> None:
        """Picture the page she is on."""
        picture_here(self.page, f"clinic-{name}", self.out, self.found)

    def go(self, way: str) -> None:
        """Open an address."""
        self.page.goto(f"{self.here.address}{way}")

    def press(self, name: str, lead: str) -> None:
        """Press a button, and wait for where it leads."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_url(f"**{lead}")

    def join(self, code: str, sign_in_name: str) -> None:
        """Come in by an invitation: a password, a passkey, and the recovery codes."""
        self.go(f"/invited#{code}")
        self.look("invited")
        self.page.get_by_label("A name to sign in with").fill(sign_in_name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_label("The same once more").fill(PASSWORD)
        self.press("Come in", "/sign-in/second-factor")
        self.look("second-factor")
        self.page.get_by_role("link", name="Use an app").click()
        self.look("app-with-codes")
        self.go("/my-sign-in/passkey")
        self.look("passkey")
        self.press("Make it", "/my-sign-in/codes")
        self.look("recovery-codes")

    def sign_in(self, sign_in_name: str) -> None:
        """Come back: what was wrong is said, and a passkey is the second factor."""
        self.go("/sign-in")
        self.look("sign-in")
        self.page.get_by_label("Name to sign in with").fill(sign_in_name)
        self.page.get_by_label("Password").fill("not the password at all")
        self.press("Sign in", "/sign-in")
        self.look("sign-in-refused")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in", "/sign-in/code")
        self.look("second-factor-asked")
        self.press("With a passkey", "/")

    def rest(self) -> None:
        """It was quiet here: who is it?"""
        self.go("/")
        self.page.evaluate("document.querySelector('form[data-lock]').action = '/rest'")
        self.press("Sign out", "/sign-in/again")
        self.look("is-it-you")
        self.prove()

    def prove(self) -> None:
        """For five minutes nothing asks again."""
        self.go("/sign-in/again")
        self.page.get_by_label("Your password").fill(PASSWORD)
        self.page.get_by_role("button", name="Go on", exact=True).click()
        self.page.wait_for_url(lambda url: not url.endswith("/again"))

    def invite(self, name: str, role: str) -> str:
        """Invite somebody; the code, which is shown once."""
        self.go("/people/new")
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.locator(f"input[name=role][value={role}]").check(force=True)
        self.page.get_by_role("button", name="Make a code").click()
        self.look("invitation")
        return self.page.locator(".code").last.inner_text().strip()

    def make_own_key(self) -> None:
        """The key that only she has: made, shown once, closed, asked for."""
        self.go("/my-care")
        self.look("own-key-make")
        self.page.locator("input[type=password]").first.fill(OWN_PASSPHRASE)
        self.page.locator("input[type=password]").last.fill(OWN_PASSPHRASE)
        self.page.get_by_role("button", name="Make my key").click()
        self.page.locator(".code").wait_for()
        self.look("own-key-code")
        code = self.page.locator(".code").inner_text()
        self.go("/own-things/recovery-code/prove")
        self.page.locator("main input[type=text]").fill(code)
        self.page.locator("main form button").first.click()
        self.go("/own-things")
        self.press("Close them", "/own-things")
        self.go("/my-care")
        self.look("own-key-closed")
        self.page.locator("input[type=password]").fill(OWN_PASSPHRASE)
        self.press("Open", "/my-care")

    def make_link(self) -> str:
        """A client, and a link to the door: shown once, with its sheet. The code of it."""
        self.go("/clients/new?kind=individual")
        self.page.locator("[name=client_code_0]").fill("S 01")
        self.page.locator("main form button").last.click()
        self.page.wait_for_url("**/clients/*")
        self.page.goto(f"{self.page.url}/door")
        self.look("door-of-a-client")
        self.page.get_by_role("link", name="Make a link").click()
        self.look("door-link-how-long")
        self.page.get_by_role("button", name="Make the link").click()
        self.page.locator(".qr").wait_for()
        self.look("door-link-shown-once")
        self.page.emulate_media(media="print")
        self.look("door-link-sheet-in-print")
        self.page.emulate_media(media="screen")
        return self.page.locator(".code").last.inner_text()


def _by_a_link(browser: Browser, made_by: Visit, code: str) -> None:
    """A client comes in by the code of the sheet, after a wrong one, and finds the door."""
    one = _visit(browser, made_by.here, made_by.out, made_by.found)
    one.go("/door/come-in")
    one.look("door-come-in")
    for typed in ("AAAA-BBBB-CC", code):
        one.page.locator("[name=opener]").fill(typed)
        one.page.locator("main form button").click()
        one.page.wait_for_load_state()
        one.look("door-come-in-refused" if typed != code else "door-first-page")


def _visit(browser: Browser, here: Clinic, out: Path, found: Found) -> Visit:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return Visit(here, page, out, found)


def _all_pages(browser: Browser, context: BrowserContext, name: str, visit: Visit) -> Found:
    found = Found()
    visit.prove()
    walk(visit.page, f"{visit.here.address}/", found, leave="evidence/")  # as in the demo
    in_each_manner(browser, context, f"clinic-{name}", visit.out, found)
    print(
        f"clinic, {name}: {len(found.kinds)} pages, {found.pictures} pictures in {visit.out}",
        flush=True,
    )
    return found


def look_at_clinic(browser: Browser, out: Path) -> list[str]:
    """Picture a clinic; what is wrong."""
    found = Found()
    faults: list[str] = []
    with begun() as here:
        eva = _visit(browser, here, out, found)
        eva.join(here.invitation, "eva")
        codes = {role: eva.invite(name, role) for role, name in JOINING.items()}
        faults += _all_pages(browser, eva.page.context, "administrator", eva).faults
        eva.prove()
        eva.rest()
        eva.press("Sign out", "/sign-in")
        eva.sign_in("eva")
        for role, code in codes.items():
            one = _visit(browser, here, out, found)
            one.join(code, role)
            if role != "researcher":
                one.make_own_key()
            if role == "therapist":
                _by_a_link(browser, one, one.make_link())
            faults += _all_pages(browser, one.page.context, role, one).faults
    return [*found.faults, *faults]
