"""Forms of the practice's side of a door: rhythm and questionnaires, a link, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lacrima.practice.door_links import DAYS
from lacrima.practice.door_visits import BY_HAND, DoorWay
from lacrima.practice.pages_door import PlanChoices
from lacrima.web.forms.common import QuietForm, one_of, perhaps_one_of, words_field
from lacrima.web.forms.door import STOOD_OUT_OF, steps

_EVERY_DAYS = {
    "": lazy("not"),
    "7": lazy("every week"),
    "14": lazy("every 2 weeks"),
    "28": lazy("every 4 weeks"),
}
_NEEDED = {"required": lazy("Choose a session.")}
_STOOD_OUT = (
    ("no", lazy("no")),
    ("me", lazy("yes, in the client")),
    ("therapist", lazy("yes, in you")),
    ("both", lazy("yes, in both")),
)
_EVERY_SESSIONS = {
    "1": lazy("every session"),
    "2": lazy("every second session"),
    "3": lazy("every third session"),
    "4": lazy("every fourth session"),
}


class PlanForm(QuietForm):
    """After which sessions the two questions are asked, and which questionnaires how often."""

    every_sessions = forms.TypedChoiceField(
        label=lazy("The two questions come after"),
        choices=list(_EVERY_SESSIONS.items()),
        coerce=int,
    )
    for_child = forms.BooleanField(label=lazy("In words for a child"), required=False)

    def __init__(self, *args: Any, plan: PlanChoices, **kwargs: Any) -> None:
        """One line for each questionnaire that may be asked at a door."""
        super().__init__(*args, **kwargs)
        self.slugs = [one.slug for one in plan.offered]
        for one in plan.offered:
            label = one.title if one.title.startswith(one.name) else f"{one.name}: {one.title}"
            self.fields[f"form_{one.slug}"] = forms.ChoiceField(
                label=label, choices=list(_EVERY_DAYS.items()), required=False
            )
        self.order_fields(["every_sessions", *(f"form_{slug}" for slug in self.slugs), "for_child"])
        self.keep_quiet()

    def plan(self) -> list[dict[str, Any]]:
        """As the action takes it."""
        told = {slug: self.cleaned_data[f"form_{slug}"] for slug in self.slugs}
        return [
            {"instrument": slug, "every_days": int(days)} for slug, days in told.items() if days
        ]

    def place_of_the_plan(self) -> str:
        """The questionnaire that was changed last in the list: where a refusal is best read."""
        chosen = [f"form_{slug}" for slug in self.slugs if self.cleaned_data[f"form_{slug}"]]
        changed = [name for name in chosen if name in self.changed_data]
        return next(reversed(changed or chosen), "every_sessions")


def plan_as_initial(plan: PlanChoices) -> dict[str, Any]:
    """What is settled now, as the form shows it."""
    forms_now = {f"form_{slug}": str(days) for slug, days in plan.every_days.items()}
    return {"every_sessions": plan.every_sessions, "for_child": plan.for_child, **forms_now}


class ByHandForm(QuietForm):
    """The two questions, as a client answered them on paper or aloud."""

    way = one_of(
        lazy("How it was told"), [(one.value, one.label) for one in BY_HAND], initial=BY_HAND[0]
    )

    def __init__(self, *args: Any, sessions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """The sessions that nobody answered for yet."""
        super().__init__(*args, **kwargs)
        self.fields["session"] = forms.ChoiceField(
            label=_("Which session"), choices=list(sessions), error_messages=_NEEDED
        )
        self.fields["rating"] = steps(_("How was the session?"), -4, 4)
        self.fields["stood_out"] = perhaps_one_of(_("Did anything stand out?"), _STOOD_OUT)
        self.order_fields(["session", "rating", "stood_out", "way"])
        self.keep_quiet()

    def clean(self) -> dict[str, Any]:
        """Something was said."""
        told: dict[str, Any] = super().clean() or {}
        if not told.get("rating") and not told.get("stood_out"):
            raise forms.ValidationError(_("Neither of the two questions is answered here."))
        return told

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        told = self.cleaned_data
        return {
            "session_id": told["session"],
            "rating": int(told["rating"]) if told["rating"] else None,
            "stood_out": STOOD_OUT_OF.get(told["stood_out"], []),
            "way": DoorWay(told["way"]),
        }


class LinkForm(QuietForm):
    """How long a link holds."""

    days = forms.TypedChoiceField(
        label=lazy("It opens the door for"), choices=[], coerce=int, initial=90
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Some lengths to choose from."""
        super().__init__(*args, **kwargs)
        offered = [(days, _("%(n)d days") % {"n": days}) for days in DAYS]
        self.fields["days"].choices = offered  # type: ignore[attr-defined]


class MailForm(QuietForm):
    """To whom a reminder goes: typed each time, kept nowhere."""

    to = forms.EmailField(label=lazy("To which address"), max_length=254)


class WayOutDoneForm(QuietForm):
    """It was read: what was done?"""

    done = words_field(
        lazy("What was done"),
        is_of_the_record=False,
        max_length=10_000,
        help_text=lazy("For you alone: neither the therapist nor the client reads it."),
    )
