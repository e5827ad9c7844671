"""`lacrima serve --clinic`: refused with the likely reason, or served until it is stopped."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path

from django.db import connections

from lacrima.cli import clinic_opening, loading
from lacrima.cli.said import say
from lacrima.cli.serving import without_waiting_for_a_compiler
from lacrima.errors import UsageError
from lacrima.vault import server_lock
from lacrima.vault.process import VAULT

STANDARD_PLACE = "127.0.0.1:8001"
STANDARD_THREADS = 8
SOCKET = "unix:"


def serve_clinic(*, bind: str, threads: int, as_json: bool) -> int:
    """Serve the clinic that the environment describes, for a proxy on this machine."""
    refuse_strange_place(bind)
    without_waiting_for_a_compiler()
    clinic_opening.prepare_clinic()
    folder = clinic_opening.folder()
    folder.check()
    with server_lock.hold(folder):
        refuse_unready()
        serving = loading.web("clinic_serving")

        def tell(address: str) -> None:
            result = {"address": address, "dir": str(folder.root), "is_open": True}
            text = f"The clinic is served at {address}, for the proxy in front of it."
            say("serve", result, as_json=as_json, text=text)
            sys.stdout.flush()

        serving.serve(serving.Place(bind, threads), on_ready=tell)
    return 0


def refuse_unready() -> None:
    """Open everything once and close it again, so that what is missing is said before serving."""
    try:
        with clinic_opening.explained():
            database = loading.practice("clinic_database")
            database.refuse_unreachable()
            database.refuse_unfit_for_serving()
            loading.web("settings_clinic").require_for_serving(os.environ)
            loading.web("clinic_vault").open_it()
    finally:
        VAULT.full_lock()
        connections.close_all()


def refuse_strange_place(bind: str) -> None:
    """This machine alone: what stands in front speaks TLS, the server itself does not."""
    if bind.startswith(SOCKET):
        _refuse_missing_folder(Path(bind.removeprefix(SOCKET)))
        return
    host, _, port = bind.rpartition(":")
    if not port.isdigit() or not _is_here(host):
        raise UsageError(
            "this address is not one of this machine alone",
            where="--bind",
            expected=f"such as {STANDARD_PLACE}, or {SOCKET}/run/lacrima/server.sock",
            next_step="Let a proxy with TLS on this machine face the network.",
        )
    _refuse_taken(host, int(port))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _refuse_missing_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(
            "the folder of this socket is not there", where=str(path.parent), expected="a folder"
        )


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host.strip("[]"), port))
        except OSError as error:
            raise UsageError(
                "this address is taken by another program, or may not be used",
                where=f"--bind {host}:{port}",
                next_step="Choose another with --bind.",
            ) from error
