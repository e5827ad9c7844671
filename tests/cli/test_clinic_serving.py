"""A clinic's server: refused with the likely reason, watched over, and silent about people."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lacrima.cli.serving_clinic import refuse_strange_place
from lacrima.errors import UsageError
from tests.cli.conftest import follows
from tests.support import clinic
from tests.support.clinic import Machine
from tests.support.clinic_server import ClinicServer, clinic_server
from tests.support.postgres import Cluster, begin, control

pytestmark = pytest.mark.postgresql

CANARY = "Weissglut"
PATIENCE_S = 30


@pytest.fixture(scope="module")
def machine(
    postgresql_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    """A clinic that was begun."""
    with clinic.empty_database(clinic.prepared(postgresql_cluster).cluster) as database:
        machine = Machine(database, tmp_path_factory.mktemp("served"))
        clinic.migrate(database, machine.keys)
        began = machine.verb("clinic", "init", "--zone", "Europe/Madrid")
        assert began.returncode == 0, began.stderr
        yield machine


@pytest.fixture(scope="module")
def server(machine: Machine) -> Iterator[ClinicServer]:
    """Its server."""
    with clinic_server(machine) as running:
        yield running


def ask(server: ClinicServer, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    """The status and the text of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": "localhost", **named})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


def becomes(server: ClinicServer, status: int, path: str = "/health") -> bool:
    """Whether this is answered with that status before patience ends."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            if ask(server, path)[0] == status:
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


# --- what is missing is said ----------------------------------------------------------------------


def refusal(machine: Machine, **changed: str) -> tuple[int, str, str]:
    """The exit code, the kind of error, and all that was said."""
    done = machine.verb("serve", "--clinic", "--json", **changed)
    told = json.loads(done.stdout)
    return done.returncode, told["code"], " ".join(told.values())


def test_a_machine_that_is_no_clinic_is_told_so(machine: Machine) -> None:
    assert refusal(machine, LACRIMA_DATABASE="embedded")[:2] == (2, "usage")


def test_a_database_that_does_not_answer_is_said(machine: Machine) -> None:
    code, kind, said = refusal(
        machine, LACRIMA_DATABASE_DSN="postgresql://lacrima_server@127.0.0.1:9/lacrima"
    )
    assert (code, kind) == (70, "database-away")
    assert "nobody listens" in said
    assert "systemctl status postgresql" in said


def test_a_role_that_owns_the_tables_does_not_serve(machine: Machine) -> None:
    dsn = machine.database.dsn(clinic.OWNER)
    code, kind, said = refusal(machine, LACRIMA_DATABASE_DSN=dsn)
    assert (code, kind) == (4, "not-ready")
    assert "owns the tables" in said


def test_tables_that_are_not_there_are_said(machine: Machine) -> None:
    with clinic.empty_database(machine.database.cluster) as empty:
        empty.tell(f"GRANT USAGE ON SCHEMA public TO {clinic.SERVER}")
        code, kind, said = refusal(machine, LACRIMA_DATABASE_DSN=empty.dsn(clinic.SERVER))
    assert (code, kind) == (4, "not-ready")
    assert "lacrima clinic migrate" in said


def test_a_missing_or_open_secret_is_said(machine: Machine, tmp_path: Path) -> None:
    missing = refusal(machine, LACRIMA_VAULT_PASSPHRASE_FILE=str(tmp_path / "nowhere"))
    assert missing[:2] == (2, "usage")
    assert "is not there" in missing[2]
    open_to_all = tmp_path / "open"
    open_to_all.write_text("words\n")
    open_to_all.chmod(0o644)
    found = refusal(machine, LACRIMA_VAULT_PASSPHRASE_FILE=str(open_to_all))
    assert found[:2] == (2, "usage")
    assert "chmod 400" in found[2]


def test_a_passphrase_that_does_not_fit_is_said(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("other words\n")
    (tmp_path / "wrong").chmod(0o400)
    changed = {"LACRIMA_VAULT_PASSPHRASE_FILE": str(tmp_path / "wrong")}
    assert refusal(machine, **changed)[:2] == (5, "wrong-passphrase")


def test_keys_that_are_not_there_are_said(machine: Machine, tmp_path: Path) -> None:
    assert refusal(machine, LACRIMA_DIR=str(tmp_path))[:2] == (3, "not-a-vault")


@pytest.mark.parametrize(
    "bind", ["0.0.0.0:8001", "192.0.2.7:8001", "clinic.example:8001", "8001", "unix:/nowhere/s"]
)
def test_the_server_itself_never_faces_the_network(bind: str) -> None:
    with pytest.raises(UsageError):
        refuse_strange_place(bind)


def test_a_second_server_on_the_same_keys_is_refused(
    machine: Machine, server: ClinicServer
) -> None:
    assert refusal(machine)[:2] == (7, "folder-in-use")


# --- while it serves ------------------------------------------------------------------------------


def test_health_says_one_word_and_its_verb_follows_its_schema(server: ClinicServer) -> None:
    assert ask(server, "/health") == (200, "ok\n")
    assert ask(server, "/health", "POST")[0] in {403, 405}
    told = {"schema": "lacrima.serve/1", "address": server.address, "dir": "x", "is_open": True}
    follows(told, "serve")


def test_the_log_has_one_harmless_line_a_request(server: ClinicServer) -> None:
    before = len(server.log())
    asked = {
        f"/clients/{CANARY}": {},
        f"/health?token={CANARY}": {"User_Agent": CANARY, "Referer": f"http://{CANARY}/"},
        f"/{CANARY}/..%2f..": {"X_Forwarded_For": CANARY, "Cookie": f"lacrima_session={CANARY}"},
        f"/static/{CANARY}.css": {"X_Request_Id": CANARY},
        "/": {"Host": f"{CANARY}.example"},
    }
    for path, headers in asked.items():
        ask(server, path, **headers)
    ask(server, f"/sign-in/{CANARY}", "PROPFIND")
    _send_nonsense(server)
    lines = server.log()[before:]
    assert CANARY.lower() not in json.dumps(lines).lower()
    assert "127.0.0.1" not in json.dumps(lines)
    requests = [line for line in lines if line["from"] == "lacrima.requests"]
    assert len(requests) == len(asked) + 1
    for line in requests:
        assert set(line) == {"time", "level", "from", "method", "route", "status", "ms", "request"}
    assert {line["route"] for line in requests} >= {"health", "static", "no-route"}
    assert "?" in {line["method"] for line in requests}
    assert len({line["request"] for line in requests}) == len(requests)


def _send_nonsense(server: ClinicServer) -> None:
    """What is no request at all: gunicorn's own words about it quote it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.connect()
    connection.sock.sendall(f"{CANARY} {CANARY} {CANARY}\r\n\r\n".encode())
    connection.sock.recv(1000)
    connection.close()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="/proc is Linux's")
def test_no_secret_stands_in_arguments_or_environment_of_either_process(
    machine: Machine, server: ClinicServer
) -> None:
    for process in (server.process.pid, server.serving_process()):
        seen = Path(f"/proc/{process}")
        open_to_all = (seen / "cmdline").read_bytes() + (seen / "environ").read_bytes()
        for path in (machine.passphrase_file, machine.top / "secret-key"):
            assert path.read_bytes().strip() not in open_to_all


def test_a_serving_process_that_dies_is_replaced(server: ClinicServer) -> None:
    before = server.serving_process()
    os.kill(before, signal.SIGKILL)
    assert becomes(server, 200)
    assert server.serving_process() != before


def test_a_socket_in_the_file_system_is_for_its_group_alone(
    machine: Machine, tmp_path: Path
) -> None:
    with clinic.copy_of_keys(machine) as other:
        place = tmp_path / "s"
        with clinic_server(other, bind=f"unix:{place}") as server:
            assert place.stat().st_mode & 0o007 == 0
            assert server.stop() == 0
        assert not place.exists()


def test_a_database_that_is_gone_for_a_while_ends_in_a_calm_page_and_comes_back(
    machine: Machine, server: ClinicServer
) -> None:
    cluster = machine.database.cluster
    control(cluster, "stop", "--mode=immediate")
    try:
        assert becomes(server, 503)
        status, said = ask(server, "/")
        assert status in {303, 503}
        assert "Traceback" not in said
    finally:
        begin(cluster)
    assert becomes(server, 200)


def test_it_stops_cleanly(machine: Machine) -> None:
    with clinic.copy_of_keys(machine) as other, clinic_server(other) as running:
        assert running.stop(signal.SIGINT) == 0
