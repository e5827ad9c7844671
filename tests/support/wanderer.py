"""Somebody who walks through all pages, types canaries into every field, and sends every form.

Without script, over the wire, with cookies: as a browser does it. Forms are sent twice where
they can be: once with words where dates, numbers and choices belong, so that they are refused;
then filled in as they are meant.
"""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from django.urls import Resolver404, resolve

from tests.support.canaries import SHORTEST

BOUNDARY = "a-boundary-of-the-wanderer"
MARKS = {"csrfmiddlewaretoken", "key", "version", "draft_id", "advised"}
ADDRESSES_A_PAGE = 2
TIMES_A_FORM = 2
# One form, but another one for each questionnaire; and what is made again after it was taken back.
MORE_OF = {
    "agreement-new": 6,
    "answers-new": 6,
    "kept-in-mind-new": 4,
    "moment-new": 4,
    "nothing-stood-out": 4,
    "session": 6,
    "moment": 6,
    "voice-change": 6,
}

# The form that takes it back stands on its own page, which nothing leads to afterwards.
TAKEN_BACK_ON_ITS_PAGE = {"risk"}

# Where the last choice, or nothing, would not lead on.
MEANT = {
    "minimum": "0",
    "maximum": "63",
    "nature": "showed",
    "held_back": "no",
    "came_about": "unbidden",
    "spoken_of": "planned",
    "spoken_by": "",
    "spoken_session": "",
}


@dataclass
class Field:
    """One control of a form."""

    name: str
    kind: str
    value: str = ""
    limits: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    is_chosen: bool = False


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def has_file(self) -> bool:
        """Does it send a file?"""
        return any(one.kind == "file" for one in self.fields)


class _Reader(HTMLParser):
    """Finds links and forms."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area: Field | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "form":
            self._form = Form(said.get("action", ""), said.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, said)

    def _control(self, tag: str, said: dict[str, str]) -> None:
        assert self._form is not None
        if tag == "option" and self._select is not None:
            self._select.options.append(said.get("value", ""))
            if "selected" in said:
                self._select.value = said.get("value", "")
        elif tag in {"input", "textarea", "select", "button"} and said.get("name"):
            kind = tag if tag != "input" else said.get("type", "text")
            one = Field(said["name"], kind, said.get("value", ""), said)
            one.is_chosen = "checked" in said
            self._form.fields.append(one)
            self._area = one if tag == "textarea" else self._area
            self._select = one if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


@dataclass(frozen=True)
class Page:
    """What came back."""

    address: str
    status: int
    location: str
    text: str

    def links(self) -> list[str]:
        """Local addresses it leads to."""
        found = [urljoin(self.address, link) for link in self._read().links]
        return [link.partition("#")[0] for link in found if not urlsplit(link).netloc]

    def forms(self) -> list[Form]:
        """Its forms, with full local addresses."""
        found = self._read().forms
        for one in found:
            one.action = urljoin(self.address, one.action)
        return found

    def form(self, action: str) -> Form:
        """The form that goes to this address."""
        return next(one for one in self.forms() if one.action == action)

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        return reader


Pairs = list[tuple[str, str]]


def route_of(address: str) -> str:
    """The name of the route; empty when there is none."""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


@dataclass
class Wanderer:
    """The visitor. `fresh(where)` gives a canary for a place."""

    port: int
    fresh: Callable[[str], str]
    files: dict[str, bytes] = field(default_factory=dict)  # by the name of their field
    cookies: dict[str, str] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    seen: str = ""

    # ---- over the wire --------------------------------------------------------------------

    def get(self, address: str) -> Page:
        """Ask for a page; follow nothing."""
        return self._ask("GET", address, None, "")

    def follow(self, page: Page) -> Page:
        """Go where a redirect leads."""
        while page.status in {302, 303, 307}:
            page = self.get(urljoin(page.address, page.location))
        return page

    def open(self, address: str) -> Page:
        """Ask for a page and go where it leads."""
        return self.follow(self.get(address))

    def send(self, form: Form, pairs: Pairs) -> Page:
        """Send a form."""
        if form.has_file:
            kind = f"multipart/form-data; boundary={BOUNDARY}"
            return self._ask("POST", form.action, self._multipart(form, pairs), kind)
        kind = "application/x-www-form-urlencoded"
        return self._ask("POST", form.action, urlencode(pairs).encode(), kind)

    def _multipart(self, form: Form, pairs: Pairs) -> bytes:
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in pairs
        ]
        file = next(one for one in form.fields if one.kind == "file")
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{file.name}"; '
            f'filename="{self.fresh("a file name")}"\r\nContent-Type: text/plain\r\n\r\n'
        )
        whole = "".join(parts).encode() + head.encode() + self.files[file.name]
        return whole + f"\r\n--{BOUNDARY}--\r\n".encode()

    def _ask(self, method: str, address: str, body: bytes | None, kind: str) -> Page:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        here = f"localhost:{self.port}"
        headers = {"Host": here, "User-Agent": self.fresh("the name of a browser")}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers |= {"Content-Type": kind, "Origin": f"http://{here}"}
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: one.value for name, one in SimpleCookie(line).items()})
        connection.close()
        self.statuses[answer.status] += 1
        if answer.status >= 500:
            self.broken.append(f"{method} {route_of(address)}: {answer.status}")
        if method == "GET":
            self.seen += text
        return Page(address, answer.status, answer.headers.get("Location", ""), text)

    # ---- filling in -----------------------------------------------------------------------

    def filled(self, form: Form, *, as_meant: bool, **given: str) -> Pairs:
        """What to send: canaries wherever words go; with `as_meant=False` also where not."""
        pairs: Pairs = []
        groups: set[str] = set()
        for one in form.fields:
            if one.name in given:
                pairs += [(one.name, given[one.name])] if one.name not in groups else []
                groups.add(one.name)
            elif one.kind == "hidden" or one.name in MARKS:
                pairs.append((one.name, one.value))
            elif one.kind != "file" and one.name not in groups:
                groups.add(one.name)
                pairs += self._answer(form, one, as_meant=as_meant)
        return pairs

    def _answer(self, form: Form, one: Field, *, as_meant: bool) -> Pairs:
        canary = self.fresh(f"{route_of(form.action)}.{one.name}")
        if not as_meant and one.kind != "password":
            return [(one.name, canary)]
        meant = MEANT.get(one.name.partition(".")[0].rstrip("_0123456789"))
        if meant is not None:
            return [(one.name, meant)]
        if one.kind in {"text", "textarea", "password"}:
            has_room = int(one.limits.get("maxlength") or SHORTEST) >= SHORTEST
            return [(one.name, canary if has_room else one.value)]
        if one.kind == "select":
            chosen = one.value or next((value for value in one.options if value), "")
            return [(one.name, chosen)]
        same = [each.value for each in form.fields if each.name == one.name and each.value]
        return [(one.name, _plain(one, same))]

    def send_both_ways(self, form: Form, **given: str) -> Page:
        """Once so that it is refused, then as it is meant."""
        self.send(form, self.filled(form, as_meant=False, **given))
        again = self.send(form, self.filled(form, as_meant=True, **given))
        self.sent[route_of(form.action)] += 1
        return again

    # ---- walking --------------------------------------------------------------------------

    def walk(self, start: str, *, leave: Callable[[str], bool]) -> None:
        """Every page that can be reached, every form on it; routes that `leave` names are left."""
        waiting, known, visits = [start], {start}, Counter[str]()
        while waiting:
            address = waiting.pop(0)
            name = route_of(address)
            if not name or leave(name) or visits[name] >= MORE_OF.get(name, ADDRESSES_A_PAGE):
                continue
            visits[name] += 1
            page = self.open(address)
            found = [*page.links(), *self._send_forms(page, leave)]
            new = [link for link in dict.fromkeys(found) if link not in known]
            known.update(new)
            waiting += new

    def _take_back(self, address: str) -> None:
        for form in self.open(address).forms():
            if route_of(form.action).endswith("-undo"):
                self.send_both_ways(form)

    def _send_forms(self, page: Page, leave: Callable[[str], bool]) -> Iterator[str]:
        for form in page.forms():
            name = route_of(form.action)
            is_enough = self.sent[name] >= MORE_OF.get(name, TIMES_A_FORM)
            if form.method != "post" or leave(name) or is_enough:
                continue
            answer = self.send_both_ways(form)
            if name in TAKEN_BACK_ON_ITS_PAGE:
                self._take_back(form.action)
            if answer.location:
                yield urljoin(answer.address, answer.location)


def _plain(one: Field, choices: list[str]) -> str:
    """What is meant: a day that has been, a morning, the number that stands there, the last tile.

    The last tile is the strongest one, so that an answer raises the risk that it should.
    """
    if one.kind == "date":
        day = date.today()  # noqa: DTZ011  the pages ask for local days
        return str(day + timedelta(days=30 if "expires" in one.name else -1))
    if one.kind == "time":
        return "08:30"
    if one.kind == "number":
        return one.value or (one.limits.get("min", "") if one.name == "total" else "")
    return choices[-1] if choices else "on"
