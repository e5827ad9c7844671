"""The vault: ways to open the practice, the locks, backups, the log. For whom it belongs to."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import AuditBroken, BadInput, FullDisk, LacrimaError, Locked
from lacrima.practice import people, vault_care
from lacrima.practice.rights import Right
from lacrima.practice.vault_care import KeyChange
from lacrima.vault import keyring_slot, slots
from lacrima.vault.advice import folder_advice
from lacrima.vault.process import VAULT
from lacrima.web.forms.closed import RecoveryCodeForm
from lacrima.web.forms.vault import AgainForm, BackupTargetForm, ChangePassphraseForm, NewPinForm
from lacrima.web.keeping import keep, page, say, see_other
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.closed import from_text, passkey_salt, the_folder

CODE_SHOWN_FOR_S = 15 * 60.0


@dataclass
class _NewCode:
    """A recovery code that was made and is not proved yet: shown for a quarter of an hour."""

    code: str = ""
    until_s: float = 0.0

    def shown(self) -> str:
        """The code, while it may be seen."""
        if time.monotonic() > self.until_s:
            self.code = ""
        return self.code

    def show(self, code: str) -> None:
        """From now on, for a while."""
        self.code, self.until_s = code, time.monotonic() + CODE_SHOWN_FOR_S

    def forget(self) -> None:
        """It is proved, or the practice was locked."""
        self.code, self.until_s = "", 0.0


_new_code = _NewCode()
VAULT.on_lock(_new_code.forget)


@member(right=Right.HANDLE_VAULT, methods=GET)
def vault(request: PageRequest) -> HttpResponse:
    """Everything at a glance."""
    folder = the_folder()
    context: dict[str, object] = {
        "folder": folder.root,
        "advice": folder_advice(folder.root),
        "has_pin": VAULT.has_pin,
        "has_passkey": VAULT.passkey_credential_id is not None,
        "salt": passkey_salt(),
        "has_keyring": slots.has_keyring(folder),
        "can_have_keyring": keyring_slot.is_available(),
    }
    return page(request, "vault", context)


@member(right=Right.HANDLE_VAULT, keeps_drafts=False)
def passphrase(request: PageRequest) -> HttpResponse:
    """Another passphrase in the place of this one; nothing is encrypted anew."""
    form = ChangePassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        old, new = form.cleaned_data["old_passphrase"], form.cleaned_data["passphrase"]
        try:
            slots.change_passphrase(the_folder(), old, new)
        except (Locked, BadInput) as error:
            form.add_error(
                "old_passphrase" if isinstance(error, Locked) else "passphrase", _found(error)
            )
        else:
            vault_care.note_key_change(KeyChange.NEW_WORDS, by=request.member)
            say(request, _("The new passphrase holds from now on."))
            return see_other(reverse("vault"))
    advice = slots.passphrase_advice(request.POST.get("passphrase", "")) if form.errors else ()
    return page(request, "vault_passphrase", {"form": form, "advice": advice})


def _found(error: LacrimaError) -> str:
    return f"{error.found}. {error.next_step}".strip()


@member(right=Right.HANDLE_VAULT, keeps_drafts=False)
def recovery_code(request: PageRequest) -> HttpResponse:
    """A new recovery code: the old sheet opens nothing any more."""
    form = AgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            old = form.cleaned_data["old_passphrase"]
            _new_code.show(str(slots.replace_recovery_code(the_folder(), old)))
            vault_care.note_key_change(KeyChange.NEW_RECOVERY_CODE, by=request.member)
            return see_other(reverse("vault-recovery-code"))
        except Locked as error:
            form.add_error("old_passphrase", _found(error))
    return page(request, "vault_recovery_code", {"form": form, "code": _new_code.shown()})


@member(right=Right.HANDLE_VAULT, keeps_drafts=False)
def prove(request: PageRequest) -> HttpResponse:
    """Does the sheet still open the practice? The only way to be sure is to try."""
    form = RecoveryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if slots.prove_recovery_code(the_folder(), form.cleaned_data["recovery_code"]):
            people.note_recovery_code_proved(by=request.member)
            _new_code.forget()
            say(request, _("The code on your sheet opens the practice."))
            return see_other(reverse("vault"))
        form.add_error("recovery_code", _("This is not the code. Compare it group by group."))
    return page(request, "vault_prove", {"form": form})


@member(right=Right.HANDLE_VAULT, keeps_drafts=False)
def pin(request: PageRequest) -> HttpResponse:
    """A PIN for the rest of the day."""
    form = NewPinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        VAULT.set_pin(form.cleaned_data["pin"])
        say(request, _("The PIN holds until the next full lock."))
        return see_other(reverse("vault"))
    return page(request, "vault_pin", {"form": form})


@member(right=Right.HANDLE_VAULT, methods=POST, keeps_drafts=False)
def passkey(request: PageRequest) -> HttpResponse:
    """A passkey for the rest of the day; it needs script and a browser that offers PRF."""
    credential_id = from_text(request.POST.get("credential_id", ""))
    prf_output = from_text(request.POST.get("prf_output", ""))
    if not credential_id:
        raise BadInput(
            _("No passkey answered"), next_step=_("Use a PIN, or try it in another browser.")
        )
    VAULT.arm_passkey(credential_id, prf_output)
    say(request, _("The passkey opens the practice until the next full lock."))
    return see_other(reverse("vault"))


@member(right=Right.HANDLE_VAULT, keeps_drafts=False)
def keyring(request: PageRequest) -> HttpResponse:
    """Let this computer's own login open the practice too, or no longer."""
    has_keyring = slots.has_keyring(the_folder())
    form = AgainForm(request.POST or None)
    if request.method == "POST" and has_keyring:
        slots.remove_keyring(the_folder())
        vault_care.note_key_change(KeyChange.KEYRING_REMOVED, by=request.member)
        say(request, _("This computer's login does not open the practice any more."))
        return see_other(reverse("vault"))
    if request.method == "POST" and form.is_valid():
        try:
            slots.add_keyring(the_folder(), form.cleaned_data["old_passphrase"])
        except Locked as error:
            form.add_error("old_passphrase", _found(error))
        else:
            vault_care.note_key_change(KeyChange.KEYRING_ADDED, by=request.member)
            say(request, _("This computer's login opens the practice from now on."))
            return see_other(reverse("vault"))
    return page(request, "vault_login", {"form": form, "has_keyring": has_keyring})


@member(right=Right.HANDLE_VAULT)
def backup(request: PageRequest) -> HttpResponse:
    """Where backups go, and how long each is kept."""
    names = ("backup_target", "backup_retention_days", "version")
    now = {name: getattr(request.practice, name) for name in names}
    form = BackupTargetForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        return keep(request, lambda: _change_backup(request, form))
    return page(request, "vault_backup", {"form": form})


def _change_backup(request: PageRequest, form: BackupTargetForm) -> str:
    people.change_practice(
        by=request.member,
        expected_version=form.cleaned_data["version"],
        backup_target=form.cleaned_data["backup_target"],
        backup_retention_days=form.cleaned_data["backup_retention_days"],
    )
    say(request, _("The next backup goes there."))
    return reverse("vault")


@member(right=Right.HANDLE_VAULT, methods=POST, keeps_drafts=False)
def backup_now(request: PageRequest) -> HttpResponse:
    """A backup at once, verified after writing."""
    if not request.practice.backup_target:
        return see_other(reverse("vault-backup"))
    try:
        vault_care.make_backup(by=request.member)
    except FullDisk:
        raise
    except LacrimaError as error:
        say(request, _("No backup was made. %(why)s") % {"why": _found(error)})
    else:
        say(request, _("The backup is made, and it was opened and checked."))
    return see_other(reverse("vault"))


@member(right=Right.READ_AUDIT, methods=POST, keeps_drafts=False)
def log(request: PageRequest) -> HttpResponse:
    """Does the log of changes fit together?"""
    try:
        found, error = vault_care.verify_audit(by=request.member), None
    except AuditBroken as broken:
        found, error = None, broken
    return page(request, "vault_log", {"found": found, "error": error})
