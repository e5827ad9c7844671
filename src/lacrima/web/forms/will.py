"""Forms of the clinical will: who holds the two parts, and the two parts themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.web.forms.closed import SecretForm
from lacrima.web.forms.common import QuietForm

LONGEST_NAME = 120


def _name(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_NAME,
        error_messages={"required": _("Give a name.")},
    )


class WillForm(QuietForm):
    """With whom are the two parts?"""

    colleague_name = _name(
        _("Who holds part one"),
        _("A colleague who would write to your clients and knows what to do."),
    )
    second_name = _name(
        _("Who holds part two"),
        _("Somebody else, who would hand it to her when it is needed: a lawyer, a friend."),
    )


def _part(label: Any) -> forms.CharField:
    attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    return forms.CharField(
        label=label,
        max_length=200,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": _("Both parts are needed.")},
    )


class WillPartsForm(SecretForm):
    """Both parts, as they stand on the two sheets."""

    part_one = _part(_("Part one"))
    part_two = _part(_("Part two"))
