"""The panel as the model sees it: eligible sessions alone, scores in norm SDs, better is more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lacrima.analyses.model_columns import Columns, Words, words
from lacrima.analyses.panel_rows import PanelRow
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
    clinic: Words
    columns: Mapping[str, Numbers]
    left_out: tuple[Dropped, ...] = ()

    @property
    def n(self) -> int:
        """How many eligible sessions."""
        return len(self.client.codes)

    @property
    def therapists(self) -> int:
        """How many therapists there are."""
        return len(np.unique(self.therapist.codes))

    @property
    def clinics(self) -> int:
        """How many clinics."""
        return len(np.unique(self.clinic.codes))

    @property
    def is_pool(self) -> bool:
        """Whether it is of several therapists."""
        return self.therapists > 1

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
            clinic=_kept(self.clinic, keep),
            columns={name: values[keep] for name, values in self.columns.items()},
        )

    def for_formula(self) -> Columns:
        """The columns under the names that a formula uses."""
        people = {"client": self.client, "therapist": self.therapist, "clinic": self.clinic}
        return {**self.columns, **people}


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
        everybody_alike(len(kept)),
        {**columns, **heavy_columns(columns["heavy"], [row.client for row in kept])},
        tuple(Dropped(reason, n) for reason, n in sorted(reasons.items())),
    )


def standardised(values: Numbers) -> Numbers:
    """In standard deviations from the mean; as they are where nothing differs."""
    spread = float(values.std())
    return np.asarray((values - values.mean()) / (spread if spread > 1e-12 else 1.0))


def _numbers(values: Sequence[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def heavy_columns(heavy: Numbers, clients: Sequence[str]) -> dict[str, Numbers]:
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


def everybody_alike(n: int) -> Words:
    """A column in which everybody is in the same group, of which nothing is known."""
    return Words(np.zeros(n, dtype=np.int64), ("",))
