"""What is looked for in the evidence: words, a kind, a grade, a topic. It changes nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.evidence_pages import GRADES, KINDS, SHOWN, TOPICS, Grade, Kind, Topic

MOST_CHARACTERS = 200


class EvidenceForm(forms.Form):
    """A question in the address."""

    use_required_attribute = False

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=MOST_CHARACTERS,
        help_text=_("Words of the subject. They stand in the address, so no names, please."),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("all kinds")), *((one.value, KINDS[one]) for one in SHOWN)],
    )
    grade = forms.ChoiceField(
        label=_("How well supported"),
        required=False,
        choices=[("", _("all grades")), *((one.value, label) for one, label in GRADES.items())],
    )
    topic = forms.ChoiceField(
        label=_("Topic"),
        required=False,
        choices=[("", _("all topics")), *((one.value, label) for one, label in TOPICS.items())],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No colons after labels, nothing remembered by the browser."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def asked(self) -> dict[str, Any]:
        """What `evidence_pages.found` takes."""
        kept = self.cleaned_data
        return {
            "asked": kept["q"],
            "kind": Kind(kept["kind"]) if kept["kind"] else None,
            "grade": Grade(kept["grade"]) if kept["grade"] else None,
            "topic": Topic(kept["topic"]) if kept["topic"] else None,
        }
