"""Who works in a clinic: invited, changed, gone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from lacrima.practice.accounts import InvitationKind
from lacrima.practice.rights import ROLE_SENTENCES, Member, Role
from lacrima.web.forms.base import KeptForm
from lacrima.web.forms.common import QuietForm, one_of


def _roles() -> list[tuple[str, Any]]:
    said = "<span><strong>{}</strong><br>{}</span>"
    return [(role.value, format_html(said, role.label, ROLE_SENTENCES[role])) for role in Role]


class InviteForm(QuietForm):
    """A name and a role."""

    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("This is needed.")}
    )
    role = one_of(_("Role"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Each role with its sentence."""
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _roles()  # type: ignore[attr-defined]


class RoleForm(InviteForm):
    """Another role."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The name is hers to change."""
        super().__init__(*args, **kwargs)
        del self.fields["name"]


class InviteAgainForm(KeptForm):
    """Why she needs another code."""

    kind = one_of(
        _("What was lost"),
        [
            (InvitationKind.NEW_PASSWORD.value, _("The password. Her second factor stays.")),
            (
                InvitationKind.NEW_SIGN_IN.value,
                _("Password and second factor: the phone is gone, and so are the recovery codes."),
            ),
        ],
    )


class LeaveForm(KeptForm):
    """Who takes over what she leaves."""

    to = forms.ChoiceField(label=_("Who takes over her open courses of care"), required=False)
    leaves_care_open = forms.BooleanField(
        label=_("Nobody takes them over now. They stay without a therapist."), required=False
    )

    def __init__(self, *args: Any, others: list[Member], **kwargs: Any) -> None:
        """Those who could."""
        super().__init__(*args, **kwargs)
        offered = [(one.pk.hex, one.name) for one in others]
        self.fields["to"].choices = [("", _("nobody yet")), *offered]  # type: ignore[attr-defined]
