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


STAND_IN = """#!{python}
import http.server, signal, sys

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = "p {{ color: red }}" if self.path == "/x.css" else '{page}'
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *parts):
        pass

if "--help" in sys.argv:
    sys.exit(print("demo"))
signal.signal(signal.SIGTERM, lambda *_: sys.exit({code}))
print("no room here", file=sys.stderr, flush=True)
with http.server.HTTPServer(("localhost", 0), Page) as server:
    print(f"Look at {address}", flush=True)
    server.serve_forever()
"""
GOOD_PAGE = '<link rel="stylesheet" href="/x.css">Lacrima'
GOOD_ADDRESS = "http://localhost:{server.server_port}/open#t=once"


def stand_in(folder: Path, *, page: str, address: str, code: int) -> wheel_check.Installed:
    """A small program that behaves, or misbehaves, as the installed command would."""
    there = wheel_check.Installed(folder)
    there.lacrima.parent.mkdir()
    text = STAND_IN.format(python=sys.executable, page=page, address=address, code=code)
    there.lacrima.write_text(text, encoding="utf-8")
    there.lacrima.chmod(0o755)
    return there


def test_a_demo_that_does_all_it_promised_is_fine(tmp_path: Path) -> None:
    there = stand_in(tmp_path, page=GOOD_PAGE, address=GOOD_ADDRESS, code=0)
    wheel_check.open_demo(there, tmp_path)


@pytest.mark.parametrize(
    ("page", "address", "code", "said"),
    [
        (GOOD_PAGE, "nowhere", 0, "no room here"),
        ("Something else", GOOD_ADDRESS, 0, "not a page of ours"),
        (GOOD_PAGE, GOOD_ADDRESS, 3, "ended with 3 after SIGTERM"),
    ],
)
def test_a_demo_that_breaks_a_promise_is_told_with_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, address: str, code: int, said: str
) -> None:
    monkeypatch.setattr(wheel_check, "READY_WITHIN_S", 2)
    there = stand_in(tmp_path, page=page, address=address, code=code)
    with pytest.raises(wheel_check.WheelTrouble, match=said):
        wheel_check.open_demo(there, tmp_path)
