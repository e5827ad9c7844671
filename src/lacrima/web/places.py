"""Countries and time zones to choose from, as the time zone database knows them."""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import available_timezones

_REGIONS = {
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}


@cache
def countries() -> list[tuple[str, str]]:
    """Two-letter codes (ISO 3166) and English names, by name."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    lines = (line for line in table.splitlines() if line and not line.startswith("#"))
    pairs = [tuple(line.split("\t", 1)) for line in lines]
    return sorted(((code, name) for code, name in pairs), key=lambda pair: pair[1])


@cache
def zones() -> list[tuple[str, str]]:
    """Every zone that has a city, and UTC."""
    names = sorted(name for name in available_timezones() if name.split("/")[0] in _REGIONS)
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def zone_of_this_computer() -> str:
    """The zone this computer is set to, where it says so; else UTC."""
    known = {name for name, _ in zones()}
    told = os.environ.get("TZ", "").lstrip(":")
    linked = str(Path("/etc/localtime").resolve()).rpartition("zoneinfo/")[2]
    return next((name for name in (told, linked) if name in known), "UTC")
