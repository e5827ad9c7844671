"""What a client reads before agreeing to something, in plain words; for adults and for children.

A change of the words is a new version. The words that were read are kept with each agreement.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima.records.models import Purpose

VERSION = "1"

NAMES: Mapping[Purpose, Promise] = {
    Purpose.FEEDBACK: _("Feedback"),
    Purpose.RECORDING: _("Recording sessions"),
    Purpose.SUPERVISION: _("Supervision"),
    Purpose.RESEARCH: _("Research"),
    Purpose.TRAINING: _("Training of others"),
}
SENTENCES: Mapping[Purpose, Promise] = {
    Purpose.FEEDBACK: _("You are asked how it was, and your answers are kept."),
    Purpose.SUPERVISION: _(
        "Your therapist talks about her work with people who advise her and who are bound to "
        "silence as she is. If you agree, she may also show them what you said, wrote or "
        "answered yourself. Your name is left out unless you want it otherwise."
    ),
    Purpose.RESEARCH: _(
        "Rows about your sessions and answers, without your name and without your words, may "
        "leave this practice to answer questions about many people. Somebody who knows you well "
        "may still recognise your course."
    ),
}
FOR_CHILDREN: Mapping[Purpose, Promise] = {
    Purpose.FEEDBACK: _("You are asked how it was. What you answer is kept."),
    Purpose.SUPERVISION: _(
        "Your therapist asks other helpers for advice. If it is all right with you, she may show "
        "them what you said or wrote. They tell nobody, and they do not see your name."
    ),
    Purpose.RESEARCH: _(
        "Researchers want to learn what helps children. If it is all right with you, they get "
        "numbers about your visits here. Your name and your words are not in it."
    ),
}
# What a withdrawal cannot undo, said before it.
STAYS: Mapping[Purpose, Promise] = {
    Purpose.FEEDBACK: _("What was answered already stays in the record."),
    Purpose.SUPERVISION: _(
        "What was shown inside the practice is withdrawn when you withdraw it there. A sealed "
        "file that was sent cannot be called back, and what was read can be remembered."
    ),
    Purpose.RESEARCH: _(
        "Rows that left already cannot be called back by Lacrima. Ask whoever has them."
    ),
}
ALWAYS = _("You may say no, and you may take it back at any time without a reason. Your therapy "
           "stays the same.")  # fmt: skip


def wording(purpose: Purpose, *, is_for_child: bool = False) -> str:
    """What is read before agreeing to this."""
    return f"{sentence(purpose, is_for_child=is_for_child)} {ALWAYS}"


def sentence(purpose: Purpose, *, is_for_child: bool = False) -> str:
    """The same without what holds for every purpose, where that stands above all of them."""
    return str((FOR_CHILDREN if is_for_child else SENTENCES)[purpose])
