"""The panel as the model sees it: eligible sessions alone, scores in norm SDs, better is more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lacrima.analyses.model_columns import Columns, Words, words
from lacrima.analyses.panel_rows import PanelRow
from lacrima.errors import BadInput
from lacrima.stats.numbers import Numbers, above_zero
from lacrima.stats.results import Dropped

EXPOSURES = ("shed", "near", "held", "unseen", "csh", "cnear", "ctears_first", "ttears_first")
SCORES = ("score", "score_first", "next_score")
NO_SPREAD = 1e-9


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A measure, and what its norm says: sd in points; low, high: the ends of its scale."""

    name: str
    sd: float = 1.0
    higher_is_better: bool = True
    low: float | None = None
    high: float | None = None
    recall_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse a norm without a spread."""
        above_zero("norm SD", self.sd)

    @property
    def sign(self) -> int:
        """1 where more is better, else -1."""
        return 1 if self.higher_is_better else -1

    def in_norm(self, points: Numbers) -> Numbers:
        """Points as norm SDs, more is better; 0 is the middle of the scale."""
        middle = 0.0 if self.low is None or self.high is None else (self.low + self.high) / 2
        return np.asarray(self.sign * (points - middle) / self.sd)

    def in_points(self, norm: float) -> float:
        """Norm SDs as points again."""
        middle = 0.0 if self.low is None or self.high is None else (self.low + self.high) / 2
        return self.sign * norm * self.sd + middle


@dataclass(frozen=True, slots=True)
class AfterTable:
    """n eligible sessions. columns: n numbers each, NaN is missing; see the fields of `PanelRow`.

    Scores are in norm SDs, better is more; `heavy` in standard deviations of what was noted, the
    client's usual where nothing was, and then `heavy_missing` is 1. left_out: sessions that may
    not be compared, by reason.
    """

    yardstick: Yardstick
    client: Words
    therapist: Words
    columns: Mapping[str, Numbers]
    left_out: tuple[Dropped, ...] = ()

    @property
    def n(self) -> int:
        """How many eligible sessions."""
        return len(self.client.codes)

    @property
    def is_used(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Sessions with a next score."""
        return np.asarray(~np.isnan(self.columns["next_score"]) & ~np.isnan(self.columns["score"]))

    def exposed(self, name: str, *, used: bool = True) -> tuple[int, int]:
        """How many sessions had this exposure, and how many clients (of those with an outcome)."""
        met = self.columns[name] > 0
        met = met & self.is_used if used else met
        return int(met.sum()), len(np.unique(self.client.codes[met]))

    def with_columns(self, **columns: Numbers) -> AfterTable:
        """The same with other or further columns."""
        return replace(self, columns={**self.columns, **columns})

    def where(self, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> AfterTable:
        """Some of the sessions."""
        return replace(
            self,
            client=_kept(self.client, keep),
            therapist=_kept(self.therapist, keep),
            columns={name: values[keep] for name, values in self.columns.items()},
        )

    def for_formula(self) -> Columns:
        """The columns under the names that a formula uses."""
        return {**self.columns, "client": self.client, "therapist": self.therapist}


def _kept(column: Words, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Words:
    return words([column.levels[code] for code in column.codes[keep]])


def table_of_rows(rows: Sequence[PanelRow], yardstick: Yardstick) -> AfterTable:
    """The eligible rows of a panel; the others are counted by reason."""
    kept = [row for row in rows if row.is_eligible]
    reasons = Counter(row.why for row in rows if not row.is_eligible)
    plain = (*EXPOSURES, "session", "heavy", "heavy_after", "ending_announced", "no_return",
             "is_order_known", "days", "overlap", "shed_heard", "csh_heard")  # fmt: skip
    columns = {name: _numbers([getattr(row, name) for row in kept]) for name in plain}
    for name in SCORES:
        columns[name] = yardstick.in_norm(_numbers([getattr(row, name) for row in kept]))
    return AfterTable(
        yardstick,
        words([row.client for row in kept]),
        words([row.therapist for row in kept]),
        {**columns, **_heavy(columns["heavy"], [row.client for row in kept])},
        tuple(Dropped(reason, n) for reason, n in sorted(reasons.items())),
    )


def _numbers(values: Sequence[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _heavy(heavy: Numbers, clients: Sequence[str]) -> dict[str, Numbers]:
    """Standardised; where nothing was noted, the client's own mean, or else everybody's."""
    is_noted = ~np.isnan(heavy)
    noted = heavy[is_noted]
    spread = float(noted.std()) if len(noted) else 0.0
    by = spread if spread > NO_SPREAD else 1.0
    middle = float(noted.mean()) if len(noted) else 0.0
    made = np.where(is_noted, (heavy - middle) / by, np.nan)
    codes = words(clients).codes
    if not len(codes):
        return {"heavy": heavy, "heavy_missing": heavy, "heavy_points": heavy}
    sums = np.bincount(codes[is_noted], weights=made[is_noted], minlength=codes.max(initial=0) + 1)
    counts = np.bincount(codes[is_noted], minlength=codes.max(initial=0) + 1)
    usual = np.divide(sums, counts, out=np.zeros(len(counts)), where=counts > 0)
    made = np.where(is_noted, made, usual[codes])
    return {"heavy": made, "heavy_missing": (~is_noted).astype(np.float64), "heavy_points": heavy}


# --- a file ---------------------------------------------------------------------------------

NEEDED = ("client", "session", "score")


def table_of_columns(columns: Columns, yardstick: Yardstick) -> AfterTable:
    """A panel file: the columns of `PanelRow` by their names, as far as it has them.

    Needed: client, session, score. Where there is no `next_score`, it is the score of the very
    next session number of the client; no `score_first`: that of the first session. Exposures are
    0 or 1, empty where a session was not logged, which leaves the row out. Raises BadInput.
    """
    for name in NEEDED:
        if name not in columns:
            raise BadInput(f"no column {name!r}", where="panel", expected=", ".join(NEEDED))
    client = _ids(columns, "client")
    session = _plain(columns, "session")
    made = {name: _flag(columns, name, len(session)) for name in EXPOSURES}
    for name, other in (("csh", "ctears_first"), ("ttears_first", "shed")):
        if name not in columns:
            made[name] = made[other]
    if "ttears_first" not in columns:  # hers alone: with both, the client's came first
        made["ttears_first"] = made["shed"] * (made["ctears_first"] == 0)
    scores = _scores_in_file(columns, client, session)
    rest = {name: _plain_or(columns, name, len(session)) for name in ("heavy", "no_return")}
    is_kept, left_out = _kept_of_file(columns, made, scores["score"], client)
    labels = [client.levels[code] if code >= 0 else "" for code in client.codes]
    made |= {"session": session, "is_order_known": np.ones(len(session)), **rest}
    made |= {name: yardstick.in_norm(values) for name, values in scores.items()}
    made["ending_announced"] = _flag(columns, "ending_announced", len(session))
    made["heavy_after"] = _plain_or(columns, "heavy_after", len(session))
    made |= _heavy(made["heavy"], labels)
    table = AfterTable(yardstick, client, _therapists(columns, client), made, left_out)
    return table.where(is_kept)


def _kept_of_file(
    columns: Columns, made: Mapping[str, Numbers], score: Numbers, client: Words
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], tuple[Dropped, ...]]:
    named = [made[name] for name in EXPOSURES if name in columns]
    is_logged = ~np.isnan(np.stack(named)).any(axis=0) if named else np.ones(len(score), np.bool_)
    has_client, has_score = client.codes >= 0, ~np.isnan(score)
    reasons = (
        ("no client", ~has_client),
        ("not logged", has_client & ~is_logged),
        ("no score before it", has_client & is_logged & ~has_score),
    )
    left_out = tuple(Dropped(why, int(met.sum())) for why, met in reasons if met.any())
    return np.asarray(has_client & is_logged & has_score), left_out


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


def _therapists(columns: Columns, client: Words) -> Words:
    if "therapist" in columns:
        return _ids(columns, "therapist")
    return Words(np.zeros(len(client.codes), dtype=np.int64), ("",))


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
