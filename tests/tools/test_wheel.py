"""The wheel works where there is no checkout."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import wheel_check
from tools.finding import ROOT

WHOLE = (
    "lacrima/web/templates/lacrima/base.html",
    "lacrima/web/static/lacrima/lacrima.css",
    "lacrima/web/static/lacrima/lacrima.js",
    "lacrima/instruments/data/phq9.toml",
    "lacrima/records/migrations/0001_initial.py",
    "lacrima-0.1.0.dist-info/entry_points.txt",
    "lacrima-0.1.0.dist-info/licenses/LICENSE",
)


@pytest.mark.parametrize("forgotten", WHOLE)
def test_a_forgotten_kind_of_file_is_found(forgotten: str) -> None:
    names = [name for name in WHOLE if name != forgotten]
    assert wheel_check.missing_in(WHOLE) == []
    assert len(wheel_check.missing_in(names)) == 1


@pytest.mark.parametrize("stranger", ["tests/x.py", "lacrima/x.db", "lacrima/__pycache__/x.pyc"])
def test_a_file_that_has_no_place_in_a_wheel_is_found(stranger: str) -> None:
    assert wheel_check.strangers_in([*WHOLE, stranger]) == [stranger]


def test_a_file_that_is_only_in_the_checkout_is_found() -> None:
    assert "lacrima/errors.py" in wheel_check.forgotten_in(WHOLE)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_wheel_is_installed_outside_the_checkout_and_its_demo_opens(tmp_path: Path) -> None:
    wheel = wheel_check.build(tmp_path)
    wheel_check.look_inside(wheel)
    there = wheel_check.install(wheel, tmp_path / "environment")
    where = wheel_check.do(
        [there.python, "-c", "import lacrima; print(lacrima.__file__)"], where=tmp_path
    )
    assert Path(where.strip()).is_relative_to(there.folder)
    assert not Path(where.strip()).is_relative_to(ROOT)
    wheel_check.open_demo(there, tmp_path)


def test_a_demo_that_says_no_address_is_told_with_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "bin" / "lacrima"
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\necho 'no room here' >&2; exec {sys.executable} -c ''\n")
    script.chmod(0o755)
    monkeypatch.setattr(wheel_check.bootstrap, "SCRIPTS", "bin")
    trouble = pytest.raises(wheel_check.WheelTrouble, match="no room here")
    with trouble, wheel_check.demo(wheel_check.Installed(tmp_path), tmp_path):
        pass
