"""The answer as the keys of `lacrima came-after`."""

from __future__ import annotations

from typing import Any

import numpy as np

from lacrima.analyses.after_model import Reml
from lacrima.analyses.after_states import State
from lacrima.analyses.what_came_after import Answer, Interval, OwnAnswer
from lacrima.stats.priors import CLIENT_SLOPE, EFFECT


def answer_as_json(answer: Answer, own: OwnAnswer | None = None) -> dict[str, Any]:
    """The keys of `lacrima came-after`; estimates in norm SDs, better is above 0."""
    found = answer.found
    may_say = found if own is None and answer.state is not State.TOO_EARLY else None
    interval = answer.interval if own is None else own.interval
    low, middle, high = interval or (None, None, None)
    return {
        "exposure": answer.exposure.value,
        "outcome": answer.table.yardstick.name,
        "norm_sd": answer.table.yardstick.sd,
        "of": "caseload" if own is None else "client",
        "state": (answer.state if own is None else own.state).value,
        "caseload_state": answer.state.value,
        "sentence": str(answer.sentence if own is None else own.sentence),
        "exposed": answer.sessions if own is None else own.exposed,
        "others": int(answer.table.is_used.sum()) - answer.sessions if own is None else own.others,
        "clients": answer.clients,
        "sessions": answer.table.n,
        "left_out": [{"reason": one.reason, "n": one.n} for one in answer.table.left_out],
        "estimate": middle,
        "low": low,
        "high": high,
        "sd": None if answer.fit is None or own is not None else answer.fit.average.sd,
        "p_fair": None if may_say is None else may_say.p_fair,
        "p_allowing_bias": None if may_say is None else may_say.p_allowing_bias,
        "p_little_difference": None if may_say is None else may_say.p_same,
        "contraction": None if found is None else found.contraction,
        "at_an_end": None if found is None else found.at_an_end,
        "is_primary": answer.is_primary,
        "needed": None if answer.needed is None else answer.needed.as_json(),
        "not_back": answer.not_back.as_json(),
        "against_near": _near_as_json(answer),
        "between": _interval_as_json(answer.between),
        "prior": _prior_as_json(answer, own),
        "reml": _reml_as_json(answer.reml),
        "looked": None if answer.looked.on is None else answer.looked.on.isoformat(),
        "next_look": None if answer.looked.next_on is None else answer.looked.next_on.isoformat(),
        "unscheduled": answer.looked.on is None,
        "pool": None if answer.pool is None else answer.pool.as_json(answer.state),
    }


def _prior_as_json(answer: Answer, own: OwnAnswer | None) -> dict[str, float]:
    """Of the average a normal distribution; of one client that and how clients differ."""
    low, mean, high = answer.prior if own is None else own.prior
    sd = EFFECT.sd if own is None else float(np.hypot(EFFECT.sd, CLIENT_SLOPE.scale))
    return {"mean": mean, "sd": sd, "low": low, "high": high}


def _interval_as_json(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    return {"estimate": interval[1], "low": interval[0], "high": interval[2]}


def _near_as_json(answer: Answer) -> dict[str, Any] | None:
    if answer.against_near is None:
        return None
    interval, found = answer.against_near
    said = {"p_fair": found.p_fair, "p_allowing_bias": found.p_allowing_bias}
    return {**(_interval_as_json(interval) or {}), **said}


def _reml_as_json(reml: Reml | None) -> dict[str, Any] | None:
    if reml is None:
        return None
    return {
        "estimate": reml.estimate,
        "se": reml.se,
        "is_singular": reml.is_singular,
        "why": reml.why or None,
    }
