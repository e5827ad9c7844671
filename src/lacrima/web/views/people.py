"""The people of a clinic, for whoever looks after them: invite, change a role, leave."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import BadInput, EditConflict
from lacrima.practice import accounts, handing_over
from lacrima.practice import people as practice_people
from lacrima.practice.accounts import InvitationKind
from lacrima.practice.rights import Member, Right, Role
from lacrima.web.forms.people import InviteAgainForm, InviteForm, LeaveForm, RoleForm
from lacrima.web.keeping import keep, key_of, page, say, see_other
from lacrima.web.routes import GET, POST, PageRequest, member

_RIGHT = Right.CHANGE_PRACTICE


@member(right=_RIGHT, methods=GET)
def people(request: PageRequest) -> HttpResponse:
    """Everybody, with what each may do."""
    with_account, waiting = accounts.those_with_account(), accounts.waiting_invitations()
    rows = [
        {
            "member": one,
            "role": Role(one.role).label,
            "has_joined": one.pk in with_account,
            "invitation": waiting.get(one.pk),
        }
        for one in practice_people.members()
    ]
    return page(request, "people", {"rows": rows})


@member(right=_RIGHT, step_up=True, keeps_drafts=False)
def invite(request: PageRequest) -> HttpResponse:
    """Somebody new."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key_of(request)
        said = form.said()
        new, code = accounts.invite(by=request.member, name=said["name"], role=said["role"])
        return _shown_once(request, new, code)
    return page(request, "person_invite", {"form": form})


@member(right=_RIGHT, step_up=True, keeps_drafts=False)
def invite_again(request: PageRequest, member_id: str) -> HttpResponse:
    """Another code for somebody who is here."""
    who = practice_people.member(member_id)
    if who.pk not in accounts.those_with_account():
        return _invite_to_join(request, who)
    form = InviteAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key_of(request)
        kind = form.cleaned_data["kind"]
        return _shown_once(request, who, accounts.invite_again(who, by=request.member, kind=kind))
    return page(request, "person_invite_again", {"form": form, "who": who})


def _invite_to_join(request: PageRequest, who: Member) -> HttpResponse:
    if request.method != "POST":
        return page(request, "person_invite_again", {"form": None, "who": who})
    key_of(request)
    code = accounts.invite_again(who, by=request.member, kind=InvitationKind.JOIN)
    return _shown_once(request, who, code)


def _shown_once(request: PageRequest, who: Member, code: str) -> HttpResponse:
    """The code stands on this page alone, and is read nowhere again."""
    address = f"{request.build_absolute_uri(reverse('invited'))}#{code}"
    context: dict[str, object] = {"who": who, "code": code, "address": address}
    return page(request, "person_code", context)


@member(right=_RIGHT, step_up=True)
def role(request: PageRequest, member_id: str) -> HttpResponse:
    """Another role."""
    who = practice_people.member(member_id)
    form = RoleForm(request.POST or None, initial={"role": who.role}, version=who.version)
    if request.method == "POST" and form.is_valid():
        try:
            return keep(request, lambda: _change_role(request, who, form))
        except EditConflict:
            raise
        except BadInput as error:
            form.add_error("role", _said(error))
    return page(request, "person_role", {"form": form, "who": who})


def _change_role(request: PageRequest, who: Member, form: RoleForm) -> str:
    accounts.change_role(
        who, by=request.member, role=form.said()["role"], expected_version=form.expected_version()
    )
    say(request, _("The role holds from now on."))
    return reverse("people")


@member(right=_RIGHT, step_up=True)
def leave(request: PageRequest, member_id: str) -> HttpResponse:
    """She works here no more."""
    who = practice_people.member(member_id)
    form = LeaveForm(request.POST or None, others=accounts.who_could_take_over(who))
    if request.method == "POST" and form.is_valid():
        try:
            return keep(request, lambda: _let_leave(request, who, form))
        except BadInput as error:
            form.add_error("to", _said(error))
    open_care = len(handing_over.open_episodes_of(who))
    return page(request, "person_leave", {"form": form, "who": who, "open_care": open_care})


def _let_leave(request: PageRequest, who: Member, form: LeaveForm) -> str:
    said = form.cleaned_data
    to = practice_people.member(said["to"]) if said["to"] else None
    accounts.let_leave(
        who, by=request.member, to=to, leaves_care_open=bool(said["leaves_care_open"])
    )
    say(request, _("She is signed out everywhere, and comes in no more. Her name stays."))
    return reverse("people")


@member(right=_RIGHT, methods=POST, step_up=True, keeps_drafts=False)
def sign_out(request: PageRequest, member_id: str) -> HttpResponse:
    """Out of every browser, at once."""
    key_of(request)
    accounts.end_sessions(practice_people.member(member_id), by=request.member)
    say(request, _("Signed out of every browser."))
    return see_other(reverse("people"))


def _said(error: BadInput) -> str:
    return f"{error.found}. {error.next_step}".strip()
