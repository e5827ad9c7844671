"""The form of what holds for all doors of a practice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.door_house import KeeperPurpose
from lacrima.web.forms.common import QuietForm, words_field

LONGEST = 2_000
Offered = list[tuple[str, str]]


class DoorHouseForm(QuietForm):
    """The name shown, who reads when, who stands outside the therapy."""

    shown_name = forms.CharField(
        label=_("The name that stands at the door"),
        max_length=120,
        required=False,
        help_text=_(
            "A neutral one: somebody else may look at the phone. Left empty: the practice's name."
        ),
    )
    reading = forms.CharField(
        label=_("When answers are read"),
        max_length=300,
        required=False,
        help_text=_(
            "As a client reads it, such as: on working days before ten. Left empty, the door says "
            "that answers are read before the next session."
        ),
    )
    read_by_hour = forms.TypedChoiceField(
        label=_("By which hour of the next working day, at the latest"),
        choices=[("", _("not said")), *((hour, f"{hour}:00") for hour in range(24))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "An answer on thoughts of death shows this hour. Without it and without cover, the "
            "PHQ-8 is asked instead of the PHQ-9."
        ),
    )
    cover = words_field(
        _("Who reads when nobody of you can"),
        is_of_the_record=False,
        required=False,
        max_length=LONGEST,
        help_text=_("A name and a number, for weekends, holidays and illness."),
    )
    outside = words_field(
        _("Somebody outside the therapy, in words"),
        is_of_the_record=False,
        required=False,
        max_length=LONGEST,
        help_text=_(
            "For clients who want another therapist, or with whom something crossed a line: a "
            "name, and how to reach her. It stands on a page of the door that does not pass over "
            "the therapist's desk."
        ),
    )
    complaints = words_field(
        _("Where to complain"),
        is_of_the_record=False,
        required=False,
        max_length=LONGEST,
        help_text=_("The chamber, board or ombudsperson for your profession, with an address."),
    )

    keeper_name = forms.CharField(
        label=_("A keeper: somebody outside, or a study"),
        max_length=120,
        required=False,
        help_text=_(
            "As clients read it. With a keeper’s code a client can choose, each time, that only "
            "the keeper reads an answer: it is sealed at once, and nobody here can open it, you "
            "neither. Left empty, this choice is not offered."
        ),
    )
    keeper_purpose = forms.ChoiceField(
        label=_("What the keeper is"),
        choices=KeeperPurpose.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "The door says it to clients. A study needs its own approval and information, which "
            "nothing here replaces; it is not offered where a child is the client."
        ),
    )
    keeper_code = forms.CharField(
        label=_("The keeper’s code"),
        max_length=200,
        required=False,
        help_text=_(
            "The keeper makes it with “lacrima keeper new” and sends it to you. Compare the ten "
            "words by phone: whoever holds the key to another code could read along. Do not make "
            "it yourself: clients trust that you cannot open what they seal."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(self, *args: Any, members: Offered, **kwargs: Any) -> None:
        """Offer those of the house who can read what a client writes, where there are any."""
        super().__init__(*args, **kwargs)
        if members:
            self.fields["outside_member"] = forms.ChoiceField(
                label=_("Somebody of this house, outside the therapy"),
                choices=[("", _("nobody")), *members],
                required=False,
                help_text=_(
                    "Clients can write to her from the door. She alone reads it, and not where "
                    "she is the therapist herself: then nothing is stored."
                ),
            )
            names = list(self.fields)
            names.insert(names.index("outside"), names.pop(names.index("outside_member")))
            self.order_fields(names)
        self.keep_quiet()
