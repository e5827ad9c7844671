"""A panel of people who do not exist, of any size, in which the effects are known.

One row a session. The score of the next session is, in standard deviations of the norm and with
high scores good ones,

    next(score) = intercept + score_carry score + first_carry score_first + log_session log(session)
                + (effect + own slopes) shed + near_effect near + client_tears_effect ctears_first
                + heavy_effect heavy + ending_effect ending_announced
                + own levels of client, therapist and clinic + residual

own slopes and levels: normal, mean 0, with the standard deviations in `PanelTruth`, independent
of each other but for one thing: clients who cry more have another level (`level_with_tears`), so
that comparing clients misleads while comparing a client's own sessions does not.

Why tears come: the log odds of tears rise with the heaviness before the first moment, with the
client's own inclination and, for the therapist, with her own and with the client's tears. They do
not answer to the score (strict exogeneity holds), and nobody is missing.

`shed` and `near` exclude each other: the therapist's tears fell, or nearly did. `heavy` is how
heavy things were before the first moment, in standard deviations. `score_first` is the score of
session 1, drawn apart from the level: with it in a model the level of the first score does not
bias `score_carry` (Wooldridge 2005, 10.1002/jae.770).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lacrima.errors import OutOfRange
from lacrima.stats.numbers import Numbers

SCHEMA = "lacrima.panel-truth/1"
LABEL = "Simulated: nobody in this panel exists, and these numbers were made up."
UNIT = "standard deviations of the norm; high scores are good ones"
FORMULA = (
    "next(score) ~ within(shed, client) + within(near, client) + within(ctears_first, client) "
    "+ within(heavy, client) + score + score_first + log(session) + ending_announced "
    "+ between(shed, client) + between(near, client) + between(ctears_first, client) "
    "+ between(heavy, client) + (1 + within(shed, client) | client)"
)
THERAPIST = " + between(shed, therapist) + (1 + within(shed, client) | therapist)"
CLINIC = " + (1 + within(shed, client) | clinic)"
MOST_ROWS = 100_000_000
MOST_EACH = 1_000
CLIENTS_AT_ONCE = 20_000
SHARE_SPREAD = 1.5  # the gamma shape of how many sessions each client has: from 1 to many
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class PanelTruth:
    """The numbers that a panel is made with; `seed` and these give the same panel again.

    Effects and spreads are in standard deviations of the norm, shares lie between 0 and 1, and
    pulls are log odds a standard deviation of heaviness or of an own inclination.
    """

    seed: int
    clients: int
    sessions_per_client: int
    therapists: int
    clinics: int
    effect: float
    intercept: float = -0.05
    score_carry: float = 0.6
    first_carry: float = 0.1
    log_session: float = 0.05
    near_effect: float = 0.0
    client_tears_effect: float = 0.05
    heavy_effect: float = -0.15
    ending_effect: float = 0.1
    residual_sd: float = 0.6
    client_sd: float = 0.25
    therapist_sd: float = 0.1
    clinic_sd: float = 0.05
    client_slope_sd: float = 0.15
    therapist_slope_sd: float = 0.1
    clinic_slope_sd: float = 0.05
    level_with_tears: float = -0.1
    first_mean: float = -1.0
    first_sd: float = 0.8
    client_tears_share: float = 0.15
    moment_share: float = 0.05
    shed_of_moments: float = 0.6
    heavy_pull: float = 0.6
    tears_pull: float = 1.5
    own_sd: float = 0.8
    ending_share: float = 0.7

    def __post_init__(self) -> None:
        """Refuse a panel without people, or larger than one can want."""
        counts = (self.clients, self.sessions_per_client, self.therapists, self.clinics)
        if min(counts) < 1 or self.rows > MOST_ROWS:
            raise OutOfRange(
                "a number of people or sessions that does not fit",
                expected=f"at least 1 of each, at most {MOST_ROWS:,} sessions in all",
            )
        if not self.clinics <= self.therapists <= self.clients:
            raise OutOfRange(
                "more clinics than therapists, or more therapists than clients",
                expected="each clinic with a therapist, each therapist with a client",
            )
        if not (np.isfinite(self.effect) and abs(self.effect) <= 10):
            raise OutOfRange("an effect that does not fit", expected="-10 to 10")
        if self.seed < 0 or self.sessions_per_client > MOST_EACH:
            raise OutOfRange(
                "a seed below 0, or very many sessions a client",
                expected=f"a seed from 0, at most {MOST_EACH} sessions a client",
            )

    @property
    def rows(self) -> int:
        """How many sessions in all: exactly so many a client on average."""
        return self.clients * self.sessions_per_client

    @property
    def formula(self) -> str:
        """The model of these data, without the levels of which there is one only."""
        by_therapist = THERAPIST if self.therapists > 1 else ""
        return FORMULA + by_therapist + (CLINIC if self.clinics > 1 else "")


@dataclass(frozen=True, slots=True)
class Panel:
    """What was made: columns of whole numbers; of those in `hundredths`, 1 is 0.01."""

    truth: PanelTruth
    columns: dict[str, npt.NDArray[Any]]
    hundredths: frozenset[str] = frozenset({"score", "score_first", "heavy"})

    def as_json(self) -> dict[str, Any]:
        """The truth file: what the panel was made with, and what came of it."""
        moments = ("shed", "near", "ctears_first")
        return {
            "schema": SCHEMA,
            "is_simulated": True,
            "label": LABEL,
            "unit": UNIT,
            "formula": self.truth.formula,
            "order": "session",
            "rows": self.truth.rows,
            "shares": {name: float(self.columns[name].mean()) for name in moments},
            "truth": asdict(self.truth),
        }


@dataclass(frozen=True, slots=True)
class _Houses:
    """Everybody's own: of each client her therapist and clinic, and how many sessions."""

    therapist: npt.NDArray[np.int64]
    clinic: npt.NDArray[np.int64]
    sessions: npt.NDArray[np.int64]
    level: Numbers
    slope: Numbers
    inclined: Numbers


def simulate_panel(
    truth: PanelTruth, *, shuffled: bool = False, at: Callable[[int], None] = lambda done: None
) -> Panel:
    """A panel in which everything is known; see the head of this file for its model.

    shuffled: the rows in no order, as a database may hand them out; else by clinic, therapist,
    client and session. at: told how many sessions are done. The columns take some 25 bytes a
    session, and as much again while they are shuffled.

    >>> made = simulate_panel(PanelTruth(1, 4, 5, therapists=2, clinics=1, effect=0.3))
    >>> len(made.columns["score"]), sorted(set(made.columns["therapist"].tolist()))
    (20, [1, 2])
    """
    houses = _houses(truth)
    columns = _empty(truth.rows)
    start = 0
    for block, first in enumerate(range(0, truth.clients, CLIENTS_AT_ONCE)):
        clients = np.arange(first, min(first + CLIENTS_AT_ONCE, truth.clients))
        made = _block(truth, houses, clients, np.random.default_rng([truth.seed, 1, block]))
        end = start + len(made["session"])
        for name, values in made.items():
            columns[name][start:end] = values
        start = end
        at(end)
    if shuffled:
        order = np.random.default_rng([truth.seed, 2]).permutation(truth.rows)
        columns = {name: values[order] for name, values in columns.items()}
    return Panel(truth, columns)


def _empty(rows: int) -> dict[str, npt.NDArray[Any]]:
    ids = dict.fromkeys(("clinic", "therapist", "client"), np.int32)
    small = dict.fromkeys(("session", "score", "score_first", "heavy"), np.int16)
    flags = dict.fromkeys(("shed", "near", "ctears_first", "ending_announced"), np.int8)
    return {name: np.empty(rows, kind) for name, kind in (ids | small | flags).items()}


def _houses(truth: PanelTruth) -> _Houses:
    rng = np.random.default_rng([truth.seed, 0])
    therapist = np.arange(truth.clients) * truth.therapists // truth.clients
    clinic = therapist * truth.clinics // truth.therapists
    own, theirs = rng.normal(size=truth.clients), rng.normal(size=truth.therapists)

    def by_all(client_sd: float, therapist_sd: float, clinic_sd: float) -> Numbers:
        return np.asarray(
            rng.normal(0, client_sd, truth.clients)
            + rng.normal(0, therapist_sd, truth.therapists)[therapist]
            + rng.normal(0, clinic_sd, truth.clinics)[clinic]
        )

    return _Houses(
        therapist=therapist,
        clinic=clinic,
        sessions=_session_counts(truth, rng),
        level=by_all(truth.client_sd, truth.therapist_sd, truth.clinic_sd)
        + truth.level_with_tears * own,
        slope=truth.effect
        + by_all(truth.client_slope_sd, truth.therapist_slope_sd, truth.clinic_slope_sd),
        inclined=truth.own_sd * (own + 0.5 * theirs[therapist]),
    )


def _session_counts(truth: PanelTruth, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """At least one for each client, unevenly, in all exactly as many as asked."""
    weights = rng.gamma(SHARE_SPREAD, 1.0, truth.clients)
    spare = truth.rows - truth.clients
    return 1 + rng.multinomial(spare, weights / weights.sum()).astype(np.int64)


def _block(
    truth: PanelTruth,
    houses: _Houses,
    clients: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> dict[str, npt.NDArray[Any]]:
    """All sessions of some clients, client by client."""
    counts = houses.sessions[clients]
    who = np.repeat(clients, counts)
    starts = np.cumsum(counts) - counts
    session = np.arange(len(who)) - np.repeat(starts, counts) + 1
    heavy = np.round(rng.normal(size=len(who)) * HUNDREDTHS).astype(np.int64)
    ctears, shed, near = _tears(truth, houses.inclined[who], heavy / HUNDREDTHS, rng)
    is_announced = rng.random(len(clients)) < truth.ending_share
    ending = (session >= np.repeat(counts, counts) - 1) & np.repeat(is_announced, counts)
    first = np.round(rng.normal(truth.first_mean, truth.first_sd, len(clients)) * HUNDREDTHS)
    pushed = (
        truth.intercept
        + truth.first_carry * np.repeat(first, counts) / HUNDREDTHS
        + truth.log_session * np.log(session)
        + houses.slope[who] * shed
        + truth.near_effect * near
        + truth.client_tears_effect * ctears
        + truth.heavy_effect * heavy / HUNDREDTHS
        + truth.ending_effect * ending
        + houses.level[who]
        + rng.normal(0, truth.residual_sd, len(who))
    )
    return {
        "clinic": houses.clinic[who] + 1,
        "therapist": houses.therapist[who] + 1,
        "client": who + 1,
        "session": session,
        "score": _scores(truth, pushed, first, starts, counts),
        "score_first": np.repeat(first, counts),
        "heavy": heavy,
        "shed": shed,
        "near": near,
        "ctears_first": ctears,
        "ending_announced": ending,
    }


def _tears(
    truth: PanelTruth, inclined: Numbers, heavy: Numbers, rng: np.random.Generator
) -> Iterator[npt.NDArray[np.bool_]]:
    """The client's first, then the therapist's: fallen, or nearly."""
    pull = inclined + truth.heavy_pull * heavy
    ctears = rng.random(len(heavy)) < _share(truth.client_tears_share, pull)
    own_pull = inclined / 2 + truth.heavy_pull * heavy + truth.tears_pull * (ctears - 0.5)
    is_moment = rng.random(len(heavy)) < _share(truth.moment_share, own_pull)
    has_fallen = rng.random(len(heavy)) < truth.shed_of_moments
    yield from (ctears, is_moment & has_fallen, is_moment & ~has_fallen)


def _share(usual: float, pull: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-(np.log(usual / (1 - usual)) + pull))))


def _scores(
    truth: PanelTruth,
    pushed: Numbers,
    first: Numbers,
    starts: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
) -> Numbers:
    """The scores in hundredths, all clients one session further at each step."""
    by_length = np.argsort(-counts, kind="stable")
    starts, lengths = starts[by_length], counts[by_length]
    scores = np.empty(len(pushed))
    scores[starts] = first[by_length]
    for step in range(1, int(lengths[0])):
        here = starts[: np.searchsorted(-lengths, -step, side="left")] + step
        before = here - 1
        scores[here] = np.round(pushed[before] * HUNDREDTHS + truth.score_carry * scores[before])
    return np.clip(scores, -32_000, 32_000)
