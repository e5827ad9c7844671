"""The pages of questions as the drop-box's page draws them: JSON, in the language spoken now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lacrima.practice.answers import instrument_choice
from lacrima.practice.door_questions import (
    Question,
    asked_questions,
    form_questions,
    moment_questions,
    statement_questions,
)
from lacrima.practice.door_visits import Visit
from lacrima.practice.drop_box_door_words import DAY, HER

Page = dict[str, Any]


def pages_for(visit: Visit, slugs: Sequence[str], language: str) -> dict[str, Page]:
    """Every page of questions by its name; `her` and days are filled in by the page."""
    child = visit.for_child
    forms = {f"form:{slug}": form for slug in slugs if (form := _form(slug, language))}
    return {
        "reads": _page(_("Who reads what"), _reads(visit), intro=_before(for_child=child)),
        "asked": _page(
            _("How was it on %(day)s?") % DAY, [], asked_questions(HER["her"], for_child=child)
        ),
        "first": _moment(_("What stood out"), [], for_child=child),
        "second": _moment(_("Looking back now"), [_looking_back() % DAY], for_child=child),
        "statement": _page(_("Beside the record"), [_beside()], statement_questions()),
        **forms,
    }


def _page(
    title: str,
    notes: Iterable[str],
    questions: Iterable[Question] = (),
    *,
    credit: str = "",
    lang: str = "",
    **more: Any,
) -> Page:
    fields = [_field(one) for one in questions]
    told = {"title": title, "notes": list(notes), "fields": fields, "credit": credit, "lang": lang}
    return told | more


def _field(question: Question) -> dict[str, Any]:
    """What is empty is left out: a brief is small."""
    told = {
        "path": question.path,
        "kind": question.kind.value,
        "label": question.label,
        "options": [list(one) for one in question.options],
        "low": question.low,
        "high": question.high,
        "only": question.only,
    }
    return {name: value for name, value in told.items() if value}


def _moment(title: str, notes: list[str], *, for_child: bool) -> Page:
    always = [
        _("Leave out whatever you like."),
        _("These questions are ours and have not been tested in studies."),
    ]
    last = _(
        "If you choose nothing, nobody reads it. Somebody who is told only that you would like to "
        "talk may guess what it is about."
    )
    questions = moment_questions(HER["her"], for_child=for_child)
    return _page(title, [*notes, *always], questions, last=last)


def _looking_back() -> str:
    return _(
        "You wrote that something stood out on %(day)s. Some see it otherwise after a few days, "
        "some do not."
    )


def _beside() -> str:
    return _(
        "Your therapist reads this, and it stays with your record as your own words. You can "
        "change it or take it back."
    )


def _form(slug: str, language: str) -> Page | None:
    """A questionnaire in official words of this language, else in English, which it says."""
    form = instrument_choice(slug).instrument
    if form is None:
        return None
    return _page(
        form.title,
        [] if form.language == language.partition("-")[0] else [_in_english_alone()],
        form_questions(form),
        credit=form.licence.must_show,
        lang=form.language,
        intro=form.instruction,
        version=form.version,
        danger=[[rule.item, rule.at_least] for rule in form.flags],
        warning=_of_danger() if form.flags else "",
    )


def _of_danger() -> str:
    return _(
        "One question here is about thoughts of death or of hurting yourself. Your answer to it "
        "always reaches your therapist."
    )


def _in_english_alone() -> str:
    return _("This questionnaire is here in English alone: its words may not be translated freely.")


def _before(*, for_child: bool) -> str:
    if for_child:
        return _(
            "After each visit you may say how it was. You can leave out anything. Nobody is cross "
            "if you do."
        )
    return _(
        "After each session you are asked the same two short questions, whatever happened in it. "
        "You may leave out anything, and say no to all of it. Your therapy stays the same."
    )


def _reads(visit: Visit) -> list[str]:
    return _reads_for_a_child() if visit.for_child else _reads_for_all(visit)


def _reads_for_a_child() -> list[str]:
    return [
        _("How the visit was: %(her)s reads that.") % HER,
        _(
            "If something stood out, you choose: %(her)s may read it, or only hear that you want "
            "to talk, or nobody reads it."
        )
        % HER,
        _("Nobody looks at it at once. If you need help now, tell a grown-up you trust."),
        _("What you write is locked before it leaves this phone. Only the practice has the key."),
        _("You get a code when you are done. With the code you can take it back or write it anew."),
    ]


def _reads_for_all(visit: Visit) -> list[str]:
    said = {"her": visit.therapist or _("Your therapist")}
    return [
        _("%(her)s reads how the session was, and questionnaires.") % said,
        _(
            "If something stood out, you choose each time: your therapist may read it, or is told "
            "only that you would like to talk, or nobody reads it. What you do not let be read is "
            "shown to no one and counted nowhere."
        ),
        _("Somebody who is told only that you would like to talk may guess what it is about."),
        _(
            "A question on thoughts of death or of hurting yourself, where one is asked, always "
            "reaches your therapist. It says so before it."
        ),
        *_of_sealing(),
        _("No figure made of fewer than five people ever shows your answers."),
        _(
            "Whoever looks after the computers of the practice could, with effort and against the "
            "rules, read what is kept there. It is kept locked for that reason."
        ),
    ]


def _of_sealing() -> list[str]:
    return [
        _(
            "What you write is sealed before it leaves this device. Only the practice can open it, "
            "and nobody on the way there."
        ),
        _(
            "What you sent is not shown here again. With its receipt code you can take it back or "
            "write it anew."
        ),
        _("Whoever has your link or your sheet can open this page, so keep them to yourself."),
    ]
