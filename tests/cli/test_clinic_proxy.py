"""The example of a proxy, run for real in front of a clinic's server, over TLS."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support import clinic
from tests.support.clinic import Machine
from tests.support.clinic_server import clinic_server
from tests.support.postgres import Cluster

pytestmark = pytest.mark.postgresql

CADDY = shutil.which("caddy")
EXAMPLE = Path(__file__).parents[2] / "deploy" / "Caddyfile"
PATIENCE_S = 30


def certificate(folder: Path, *, ends: datetime) -> str:
    """A certificate for localhost that ends then; the line that makes the proxy show it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "tls.key").write_bytes(private)
    return f"\ttls {folder / 'tls.pem'} {folder / 'tls.key'}\n"


def free_port() -> int:
    """A port that is free now."""
    with closing(socket.socket()) as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def proxied(folder: Path, place: Path, ends: datetime) -> Iterator[tuple[int, int]]:
    """Caddy with the example's own words but for name, ports and certificate: http and https."""
    if CADDY is None:
        pytest.skip("Caddy is not installed here (Debian: apt install caddy)")
    plain, sealed = free_port(), free_port()
    site = EXAMPLE.read_text().replace("/run/lacrima/server.sock", str(place))
    site = site.replace("clinic.example {\n", f"localhost {{\n{certificate(folder, ends=ends)}", 1)
    head = f"{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {sealed}\n}}\n"
    (folder / "Caddyfile").write_text(head + site)
    with (folder / "caddy.log").open("w") as log:
        process = subprocess.Popen(
            [CADDY, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")],
            env={**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(sealed)
            yield plain, sealed
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the proxy did not begin")


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


def asked(
    port: int, path: str, *, trusted: Path | None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One answer; over TLS when a certificate is given that is trusted."""
    if trusted is None:
        connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_S)
    else:
        context = ssl.create_default_context(cafile=str(trusted))
        connection = http.client.HTTPSConnection(
            "localhost", port, timeout=PATIENCE_S, context=context
        )
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def test_over_tls_all_is_said_that_a_browser_must_know(machine: Machine, tmp_path: Path) -> None:
    place = tmp_path / "s"
    ends = datetime.now(UTC) + timedelta(days=60)
    with (
        clinic_server(machine, bind=f"unix:{place}") as server,
        proxied(tmp_path, place, ends) as (plain, sealed),
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
    with proxied(tmp_path, tmp_path / "s", ended) as (_, sealed):
        at = f"localhost:{sealed}"
        done = machine.verb("clinic", "check", "--at", at, "--json")
    found = {one["name"]: one for one in json.loads(done.stdout)["checks"]}
    told = found["certificate of localhost"]
    assert not told["is_well"]
    assert told["found"] == f"ended on {ended:%Y-%m-%d}"
    assert "journalctl -u caddy" in told["next_step"]
