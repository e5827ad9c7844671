"""The first run: a passphrase, the recovery code written down and proved, the practice, backups.

What is not finished yet is remembered in this process alone. When the process ends before the
practice is written, the next unlock leads here again, and a new recovery code is made, because
the one before was nowhere kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lacrima import vault
from lacrima.errors import BadInput, FolderNotEmpty, LacrimaError, NotAVault, WrongPassphrase
from lacrima.practice import people, vault_tables
from lacrima.vault import slots
from lacrima.vault.process import VAULT
from lacrima.web import doorway, opening, places, server_door
from lacrima.web.forms.closed import NewPassphraseForm, PassphraseForm, RecoveryCodeForm
from lacrima.web.forms.first_run import BackupForm, PracticeForm
from lacrima.web.keeping import page, see_other
from lacrima.web.routes import anyone
from lacrima.web.views.closed import cannot_open, is_fresh, the_folder


@dataclass
class _Unfinished:
    """Where an unfinished first run stands."""

    code: str = ""
    is_proved: bool = False
    practice: dict[str, Any] = field(default_factory=dict)


_run = _Unfinished()


def forget() -> None:
    """Begin again from what is in the folder."""
    _run.code, _run.is_proved, _run.practice = "", False, {}


def _next_step() -> str:
    if not _run.code and not _run.is_proved:
        return "first-run-code"
    if not _run.is_proved:
        return "first-run-prove"
    return "first-run-backup" if _run.practice else "first-run-practice"


@anyone
def welcome(request: HttpRequest) -> HttpResponse:
    """The passphrase of a new practice; afterwards, wherever the first run stands."""
    if not is_fresh(the_folder()):
        return _go_on(request)
    form = NewPassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _create(request, form)
    return page(request, "first_run_passphrase", {"form": form, "folder": the_folder().root})


def _go_on(request: HttpRequest) -> HttpResponse:
    try:
        the_folder().check()
    except NotAVault as error:
        return page(request, "cannot_open", {"error": error}, status=409)
    except LacrimaError as error:
        return cannot_open(request, error)
    if not doorway.is_open_for(request):
        return see_other(reverse("unlock"))
    return see_other("/" if opening.has_practice() else reverse(_next_step()))


def _create(request: HttpRequest, form: NewPassphraseForm) -> HttpResponse:
    passphrase = form.cleaned_data["passphrase"]
    advice = slots.passphrase_advice(passphrase)
    if advice and request.POST.get("advised") != "yes":
        context = {"form": form, "folder": the_folder().root, "advice": advice}
        return page(request, "first_run_passphrase", context)
    try:
        forget()
        _run.code = str(vault.create(the_folder(), passphrase, now=timezone.now()))
        server_door.enter_once_made(the_folder())
        VAULT.unlock(the_folder(), passphrase)
    except FolderNotEmpty:
        return _go_on(request)
    except BadInput as error:
        form.add_error("passphrase", error.found)
        return page(request, "first_run_passphrase", {"form": form})
    with VAULT.in_use():
        vault_tables.bring_up_to_date()
    doorway.let_in(request)
    return see_other(reverse("first-run-code"))


Step = Callable[[HttpRequest], HttpResponse]


def _step(view: Step) -> Step:
    """Only in the browser that opened the new vault, and only until there is a practice."""

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not doorway.is_open_for(request):
            return see_other(reverse("first-run"))
        with VAULT.in_use():
            if people.the_practice() is not None:
                return see_other("/")
            return view(request)

    return guarded


@anyone
@_step
def code(request: HttpRequest) -> HttpResponse:
    """The recovery code, shown until it is proved; a new one when the old was lost on the way."""
    if _run.is_proved:
        return see_other(reverse(_next_step()))
    if _run.code:
        return page(request, "first_run_code", {"code": _run.code})
    form = PassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            passphrase = form.cleaned_data["passphrase"]
            _run.code = str(slots.replace_recovery_code(the_folder(), passphrase))
            return see_other(reverse("first-run-code"))
        except WrongPassphrase as error:
            form.add_error("passphrase", error.found)
    return page(request, "first_run_again", {"form": form})


@anyone
@_step
def prove(request: HttpRequest) -> HttpResponse:
    """The code typed back from paper: only then is it sure that it was written down."""
    if not _run.code or _run.is_proved:
        return see_other(reverse(_next_step()))
    form = RecoveryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if slots.prove_recovery_code(the_folder(), form.cleaned_data["recovery_code"]):
            _run.is_proved, _run.code = True, ""
            return see_other(reverse("first-run-practice"))
        form.add_error("recovery_code", _("This is not the code. Compare it group by group."))
    return page(request, "first_run_prove", {"form": form})


@anyone
@_step
def practice(request: HttpRequest) -> HttpResponse:
    """Who you are, where you work, whom to call in a crisis."""
    if not _run.is_proved:
        return see_other(reverse(_next_step()))
    start = {"zone": places.zone_of_this_computer(), **_run.practice}
    form = PracticeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        _run.practice = dict(form.cleaned_data)
        return see_other(reverse("first-run-backup"))
    return page(request, "first_run_practice", {"form": form})


@anyone
@_step
def backup(request: HttpRequest) -> HttpResponse:
    """Where the backups go; it may be decided later. Then the practice is written."""
    if not _run.is_proved or not _run.practice:
        return see_other(reverse(_next_step()))
    is_later = request.POST.get("later") == "yes"
    form = BackupForm({"backup_target": ""} if is_later else request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return page(request, "first_run_backup", {"form": form})
    if not is_later and not form.cleaned_data["backup_target"]:
        form.add_error("backup_target", _("Name a folder, or decide later."))
        return page(request, "first_run_backup", {"form": form})
    owner = people.open_practice(**_run.practice, backup_target=form.cleaned_data["backup_target"])
    people.note_recovery_code_proved(by=owner)
    forget()
    return see_other("/")
