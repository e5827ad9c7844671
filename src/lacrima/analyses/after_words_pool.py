"""What a pool says, in sentences: how many it is of, the average, and how therapists differ."""

from __future__ import annotations

from lacrima.analyses.after_pool import (
    ENOUGH_CLINICS,
    ENOUGH_SESSIONS,
    ENOUGH_THERAPISTS,
    Pool,
    Spread,
)
from lacrima.analyses.after_states import State
from lacrima.analyses.after_words import (
    EXPLORATORY_SAID,
    SIDES,
    Early,
    Filling,
    Number,
    Said,
    early_sentence,
    gettext_noop,
    in_hundred,
    size,
)

_HEAD = gettext_noop(
    "%(therapists)s therapists together, clinics: %(clinics)s. %(rest)s %(differs)s"
)
_ALONE = gettext_noop("%(therapists)s therapists together, clinics: %(clinics)s. %(rest)s")
SUBJECTS = {
    "csh": gettext_noop("The clients’ tears"),
    "shed": gettext_noop("The therapists' own tears"),
    "near": gettext_noop("Moments in which therapists were close to tears"),
    "held": gettext_noop("Tears that therapists held back"),
}
AFTER = {
    "csh": gettext_noop("After sessions in which the clients’ tears fell"),
    "shed": gettext_noop("After sessions in which the therapists' tears fell"),
    "near": gettext_noop("After sessions in which therapists were close to tears"),
    "held": gettext_noop("After sessions in which therapists held back tears"),
}
_THAN = {
    False: gettext_noop("than after comparable sessions"),
    True: gettext_noop("than after comparable sessions in which they were close to tears"),
}
_FEW = gettext_noop(
    "%(subject)s: no direction is named, since a pool needs at least %(need_therapists)s "
    "therapists, %(need_sessions)s such sessions and %(need_clinics)s clinics for that (such "
    "sessions so far: %(sessions)s). %(after)s, the next score was on average anything from "
    "%(one)s to %(other)s %(than)s."
)
_NO_DIRECTION = gettext_noop(
    "%(subject)s: no direction yet. %(after)s, the next score was on average anything from "
    "%(one)s to %(other)s %(than)s."
)
_LITTLE = gettext_noop(
    "%(subject)s: little difference on average. %(after)s, the next score was on average anything "
    "from %(one)s to %(other)s %(than)s."
)
_LEANS = gettext_noop(
    "%(subject)s: leans towards %(side)s, and this is not settled. %(after)s, the next score was "
    "on average %(size)s %(than)s (90 %%: %(one)s to %(other)s). If the comparison is fair, "
    "%(fair)s in 100 that it goes this way; allowing for what we cannot see, %(biased)s in 100. "
    "This cannot show that the tears did it."
)
_CLEAR = gettext_noop(
    "%(subject)s: a fairly clear difference, and no proof of a cause. %(after)s, the next score "
    "was on average %(size)s %(than)s (90 %%: %(one)s to %(other)s). If the comparison is fair, "
    "%(fair)s in 100 that it goes this way; allowing for what we cannot see, %(biased)s in 100. "
    "This cannot show that the tears did it."
)
_TEMPLATES = {
    State.LITTLE_DIFFERENCE: _LITTLE,
    State.LEANS: _LEANS,
    State.FAIRLY_CLEAR: _CLEAR,
}
_DIFFERS = gettext_noop(
    "Against comparable sessions, therapists differ in this by a standard deviation of %(sd)s "
    "(90 %%: %(one)s to %(other)s); with a therapist of whom nothing is known it may be anything "
    "from %(low)s to %(high)s."
)
_DIFFERS_CLINICS = gettext_noop(
    "Against comparable sessions, therapists differ in this by a standard deviation of %(sd)s "
    "(90 %%: %(one)s to %(other)s), and clinics by %(sd_clinics)s (90 %%: %(one_clinics)s to "
    "%(other_clinics)s); with a therapist of whom nothing is known it may be anything from "
    "%(low)s to %(high)s."
)


def pool_sentence(column: str, pool: Pool, state: State, early: Early, *, is_primary: bool) -> Said:
    """What is said of a pool: its size, its state, and how far therapists differ."""
    rest = _rest(column, pool, state, early)
    if state.has_direction and not is_primary:
        rest = Said(EXPLORATORY_SAID, {"rest": rest})
    head: dict[str, Filling | Said] = {
        "therapists": pool.therapists, "clinics": pool.clinics, "rest": rest,
    }  # fmt: skip
    differs = _differs(pool)
    if state is State.TOO_EARLY or differs is None:
        return Said(_ALONE, head)
    return Said(_HEAD, {**head, "differs": differs})


def _rest(column: str, pool: Pool, state: State, early: Early) -> Said:
    subject = Said(SUBJECTS[column])
    if state is State.TOO_EARLY or pool.interval is None:
        return early_sentence(subject, early)
    low, middle, high = pool.interval
    found = pool.found
    filling: dict[str, Filling | Said] = {
        "subject": subject,
        "after": Said(AFTER[column]),
        "than": Said(_THAN[pool.is_near]),
        "one": size(low),
        "other": size(high),
        "size": size(middle),
        "side": Said(SIDES[middle >= 0]),
        "fair": in_hundred(found.p_fair if found else None),
        "biased": in_hundred(found.p_allowing_bias if found else None),
        "sessions": pool.sessions,
        "need_therapists": ENOUGH_THERAPISTS,
        "need_sessions": ENOUGH_SESSIONS,
        "need_clinics": ENOUGH_CLINICS,
    }
    return Said(_TEMPLATES.get(state, _NO_DIRECTION if pool.is_enough else _FEW), filling)


def _differs(pool: Pool) -> Said | None:
    """How far therapists differ, and clinics; None where that is not known."""
    known = {one.between: one for one in pool.spreads}
    if "therapist" not in known or pool.anybody is None:
        return None
    filling: dict[str, Filling | Said] = {
        **_sd(known["therapist"], ""),
        "low": size(pool.anybody[0]),
        "high": size(pool.anybody[2]),
    }
    if "clinic" not in known:
        return Said(_DIFFERS, filling)
    return Said(_DIFFERS_CLINICS, {**filling, **_sd(known["clinic"], "_clinics")})


def _sd(one: Spread, ending: str) -> dict[str, Filling | Said]:
    low, middle, high = (Number(value) for value in one.sd)
    return {f"sd{ending}": middle, f"one{ending}": low, f"other{ending}": high}
