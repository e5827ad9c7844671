"""The form by which a practice names its relay."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.web.forms.common import QuietForm


class RelayForm(QuietForm):
    """The code of the relay, and where the sealed page is."""

    relay_code = forms.CharField(
        label=_("The relay code"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "The line that begins with lr1. Whoever runs the relay gave it to you in a file. It "
            "opens your mailbox there, and nothing of what is in the letters."
        ),
    )
    page = forms.CharField(
        label=_("The address of the page"),
        max_length=300,
        help_text=_(
            "Where the one page lies that your clients open, such as https://answers.example. "
            "Best on a host of your own: whoever serves the page could change it."
        ),
    )
