"""What a client agreed to: seen, noted, withdrawn; who decides for her; a sheet to sign."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lacrima import practice
from lacrima.errors import NotFound
from lacrima.practice import consents
from lacrima.practice.consent_words import ALWAYS, NAMES, STAYS, sentence, wording
from lacrima.practice.people import display_name
from lacrima.practice.rights import Right
from lacrima.web.forms.consents import ConsentForm, RepresentativeForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    confirm,
    today_here,
)


def _name(request: PageRequest, client: Any) -> str:
    return display_name(client, request.practice)


@member(right=Right.READ_CARE, methods=GET)
def agreements(request: PageRequest, client_id: UUID) -> HttpResponse:
    """What this client agreed to, and who decides and reads for her."""
    client = practice.find(request.member, "client", client_id)
    is_child = consents.is_child(client)
    standing = [
        (one, NAMES[one.purpose], wording(one.purpose, is_for_child=is_child))
        for one in consents.standing_of(request.member, client)
    ]
    before = [
        (row, NAMES[consents.Purpose(row.purpose)])
        for row in consents.consents_of(request.member, client)
        if row.withdrawn_at is not None
    ]
    context = {
        "client": client,
        "name": _name(request, client),
        "standing": standing,
        "before": before,
        "representatives": consents.representatives_of(request.member, client),
        "today": today_here(),
    }
    return page(request, "agreements", context)


@member(right=Right.READ_CARE, methods=GET)
def agreement_sheet(request: PageRequest, client_id: UUID) -> HttpResponse:
    """The words of every purpose on one sheet, to read, to sign, to keep."""
    client = practice.find(request.member, "client", client_id)
    is_child = consents.is_child(client)
    said = [
        (NAMES[purpose], sentence(purpose, is_for_child=is_child))
        for purpose in consents.purposes_in_use()
    ]
    context = {"said": said, "always": ALWAYS, "name": _name(request, client)}
    return page(request, "agreement_sheet", context | {"client": client})


def _purpose(name: str) -> consents.Purpose:
    if name not in consents.purposes_in_use():
        raise NotFound("there is nothing here for you", next_step="Go back to the client.")
    return consents.Purpose(name)


def _deciders(request: PageRequest, client: Any) -> dict[str, Any]:
    rows = consents.representatives_of(request.member, client)
    today = today_here()
    return {one.pk.hex: one for one in rows if one.may_consent and consents.stands(one, today)}


@member(right=Right.WRITE_CARE)
def agreement_new(request: PageRequest, client_id: UUID, purpose_slug: str) -> HttpResponse:
    """Note that somebody agreed."""
    client, purpose = practice.find(request.member, "client", client_id), _purpose(purpose_slug)
    deciders = _deciders(request, client)
    form = ConsentForm(
        request.POST or None,
        deciders=[(key, one.name) for key, one in deciders.items()],
        initial=initial_from_draft(request, {"given_on": today_here(), "way": "aloud"}),
    )
    back = reverse("agreements", args=[client_id])

    def do() -> str:
        said = form.said()
        giver = deciders.get(said.pop("given_by", "") or "")
        consents.give_consent(client, by=request.member, purpose=purpose, given_by=giver, **said)
        say(request, _("Noted, with the words that were read."))
        return back

    words = wording(purpose, is_for_child=consents.is_child(client))
    sheet = Sheet(NAMES[purpose], back, above=_name(request, client), lead=words)
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def agreement_correct(request: PageRequest, consent_id: UUID) -> HttpResponse:
    """The day or the way was noted wrongly."""
    row = practice.find(request.member, "consent", consent_id)
    back = reverse("agreements", args=[row.client_id])

    def standing() -> Standing:
        there = practice.find(request.member, "consent", consent_id)
        return Standing({"given_on": there.given_on, "way": there.way}, there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = ConsentForm(request.POST or None, deciders=[], initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        consents.correct_consent(row, by=request.member, expected_version=version, **form.said())
        say(request, _("Changed."))
        return back

    sheet = Sheet(NAMES[consents.Purpose(row.purpose)], back, above=_name(request, row.client))
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE)
def agreement_withdraw(request: PageRequest, consent_id: UUID) -> HttpResponse:
    """It is withdrawn at once; what that cannot undo is said first."""
    row = practice.find(request.member, "consent", consent_id)
    back = reverse("agreements", args=[row.client_id])
    purpose = consents.Purpose(row.purpose)

    def do() -> str:
        consents.withdraw_consent(row, by=request.member)
        say(request, _("Withdrawn. From now on nothing is done for it any more."))
        return back

    question = Confirm(
        title=_("Withdraw this agreement?"),
        what=_("%(name)s: %(what)s. It takes effect at once.")
        % {"name": _name(request, row.client), "what": NAMES[purpose]},
        consequences=[str(STAYS[purpose])],
        confirm_label=pgettext("an agreement", "Withdraw it"),
        cancel_url=back,
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_CARE)
def representative_new(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Name somebody who decides or reads for this client."""
    client = practice.find(request.member, "client", client_id)
    back = reverse("agreements", args=[client_id])
    initial = initial_from_draft(request, {"from_on": today_here()})
    form = RepresentativeForm(request.POST or None, initial=initial)

    def do() -> str:
        consents.name_representative(client, by=request.member, **form.said())
        say(request, _("Kept."))
        return back

    sheet = Sheet(_("Who decides or reads for this client"), back, above=_name(request, client))
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def representative_change(request: PageRequest, representative_id: UUID) -> HttpResponse:
    """Another ground, other days, other rights."""
    row = practice.find(request.member, "representative", representative_id)
    back = reverse("agreements", args=[row.client_id])
    names = ("name", "relation", "may_consent", "may_read", "ground", "from_on", "until_on")

    def standing() -> Standing:
        there = practice.find(request.member, "representative", representative_id)
        return Standing({name: getattr(there, name) for name in names}, there.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = RepresentativeForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        version, said = form.expected_version(), form.said()
        consents.change_representative(row, by=request.member, expected_version=version, **said)
        say(request, _("Changed."))
        return back

    title = _("Who decides or reads for this client")
    sheet = Sheet(title, back, above=_name(request, row.client))
    return answer_form(request, form, do, sheet, standing=standing)
