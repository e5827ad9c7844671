"""Before the door: unlock, open by a one-time value, recover, lock."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.errors import BadInput, LacrimaError, Locked, NotAVault
from lacrima.practice import people, vault_care
from lacrima.practice.vault_care import KeyChange
from lacrima.vault import slots, will_box
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState
from lacrima.web import activity, doorway, half_typed, locking, one_time, opening, patience
from lacrima.web.forms.closed import PassphraseForm, PinForm, RecoverForm
from lacrima.web.keeping import page, see_other
from lacrima.web.routes import POST, anyone

# One for the life of the process, as the quick lock itself: a passkey answers it with its secret.
_PASSKEY_SALT = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def the_folder() -> Folder:
    """The folder this process is about."""
    return Folder(settings.LACRIMA_DIR)


def passkey_salt() -> str:
    """What a passkey is asked to answer, in base64url."""
    return _PASSKEY_SALT


@anyone
def unlock(request: HttpRequest) -> HttpResponse:
    """The passphrase; within the day, the PIN or a passkey."""
    form = PassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        passphrase = form.cleaned_data["passphrase"]
        refuse = _on_form(request, form, "passphrase")
        return _try(request, lambda: VAULT.unlock(the_folder(), passphrase), refuse)
    if request.method != "POST" and doorway.is_open_for(request):
        return see_other(doorway.way_back(request))
    return _show(request, form)


def _show(request: HttpRequest, form: Form, **more: object) -> HttpResponse:
    status = int(str(more.pop("status", 200)))
    try:
        has_keyring = slots.has_keyring(the_folder())
    except LacrimaError as error:
        return cannot_open(request, error)
    is_quick = VAULT.state is not LockState.FULL and doorway.was_open_for(request)
    credential = VAULT.passkey_credential_id if is_quick else None
    context: dict[str, object] = {
        "form": form,
        "pin_form": PinForm(auto_id="quick_%s") if is_quick and VAULT.has_pin else None,
        "has_keyring": has_keyring,
        "has_will": will_box.is_any_here(the_folder()),
        "is_quick": is_quick,
        "salt": _PASSKEY_SALT,
        "credential": _text(credential) if credential else "",
    }
    return page(request, "unlock", {**context, **more}, status=status)


def cannot_open(request: HttpRequest, error: LacrimaError) -> HttpResponse:
    """Not the passphrase is wrong, but the folder: none, a newer one, a damaged one."""
    is_empty = isinstance(error, NotAVault) and is_fresh(the_folder())
    if is_empty:
        return see_other(reverse("first-run"))
    status = 409 if isinstance(error, BadInput) else 500
    return page(request, "cannot_open", {"error": error}, status=status)


def is_fresh(folder: Folder) -> bool:
    """Is there nothing in this folder yet, or no folder?"""
    return not folder.root.exists() or not any(folder.root.iterdir())


Refuse = Callable[[str, int], HttpResponse]


def _on_form(request: HttpRequest, form: Form, field: str) -> Refuse:
    """Say it at the field where it was typed."""

    def refuse(words: str, status: int) -> HttpResponse:
        form.add_error(field, words)
        if isinstance(form, PinForm) and VAULT.state is not LockState.FULL:
            return _show(request, PassphraseForm(), pin_form=form, status=status)
        if isinstance(form, RecoverForm):
            return page(request, "recovery", {"form": form}, status=status)
        if isinstance(form, PinForm):  # that was the last try
            return _show(request, PassphraseForm(), note=words, status=status)
        return _show(request, form, status=status)

    return refuse


def _as_note(request: HttpRequest) -> Refuse:
    """Say it above the forms."""
    return lambda words, status: _show(request, PassphraseForm(), note=words, status=status)


def _try(request: HttpRequest, open_it: Callable[[], None], refuse: Refuse) -> HttpResponse:
    """Open by one of the ways; a wrong word is said in its place, damage gets a page of its own."""
    wait_s = patience.wait_s()
    if wait_s:
        return refuse(_wait_words(wait_s), 429)
    try:
        open_it()
        opening.bring_up_to_date()
    except Locked as error:
        patience.note_wrong()
        return refuse(f"{error.found}. {error.next_step}".strip(), 422)
    except LacrimaError as error:
        return cannot_open(request, error)
    patience.note_right()
    return _welcome_in(request)


def _wait_words(wait_s: int) -> str:
    return ngettext(
        "Please wait %(seconds)s second before the next try.",
        "Please wait %(seconds)s seconds before the next try.",
        wait_s,
    ) % {"seconds": wait_s}


def _welcome_in(request: HttpRequest) -> HttpResponse:
    doorway.let_in(request)
    if not opening.has_practice():
        return see_other(reverse("first-run"))
    back = doorway.way_back(request)
    if any(draft.came_from != back for draft in half_typed.waiting(request)):
        messages.info(request, half_typed.reminder())
    return see_other(back)


@anyone(methods=POST)
def quick_unlock(request: HttpRequest) -> HttpResponse:
    """The PIN of this day, in a browser that had the practice open."""
    form = PinForm(request.POST, auto_id="quick_%s")
    if not _may_be_quick(request):
        return see_other(reverse("unlock"))
    if not form.is_valid():
        return _show(request, PassphraseForm(), pin_form=form, status=422)
    pin = form.cleaned_data["pin"]
    return _try(request, lambda: VAULT.quick_unlock(pin), _on_form(request, form, "pin"))


def _may_be_quick(request: HttpRequest) -> bool:
    return doorway.was_open_for(request) and VAULT.state is not LockState.FULL


@anyone(methods=POST)
def passkey_unlock(request: HttpRequest) -> HttpResponse:
    """The passkey of this day, in a browser that had the practice open."""
    if not _may_be_quick(request):
        return see_other(reverse("unlock"))
    prf_output = from_text(request.POST.get("prf_output", ""))
    return _try(request, lambda: VAULT.quick_unlock_with_passkey(prf_output), _as_note(request))


@anyone(methods=POST)
def keyring_unlock(request: HttpRequest) -> HttpResponse:
    """This computer's own login, where the practice has such a slot."""
    return _try(request, lambda: VAULT.unlock_with_keyring(the_folder()), _as_note(request))


def from_text(text: str) -> bytes:
    """Bytes out of base64url; empty when it is none."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@anyone
def open_once(request: HttpRequest) -> HttpResponse:
    """By a one-time value in the address's fragment; without script, by the passphrase."""
    if request.method != "POST":
        return page(request, "open", {"form": PassphraseForm()})
    if VAULT.state is LockState.OPEN and one_time.take(request.POST.get("once", "")):
        return _welcome_in(request)
    messages.info(request, _("This way in works once, and for a minute. Use the passphrase."))
    return see_other(reverse("unlock"))


@anyone
def recovery(request: HttpRequest) -> HttpResponse:
    """The printed code in place of the lost passphrase, and a new passphrase."""
    form = RecoverForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return page(request, "recovery", {"form": form})
    code, passphrase = form.cleaned_data["recovery_code"], form.cleaned_data["passphrase"]

    def open_it() -> None:
        slots.reset_passphrase(the_folder(), code, passphrase)
        VAULT.unlock(the_folder(), passphrase)

    answer = _try(request, open_it, _on_form(request, form, "recovery_code"))
    if answer.status_code == 303:
        if opening.has_practice():
            vault_care.note_key_change(KeyChange.RECOVERED, by=people.owner())
        messages.success(request, _("The new passphrase holds from now on. The code stays valid."))
    return answer


@anyone(methods=POST)
def lock(request: HttpRequest) -> HttpResponse:
    """Lock, with what was half typed sealed first. Works also when it is locked already."""
    try:
        half_typed.seal_from_script(request, the_folder())
    except LacrimaError:
        messages.info(request, _("What was half typed could not be kept: too much is waiting."))
    finally:
        if VAULT.state is LockState.OPEN or request.POST.get("fully"):
            locking.lock(fully=bool(request.POST.get("fully")))
    answer = see_other(reverse("unlock"))
    if VAULT.state is LockState.FULL:
        answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@anyone(methods=POST)
def here(request: HttpRequest) -> HttpResponse:
    """Somebody is typing, though no page was asked for: the practice is not idle."""
    if doorway.is_open_for(request):
        activity.note()
        return HttpResponse(status=204)
    return HttpResponse(status=423)
