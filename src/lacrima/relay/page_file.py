"""The one static page of the drop-box: put together from `page/`, the same bytes each time.

Everything is inside: style, script, and a policy that lets the page ask one relay and nobody else.
The policy names the hashes of style and script, so that nothing can be put in beside them. No
build tool is needed: what is sent is what stands in `page/`, without its comments and margins.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from importlib import resources
from urllib.parse import urlsplit

from lacrima.errors import UsageError
from lacrima.relay.page_blanks import without_blanks

SCRIPTS = (
    "bytes",
    "hpke",
    "brief",
    "asks",
    "letter",
    "outbox",
    "dom",
    "fields",
    "asking",
    "own",
    "receipts",
    "words",
    "start",
)
AT_HOME = {"localhost", "127.0.0.1"}
_STYLE_GAPS = re.compile(r"\s*([{};,>])\s*|(?<=:)\s+")


def assemble(relay_address: str) -> bytes:
    """The page for this relay. The same version and address give the same bytes."""
    relay = checked(relay_address)
    style, script = _style(), f'"use strict";(()=>{{\n{script_text()}}})();'
    parts = {
        "relay": html.escape(relay),
        "policy": html.escape(policy(relay, style, script), quote=False),
        "style": style,
        "script": script,
    }
    frame = re.sub(r"\n+", "\n", _source("page.html"))
    return re.sub(r"@(\w+)@", lambda found: parts[found[1]], frame).encode()


def checked(relay_address: str) -> str:
    """The address without a slash at its end: https, or http on this computer alone."""
    address = relay_address.strip().rstrip("/")
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in AT_HOME)
    is_plain = re.fullmatch(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?(/[\w.~\-]+)*", address, re.ASCII)
    if not (is_safe and is_plain):
        raise UsageError(
            "an address that no relay can have",
            where="--relay",
            expected="https://relay.example (http on this computer alone)",
        )
    return address


def policy(relay: str, style: str, script: str) -> str:
    """What the page may do: run this script, use this style, ask this relay."""
    parts = urlsplit(relay)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            f"connect-src {parts.scheme}://{parts.netloc}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def script_text() -> str:
    """All scripts in their order, without comments, empty lines and margins.

    A line that begins with `//` is a comment and none of them stands elsewhere; words in
    templates hold no line break. A test looks for both.
    """
    lines = [
        line.strip()
        for name in SCRIPTS
        for line in _source(f"{name}.js").splitlines()
        if not re.match(r"\s*(//|$)", line)
    ]
    return without_blanks("\n".join(re.sub(r"\s+// .*$", "", line) for line in lines)) + "\n"


def _style() -> str:
    text = re.sub(r"/\*.*?\*/", "", _source("page.css"), flags=re.DOTALL)
    close = _STYLE_GAPS.sub(lambda found: found[1] or "", text).replace(";}", "}").strip()
    named = {name: f"--{chr(97 + place)}" for place, name in enumerate(_colours(close))}
    return re.sub(r"--[a-z]+", lambda found: named[found[0]], close)


def _colours(style: str) -> list[str]:
    """The names that the style gives to its colours; sent they have one letter each."""
    found = sorted(set(re.findall(r"--[a-z]+", style)))
    assert len(found) <= 26, "more names than letters"  # noqa: S101  our own file
    return found


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _source(name: str) -> str:
    return (resources.files("lacrima.relay") / "page" / name).read_text(encoding="utf-8")
