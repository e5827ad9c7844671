"""How the alliance usually is in this practice, and how much stands at the top of its scale."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lacrima.analyses.caseload_alliance import (
    CaseloadAlliance,
    LeavesTop,
    caseload_alliance,
)
from lacrima.analyses.course_values import Score
from lacrima.instruments.catalogue import shipped
from lacrima.practice.fitted import Fitted
from lacrima.practice.scored import Scored, State


def _fit(
    scores: Sequence[Score], what: Scored, _before: CaseloadAlliance | None
) -> CaseloadAlliance:
    return caseload_alliance(scores, what.rules)


_FITTED = Fitted(_fit, lambda found: found.people)


def forget() -> None:
    """Nothing of it stays in memory."""
    _FITTED.forget()


def alliance_of(practice: uuid.UUID, what: Scored) -> CaseloadAlliance:
    """What is usual on this questionnaire in this practice, for a page."""
    return _FITTED.for_a_page(practice, what)


def look_anew(practice: uuid.UUID, what: Scored, state: State | None = None) -> CaseloadAlliance:
    """The same as it is now, for the housekeeping."""
    return _FITTED.now(practice, what, state)


def scored(slug: str) -> Scored | None:
    """A shipped questionnaire about the session, by its short name."""
    one = shipped().get(slug)
    return Scored(slug, one.minimum, one.maximum, one.higher_is_better) if one else None


@dataclass(frozen=True)
class AtTop:
    """Of one client: how many of her answers stand at the top, and of how many."""

    top: int
    of: int


def ceiling_words(usual: CaseloadAlliance, seat: str, own: AtTop) -> tuple[str, ...]:
    """What answers at the top of the scale mean for this client; nothing where there are none."""
    if not own.of or not (own.top or usual.has_many_at_top):
        return ()
    said = {"top": own.top, "of": own.of, "share": round(100 * usual.at_top)}
    share = _(
        "%(top)s of %(of)s answers stand at the top of the scale; in this practice %(share)s in "
        "100 of all answers do. How good it is beyond the top cannot be seen."
    )
    leaves = usual.leaves_top.get(seat)
    words = (share % said,)
    return (*words, _leaves_words(leaves)) if usual.has_many_at_top and leaves else words


def top_note(own: AtTop) -> str:
    """Beside the line in a picture: how much of it stands at the top; nothing where none does."""
    return _("%(top)s of %(of)s at the top") % vars(own) if own.top else ""


def _leaves_words(leaves: LeavesTop) -> str:
    """How likely an answer below the top is, and what that means."""
    names = ("likely", "low", "high")
    said = {name: round(100 * getattr(leaves, name)) for name in names}
    return (
        _(
            "If nothing changes, about %(likely)s in 100 of this client’s answers will lie below "
            "the top (8 in 10 sure: %(low)s to %(high)s). One answer below it is then no news; "
            "several in a row may be."
        )
        % said
    )
