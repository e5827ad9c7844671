"""A panel file as the model sees it: the columns of `PanelRow` by their names, as far as there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from lacrima.analyses.after_table import (
    EXPOSURES,
    AfterTable,
    Yardstick,
    everybody_alike,
    heavy_columns,
)
from lacrima.analyses.model_columns import MISSING, Columns, Words, words
from lacrima.errors import BadInput
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Dropped

NEEDED = ("client", "session", "score")
HEARD = ("shed_heard", "csh_heard")  # as the client told it; empty: that voice did not speak
Keep = np.ndarray[tuple[int], np.dtype[np.bool_]]


def table_of_columns(columns: Columns, yardstick: Yardstick) -> AfterTable:
    """A panel file: the columns of `PanelRow` by their names, as far as it has them.

    Needed: client, session, score. Where there is no `next_score`, it is the score of the very
    next session number of the client; no `score_first`: that of the first session. Exposures are
    0 or 1, empty where a session was not logged, which leaves the row out. A client who is with
    several therapists, or an id that several use, is somebody else with each. Raises BadInput.
    """
    check_needed(columns)
    client, therapist, clinic = _people(columns)
    session = _sessions(columns, client)
    made = _exposures(columns, len(session))
    scores = _scores_in_file(columns, client, session)
    _check_scale(scores, yardstick)
    is_kept, left_out = _kept_of_file(columns, made, scores["score"], (client, therapist, clinic))
    made |= {"session": session, **_rest(columns, len(session))}
    made |= {name: yardstick.in_norm(values) for name, values in scores.items()}
    labels = [client.levels[code] if code >= 0 else "" for code in client.codes]
    made |= heavy_columns(made["heavy"], labels)
    return AfterTable(yardstick, client, therapist, clinic, made, left_out).where(is_kept)


def check_needed(columns: Collection[str]) -> None:
    """Refuse a file without what every panel has. Raises BadInput."""
    for name in NEEDED:
        if name not in columns:
            raise BadInput(f"no column {name!r}", where="panel", expected=", ".join(NEEDED))


def _sessions(columns: Columns, client: Words) -> Numbers:
    """Session numbers, from 1, each once a client."""
    session = _plain(columns, "session")
    if (session < 1).any():
        raise BadInput("a number below 1", where="session", expected="1, 2, 3, ... of each client")
    is_told = (client.codes != MISSING) & ~np.isnan(session)
    both = np.stack([client.codes[is_told].astype(np.float64), session[is_told]])
    twice = both.shape[1] - np.unique(both, axis=1).shape[1]
    if twice:
        raise BadInput(
            f"{twice} rows with a number that the same client has already",
            where="session",
            expected="one row a session",
        )
    return session


def _check_scale(scores: Mapping[str, Numbers], yardstick: Yardstick) -> None:
    """Refuse what no form of this measure can come to: points of something else."""
    if yardstick.low is None or yardstick.high is None:
        return
    for name, values in scores.items():
        told = values[~np.isnan(values)]
        outside = int(((told < yardstick.low) | (told > yardstick.high)).sum())
        if outside:
            raise BadInput(
                f"{outside} values off the scale of the measure",
                where=name,
                expected=f"{yardstick.low:g} to {yardstick.high:g}, in points of {yardstick.name}",
            )


def _exposures(columns: Columns, n: int) -> dict[str, Numbers]:
    """What may have happened; what the file does not have follows from what it has."""
    made = {name: _flag(columns, name, n) for name in EXPOSURES}
    for name, other in (("csh", "ctears_first"), ("ttears_first", "shed")):
        if name not in columns:
            made[name] = made[other]
    if "ttears_first" not in columns:  # hers alone: with both, the client's came first
        made["ttears_first"] = made["shed"] * (made["ctears_first"] == 0)
    return made


def _rest(columns: Columns, n: int) -> dict[str, Numbers]:
    """All that is held equal or told besides."""
    made = {name: _plain_or(columns, name, n) for name in ("heavy", "no_return", "heavy_after")}
    made |= {name: _flag(columns, name, n) for name in HEARD if name in columns}
    made["ending_announced"] = _flag(columns, "ending_announced", n)
    is_told = "is_order_known" in columns
    made["is_order_known"] = _flag(columns, "is_order_known", n) if is_told else np.ones(n)
    return made


def _people(columns: Columns) -> tuple[Words, Words, Words]:
    """Client, therapist and clinic of each row, each inside the next."""
    client = _ids(columns, "client")
    n = len(client.codes)
    clinic = _ids(columns, "clinic") if "clinic" in columns else everybody_alike(n)
    therapist = _ids(columns, "therapist") if "therapist" in columns else everybody_alike(n)
    therapist, clinic = (_of_one(who) for who in (therapist, clinic))
    therapist = _inside(therapist, clinic)
    return _inside(client, therapist), therapist, clinic


def _of_one(who: Words) -> Words:
    """Where only one of them is named, rows without a name belong there, too."""
    return everybody_alike(len(who.codes)) if len(who.levels) <= 1 else who


def _inside(inner: Words, outer: Words) -> Words:
    """Ids that lie in several outer groups are somebody else in each: outer/inner for all."""
    is_known = (inner.codes != MISSING) & (outer.codes != MISSING)
    pairs = np.unique(np.stack([inner.codes[is_known], outer.codes[is_known]]), axis=1)
    if pairs.shape[1] == len(np.unique(pairs[0])):
        return inner
    pairs_of_rows = zip(inner.codes.tolist(), outer.codes.tolist(), strict=True)
    return words(
        None if MISSING in (a, b) else f"{outer.levels[b]}/{inner.levels[a]}"
        for a, b in pairs_of_rows
    )


def _kept_of_file(
    columns: Columns, made: Mapping[str, Numbers], score: Numbers, people: tuple[Words, ...]
) -> tuple[Keep, tuple[Dropped, ...]]:
    """Which rows may be compared, and why the others not, each by the first reason that holds."""
    named = [made[name] for name in EXPOSURES if name in columns]
    is_logged = ~np.isnan(np.stack(named)).any(axis=0) if named else np.ones(len(score), np.bool_)
    reasons = [
        (f"no {name}", who.codes != MISSING)
        for name, who in zip(("client", "therapist", "clinic"), people, strict=True)
    ]
    reasons += [("no session number", ~np.isnan(_plain(columns, "session")))]
    reasons += [("not logged", is_logged), ("no score before it", ~np.isnan(score))]
    is_kept, left_out = np.ones(len(score), np.bool_), []
    for why, is_well in reasons:
        n = int((is_kept & ~is_well).sum())
        left_out += [Dropped(why, n)] if n else []
        is_kept = is_kept & is_well
    return is_kept, tuple(left_out)


def _scores_in_file(columns: Columns, client: Words, session: Numbers) -> dict[str, Numbers]:
    score = _plain(columns, "score")
    order = np.lexsort([session, client.codes])
    follows = np.zeros(len(order), np.bool_)
    ahead = order[1:]
    is_same = client.codes[ahead] == client.codes[order[:-1]]
    follows[:-1] = is_same & (session[ahead] == session[order[:-1]] + 1)
    after = np.full(len(score), np.nan)
    after[order[:-1]] = np.where(follows[:-1], score[ahead], np.nan)
    starts = np.concatenate([[True], ~is_same]) if len(order) else np.zeros(0, np.bool_)
    first = np.empty(len(score))
    first[order] = score[order][np.flatnonzero(starts)[np.cumsum(starts) - 1]]
    told = {"next_score": after, "score_first": first}
    return {"score": score} | {
        name: _plain(columns, name) if name in columns else own for name, own in told.items()
    }


def _ids(columns: Columns, name: str) -> Words:
    found = columns[name]
    if not isinstance(found, Words):
        raise BadInput("numbers where names are needed", where=name, expected="who")
    return found


def _plain(columns: Columns, name: str) -> Numbers:
    found = columns[name]
    if isinstance(found, Words):
        raise BadInput("words where numbers are needed", where=name, expected="numbers")
    return found


def _plain_or(columns: Columns, name: str, n: int) -> Numbers:
    return _plain(columns, name) if name in columns else np.full(n, np.nan)


def _flag(columns: Columns, name: str, n: int) -> Numbers:
    """0 and 1, 0 everywhere where the file does not have it."""
    if name not in columns:
        return np.zeros(n)
    found = _plain(columns, name)
    if not np.isin(found[~np.isnan(found)], (0, 1)).all():
        raise BadInput("neither 0 nor 1", where=name, expected="0, 1, or empty: not logged")
    return found
