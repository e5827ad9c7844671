"""Settings: the practice, its clocks, whom to call, its own scores."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import BadInput, EditConflict
from lacrima.practice import answers, languages, people
from lacrima.practice.rights import ROLE_SENTENCES, Right, Role, may
from lacrima.web.forms.settings import (
    LanguageForm,
    MyNameForm,
    PlainScoreForm,
    PracticeSettingsForm,
)
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import PageRequest, member
from lacrima.web.speaking import speak

_FIELDS = ("name", "zone", "country", "crisis_contacts", "shows_names", "idle_minutes", "version")


@member
def settings(request: PageRequest) -> HttpResponse:
    """What holds for the whole practice; those who may not change it see it."""
    now = {name: getattr(request.practice, name) for name in _FIELDS}
    form = PracticeSettingsForm(request.POST or None, initial=initial_from_draft(request, now))
    if request.method == "POST" and form.is_valid():
        return keep(request, lambda: _change(request, form))
    context: dict[str, object] = {
        "form": form if may(request.member, Right.CHANGE_PRACTICE) else None,
        "scores": [one for one in answers.instruments() if one.plain_score is not None],
        "people": [(one.name, Role(one.role).label) for one in people.members()],
        "role_sentence": ROLE_SENTENCES[Role(request.member.role)],
        "may_bring_in": may(request.member, Right.BRING_IN_DATA),
        "may_define": may(request.member, Right.WRITE_CARE),
        "may_hear": may(request.member, Right.HEAR_FROM_THE_DOOR),
    }
    return page(request, "settings", context)


def _change(request: PageRequest, form: PracticeSettingsForm) -> str:
    said = form.said()
    people.change_practice(by=request.member, expected_version=form.cleaned_data["version"], **said)
    say(request, _("The settings are kept."))
    return reverse("settings")


@member(right=Right.CHANGE_PRACTICE)
def my_name(request: PageRequest) -> HttpResponse:
    """How you are called here."""
    now = {"name": request.member.name, "version": request.member.version}
    form = MyNameForm(request.POST or None, initial=initial_from_draft(request, now))
    if request.method == "POST" and form.is_valid():
        return keep(request, lambda: _rename(request, form))
    return page(request, "my_name", {"form": form})


def _rename(request: PageRequest, form: MyNameForm) -> str:
    people.change_member(
        request.member,
        by=request.member,
        expected_version=form.cleaned_data["version"],
        name=form.cleaned_data["name"],
    )
    say(request, _("Kept."))
    return reverse("settings")


@member
def language(request: PageRequest) -> HttpResponse:
    """In which language you read."""
    now = {"language": request.member.language}
    form = LanguageForm(request.POST or None, initial=initial_from_draft(request, now))
    if request.method == "POST" and form.is_valid():
        return keep(request, lambda: _speak(request, form.cleaned_data["language"]))
    return page(request, "language", {"form": form})


def _speak(request: PageRequest, language: str) -> str:
    languages.choose(language, by=request.member)
    speak(language)
    say(request, _("Kept."))
    return reverse("settings")


@member(right=Right.WRITE_CARE)
def plain_score_new(request: PageRequest) -> HttpResponse:
    """A score of the practice's own: totals only."""
    form = PlainScoreForm(request.POST or None, initial=initial_from_draft(request))
    if request.method == "POST" and form.is_valid():
        try:
            return keep(request, lambda: _define(request, form))
        except EditConflict:
            raise
        except BadInput as error:
            form.add_error(None, f"{error.found}. {error.next_step}".strip())
    return page(request, "plain_score_new", {"form": form})


def _define(request: PageRequest, form: PlainScoreForm) -> str:
    values = form.cleaned_data
    answers.define_plain_score(
        by=request.member,
        slug=form.slug(),
        name=values["name"],
        minimum=values["minimum"],
        maximum=values["maximum"],
        higher_is_better=values["direction"] == "better",
        recall_days=values["recall_days"],
    )
    say(request, _("The score can be used from now on."))
    return reverse("settings")
