"""Your own things in a clinic: make the key, open it, change the ways in. Nobody can reset it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, TypeVar

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima import practice
from lacrima.errors import BadInput, LacrimaError, Locked
from lacrima.practice import own_care, own_key
from lacrima.practice.own_key import Made, Opened
from lacrima.practice.rights import Right
from lacrima.vault import in_hand, personal, slots
from lacrima.vault.in_hand import OneKey
from lacrima.vault.personal import PersonalSecret
from lacrima.web import doorway, own_things, patience
from lacrima.web.forms.closed import RecoveryCodeForm
from lacrima.web.forms.own_key import (
    BeginAnewForm,
    ChangeOwnPassphraseForm,
    NewOwnPassphraseForm,
    OwnPassphraseAgainForm,
    OwnPassphraseForm,
    RecoverOwnForm,
)
from lacrima.web.keeping import page, say, see_other
from lacrima.web.routes import GET, GET_AND_POST, POST, PageRequest, PlainView, View, member
from lacrima.web.views.closed import from_text

ResultT = TypeVar("ResultT")


def hers(*, methods: frozenset[str] = GET_AND_POST) -> Callable[[PlainView], View]:
    """A page about her own key: who may write privately; never kept half-typed."""
    return member(right=Right.WRITE_PRIVATELY, keeps_drafts=False, methods=methods)


@hers(methods=GET)
def overview(request: PageRequest) -> HttpResponse:
    """How it stands, and every way to open it."""
    if not own_key.has_own_key(request.member):
        return see_other(reverse("own-key-make"))
    row = own_key.own_key(request.member)
    context: dict[str, object] = {
        "is_open": own_key.is_open(request.member),
        "proved_at": row.recovery_proved_at,
        "passkeys": len(own_key.passkeys_of(row)),
        "most_passkeys": personal.MOST_PASSKEYS,
    }
    return page(request, "own_things", context)


# --- making it, and the code that is shown once


@hers()
def make(request: PageRequest) -> HttpResponse:
    """A passphrase of her own; then the recovery code, which is shown now and never again."""
    if own_key.has_own_key(request.member):
        return see_other(reverse("own-things"))
    form = NewOwnPassphraseForm(request.POST or None)
    if request.method != "POST" or not form.is_valid() or _wants_advice(request, form):
        return page(request, "own_key_make", {"form": form, "advice": _advice(request, form)})
    made = own_key.make_own_key(form.cleaned_data["passphrase"], by=request.member)
    return _show_code(request, made)


def _advice(request: PageRequest, form: Form) -> tuple[Any, ...]:
    if request.method != "POST" or form.errors:
        return ()
    return tuple(slots.passphrase_advice(str(form.cleaned_data["passphrase"])))


def _wants_advice(request: PageRequest, form: Form) -> bool:
    return bool(_advice(request, form)) and request.POST.get("advised") != "yes"


def _show_code(request: PageRequest, made: Made) -> HttpResponse:
    """The code stands in this one answer and is kept nowhere."""
    answer = page(request, "own_key_code", {"code": made.code})
    return own_things.hold(request, answer, made.opened)


@hers()
def prove(request: PageRequest) -> HttpResponse:
    """The code typed back from paper: only then is it sure that the sheet will help."""
    form = RecoveryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def do() -> Opened:
            code = personal.by_recovery_code(form.cleaned_data["recovery_code"])
            return own_key.note_recovery_code_proved(code, by=request.member)

        opened = _tried(request, form, "recovery_code", do)
        if opened is not None:
            say(request, _("The code on your sheet opens your own things."))
            return own_things.hold(request, see_other(_back(request)), opened)
    return page(request, "own_key_prove", {"form": form})


# --- opening and closing


@hers()
def open_things(request: PageRequest) -> HttpResponse:
    """Her own passphrase; then back to the page she came from."""
    if not own_key.has_own_key(request.member):
        return see_other(reverse("own-key-make"))
    if request.method == "GET" and request.GET.get("back"):
        doorway.remember_way_back(request, request.GET["back"])
    form = OwnPassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secret = personal.by_passphrase(form.cleaned_data["passphrase"])
        opened = _tried(request, form, "passphrase", lambda: _opened(request, secret))
        if opened is not None:
            return _welcome(request, opened)
    return _ask(request, form)


def _ask(request: PageRequest, form: Form, note: str = "") -> HttpResponse:
    send_to = request.POST.get("send_to", "")
    if own_things.may_send_on(send_to):
        return own_things.meanwhile(request, form, own_things.sent_with(request), send_to)
    row = own_key.own_key(request.member)
    context = {"form": form, "note": note, **_passkey_context(row)}
    return page(request, "own_key_open", context, status=422 if note else 200)


def _passkey_context(row: Any) -> dict[str, object]:
    credentials = " ".join(_text(one) for one in own_key.passkeys_of(row))
    asked = personal.asked_of_passkeys(own_key.ways_of(row))
    return {"credentials": credentials, "salt": _text(asked)}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _opened(request: PageRequest, secret: PersonalSecret) -> Opened:
    return own_key.open_own_key(secret, by=request.member)


def _welcome(request: PageRequest, opened: Opened) -> HttpResponse:
    """What is done at each opening; then on with the form that waited, or back to the page."""
    key = bytearray(opened.key)
    with in_hand.in_hand(OneKey(request.member.sealing_key_id(), lambda: key)):
        own_care.forget_old_entries(now=practice.now())
    send_to = request.POST.get("send_to", "")
    if own_things.may_send_on(send_to):
        return own_things.hold(request, _SendOn(send_to), opened)
    return own_things.hold(request, see_other(_back(request)), opened)


class _SendOn(HttpResponseRedirect):
    """307: the form that was sent goes on, as it is, to where it was going."""

    status_code = 307


def _back(request: PageRequest) -> str:
    address = doorway.way_back(request)
    return reverse("own-things") if address == "/" else address


@hers(methods=POST)
def open_by_passkey(request: PageRequest) -> HttpResponse:
    """A passkey of hers instead of the passphrase."""
    form = OwnPassphraseForm()

    def do() -> Opened:
        return _opened(request, _passkey_sent(request))

    opened, words = _tried_for_words(request, do)
    return _welcome(request, opened) if opened else _ask(request, form, words)


def _passkey_sent(request: PageRequest) -> PersonalSecret:
    return personal.by_passkey(
        from_text(request.POST.get("credential_id", "")),
        from_text(request.POST.get("prf_output", "")),
    )


@hers(methods=POST)
def close(request: PageRequest) -> HttpResponse:
    """Close it in this browser, without signing out."""
    say(request, _("Your own things are closed in this browser."))
    return own_things.close(request, see_other(reverse("own-things")))


# --- changing the ways


@hers()
def recover(request: PageRequest) -> HttpResponse:
    """The recovery code in place of the lost passphrase, and a new passphrase."""
    form = RecoverOwnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def do() -> Opened:
            code = personal.by_recovery_code(form.cleaned_data["recovery_code"])
            new = personal.by_new_passphrase(form.cleaned_data["passphrase"])
            return own_key.add_way(new, by=request.member, opened_by=code)

        opened = _tried(request, form, "recovery_code", do)
        if opened is not None:
            say(request, _("The new passphrase holds from now on. The code stays valid."))
            return _welcome(request, opened)
    return page(request, "own_key_recover", {"form": form})


@hers()
def passphrase(request: PageRequest) -> HttpResponse:
    """Another passphrase in the place of this one; nothing is sealed anew."""
    form = ChangeOwnPassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def do() -> Opened:
            new = personal.by_new_passphrase(form.cleaned_data["passphrase"])
            return own_key.add_way(new, by=request.member, opened_by=_old(form))

        opened = _tried(request, form, "old_passphrase", do)
        if opened is not None:
            return _changed(request, opened, _("The new passphrase holds from now on."))
    return page(request, "own_key_passphrase", {"form": form})


def _old(form: Form) -> PersonalSecret:
    return personal.by_passphrase(form.cleaned_data["old_passphrase"])


def _changed(request: PageRequest, opened: Opened, sentence: str) -> HttpResponse:
    say(request, sentence)
    return own_things.hold(request, see_other(reverse("own-things")), opened)


@hers()
def recovery_code(request: PageRequest) -> HttpResponse:
    """Another recovery code: the sheet before opens nothing any more."""
    form = OwnPassphraseAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def do() -> Made:
            return own_key.replace_recovery_code(by=request.member, opened_by=_old(form))

        made = _tried(request, form, "old_passphrase", do)
        if made is not None:
            return _show_code(request, made)
    return page(request, "own_key_new_code", {"form": form})


@hers()
def passkey(request: PageRequest) -> HttpResponse:
    """One passkey more; it needs script and a browser that offers PRF."""
    form = OwnPassphraseAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def do() -> Opened:
            new = _passkey_sent(request)
            return own_key.add_way(new, by=request.member, opened_by=_old(form))

        opened = _tried(request, form, "old_passphrase", do)
        if opened is not None:
            return _changed(request, opened, _("This passkey opens your own things from now on."))
    row = own_key.own_key(request.member)
    return page(request, "own_key_passkey", {"form": form, **_passkey_context(row)})


@hers()
def passkeys_remove(request: PageRequest) -> HttpResponse:
    """No passkey opens it any more."""
    form = OwnPassphraseAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def do() -> Opened:
            return own_key.remove_passkeys(by=request.member, opened_by=_old(form))

        opened = _tried(request, form, "old_passphrase", do)
        if opened is not None:
            return _changed(request, opened, _("No passkey opens your own things any more."))
    return page(request, "own_key_passkeys_remove", {"form": form})


@member(right=Right.WRITE_PRIVATELY, keeps_drafts=False, step_up=True)
def begin_anew(request: PageRequest) -> HttpResponse:
    """Every way is lost: what was sealed is deleted, and she has a new key."""
    own_key.own_key(request.member)
    form = BeginAnewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = own_key.begin_anew(form.cleaned_data["passphrase"], by=request.member)
        return _show_code(request, made)
    return page(request, "own_key_begin_anew", {"form": form})


# --- one try at a time


def _tried(
    request: PageRequest, form: Form, field: str, do: Callable[[], ResultT]
) -> ResultT | None:
    """Do it; what was wrong is said at its field."""
    found, words = _tried_for_words(request, do)
    if words:
        form.add_error(field, words)
    return found


def _tried_for_words(request: PageRequest, do: Callable[[], ResultT]) -> tuple[ResultT | None, str]:
    tries = patience.of_member(request.member.pk.hex)
    wait_s = tries.wait_s()
    if wait_s:
        return None, _wait_words(wait_s)
    try:
        found = do()
    except Locked as error:
        tries.note_wrong()
        return None, _words(error)
    except BadInput as error:
        return None, _words(error)
    tries.note_right()
    return found, ""


def _words(error: LacrimaError) -> str:
    return f"{error.found}. {error.next_step}".strip()


def _wait_words(wait_s: int) -> str:
    return ngettext(
        "Please wait %(seconds)s second before the next try.",
        "Please wait %(seconds)s seconds before the next try.",
        wait_s,
    ) % {"seconds": wait_s}
