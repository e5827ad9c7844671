"""The questionnaires that come with Lacrima, and the words that a practice adds to a skeleton."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lacrima.errors import NotFound
from lacrima.instruments.definition import Instrument, Who
from lacrima.practice import instrument_texts
from lacrima.practice.instrument_texts import Listed
from lacrima.practice.rights import Right, may
from lacrima.web.forms.wording import WordingForm, values_of
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.editing import Confirm, Sheet, Standing, answer_form, confirm

LIST = "questionnaires"


@dataclass(frozen=True)
class Group:
    """Some of the questionnaires under a heading of their own."""

    title: str | Promise
    lead: str | Promise
    listed: list[tuple[Listed, list[tuple[str, str]]]]


@member(methods=GET)
def questionnaires(request: PageRequest) -> HttpResponse:
    """All of them: what each is, its licence, where it was read; what still lacks its words."""
    groups = [group for group in _groups(instrument_texts.questionnaires()) if group.listed]
    context = {"groups": groups, "may_change": may(request.member, Right.CHANGE_PRACTICE)}
    return page(request, "questionnaires", context)


def _groups(listed: list[Listed]) -> list[Group]:
    about_clients = [one for one in listed if one.instrument.about is Who.CLIENT]
    lacking = [one for one in about_clients if one.lacks_words or one.is_outdated]
    totals = [one for one in about_clients if one.instrument.is_total_only]
    ready = [one for one in about_clients if one not in lacking and one not in totals]
    own = [one for one in listed if one.instrument.about is Who.THERAPIST]
    return [
        _group(gettext_lazy("Ready to be filled in"), "", ready),
        _group(
            gettext_lazy("Skeletons: the words are yours to add"),
            gettext_lazy(
                "Items, range and scoring are here, the words of the form are not: their owners "
                "do not clearly allow it. If your practice may use the form, type its words in "
                "once. Until then single answers can be typed in by item number."
            ),
            lacking,
        ),
        _group(
            gettext_lazy("Totals of a printed form"),
            gettext_lazy("Only the total is kept; the form itself stays on paper."),
            totals,
        ),
        _group(
            gettext_lazy("About yourself"),
            gettext_lazy("Never filled in for a client, and not offered on a client’s page."),
            own,
        ),
    ]


def _group(title: str | Promise, lead: str | Promise, listed: list[Listed]) -> Group:
    return Group(title, lead, [(one, _facts(one)) for one in listed])


def _facts(listed: Listed) -> list[tuple[str, str]]:
    one = listed.instrument
    facts = [
        (_("Who answers"), _("you, about the client") if _is_by_therapist(one) else ""),
        (_("Asks about"), _window(one)),
        (_("Items"), "" if one.is_total_only else str(len(one.items))),
        (_("Gives"), _gives(one)),
        (_("Shown at once"), "; ".join(flag.name for flag in one.flags)),
        (_("Licence"), one.licence.text),
        (_("Line to be seen"), one.licence.must_show),
        (_("Read in"), "\n".join(one.sources)),
        (_("Your right to its words"), listed.wording.permission if listed.wording else ""),
    ]
    return [(label, text) for label, text in facts if text]


def _is_by_therapist(one: Instrument) -> bool:
    return one.who is Who.THERAPIST and one.about is Who.CLIENT


def _window(one: Instrument) -> str:
    if one.recall_days is None:
        return _("no stretch of time is named")
    if one.recall_days == 0:
        return _("this session")
    return ngettext("the last day", "the last %(n)d days", one.recall_days) % {"n": one.recall_days}


def _gives(one: Instrument) -> str:
    parts = [_range(sub.name, sub.minimum, sub.maximum) for sub in one.subscales]
    total = _range(_("a total"), one.minimum, one.maximum)
    return "; ".join([total, *parts] if one.has_total else parts)


def _range(name: str, low: object, high: object) -> str:
    return _("%(name)s, %(low)s to %(high)s") % {"name": name, "low": low, "high": high}


@member(right=Right.CHANGE_PRACTICE)
def wording(request: PageRequest, skeleton: str) -> HttpResponse:
    """Type in the words of a form that the practice may use, or change them."""
    instrument = instrument_texts.skeleton(skeleton)

    def standing() -> Standing:
        row = instrument_texts.wording_of(skeleton)
        return Standing(values_of(instrument, row), row.version if row else 0)

    now = standing()
    form = WordingForm(
        request.POST or None,
        instrument=instrument,
        initial=initial_from_draft(request, dict(now.values)),
        version=now.version or None,
    )

    def do() -> str:
        instrument_texts.put_wording(
            skeleton,
            by=request.member,
            expected_version=form.expected_version() if "version" in form.fields else None,
            **form.words(),
        )
        say(
            request,
            _("The words are kept, and stand in the questionnaire from now on."),
            link=reverse("wording", args=[skeleton]),
            link_label=_("Change"),
        )
        return reverse(LIST)

    sheet = _sheet(instrument, is_there=bool(now.version))
    return answer_form(request, form, do, sheet, standing=standing)


def _sheet(instrument: Instrument, *, is_there: bool) -> Sheet:
    more: dict[str, Any] = {"instrument": instrument}
    return Sheet(
        _("The words of %(name)s") % {"name": instrument.name},
        reverse(LIST),
        above=_("Settings, questionnaires"),
        lead=_(
            "Type them as the printed form has them, in its order. Scoring stays as it is. "
            "Whoever owns the form decides who may use it."
        ),
        template="wording",
        delete_url=reverse("wording-remove", args=[instrument.slug]) if is_there else "",
        delete_label=_("Take the words away"),
        more=more,
    )


@member(right=Right.CHANGE_PRACTICE)
def wording_remove(request: PageRequest, skeleton: str) -> HttpResponse:
    """Take the words of a form away again."""
    instrument = instrument_texts.skeleton(skeleton)
    if instrument_texts.wording_of(skeleton) is None:
        raise NotFound(
            _("no words are kept for this questionnaire"),
            next_step=_("Go back to the questionnaires."),
        )

    def do() -> str:
        instrument_texts.remove_wording(skeleton, by=request.member)
        say(request, _("The words are taken away. Answers stay as they are."))
        return reverse(LIST)

    question = Confirm(
        title=_("Take the words of %(name)s away?") % {"name": instrument.name},
        what=_("The words that were typed in go. They cannot be brought back but by typing."),
        consequences=[
            _("Answers and scores stay as they are."),
            _("New answers can be typed in by item number."),
        ],
        confirm_label=_("Take the words away"),
        cancel_url=reverse("wording", args=[skeleton]),
    )
    return confirm(request, do, question)
