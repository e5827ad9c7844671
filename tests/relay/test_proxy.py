"""The example of a proxy in front of a relay, run for real, over TLS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.relay.given import BRIEF, MIA, ONE, letter
from tests.relay.served import mailbox, served
from tests.support.proxied import DEPLOY, asked, proxied


def test_over_tls_a_letter_comes_through_and_large_ones_are_stopped(tmp_path: Path) -> None:
    ends = datetime.now(UTC) + timedelta(days=60)
    trusted = tmp_path / "tls.pem"
    with served(tmp_path / "relay", "--behind-proxy") as relay:
        made = mailbox(relay.root, tmp_path / "code")
        site = (DEPLOY / "relay.Caddyfile").read_text()
        site = site.replace("127.0.0.1:8200", f"127.0.0.1:{relay.port}")
        with proxied(tmp_path, site, name="relay.example", ends=ends) as (plain, sealed):
            until = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
            own = {"Authorization": f"Bearer {made['manage']}", "Lacrima-Until": until}
            brief, place = f"/v1/briefs/{MIA}", f"/v1/letters/{MIA}/{ONE}"
            ask = {"trusted": trusted, "method": "PUT", "body": BRIEF, "headers": own}
            assert asked(sealed, brief, **ask)[0] == 201
            ask = {"trusted": trusted, "method": "POST", "body": letter("x", 65536)}
            status, headers, _ = asked(sealed, place, **ask)
            assert status == 201
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert headers["Cache-Control"] == "no-store"
            assert "max-age=" in headers["Strict-Transport-Security"]
            assert headers["Server"] is None
            assert headers["Via"] is None
            large = {**ask, "body": letter("x", 2_000_000)}
            # 502 where the relay hung up while the proxy was still handing on: refused either way.
            assert asked(sealed, place, **large)[0] in {413, 502}
            assert asked(sealed, place, **ask)[0] == 200
            assert asked(plain, brief, trusted=None)[0] == 308
            misses = [asked(sealed, f"/v1/briefs/{n:032x}", trusted=trusted)[0] for n in range(70)]
            assert set(misses) <= {404, 429}
            assert relay.stop() == (0, "")
            assert asked(sealed, brief, trusted=trusted)[0] == 502
    log = (tmp_path / "caddy.log").read_text()
    assert "serving initial configuration" in log
    for word in (MIA, ONE, "remote_ip", "/v1/"):
        assert word not in log
