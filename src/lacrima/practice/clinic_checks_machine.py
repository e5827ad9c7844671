"""Is all well with the machine of a clinic: its secret files, its folders, its certificate?"""

from __future__ import annotations

import shutil
import socket
import ssl
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from lacrima.practice.clinic_checks import Check
from lacrima.records.models import Practice
from lacrima.vault.advice import folder_advice
from lacrima.vault.folder import Folder

PATIENCE_S = 5.0
SOON = timedelta(days=14)
LEAST_FREE = 1 << 30


def of_secret_files(files: dict[str, Path]) -> Iterator[Check]:
    """Each secret is there, and only its owner can read it."""
    for name, path in files.items():
        found = _open_to_others(path, stat.S_IRWXO | stat.S_IWGRP)
        next_step = f"chmod 400 {path}" if found else ""
        yield Check(name, not found, found or "only its owner can read it", next_step)


def of_folder(folder: Folder) -> Iterator[Check]:
    """The folder of the keys: its own, on a local disk, with room left."""
    if not folder.root.is_dir():
        yield Check("keys", False, "they are not there", "Begin: lacrima clinic init")
        return
    found = _open_to_others(folder.root, stat.S_IRWXO | stat.S_IRWXG)
    next_step = f"chmod 700 {folder.root}" if found else ""
    yield Check("keys", not found, found or "only their owner can read them", next_step)
    for advice in folder_advice(folder.root):
        yield Check("folder", False, str(advice), "Keep the keys on a disk of this machine.")
    free = shutil.disk_usage(folder.root).free
    is_well = free >= LEAST_FREE
    yield Check("room", is_well, f"{free // 10**9} GB free", "" if is_well else "Make room.")


def of_backups(folder: Folder) -> Iterator[Check]:
    """The place of the backups is there, and on another disk than the keys."""
    target = Practice.objects.values_list("backup_target", flat=True).first()
    if not target:
        yield Check("backup place", False, "none was chosen", "lacrima clinic backup --to FOLDER")
        return
    place = Path(target)
    if not place.is_dir():
        yield Check("backup place", False, "it is not there", "Connect its disk.")
        return
    if not folder.root.is_dir():
        return
    is_apart = place.stat().st_dev != folder.root.stat().st_dev
    found = "on another disk" if is_apart else "on the same disk as the keys"
    next_step = "" if is_apart else "Keep a copy on another disk or machine."
    yield Check("backup place", is_apart, found, next_step)


def of_certificates(hosts: list[str]) -> Iterator[Check]:
    """The certificate of each of the clinic's own addresses (HOST or HOST:PORT)."""
    for host in hosts:
        yield _certificate(host)


def _certificate(host: str) -> Check:
    name, _, port = host.partition(":")
    try:
        ends = _end_of_certificate(name, int(port or "443"))
    except (OSError, ValueError) as error:
        return Check(
            f"certificate of {name}",
            False,
            f"nobody answers there with TLS ({type(error).__name__})",
            "Look whether the proxy runs: systemctl status caddy",
        )
    left = ends - datetime.now(UTC)
    is_well = left > SOON
    found = f"ends on {ends:%Y-%m-%d}" if left > timedelta(0) else f"ended on {ends:%Y-%m-%d}"
    next_step = "" if is_well else "Look why the proxy did not renew it: journalctl -u caddy"
    return Check(f"certificate of {name}", is_well, found, next_step)


def _end_of_certificate(name: str, port: int) -> datetime:
    """An ended one is looked at too, so nothing is asked of it here but its last day."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((name, port), timeout=PATIENCE_S) as plain,
        context.wrap_socket(plain, server_hostname=name) as sealed,
    ):
        shown = sealed.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(shown or b"").not_valid_after_utc


def _open_to_others(path: Path, forbidden: int) -> str:
    """What is wrong with a file or folder that is nobody else's; empty when nothing is.

    systemd hands secrets over in files that a group of one may read, hence the two measures.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return "it is not there"
    return "others can read it" if mode & forbidden else ""
