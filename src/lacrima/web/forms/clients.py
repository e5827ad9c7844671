"""Forms for who comes: a new course of care, its people, and changes to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima.practice import words
from lacrima.web.forms.common import Choices, QuietForm, date_field, one_of, words_field

ROWS = {
    words.EpisodeKind.INDIVIDUAL: (1, 1),
    words.EpisodeKind.COUPLE: (2, 2),
    words.EpisodeKind.FAMILY: (2, 6),
    words.EpisodeKind.GROUP: (2, 10),
    words.EpisodeKind.CHILD_AND_PARENT: (2, 3),
}
"""How many people each kind of care needs at least, and how many the form has room for."""


@dataclass(frozen=True)
class Comer:
    """Somebody who comes: the code, the name if it is kept, and the role."""

    code: str
    name: str
    role: str


def _roles(kind: words.EpisodeKind) -> list[words.ParticipantRole]:
    family = [words.ParticipantRole.PARENT, words.ParticipantRole.CHILD]
    if kind is words.EpisodeKind.COUPLE:
        return [words.ParticipantRole.PARTNER]
    if kind is words.EpisodeKind.CHILD_AND_PARENT:
        return [words.ParticipantRole.CHILD, words.ParticipantRole.PARENT]
    if kind is words.EpisodeKind.FAMILY:
        return [*family, words.ParticipantRole.PARTNER]
    return [words.ParticipantRole.CLIENT]


def _code_field(*, is_needed: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        max_length=40,
        required=is_needed,
        error_messages={"required": _("Give a code, such as M 03.")},
    )


def _name_field() -> forms.CharField:
    return forms.CharField(label=_("Name"), max_length=120, required=False)


class NewCareForm(QuietForm):
    """Who will come, and since when?"""

    started_on = date_field(_("Since"), required=False)
    interpreter = forms.CharField(
        label=_("Interpreter"),
        max_length=120,
        required=False,
        help_text=_("A name or initials, if somebody interprets."),
    )

    def __init__(
        self, *args: Any, kind: words.EpisodeKind, colleagues: Choices, **kwargs: Any
    ) -> None:
        """Make room for the people of this kind of care."""
        super().__init__(*args, **kwargs)
        if colleagues:
            self.fields["co_therapist"] = forms.ChoiceField(
                label=_("Co-therapist"), required=False, choices=[("", _("nobody")), *colleagues]
            )
        self.kind = kind
        least, most = ROWS[kind]
        roles = _roles(kind)
        for place in range(most):
            self.fields[f"client_code_{place}"] = _code_field(is_needed=place < least)
            self.fields[f"name_{place}"] = _name_field()
            if len(roles) > 1:
                first = roles[min(place, len(roles) - 1)]
                self.fields[f"role_{place}"] = forms.ChoiceField(
                    label=_("Role"),
                    required=False,
                    choices=words.choices(words.ParticipantRole, only=roles),
                    initial=first.value,
                )
        self.keep_quiet()

    def rows(self) -> list[list[BoundField]]:
        """The fields, one list a person."""
        most = ROWS[self.kind][1]
        return [
            [
                self[f"{part}_{place}"]
                for part in ("client_code", "name", "role")
                if f"{part}_{place}" in self.fields
            ]
            for place in range(most)
        ]

    def clean(self) -> dict[str, Any]:
        """No code twice, and no name without a code."""
        kept = super().clean() or {}
        seen: set[str] = set()
        for place in range(ROWS[self.kind][1]):
            code = str(kept.get(f"client_code_{place}") or "")
            if kept.get(f"name_{place}") and not code and f"client_code_{place}" not in self.errors:
                self.add_error(f"client_code_{place}", _("Give a code for this person too."))
            if code and code in seen:
                self.add_error(f"client_code_{place}", _("Two people cannot have the same code."))
            seen.add(code)
        return kept

    def comers(self) -> list[Comer]:
        """Everybody who was filled in."""
        kept = self.cleaned_data
        usual = _roles(self.kind)[0].value
        return [
            Comer(
                kept[f"client_code_{place}"],
                kept[f"name_{place}"],
                kept.get(f"role_{place}") or usual,
            )
            for place in range(ROWS[self.kind][1])
            if kept[f"client_code_{place}"]
        ]

    def others(self) -> tuple[str, str]:
        """The id of the co-therapist and the name of the interpreter, each perhaps empty."""
        kept = self.cleaned_data
        return kept.get("co_therapist") or "", kept["interpreter"]


class ClientForm(QuietForm):
    """How is this client called here?"""

    client_code = _code_field(is_needed=True)
    name = _name_field()
    reach = words_field(
        _("How to reach her or him"),
        required=False,
        is_of_the_record=False,
        max_length=2_000,
        help_text=_("A telephone number, and when. Sealed; a clinical will passes it on."),
    )


class ParticipantForm(QuietForm):
    """Who else takes part?"""

    role = one_of(_("Who joins"), ())
    client_code = forms.CharField(
        label=_("Code, or for an interpreter the name"), max_length=40, required=False
    )

    def __init__(
        self, *args: Any, kind: words.EpisodeKind, colleagues: Choices, **kwargs: Any
    ) -> None:
        """Offer whom this kind of care can take in, and a colleague where there is one."""
        super().__init__(*args, **kwargs)
        offered = [words.ParticipantRole.INTERPRETER]
        if kind is not words.EpisodeKind.INDIVIDUAL:
            offered += words.CLIENT_ROLES
        if colleagues:
            offered += [words.ParticipantRole.CO_THERAPIST]
            self.fields["colleague"] = forms.ChoiceField(
                label=_("Which colleague"), required=False, choices=[("", "–"), *colleagues]
            )
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101  mypy cannot know
        role.choices = words.choices(words.ParticipantRole, only=offered)
        self.keep_quiet()

    def clean(self) -> dict[str, Any]:
        """A colleague is chosen, everybody else is named."""
        kept = super().clean() or {}
        is_colleague = kept.get("role") == words.ParticipantRole.CO_THERAPIST
        if is_colleague and not kept.get("colleague"):
            self.add_error("colleague", _("Choose a colleague."))
        if kept.get("role") and not is_colleague and not kept.get("client_code"):
            self.add_error("client_code", _("Give a code or a name."))
        return kept

    def is_client(self) -> bool:
        """Does this person come as a client?"""
        return self.cleaned_data["role"] in {role.value for role in words.CLIENT_ROLES}


def kinds() -> list[tuple[str, Promise]]:
    """The kinds of care, for the tiles."""
    return words.choices(words.EpisodeKind)
