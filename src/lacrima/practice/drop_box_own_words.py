"""The short texts that the drop-box's page alone says: of sealing, sending, and receipt codes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lacrima.practice.drop_box_door_words import DAY

KEEPER = {"keeper": "{keeper}"}


def own_words() -> dict[str, str]:
    """All of them, in the language that is spoken now."""
    return {**_frame(), **_telling(), **_sending(), **_receipt(), **_anew()}


def _frame() -> dict[str, str]:
    """What stands around every page, and on the last one."""
    return {
        "rights": _(
            "You can take back what you wrote with its receipt code, pause, or stop, at any time "
            "and without a reason."
        ),
        "guardian": _(
            "Before anything is asked here, somebody who decides for you has to agree. Speak of it "
            "in your next session."
        ),
        "stopped": _("You stopped. What you wrote before can still be taken back."),
        "quiet_over": _(
            "Your sessions have come to an end, and so have the questions. What you wrote can "
            "still be taken back."
        ),
        "left_sent": _("You can close this window. What you sent is on its way, sealed."),
    }


def _telling() -> dict[str, str]:
    """What stands beside the questions about what stood out."""
    return {
        "answered_already": _("I have answered already: say more about what stood out"),
        "more_title": _("You wrote that something stood out"),
        "more_now": _("You may say more of it now, or another time, or not at all."),
        "not_now": _("Not now"),
        "keeper_release": _("only %(keeper)s may read it, and my therapist cannot") % KEEPER,
        "keeper_reads": _(
            "Or you choose that only %(keeper)s may read it, who has no part in your therapy. It "
            "is then sealed so that neither your therapist nor the practice can open it."
        )
        % KEEPER,
    }


def _sending() -> dict[str, str]:
    """How it stands with what was written."""
    return {
        "sending": _("It is being sent, sealed."),
        "sent": _("It is sent, sealed."),
        "offline": _(
            "Not sent yet, for there is no connection: keep this page open. It is sent as soon as "
            "there is one."
        ),
        "waiting": _("Not sent yet: keep this page open. It is tried again by itself."),
        "lost": _(
            "This link does not open any more, so what you wrote last could not be sent. Ask for "
            "a new link in your next session."
        ),
        "too_long": _("That is too long to be sent. Please shorten it a little."),
        "unsent_title": _("Not everything is sent yet"),
        "unsent": _("If you leave now, what is not sent yet is lost."),
        "stay": _("Stay on this page"),
        "leave_anyway": _("Leave all the same"),
    }


def _receipt() -> dict[str, str]:
    """The code that stands for one stay on the page."""
    return {
        "receipt": _("Your receipt code"),
        "receipt_for": _(
            "With it you can take back or write anew what you just sent. Nobody can tell it to "
            "you again, so note it if you like."
        ),
        "have_code": _("I have a receipt code"),
        "code": _("Receipt code"),
        "look": _("Look it up"),
        "code_wrong": _("A receipt code has twelve letters and digits. Please look once more."),
        "arrived": _("It reached the practice on %(day)s.") % DAY,
        "not_arrived": _(
            "It is not known here yet whether it reached the practice, which fetches what was sent "
            "now and then."
        ),
        "take_back_anew": _("Take it back and write it anew"),
        "taken_back": _("It is taken back as soon as the practice fetches this."),
    }


def _anew() -> dict[str, str]:
    """What somebody may write anew after taking it back."""
    return {
        "anew_title": _("What would you like to write anew?"),
        "anew_asked": _("The two questions about %(day)s") % DAY,
        "anew_moment": _("What stood out on %(day)s") % DAY,
        "anew_done": _("That is all"),
    }
