"""Pages of who comes: the list, a new course of care, its people, its end."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import NotFound
from lacrima.practice import care, pages, people, words
from lacrima.practice.rights import Right
from lacrima.web.forms.clients import ClientForm, NewCareForm, ParticipantForm, kinds
from lacrima.web.forms.going_on import EndForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    client_place,
    confirm,
    today_here,
)
from lacrima.web.views.who import name_of, names_of, participants


@member(right=Right.READ_CARE, methods=GET)
def client_list(request: PageRequest) -> HttpResponse:
    """Everybody who comes to you now, and who came before."""
    lines = pages.client_list(request.member)
    context = {
        "now": [line for line in lines if not line.ended_on],
        "before": [line for line in lines if line.ended_on],
        "may_write": people.may(request.member, Right.WRITE_CARE),
    }
    return page(request, "clients", context)


def _colleagues(request: PageRequest) -> list[tuple[str, str]]:
    rest = [one for one in people.members() if one.pk != request.member.pk]
    with_clients = [one for one in rest if people.may(one, Right.WRITE_CARE)]
    return [(str(one.pk), one.name) for one in with_clients]


def _kind_asked(request: PageRequest) -> words.EpisodeKind:
    asked = request.GET.get("kind", words.EpisodeKind.INDIVIDUAL.value)
    if asked not in {kind.value for kind in words.EpisodeKind}:
        raise NotFound(_("there is no such kind of care"), next_step=_("Go back to Clients."))
    return words.EpisodeKind(asked)


@member(right=Right.WRITE_CARE, step_up_with="co_therapist")
def client_new(request: PageRequest) -> HttpResponse:
    """Somebody new comes, alone or with others."""
    kind = _kind_asked(request)
    initial = initial_from_draft(request, {"started_on": today_here()})
    form = NewCareForm(
        request.POST or None, kind=kind, colleagues=_colleagues(request), initial=initial
    )

    def do() -> str:
        episode = care.start_episode(
            by=request.member,
            kind=kind,
            clients=[care.NewClient(one.code, one.name, one.role) for one in form.comers()],
            others=_others(form),
            started_on=form.cleaned_data["started_on"],
        )
        say(
            request,
            _("Welcome. When do you meet? Say it once and the sessions make themselves."),
            link=reverse("slot-new", args=[episode.pk]),
            link_label=_("Say when"),
        )
        return reverse("client", args=[episode.pk])

    sheet = Sheet(
        _("Somebody new"),
        reverse("clients"),
        template="client_new",
        more={"kinds": kinds(), "kind": kind.value},
    )
    return answer_form(request, form, do, sheet)


def _others(form: NewCareForm) -> list[care.NewParticipant]:
    colleague, interpreter = form.others()
    others = []
    if colleague:
        role = words.ParticipantRole.CO_THERAPIST
        others.append(care.NewParticipant(role, member=people.member(colleague)))
    if interpreter:
        others.append(care.NewParticipant(words.ParticipantRole.INTERPRETER, interpreter))
    return others


@member(right=Right.WRITE_CARE)
def client_change(request: PageRequest, episode_id: UUID, client_id: UUID) -> HttpResponse:
    """Another code or name."""
    episode = practice.find(request.member, "episode", episode_id)
    client = practice.find(request.member, "client", client_id)
    back = client_place(episode.pk, "people")

    def standing() -> Standing:
        row = practice.find(request.member, "client", client_id)
        values = {"client_code": row.code, "name": row.name, "reach": row.reach}
        return Standing(values, row.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = ClientForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        said = form.said()
        care.change_client(
            client,
            by=request.member,
            expected_version=version,
            code=said["client_code"],
            name=said["name"],
            reach=said["reach"],
        )
        say(request, _("Changed."))
        return back

    sheet = Sheet(_("Code and name"), back, above=names_of(episode, request.practice))
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE, step_up=True)
def participant_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Somebody else takes part from now on."""
    episode = practice.find(request.member, "episode", episode_id)
    form = ParticipantForm(
        request.POST or None,
        kind=words.EpisodeKind(episode.kind),
        colleagues=_colleagues(request),
        initial=initial_from_draft(request, {}),
    )

    def do() -> str:
        care.add_participant(episode, by=request.member, who=_joining(form))
        say(request, _("Kept."))
        return client_place(episode.pk, "people")

    sheet = Sheet(
        _("Who else takes part?"),
        client_place(episode.pk, "people"),
        above=names_of(episode, request.practice),
    )
    return answer_form(request, form, do, sheet)


def _joining(form: ParticipantForm) -> care.NewClient | care.NewParticipant:
    kept = form.cleaned_data
    if form.is_client():
        return care.NewClient(kept["client_code"], role=kept["role"])
    if kept.get("colleague"):
        return care.NewParticipant(kept["role"], member=people.member(kept["colleague"]))
    return care.NewParticipant(kept["role"], kept["client_code"])


@member(right=Right.WRITE_CARE)
def participant_remove(request: PageRequest, participant_id: UUID) -> HttpResponse:
    """Undo that somebody was added."""
    there = practice.find(request.member, "participant", participant_id)
    back = client_place(there.episode_id, "people")

    def do() -> str:
        care.remove_participant(there, by=request.member)
        say(request, _("Taken out again."))
        return back

    question = Confirm(
        title=_("Take this person out?"),
        what=_("Only somebody added by mistake can be taken out: nobody of whom anything is kept."),
        consequences=[name_of(there, request.practice)],
        confirm_label=_("Take this person out"),
        cancel_url=back,
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_CARE)
def client_end(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """The course of care is over."""
    episode = practice.find(request.member, "episode", episode_id)
    back = reverse("client", args=[episode.pk])
    form = EndForm(
        request.POST or None, initial=initial_from_draft(request, {"ended_on": today_here()})
    )

    def do() -> str:
        care.end_episode(episode, by=request.member, **form.said())
        say(request, _("Ended. Everything stays readable, and you can open it again."))
        return back

    others = [one for one in people.members() if one.pk != request.member.pk]
    can_hand_over = any(people.may(one, Right.WRITE_CARE) for one in others)

    sheet = Sheet(
        _("End this course of care"),
        back,
        above=names_of(episode, request.practice),
        lead=_("No more sessions make themselves after this day. Nothing is deleted."),
        keep_label=_("End it"),
        template="client_end",
        more={
            "undo_url": reverse("client-undo", args=[episode.pk]),
            "hand_over_url": reverse("hand-over", args=[episode.pk]) if can_hand_over else "",
            "weigh_url": reverse("weigh-beforehand", args=[episode.pk]),
        },
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE, methods=POST)
def client_reopen(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Undo the end."""
    episode = practice.find(request.member, "episode", episode_id)

    def do() -> str:
        care.reopen_episode(episode, by=request.member)
        say(request, _("Open again."))
        return reverse("client", args=[episode.pk])

    return keep(request, do)


@member(right=Right.WRITE_CARE)
def client_undo(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Take back a course of care begun by mistake."""
    episode = practice.find(request.member, "episode", episode_id)

    def do() -> str:
        care.undo_episode(episode, by=request.member)
        say(request, _("Taken back."))
        return reverse("clients")

    people_there = ", ".join(
        name_of(one, request.practice, member=request.member) for one in participants(episode)
    )
    question = Confirm(
        title=_("Begun by mistake?"),
        what=_(
            "An empty course of care can be taken back as if it had not been made. As soon as "
            "anything is in it, it can only be ended."
        ),
        consequences=[people_there],
        confirm_label=_("Take it back"),
        cancel_url=reverse("client", args=[episode.pk]),
    )
    return confirm(request, do, question)
