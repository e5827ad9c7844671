"""Forms of what must go on: absences, endings, handing over, a worry about somebody's safety."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lacrima.practice.words import AbsenceKind, Ending
from lacrima.web.forms.common import (
    QuietForm,
    date_field,
    local_moment,
    one_of,
    time_field,
    words_field,
)

Offered = Sequence[tuple[str, str]]
LONGEST_CONTACT = 2_000


class EndForm(QuietForm):
    """How did it end, on which day, and until when may anything still be asked?"""

    ending = one_of(_("How it ended"), list(Ending.choices), initial=Ending.PLANNED.value)
    ended_on = date_field(_("Last day"))
    ask_until = date_field(
        _("Ask the client until"),
        required=False,
        help_text=_(
            "The last day on which a question or a reminder may reach the client. Left empty: two "
            "weeks after the last day. After a death nothing is asked any more."
        ),
    )


class AbsenceForm(QuietForm):
    """When are you away, and whom can people ask?"""

    from_on = date_field(_("First day"))
    until_on = date_field(_("Last day"))
    kind = one_of(
        pgettext_lazy("being away", "What for"),
        list(AbsenceKind.choices),
        initial=AbsenceKind.HOLIDAY.value,
        help_text=_("For you and the practice. Clients are told the days and never the reason."),
    )
    cover_contact = words_field(
        _("Whom your clients can ask meanwhile"),
        is_of_the_record=False,
        max_length=LONGEST_CONTACT,
        help_text=_("As they will read it: a name and a number, and what to do at night."),
    )

    def __init__(self, *args: Any, covers: Offered, **kwargs: Any) -> None:
        """Offer those who work here, where somebody does."""
        super().__init__(*args, **kwargs)
        if covers:
            self.fields["cover"] = forms.ChoiceField(
                label=_("Who stands in for you here"),
                required=False,
                choices=[("", _("nobody of this practice")), *covers],
                help_text=_(
                    "She sees and writes the record of your clients on these days, and nothing "
                    "afterwards. What is for you alone stays with you."
                ),
            )


class HandOverForm(QuietForm):
    """To whom?"""

    to = forms.ChoiceField(
        label=_("Who goes on"), error_messages={"required": _("Choose a colleague.")}
    )

    def __init__(self, *args: Any, people: Offered, **kwargs: Any) -> None:
        """Offer the other therapists."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["to"]).choices = [("", _("choose")), *people]


class WorryForm(QuietForm):
    """What was seen, who was told, what was done."""

    seen = words_field(
        _("What was seen or heard"),
        help_text=_("As it was, in plain words; whose words they are; no guesses."),
    )
    seen_on = date_field(_("On"))
    seen_at = time_field(_("At"), required=False)
    told = words_field(
        _("Who was told"),
        required=False,
        help_text=_("A person and an office: a supervisor, a doctor, the authorities."),
    )
    told_on = date_field(_("Told on"), required=False)
    told_at = time_field(_("At"), required=False)
    done = words_field(_("What was done"), required=False)

    def __init__(self, *args: Any, clients: Offered, **kwargs: Any) -> None:
        """Ask about whom where several come."""
        super().__init__(*args, **kwargs)
        if len(clients) > 1:
            self.fields["client"] = forms.ChoiceField(
                label=_("About whom"), required=False, choices=[("", _("all of them")), *clients]
            )

    def values(self) -> dict[str, Any]:
        """What was said, as the practice takes it; the client stays an id here."""
        said = self.cleaned_data
        told_on = said["told_on"]
        return {
            "seen": said["seen"],
            "seen_at": local_moment(said["seen_on"], said["seen_at"]),
            "told": said["told"],
            "told_at": local_moment(told_on, said["told_at"]) if told_on else None,
            "done": said["done"],
            "client": said.get("client") or None,
        }


class DoneForm(QuietForm):
    """Nothing more is to be done: what was done?"""

    done = words_field(_("What was done, and why nothing more is needed now"))
