"""Pages of answers by hand: which questionnaire, its items, corrections; and an answer seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.instruments.definition import Instrument
from lacrima.practice import answers as answering
from lacrima.practice import instrument_texts, pages, pages_answers
from lacrima.practice.answers import InstrumentChoice
from lacrima.practice.pages_parts import asked_words
from lacrima.practice.rights import Right, may
from lacrima.web.forms.answers import AnswersForm, RiskSeenForm
from lacrima.web.forms.common import Choices, local_parts
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
from lacrima.web.views.who import client_participants, name_of, names_of

A_PAGE = 60


@member(right=Right.WRITE_CARE, methods=GET)
def answers_choose(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Which questionnaire, or which score of your own; and what is filled in already."""
    episode = practice.find(request.member, "episode", episode_id)
    seen = pages.client_page(request.member, episode_id)
    used = answering.instruments_used(episode)
    offered = answering.instruments()
    context = {
        "who": seen.who,
        "answers": Paginator(seen.answers, A_PAGE).get_page(request.GET.get("page")),
        "several": len(seen.clients) > 1,
        "episode": episode,
        "used": [one for one in offered if one.slug in used],
        "others": [one for one in offered if one.slug not in used],
        "back_url": client_place(episode.pk, "answers"),
    }
    return page(request, "answers_choose", context)


def _sessions_of(episode: Any) -> Choices:
    rows = episode.sessions.filter(number__isnull=False).order_by("-number")
    return [(str(row.pk), _session_said(row)) for row in rows]


def _latest(episode: Any) -> str:
    """The last numbered session that has begun."""
    now = practice.now()
    rows = episode.sessions.filter(number__isnull=False).order_by("-number")
    return next((str(row.pk) for row in rows if row.start is None or row.start <= now), "")


def _session_said(row: Any) -> str:
    day, _at = local_parts(row.start)
    if day is None:
        return _("session %(number)s") % {"number": row.number}
    form = "MONTH_DAY_FORMAT" if day.year == today_here().year else "DATE_FORMAT"
    said = {"number": row.number, "day": date_format(day, form)}
    return _("session %(number)s, %(day)s") % said


@member(right=Right.WRITE_CARE)
def answers_new(request: PageRequest, episode_id: UUID, slug: str) -> HttpResponse:
    """Type in what was filled in on paper, or read it aloud."""
    episode = practice.find(request.member, "episode", episode_id)
    choice = instrument_texts.in_words(answering.instrument_choice(slug))
    people = client_participants(episode)
    sessions = _sessions_of(episode)
    start = {"session": _latest(episode)}
    form = AnswersForm(
        request.POST or None,
        choice=choice,
        sessions=sessions,
        clients=[(str(one.client_id), name_of(one, request.practice)) for one in people],
        initial=initial_from_draft(request, start),
    )

    def do() -> str:
        chosen = form.cleaned_data.get("client") or people[0].client_id
        kept = answering.record_answers(
            practice.find(request.member, "client", chosen),
            episode,
            by=request.member,
            instrument=slug,
            told_aloud=form.is_told_aloud(),
            **_place(request, form),
            **form.score(),
        )
        say(
            request,
            _("The answers are kept."),
            link=reverse("answers-change", args=[kept.pk]),
            link_label=_("Change"),
        )
        return client_place(episode.pk, "answers")

    sheet = Sheet(
        choice.name,
        client_place(episode.pk, "answers"),
        above=names_of(episode, request.practice),
        template="answers_form",
        more=_about(request, choice),
    )
    return answer_form(request, form, do, sheet)


def _about(request: PageRequest, choice: InstrumentChoice) -> dict[str, Any]:
    """What stands around the items besides the form itself."""
    return {"choice": choice, "may_add_words": may(request.member, Right.CHANGE_PRACTICE)}


def _place(request: PageRequest, form: AnswersForm) -> dict[str, Any]:
    said = form.place()
    if said["session"]:
        said["session"] = practice.find(request.member, "session", said["session"])
    return said


def _values(row: Any, instrument: Instrument | None) -> dict[str, Any]:
    day, at = local_parts(row.given_at)
    place = {
        "session": str(row.session_id or ""),
        "assessment": row.assessment,
        "on": day,
        "at": at,
    }
    if instrument is None or instrument.is_total_only:
        return {**place, "total": row.total.normalize() if row.total is not None else None}
    items = [(row.items or {}).get(item.id) for item in instrument.items]
    said = {f"item_{n}": "" if value is None else str(value) for n, value in enumerate(items)}
    return {**place, **said}


@member(right=Right.WRITE_CARE)
def answers_change(request: PageRequest, answers_id: UUID) -> HttpResponse:
    """Correct answers; what hangs on them is worked out again."""
    row = practice.find(request.member, "answers", answers_id)
    choice = instrument_texts.in_words(answering.choice_of(row))

    def standing() -> Standing:
        there = practice.find(request.member, "answers", answers_id)
        return Standing(_values(there, choice.instrument), there.version)

    now = standing()
    form = AnswersForm(
        request.POST or None,
        choice=choice,
        sessions=_sessions_of(row.episode),
        clients=(),
        is_change=True,
        initial=initial_from_draft(request, dict(now.values)),
        version=now.version,
    )

    def do() -> str:
        answering.change_answers(
            row,
            by=request.member,
            expected_version=form.expected_version(),
            place=_changed_place(request, form),
            **form.score(),
        )
        say(request, _("Changed, and the score with it."))
        return client_place(row.episode_id, "answers")

    sheet = Sheet(
        choice.name,
        client_place(row.episode_id, "answers"),
        above=_above(request, row),
        template="answers_form",
        delete_url=reverse("answers-delete", args=[row.pk]),
        more={**_about(request, choice), "says": pages_answers.says(row)},
    )
    return answer_form(request, form, do, sheet, standing=standing)


def _changed_place(request: PageRequest, form: AnswersForm) -> dict[str, Any] | None:
    is_moved = {"session", "assessment", "on", "at"} & set(form.changed_data)
    return _place(request, form) if is_moved else None


def _above(request: PageRequest, row: Any) -> str:
    who = names_of(row.episode, request.practice)
    if row.session_id is None or row.session.number is None:
        return who
    return f"{who}, {_session_said(row.session)}"


@member(right=Right.WRITE_CARE)
def answers_delete(request: PageRequest, answers_id: UUID) -> HttpResponse:
    """Take back answers kept by mistake."""
    row = practice.find(request.member, "answers", answers_id)
    back = client_place(row.episode_id, "answers")

    def do() -> str:
        answering.delete_answers(row, by=request.member)
        say(request, _("The answers are deleted. That place is a gap now, not a 0."))
        return back

    question = Confirm(
        title=_("Delete these answers?"),
        what=_("All items and the score go. In the picture there will be a gap."),
        consequences=[
            _("An open risk item that hangs on them goes too."),
            _("The log keeps that answers were deleted, when and by whom."),
        ],
        confirm_label=_("Delete the answers"),
        cancel_url=back,
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_CARE)
def risk(request: PageRequest, risk_id: UUID) -> HttpResponse:
    """An answer that may mean danger: who saw it, when, and what was done."""
    item = practice.find(request.member, "risk_item", risk_id)
    initial = initial_from_draft(request, {"done": item.done})
    form = RiskSeenForm(request.POST or None, initial=initial)

    def do() -> str:
        answering.note_risk_seen(item, by=request.member, **form.said())
        say(request, _("Noted: seen by you, now, with what was done."))
        return reverse("today")

    row = item.answers
    instrument = instrument_texts.in_words(answering.choice_of(row)).instrument
    sheet = Sheet(
        _("An answer to look at now"),
        client_place(row.episode_id, "answers"),
        above=_above(request, row),
        keep_label=_("Note it as seen"),
        template="risk",
        more={
            "item": item,
            **_risk_words(instrument, item),
            "instrument": instrument,
            "answers": row,
            "crisis_contacts": request.practice.crisis_contacts,
            "today": today_here(),
        },
    )
    return answer_form(request, form, do, sheet)


def _risk_words(instrument: Instrument | None, item: Any) -> dict[str, str]:
    """What was asked and answered; numbers where the words of the form are not here."""
    asked = instrument.item(item.item) if instrument else None
    if instrument is None or asked is None:
        return {}
    texts = {choice.value: choice.text for choice in asked.scale.choices}
    bare = {"value": item.value, "low": asked.scale.minimum, "high": asked.scale.maximum}
    return {
        "asked": asked_words(instrument, item.item),
        "chosen": texts.get(item.value) or _("%(value)s (%(low)s to %(high)s)") % bare,
    }


@member(right=Right.WRITE_CARE, methods=POST)
def risk_undo(request: PageRequest, risk_id: UUID) -> HttpResponse:
    """It was noted by mistake: it stands again."""
    item = practice.find(request.member, "risk_item", risk_id)

    def do() -> str:
        answering.undo_risk_seen(item, by=request.member)
        say(request, _("It stands on Today again."))
        return reverse("risk", args=[item.pk])

    return keep(request, do)
