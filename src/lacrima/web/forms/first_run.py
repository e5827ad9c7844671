"""What the first run asks: who you are, where you work, where the backups go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from lacrima.web import places
from lacrima.web.forms.closed import SecretForm

_NEEDED = {"required": _("This is needed to go on.")}


class LongSelect(forms.Select):
    """A list of hundreds, written in one go: Django renders a template for each option."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """The list, with the chosen one marked."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (one, mark_safe(" selected") if one == chosen else "", words)
                for one, words in self.choices
            ),
        )
        around = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", around, options)


def zone_field() -> forms.ChoiceField:
    """The zone of the practice's clocks."""
    return forms.ChoiceField(
        widget=LongSelect,
        label=_("Time zone"),
        choices=places.zones,
        help_text=_("Times on all pages are shown in this zone."),
    )


def country_field() -> forms.ChoiceField:
    """The country, for what holds there."""
    return forms.ChoiceField(
        label=_("Country"),
        choices=lambda: [("", _("not said")), *places.countries()],
        required=False,
        widget=LongSelect,
    )


def crisis_field() -> forms.CharField:
    """Whom to call when somebody may be in danger."""
    return forms.CharField(
        label=_("Whom to call in a crisis"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_(
            "Emergency number, crisis line, your own out-of-hours contact: one a line. It is shown "
            "wherever an answer may mean danger. Please check the numbers yourself; Lacrima "
            "brings none along, because a wrong one would be worse than none."
        ),
    )


class PracticeForm(SecretForm):
    """The practice and the person it belongs to."""

    owner_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        error_messages=_NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    practice_name = forms.CharField(
        label=_("Name of the practice"),
        max_length=120,
        error_messages=_NEEDED,
        help_text=_("A neutral name is best: clients may read it one day."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    zone = zone_field()
    country = country_field()
    crisis_contacts = crisis_field()


def backup_target_field(*, required: bool = False) -> forms.CharField:
    """A folder for backups, on another disk if there is one."""
    return forms.CharField(
        label=_("Folder for backups"),
        required=required,
        max_length=1000,
        strip=True,
        help_text=_(
            "The full path of a folder outside the practice's own, best on another disk or in a "
            "folder that is synchronised. Backups are encrypted like the practice itself."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def checked_target(text: str) -> str:
    """The folder as a full path, made if it is not there yet. ValidationError when it cannot be."""
    if not text:
        return ""
    target, home = Path(text).expanduser(), Path(settings.LACRIMA_DIR).resolve()
    if not target.is_absolute():
        raise forms.ValidationError(_("Give the full path, from the first folder on."))
    if target.resolve() == home or home in target.resolve().parents:
        raise forms.ValidationError(
            _("This lies inside the practice's own folder. Whatever harms one harms the other.")
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        has_room = target.is_dir()
    except OSError:
        has_room = False
    if not has_room:
        raise forms.ValidationError(_("This folder cannot be made or written to."))
    return str(target)


class BackupForm(SecretForm):
    """Where backups go; empty to decide later."""

    backup_target = backup_target_field()

    def clean_backup_target(self) -> str:
        """A folder that can be written, outside the practice's own."""
        return checked_target(str(self.cleaned_data["backup_target"]))

    def values(self) -> dict[str, Any]:
        """What was filled in."""
        return dict(self.cleaned_data)
