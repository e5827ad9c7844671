"""Addresses that only one's own computer has: unlock, first run, other eyes, the vault."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from lacrima.web.views import closed, first_run, look_as, vault

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lacrima.web.urls_drop_box")),
    path("unlock", closed.unlock, name="unlock"),
    path("unlock/quick", closed.quick_unlock, name="quick-unlock"),
    path("unlock/passkey", closed.passkey_unlock, name="passkey-unlock"),
    path("unlock/login", closed.keyring_unlock, name="keyring-unlock"),
    path("open", closed.open_once, name="open"),
    path("recovery", closed.recovery, name="recovery"),
    path("lock", closed.lock, name="lock"),
    path("here", closed.here, name="here"),
    path("welcome", first_run.welcome, name="first-run"),
    path("welcome/code", first_run.code, name="first-run-code"),
    path("welcome/prove", first_run.prove, name="first-run-prove"),
    path("welcome/practice", first_run.practice, name="first-run-practice"),
    path("welcome/backup", first_run.backup, name="first-run-backup"),
    path("look-as", look_as.look_as, name="look-as"),
    path("vault", vault.vault, name="vault"),
    path("vault/passphrase", vault.passphrase, name="vault-passphrase"),
    path("vault/recovery-code", vault.recovery_code, name="vault-recovery-code"),
    path("vault/recovery-code/prove", vault.prove, name="vault-prove"),
    path("vault/pin", vault.pin, name="vault-pin"),
    path("vault/passkey", vault.passkey, name="vault-passkey"),
    path("vault/login", vault.keyring, name="vault-login"),
    path("vault/backup", vault.backup, name="vault-backup"),
    path("vault/backup/now", vault.backup_now, name="vault-backup-now"),
    path("vault/log", vault.log, name="vault-log"),
]
