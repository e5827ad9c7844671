"""The short texts of the drop-box's page that the door says as well: the same sentences, by key.

Each stands at the door too (in a template, or in the code of its pages); a test looks that none
is only here. What the page says of its own stands in `drop_box_own_words`. `{her}`, `{day}` and
`{hour}` are filled in by the page.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lacrima.practice.door_questions import EVENING_WORDS, PAUSE_WORDS

HER, DAY, HOUR = {"her": "{her}"}, {"day": "{day}"}, {"hour": "{hour}"}


def door_words() -> dict[str, str]:
    """All of them, in the language that is spoken now."""
    return {**_frame(), **_asking(), **_reading(), **_ending(), **_pausing(), **_somebody_else()}


def _frame() -> dict[str, str]:
    """What stands around every page."""
    return {
        "skip": _("Skip to the page"),
        "leave": _("Leave this page"),
        "simulated": _("Simulated practice: nobody here exists."),
        "urgent": _("If it is urgent"),
        "urgent_people": _("Nothing written here is read at once. These people answer now:"),
        "urgent_nobody": _(
            "Nothing written here is read at once. If it is urgent, call the emergency number "
            "where you are."
        ),
        "nav": _("What you can do here"),
        "questions": _("The questions"),
        "pause_or_stop": _("Pause or stop"),
        "who_reads": _("Who reads what"),
        "speak_with": _("I would like to speak with somebody else"),
        "back": _("Back"),
        "away": _("Your therapist is away until %(day)s. Meanwhile you can ask:") % DAY,
    }


def _asking() -> dict[str, str]:
    """What stands beside the questions."""
    return {
        "go_on": _("Go on"),
        "skip_it": _("Skip"),
        "asked_today": _("How was today?"),
        "not_live": _("Nothing here is read live."),
        "is_last": _("Your sessions come to an end: soon nothing will be asked here any more."),
        "read_by": _("It is read by %(hour)s:00 on the next working day, not before.") % HOUR,
        "how_it_was": _("How it was for you"),
        "danger_title": _("It is kept, and it will be read"),
        "danger_by": _(
            "What you answered about thoughts of death or of hurting yourself is read by "
            "%(hour)s:00 on the next working day. Nobody reads it before."
        )
        % HOUR,
        "danger": _(
            "What you answered about thoughts of death or of hurting yourself is read before your "
            "next session, and not at once."
        ),
        "danger_now": _(
            "If you might act on such thoughts, or cannot bear them alone, please do not wait for "
            "that. These people answer now:"
        ),
        "danger_nobody": _("The emergency number where you are"),
    }


def _reading() -> dict[str, str]:
    """What stands under who reads what."""
    return {
        "when_read": _("When it is read"),
        "when_default": _("Before your next session. Nothing here is read live."),
        "agree": _("I have read this, go on"),
        "agreeing": _(
            "By going on you agree that you are asked how it was, and that your answers are kept. "
            "You may take that back under Pause or stop."
        ),
        "to_questions": _("Back to the questions"),
    }


def _ending() -> dict[str, str]:
    """When nothing is asked any more, and when the page is left."""
    return {
        "done": _("That is all for now"),
        "nothing_more": _("Nothing more is asked now."),
        "say_more": _("Say more about what stood out"),
        "or_later": _("Or later: from %(hour)s:00 you find the questions here.") % HOUR,
        "stopped_title": _("Nothing is asked"),
        "begin_again": _("Begin again"),
        "quiet_title": _("Nothing is asked now"),
        "quiet_until": _("Up to %(day)s nothing is asked, as you wished.") % DAY,
        "change_that": _("Change that"),
        "write": _("Write something that stands beside the record"),
        "keep_it": _("Keep it"),
        "left": _("Closed"),
        "left_nothing": _(
            "These pages leave nothing on this device but, perhaps, an address in the list of "
            "pages you visited. A private window keeps none."
        ),
        "take_back": _("Take it back"),
        "take_back_title": _("Take this back?"),
        "taking_back": _(
            "It is deleted, and your therapist finds it no more. What was read already may be "
            "remembered, and older backups forget it only with time."
        ),
        "forms_stay": _(
            "Questionnaires are part of your record: ask your therapist to correct one."
        ),
        "do_not": pgettext("do not take it back", "Keep it"),
    }


def _pausing() -> dict[str, str]:
    """A pause, another hour, a stop."""
    return {
        "no_reason": _(
            "No reason is asked for. Your therapy stays the same. Your therapist sees that nothing "
            "is asked just now, and no more."
        ),
        "ask_again": _("Ask me again"),
        "pause_title": _("A pause"),
        "pause_until": str(PAUSE_WORDS),
        "pause": _("Pause"),
        "hour_title": _("Another hour"),
        "hour": str(EVENING_WORDS),
        "ask_then": _("Ask me then"),
        "stop_title": _("Stop"),
        "stopping": _("From now on nothing is asked. What you wrote stays until you take it back."),
        "stop": _("Stop now"),
    }


def _somebody_else() -> dict[str, str]:
    """The way out: words alone, nothing is stored or sent."""
    return {
        "else_title": _("Somebody else"),
        "else_why": _(
            "You may want another therapist, or something crossed a line. Both happen, and you "
            "need not say it to your therapist first."
        ),
        "else_person": _(
            "You can turn to this person, who has no part in your therapy. Nothing is stored here."
        ),
        "else_nobody": _(
            "The practice has named nobody here yet. Nothing is stored on this page. Your doctor "
            "or your insurer can tell you whom to ask."
        ),
        "complaints": _("Where one can complain"),
    }
