"""The file of the page: the same bytes each time, closed in on itself, for one relay."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources
from pathlib import Path

import pytest

from lacrima.cli.main import answer
from lacrima.errors import UsageError
from lacrima.relay.page_file import SCRIPTS, assemble

RELAY = "https://relay.example"
PAGE = resources.files("lacrima.relay") / "page"


def test_the_same_address_gives_the_same_bytes() -> None:
    assert assemble(RELAY) == assemble(f"{RELAY}/")
    assert assemble(RELAY) != assemble("https://relay.example:8443")


def test_the_policy_lets_it_run_itself_and_ask_one_relay() -> None:
    text = assemble("https://relay.example:8443/box").decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    told = {part.split()[0]: part.split()[1:] for part in policy[1].split("; ")}
    for kind in ("script", "style"):
        (inside,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        made = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert told[f"{kind}-src"] == [f"'sha256-{made}'"]
    assert told["connect-src"] == ["https://relay.example:8443"]
    assert told["default-src"] == told["base-uri"] == told["form-action"] == ["'none'"]
    assert told["img-src"] == ["data:"]
    assert 'data-relay="https://relay.example:8443/box"' in text


def test_nothing_in_it_leads_elsewhere() -> None:
    text = assemble(RELAY).decode()
    assert set(re.findall(r"https?://[\w.]+", text)) == {RELAY}
    assert "lacrima" not in text.lower().replace("lacrima/1/", "")


@pytest.mark.parametrize(
    "address",
    [
        "http://relay.example",
        "relay.example",
        "ftp://relay.example",
        "https://",
        "https://relay.example?a=b",
        "https://relay.example#x",
        "https://user:secret@relay.example",
        'https://relay.example/"><script>',
        "https://relay.example; script-src *",
        "http://localhost.example",
        "",
    ],
)
def test_an_address_that_no_relay_can_have_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        assemble(address)


@pytest.mark.parametrize("address", ["http://localhost:8123", "http://127.0.0.1", RELAY])
def test_a_relay_is_spoken_to_in_secret_or_on_this_computer(address: str) -> None:
    assert f'data-relay="{address}"'.encode() in assemble(address)


def test_every_script_is_in_it_and_comments_stand_on_lines_of_their_own() -> None:
    there = {Path(str(one)).stem for one in PAGE.iterdir() if str(one).endswith(".js")}
    assert there == set(SCRIPTS)
    text = assemble(RELAY).decode()
    for name in SCRIPTS:
        source = (PAGE / f"{name}.js").read_text(encoding="utf-8")
        assert source.startswith("// "), f"{name}.js says at its head what it is"
        assert source.count("`") % 2 == 0
        assert "/*" not in source
    assert "// " not in re.sub(r"https?://", "", text)
    assert "@" not in re.sub(r"@media", "", text), "every place is filled in"


def test_the_verb_writes_the_page_and_says_its_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "page.html"
    assert answer(["relay", "page", "--relay", RELAY, "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "lacrima.relay-page/1"
    assert out.read_bytes() == assemble(RELAY)
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert told["bytes"] == len(out.read_bytes())
    assert answer(["relay", "page", "--relay", RELAY, "--out", str(out)]) == 0
    assert told["sha256"] in capsys.readouterr().out
    assert answer(["relay", "page", "--relay", "http://relay.example", "--out", str(out)]) == 2
