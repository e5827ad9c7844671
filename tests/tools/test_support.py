"""The throw-away server, the browser, and the rule that nothing may be left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.support import browser, postgres
from tools.finding import ROOT


@pytest.mark.postgresql
def test_the_throw_away_server_answers_and_leaves_nothing_behind() -> None:
    with postgres.cluster() as running:
        there = running.django_settings()
        asked = psycopg.connect(
            host=there["HOST"], port=there["PORT"], user=there["USER"], dbname=there["NAME"]
        )
        assert asked.execute("select 1").fetchone() == (1,)
        asked.close()
        assert not any(running.folder.glob("data/*.conf.sample"))
    assert not running.folder.exists()


@pytest.mark.postgresql
def test_a_server_that_would_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "QUICK", ("no_such_setting=on",))
    with pytest.raises(postgres.NoServer, match="pg_ctl ended with 1"):
        postgres.start()


def test_the_newest_server_is_chosen() -> None:
    folders = [Path("x") / name / "bin" for name in ("9.6", "15", "postgresql@16", "else")]
    assert max(folders, key=postgres.version) == folders[2]


@pytest.mark.browser
def test_chromium_shows_a_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<h1>Here</h1>")
    assert page.inner_text("h1") == "Here"
    page.close()


@pytest.mark.parametrize("url", ["https://example.org/x", "http://192.0.2.1/", "ws://example.org"])
def test_an_address_elsewhere_is_foreign(url: str) -> None:
    assert browser.is_foreign(url)


@pytest.mark.parametrize("url", ["http://localhost:8000/", "http://[::1]:8/", "data:,x", "blob:x"])
def test_an_address_on_this_computer_is_not_foreign(url: str) -> None:
    assert not browser.is_foreign(url)


LEFT_OUT = """
import pytest

def test_fine(): pass
def test_left_out(): pytest.skip("no moon tonight")
@pytest.mark.skip(reason="no sun today")
def test_marked(): pass
@pytest.mark.xfail(strict=True)
def test_known(): assert False
"""
WHOLE_FILE = 'import pytest\npytest.skip("no stars", allow_module_level=True)\n'


def test_what_is_left_out_is_fine_on_a_computer_that_lacks_something(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(LEFT_OUT)
    done = run_pytest(tmp_path, "0")
    assert "1 passed, 2 skipped, 1 xfailed" in done.stdout
    assert done.returncode == 0


def test_what_is_left_out_fails_where_everything_must_run(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(LEFT_OUT)
    done = run_pytest(tmp_path, "1")
    assert "1 failed, 1 passed, 1 xfailed, 1 error" in done.stdout
    assert "no moon tonight" in done.stdout
    assert "no sun today" in done.stdout
    assert done.returncode == 1


def test_a_whole_file_that_is_left_out_fails_too(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(WHOLE_FILE)
    done = run_pytest(tmp_path, "1")
    assert "no stars" in done.stdout
    assert done.returncode != 0


def run_pytest(folder: Path, is_on: str) -> subprocess.CompletedProcess[str]:
    """A small run of pytest with the rule, in a folder of its own."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.no_skips", "-p", "no:django"]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "-rA", "--rootdir", str(folder), str(folder)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "LACRIMA_NO_SKIPS": is_on},
        capture_output=True,
        text=True,
        check=False,
    )
