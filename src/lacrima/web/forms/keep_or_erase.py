"""Forms of keeping and erasing: why nothing may be deleted, and the code of who is erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.holding import LONGEST_REASON
from lacrima.web.forms.common import QuietForm, some_of, words_field


class HoldForm(QuietForm):
    """Why may nothing be deleted?"""

    reason = words_field(
        _("Why"),
        max_length=LONGEST_REASON,
        help_text=_(
            "A letter and its day, or a proceeding: whatever will be asked when you lift it."
        ),
    )


class EraseForm(QuietForm):
    """Which joint texts go too, and the code as a last look at whom it is about."""

    joint = some_of(_("These texts go too"), [])
    typed_code = forms.CharField(
        label=_("Type the code of this client"),
        max_length=40,
        error_messages={"required": _("Type the code as it stands above.")},
    )

    def __init__(self, *args: Any, joint: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the texts about several people, where there are any."""
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["joint"]).choices = list(joint)
        if not joint:
            del self.fields["joint"]
