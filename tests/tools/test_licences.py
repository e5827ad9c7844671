"""The licence check refuses what nobody looked at, and what may not be here."""

from __future__ import annotations

import doctest

import pytest

from tools import licences
from tools.licences import Known, Package, check, installed
from tools.locked import runtime_names


@pytest.fixture
def known() -> Known:
    """The real table."""
    return Known.read()


def package(name: str, licence: str, *libraries: str, is_compiled: bool = False) -> Package:
    """A package as it would be found."""
    return Package(name, licence, libraries, is_compiled)


def said(known: Known, *packages: Package) -> list[str]:
    """What the check says when these packages are a plain install."""
    here = {one.name: one for one in packages}
    return [one.text for one in check(set(here), here, known)]


@pytest.mark.parametrize(
    "licence", ["MIT", "Apache-2.0 OR GPL-3.0-only", "BSD-3-Clause AND MIT AND Zlib"]
)
def test_allowed_licences_pass(known: Known, licence: str) -> None:
    assert said(known, package("fine", licence)) == []


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "MIT AND GPL-2.0-only", "MPL-2.0", "LGPL-3.0-only", "AGPL-3.0-only"]
)
def test_copyleft_without_an_exception_is_refused(known: Known, licence: str) -> None:
    assert said(known, package("stern", licence)) == [
        f"stern: {licence} is not among the allowed licences"
    ]


def test_an_exception_holds_only_for_the_licence_it_was_made_for(known: Known) -> None:
    assert said(known, package("psycopg", "LGPL-3.0-only")) == []
    assert said(known, package("psycopg", "GPL-3.0-only"))


def test_a_package_without_a_word_is_found(known: Known) -> None:
    assert said(known, package("silent", "")) == [
        "silent: no licence stated; read it and add it to by_hand"
    ]


def test_a_package_of_another_system_must_be_known_by_hand(known: Known) -> None:
    assert check({"colorama"}, {}, known) == []
    assert check({"winthing"}, {}, known)


def test_an_unknown_library_in_a_wheel_is_found_also_in_developers_tools(known: Known) -> None:
    here = {"tool": package("tool", "MIT", "libmystery")}
    assert [one.text for one in check(set(), here, known)] == [
        "tool bundles libmystery: not known yet"
    ]


def test_a_known_library_with_a_licence_for_tests_only_may_not_reach_people(known: Known) -> None:
    assert said(known, package("pictures", "MIT", "libfreetype")) == [
        "pictures bundles libfreetype: FTL needs a reason"
    ]


def test_a_compiled_package_must_say_what_is_linked_into_it(known: Known) -> None:
    assert said(known, package("native", "MIT", is_compiled=True)) == [
        "native is compiled: say under [compiled] what is linked into it"
    ]


@pytest.mark.parametrize(
    "entry",
    [{"licence": "GPL-3.0-only", "reason": "handy"}, {"licence": "LGPL-3.0-only", "reason": ""}],
)
def test_an_exception_cannot_be_made_for_gpl_or_without_a_reason(
    known: Known, entry: dict[str, str]
) -> None:
    bent = Known(**{**vars(known), "exceptions": {"bent": entry}})
    assert said(bent, package("bent", entry["licence"]))


def test_what_is_installed_here_was_looked_at(known: Known) -> None:
    assert check(runtime_names(with_extras=True), installed(known), known) == []


def test_the_examples_in_the_text_are_true() -> None:
    assert doctest.testmod(licences).failed == 0
