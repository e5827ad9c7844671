"""Caddy in front of a server, over TLS, by one of the examples in deploy/."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CADDY = shutil.which("caddy")
DEPLOY = Path(__file__).parents[2] / "deploy"
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
def proxied(folder: Path, site: str, *, name: str, ends: datetime) -> Iterator[tuple[int, int]]:
    """Caddy with an example's own words but for name, ports and certificate: http and https."""
    if CADDY is None:
        pytest.skip("Caddy is not installed here (Debian: apt install caddy)")
    plain, sealed = free_port(), free_port()
    site = site.replace(f"{name} {{\n", f"localhost {{\n{certificate(folder, ends=ends)}", 1)
    ours = f"{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {sealed}\n"
    has_options = "\n{\n" in site  # an example's own options for the whole of Caddy stay
    site = site.replace("\n{\n", f"\n{ours}", 1) if has_options else f"{ours}}}\n{site}"
    (folder / "Caddyfile").write_text(site)
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


def asked(
    port: int,
    path: str,
    *,
    trusted: Path | None,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One answer; over TLS when a certificate is given that is trusted."""
    connection: Any
    if trusted is None:
        connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_S)
    else:
        context = ssl.create_default_context(cafile=str(trusted))
        connection = http.client.HTTPSConnection(
            "localhost", port, timeout=PATIENCE_S, context=context
        )
    with closing(connection):
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
