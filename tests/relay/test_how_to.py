"""The how-to says what there is: verbs, options, files and figures."""

from __future__ import annotations

import re
from pathlib import Path

from lacrima.relay.limits import MIB, Limits
from tests.relay.served import verb

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "how-to" / "run-a-relay.md").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "lacrima-relay.service").read_text(encoding="utf-8")
PROXY = (ROOT / "deploy" / "relay.Caddyfile").read_text(encoding="utf-8")


def test_every_option_of_the_server_is_explained_and_there() -> None:
    there = set(re.findall(r"--[a-z-]+", verb("--help").stdout.partition("options:")[2]))
    explained = set(re.findall(r"`(--[a-z-]+)`", TEXT.partition("## The options")[2]))
    assert explained == there - {"--help"}


def test_the_files_it_names_are_there() -> None:
    named = set(re.findall(r"/opt/lacrima/source/(deploy/[\w.-]+)", TEXT))
    assert named == {"deploy/lacrima-relay.service", "deploy/relay.Caddyfile"}
    assert all((ROOT / one).is_file() for one in named)


def test_unit_proxy_and_text_mean_the_same_relay() -> None:
    folder = "--dir /var/lib/lacrima-relay/kept"
    assert TEXT.count(folder) == 2
    assert f"/opt/lacrima/relay/bin/python -m lacrima.relay {folder} --behind-proxy" in UNIT
    assert "reverse_proxy 127.0.0.1:8200" in PROXY


def test_the_figures_are_those_of_the_program() -> None:
    limits = Limits()
    assert f"after {limits.keep_days} days" in TEXT
    assert f"{limits.most_bytes // MIB} MB (`--most-mb`)" in TEXT
    assert f"one invitation {limits.waiting_letters} letters" in TEXT
