"""Forms of supervision: what is shown and to whom, what is said of it, colleagues, hours."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from lacrima.practice.share_making import Choice, Look
from lacrima.practice.share_words import CALLED, PURPOSES, CalledBy
from lacrima.practice.supervision import LONGEST_NOTE, ShareNoteKind
from lacrima.practice.supervision_hours import LONGEST_MIN
from lacrima.web.forms.common import QuietForm, date_field, one_of, some_of, words_field

LONGEST_NAME = 120


class ShareForm(QuietForm):
    """What is seen, by whom, what for, until when. A box that is not ticked stays."""

    parts = some_of(_("What is seen"), [])
    question = words_field(
        _("Your question"),
        required=False,
        is_of_the_record=False,
        max_length=LONGEST_NOTE,
        help_text=_("It is read as you write it, names too."),
    )
    called = one_of(_("How clients are called"), [])
    agreed_on = date_field(
        _("The client agreed to this on"),
        required=False,
        help_text=_(
            "What a client said, wrote or answered is shown only when the client agreed. "
            "You state it here; whom you show it to reads that you did."
        ),
    )
    readers = some_of(
        _("Who sees it"),
        [],
        required=True,
        help_text=_(
            "People here read it until you withdraw it; several read each other’s comments. A "
            "colleague outside gets a sealed file, alone."
        ),
    )
    purpose = one_of(
        _("What for"),
        [(one.value, said) for one, said in PURPOSES.items()],
        help_text=_(
            "For learning: to think about it together; it is not meant for a judgement. For "
            "assessment: part of a training or a review; it may be judged."
        ),
    )
    expires_on = date_field(
        _("Last day"), help_text=_("After it, what you showed is deleted; what was said stays.")
    )

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        """Offer what there is."""
        super().__init__(*args, **kwargs)
        self._offer("parts", [(part.id, part.shown.name) for part in look.parts])
        self._offer("readers", [(one.key, _reader_label(one)) for one in look.readers])
        named = [one for one in CALLED if one is not CalledBy.NAME or look.has_names]
        self._offer("called", [(one.value, CALLED[one]) for one in named])
        if not look.has_clients:
            del self.fields["called"]
        if not look.of_client() or look.is_agreed:
            del self.fields["agreed_on"]
        if not look.parts:
            del self.fields["parts"]
        self.fields["question"].required = not look.parts
        self.keep_quiet()

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Something is shown."""
        said = super().clean() or {}
        if "parts" in self.fields and not said.get("parts") and not said.get("question"):
            self.add_error("parts", _("Tick what is seen, or ask a question."))
        return said

    def choice(self) -> Choice:
        """What was chosen."""
        said = self.cleaned_data
        return Choice(
            readers=frozenset(said["readers"]),
            purpose=said["purpose"],
            expires_on=said["expires_on"],
            parts=frozenset(said.get("parts", ())),
            called=CalledBy(said.get("called") or CalledBy.CODE),
            question=said["question"],
            agreed_on=said.get("agreed_on"),
        )

    def hidden(self) -> list[tuple[str, str]]:
        """The same once more, for the form that shows it."""
        said = self.cleaned_data
        pairs = [("parts", value) for value in said.get("parts", ())]
        pairs += [("readers", value) for value in said["readers"]]
        for name in ("question", "called", "agreed_on", "purpose", "expires_on"):
            if said.get(name):
                pairs.append((name, str(said[name])))
        return pairs


def _reader_label(reader: Any) -> str:
    if reader.of_group:
        said = {"name": reader.name, "people": ", ".join(reader.of_group)}
        return str(_("%(name)s (%(people)s)") % said)
    if reader.is_here:
        return str(reader.name)
    return str(_("%(name)s, by a sealed file") % {"name": reader.name})


class NoteForm(QuietForm):
    """What is said of a share."""

    kind = one_of(
        _("How you mean it"),
        [
            (ShareNoteKind.COMMENT.value, _("a comment")),
            (ShareNoteKind.QUESTION.value, _("a question")),
            (ShareNoteKind.SIGN_OFF.value, _("sign it off")),
        ],
        initial=ShareNoteKind.COMMENT.value,
    )
    words = words_field(
        _("What you say"), required=False, is_of_the_record=False, max_length=LONGEST_NOTE
    )

    def __init__(self, *args: Any, only_comment: bool = False, **kwargs: Any) -> None:
        """Who showed it answers by comments alone."""
        super().__init__(*args, **kwargs)
        if only_comment:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        """Only a sign-off may stand without words."""
        said = super().clean() or {}
        is_signing = said.get("kind") == ShareNoteKind.SIGN_OFF
        if not said.get("words") and not is_signing and "words" not in self.errors:
            self.add_error("words", _("Write a few words."))
        return said


class ShareFileForm(QuietForm):
    """A file that a colleague sent. It is read in memory."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("It ends in .lacrima-share. It is read in memory and opened here alone."),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("There is nothing in this file."),
        },
        widget=forms.FileInput(attrs={"accept": ".lacrima-share"}),
    )


class ColleagueForm(QuietForm):
    """A colleague outside: a name of your own for her, and her code."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, error_messages={"required": _("Give a name.")}
    )
    code = forms.CharField(
        label=_("The code she gave you"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("Fourteen groups of four letters and digits. It holds no secret."),
        error_messages={"required": _("Give the code.")},
    )


class ColleagueNameForm(QuietForm):
    """Another name for a colleague."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, error_messages={"required": _("Give a name.")}
    )


class GroupForm(QuietForm):
    """A group: its name, and who is in it."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, error_messages={"required": _("Give a name.")}
    )
    people = some_of(
        _("Who is in it"),
        [],
        required=True,
        help_text=_("Whoever joins later does not see what was shown before."),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer who works here."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["people"]).choices = people


class HourForm(QuietForm):
    """When it was, how long, with whom, on what."""

    on = date_field(_("Day"))
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=LONGEST_MIN,
        error_messages={"required": _("Say how many minutes.")},
    )
    is_group = forms.BooleanField(label=_("It was in a group"), required=False)
    with_whom = forms.CharField(label=_("With whom"), required=False, max_length=LONGEST_NAME)
    topics = words_field(
        _("What it was about"),
        required=False,
        is_of_the_record=False,
        help_text=_("For you alone, sealed with your own key. Best without names."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        """Remember which day is today: an hour to come is no hour yet."""
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_on(self) -> dt.date:
        """A day that has been."""
        day: dt.date = self.cleaned_data["on"]
        if day > self._today:
            raise forms.ValidationError(_("Choose a day that has been."))
        return day
