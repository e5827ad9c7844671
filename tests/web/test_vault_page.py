"""The vault's pages: ways in are changed only by who knows one; backups and the log are checked."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client, RequestFactory

from lacrima.errors import (
    BadInput,
    Damaged,
    EditConflict,
    FullDisk,
    KeyGone,
    LacrimaError,
    NotAllowed,
    NotFound,
    OurFault,
    SealBroken,
    VaultDamaged,
)
from lacrima.records.models import AuditLine, Member, Practice
from lacrima.vault import slots
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.web.views import errors
from tests.support.cast import PASSPHRASE, Cast
from tests.support.form_keys import form_key

NEW = "another lantern in the meadow"

pytestmark = pytest.mark.embedded


def test_only_who_knows_the_passphrase_changes_it(anas: Client, vault_folder: Folder) -> None:
    fields = {"passphrase": NEW, "passphrase_again": NEW}
    wrong = anas.post("/vault/passphrase", {"old_passphrase": "wrong wrong", **fields})
    assert wrong.status_code == 422
    right = anas.post("/vault/passphrase", {"old_passphrase": PASSPHRASE, **fields})
    assert right["Location"] == "/vault"
    slots.change_passphrase(vault_folder, NEW, PASSPHRASE)


def test_a_short_new_passphrase_is_refused(anas: Client) -> None:
    fields = {"old_passphrase": PASSPHRASE, "passphrase": "short", "passphrase_again": "short"}
    assert anas.post("/vault/passphrase", fields).status_code == 422


def test_a_new_recovery_code_is_shown_and_proved(anas: Client, vault_folder: Folder) -> None:
    wrong = anas.post("/vault/recovery-code", {"old_passphrase": "wrong wrong"})
    assert wrong.status_code == 422
    answer = anas.post("/vault/recovery-code", {"old_passphrase": PASSPHRASE})
    assert answer["Location"] == "/vault/recovery-code"
    page = anas.get("/vault/recovery-code").content.decode()
    found = re.search(r'class="code">([^<]+)<', page)
    assert found
    assert slots.prove_recovery_code(vault_folder, found.group(1))
    bad = anas.post("/vault/recovery-code/prove", {"recovery_code": "0000"})
    assert bad.status_code == 422
    good = anas.post("/vault/recovery-code/prove", {"recovery_code": found.group(1)})
    assert good["Location"] == "/vault"
    assert Practice.objects.get().recovery_proved_at is not None
    assert found.group(1) not in anas.get("/vault/recovery-code").content.decode()


def test_a_pin_is_set_for_the_day(anas: Client) -> None:
    assert anas.post("/vault/pin", {"pin": "12", "pin_again": "12"}).status_code == 422
    assert anas.post("/vault/pin", {"pin": "4711", "pin_again": "4712"}).status_code == 422
    assert anas.post("/vault/pin", {"pin": "4711", "pin_again": "4711"}).status_code == 303
    assert "A PIN is set for today" in anas.get("/vault").content.decode()


def test_a_passkey_is_armed_by_its_own_secret_value(anas: Client) -> None:
    assert anas.post("/vault/passkey", {}).status_code == 400
    short = anas.post("/vault/passkey", {"credential_id": "AAAA", "prf_output": "AAAA"})
    assert short.status_code == 400
    long = {"credential_id": "AAAA", "prf_output": "A" * 43}
    assert anas.post("/vault/passkey", long).status_code == 303
    assert VAULT.passkey_credential_id == b"\x00\x00\x00"


@pytest.mark.django_db(transaction=True)
def test_a_passkey_opens_the_quick_lock(committed_anas: Client) -> None:
    committed_anas.post("/vault/passkey", {"credential_id": "AAAA", "prf_output": "A" * 43})
    committed_anas.post("/lock")
    assert 'data-passkey="open"' in committed_anas.get("/unlock").content.decode()
    wrong = committed_anas.post("/unlock/passkey", {"prf_output": "B" * 43})
    assert wrong.status_code == 422
    right = committed_anas.post("/unlock/passkey", {"prf_output": "A" * 43})
    assert right.status_code == 303
    assert committed_anas.get("/settings").status_code == 200


def _target(window: Client, where: Path | str) -> int:
    version = str(Practice.objects.get().version)
    fields = {"backup_target": str(where), "backup_retention_days": "35", "version": version}
    return window.post("/vault/backup", {**fields, "key": form_key()}).status_code


def test_a_backup_folder_lies_outside_the_practice_and_can_be_written(
    anas: Client, vault_folder: Folder, tmp_path: Path
) -> None:
    for wrong in (vault_folder.root / "inside", "not/a/full/path", "/proc/nowhere"):
        assert _target(anas, wrong) == 422
    assert _target(anas, tmp_path / "backups") == 303
    assert (tmp_path / "backups").is_dir()
    assert Practice.objects.get().backup_target == str(tmp_path / "backups")


@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_now_and_said_so(committed_anas: Client, tmp_path: Path) -> None:
    assert committed_anas.post("/vault/backup/now", {})["Location"] == "/vault/backup"
    _target(committed_anas, tmp_path / "backups")
    answer = committed_anas.post("/vault/backup/now", {"key": form_key()})
    assert answer["Location"] == "/vault"
    page = committed_anas.get("/vault").content.decode()
    assert "opened and checked" in page
    assert Practice.objects.get().last_backup_at is not None
    assert any((tmp_path / "backups").rglob("*"))


@pytest.mark.django_db(transaction=True)
def test_the_log_is_looked_through_and_a_changed_line_is_named(committed_anas: Client) -> None:
    assert "fits together" in committed_anas.post("/vault/log").content.decode()
    AuditLine.objects.filter(sequence=2).update(action="something.else")
    page = committed_anas.post("/vault/log").content.decode()
    assert "changed after it was written" in page
    assert "line 1.2" in page


def test_only_the_owner_sees_the_vault(cast: Cast, eyes_of: Callable[[Member], Client]) -> None:
    for who in (cast.berta, cast.hanna, cast.stella):
        window = eyes_of(who)
        assert window.get("/vault").status_code == 403
        assert window.post("/vault/pin", {"pin": "4711", "pin_again": "4711"}).status_code == 403
        assert 'href="/vault"' not in window.get("/settings").content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("x"), 404),
        (NotAllowed("x"), 403),
        (EditConflict("x"), 409),
        (BadInput("x"), 400),
        (KeyGone("x"), 410),
        (SealBroken("x"), 500),
        (FullDisk("x"), 507),
        (OurFault("x"), 500),
    ],
)
def test_every_refusal_has_its_status(error: LacrimaError, status: int) -> None:
    assert errors.status_of(error) == status


@pytest.mark.parametrize(
    ("accident", "kind"),
    [
        (OperationalError("database or disk is full"), FullDisk),
        (OperationalError("disk I/O error"), FullDisk),
        (OSError(errno.ENOSPC, "No space left on device"), FullDisk),
        (DatabaseError("database disk image is malformed"), VaultDamaged),
        (DatabaseError("file is not a database"), VaultDamaged),
        (OperationalError("database is locked"), OurFault),
    ],
)
def test_accidents_of_the_disk_become_words(accident: Exception, kind: type[Exception]) -> None:
    assert type(errors.said_of(accident)) is kind


def test_other_mistakes_stay_ours() -> None:
    assert errors.said_of(ValueError("x")) is None
    assert errors.said_of(OSError(errno.EIO, "x")) is None
    assert errors.said_of(DatabaseError("something else")) is None


def test_a_full_disk_says_that_nothing_was_kept_and_shows_what_was_typed(
    anas: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("lacrima.web.views.settings.people.change_practice", full)
    answer = anas.post(
        "/settings",
        {
            "name": "typed with care",
            "zone": "UTC",
            "idle_minutes": "10",
            "version": "1",
            "key": form_key(),
        },
    )
    assert answer.status_code == 507
    assert "typed with care" in answer.content.decode()
    assert "no room left" in answer.content.decode()


def test_what_was_typed_is_shown_without_secrets() -> None:
    sent = {"words": "mine", "passphrase": "secret", "key": "k" * 20, "pin_again": "1"}
    assert errors.typed(RequestFactory().post("/", sent)) == [("words", "mine")]


def test_damage_is_never_said_to_have_lost_nothing(anas: Client) -> None:
    request = RequestFactory().get("/")
    request.resolver_match = None
    page = errors.show(request, SealBroken("a sealed piece was altered")).content.decode()
    assert "as it was" not in page
    assert isinstance(SealBroken("x"), Damaged)
