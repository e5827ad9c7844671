"""The example of a proxy, run for real in front of a clinic's server, over TLS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support import clinic
from tests.support.clinic import Machine
from tests.support.clinic_server import clinic_server
from tests.support.postgres import Cluster
from tests.support.proxied import DEPLOY, asked, proxied

pytestmark = pytest.mark.postgresql


def clinic_proxied(
    folder: Path, place: Path, ends: datetime
) -> AbstractContextManager[tuple[int, int]]:
    """Caddy in front of a clinic's server at this socket."""
    site = (DEPLOY / "Caddyfile").read_text().replace("/run/lacrima/server.sock", str(place))
    return proxied(folder, site, name="clinic.example", ends=ends)


@pytest.fixture(scope="module")
def machine(
    postgresql_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    """A clinic that was begun."""
    with clinic.empty_database(clinic.prepared(postgresql_cluster).cluster) as database:
        machine = Machine(database, tmp_path_factory.mktemp("proxied"))
        clinic.migrate(database, machine.keys)
        began = machine.verb("clinic", "init", "--zone", "Europe/Madrid")
        assert began.returncode == 0, began.stderr
        yield machine


def test_over_tls_all_is_said_that_a_browser_must_know(machine: Machine, tmp_path: Path) -> None:
    place = tmp_path / "s"
    ends = datetime.now(UTC) + timedelta(days=60)
    with (
        clinic_server(machine, bind=f"unix:{place}") as server,
        clinic_proxied(tmp_path, place, ends) as (plain, sealed),
    ):
        status, headers, text = asked(sealed, "/health", trusted=tmp_path / "tls.pem")
        assert (status, text) == (200, b"ok\n")
        assert "max-age=" in headers["Strict-Transport-Security"]
        assert headers["Server"] is None
        status, headers, _ = asked(sealed, "/sign-in", trusted=tmp_path / "tls.pem")
        assert status == 200
        cookies = headers.get_all("Set-Cookie") or []
        assert cookies
        for cookie in cookies:
            assert cookie.startswith("__Host-")
            assert "; Secure" in cookie
        status, headers, _ = asked(plain, "/sign-in?x=Weissglut", trusted=None)
        assert status == 308
        assert headers["Location"].startswith("https://localhost")
        assert {line["route"] for line in server.log()} >= {"health", "account_login"}
    assert "Weissglut" not in (tmp_path / "caddy.log").read_text()


def test_a_certificate_that_ended_is_noticed(machine: Machine, tmp_path: Path) -> None:
    ended = datetime.now(UTC) - timedelta(days=1)
    with clinic_proxied(tmp_path, tmp_path / "s", ended) as (_, sealed):
        at = f"localhost:{sealed}"
        done = machine.verb("clinic", "check", "--at", at, "--json")
    found = {one["name"]: one for one in json.loads(done.stdout)["checks"]}
    told = found["certificate of localhost"]
    assert not told["is_well"]
    assert told["found"] == f"ended on {ended:%Y-%m-%d}"
    assert "journalctl -u caddy" in told["next_step"]


def test_while_the_server_is_away_the_proxy_notes_nobody_either(tmp_path: Path) -> None:
    ends = datetime.now(UTC) + timedelta(days=60)
    with clinic_proxied(tmp_path, tmp_path / "nobody", ends) as (_, sealed):
        status, _headers, _text = asked(
            sealed, "/clients/Weissglut?x=Weissglut", trusted=tmp_path / "tls.pem"
        )
        assert status == 502
    log = (tmp_path / "caddy.log").read_text()
    assert "serving initial configuration" in log
    assert "Weissglut" not in log
    assert "remote_ip" not in log
