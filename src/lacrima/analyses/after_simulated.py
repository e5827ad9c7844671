"""Simulated practices of which it is known what tears do, and what goes wrong beside it.

One therapist, or several. In norm SDs, better is more, the score of the next session is

    next = -.05 + .6 score + .1 first + .05 log(session) + own slope shed + heavy_effect heavy
           + hidden_effect hidden + carry_effect shed before + seen_effect as the client tells it
           + first_effect the client's tears came first + level of the client + residual

Tears come with heaviness, with something hidden in the session, with the client's own inclination,
and (`answers`) when the client is worse than usual. Whoever stays away has no next score. Every
danger that a check looks for is one number here, and nought by default.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.analyses.after_table import AfterTable, Yardstick
from lacrima.analyses.after_table_of_file import table_of_columns
from lacrima.analyses.model_columns import Words, words
from lacrima.errors import OutOfRange
from lacrima.stats.numbers import Numbers

UNIT = Yardstick("norm SDs")
INTERCEPT, CARRY, FIRST, LOG_SESSION = -0.05, 0.6, 0.1, 0.05
LEVEL_SD, RESIDUAL_SD, FIRST_SD, OWN_SD = 0.25, 0.6, 0.8, 0.8
CLIENT_TEARS, HELD, UNSEEN = 0.15, 0.06, 0.03


@dataclass(frozen=True, slots=True)
class World:
    """What is true. exposed: how many sessions with tears to expect; pulls are log odds a
    standard deviation; effects are in norm SDs.

    clustered: what tears in the session before add to the log odds. often_effect: what a standard
    deviation of inclination adds to a client's own effect. memory: the correlation of residuals
    from session to session. away: the usual chance of staying away; away_shed: what tears add to
    it; away_low: what it adds to be a standard deviation worse. rating_shift: how much heavier a
    session with tears is rated afterwards. outlier: what is added to the effect of the client with
    most tears alone. heavy_noted: the share of sessions in which heaviness was noted.

    therapists, clinics: clients belong to them in turn; therapist_sd, clinic_sd: how much the
    effect differs between them; therapist_outlier: what is added to the effect of the first
    therapist alone. near: the usual share of sessions in which she was close to tears, with the
    same pulls; near_effect: what these do. heard: the share of sessions of which the client tells;
    seen: of those with tears, the share in which the client tells of them; seen_effect: what tears
    do besides where the client would tell of them. together: what her tears add to the log odds of
    the client's; client_first: where both cried, the share in which the client was first;
    first_effect: what that does, also where the client cried alone; order_unknown: the share of
    those in which nobody noted who was first.
    """

    seed: int
    clients: int = 40
    sessions: int = 20
    exposed: float = 40.0
    effect: float = 0.0
    slope_sd: float = 0.15
    heavy_effect: float = -0.15
    heavy_pull: float = 0.6
    hidden_effect: float = 0.0
    hidden_pull: float = 0.0
    answers: float = 0.0
    often_effect: float = 0.0
    carry_effect: float = 0.0
    clustered: float = 0.0
    memory: float = 0.0
    away: float = 0.0
    away_shed: float = 0.0
    away_low: float = 0.0
    rating_shift: float = 0.0
    outlier: float = 0.0
    heavy_noted: float = 1.0
    therapists: int = 1
    clinics: int = 1
    therapist_sd: float = 0.0
    clinic_sd: float = 0.0
    therapist_outlier: float = 0.0
    near: float = 0.0
    near_effect: float = 0.0
    heard: float = 0.0
    seen: float = 1.0
    seen_effect: float = 0.0
    together: float = 0.0
    client_first: float = 1.0
    first_effect: float = 0.0
    order_unknown: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a world without people."""
        if self.clients < 1 or self.sessions < 2 or not 0 <= self.memory < 1:
            raise OutOfRange("a world that cannot be", expected="people, sessions, memory below 1")


@dataclass(slots=True)
class _Being:
    """Everybody now: what each is like, and what the session brings."""

    own: Numbers
    level: Numbers
    slope: Numbers
    first: Numbers
    score: Numbers
    shed_before: Numbers
    residual: Numbers
    is_there: npt.NDArray[np.bool_]
    therapist: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Happened:
    """What one session brought everybody."""

    heavy: Numbers
    hidden: Numbers
    shed: Numbers
    near: Numbers
    csh: Numbers
    is_seen: Numbers
    is_client_first: Numbers


def simulate_after(world: World) -> AfterTable:
    """The eligible sessions of one practice.

    >>> made = simulate_after(World(1, exposed=40))
    >>> made.n, made.exposed("shed")
    (800, (43, 21))
    """
    rng, more = (np.random.default_rng([world.seed, stream]) for stream in (77, 78))
    being = _begin(world, rng, more)
    base = _base(world, being, rng)
    numbers = range(1, world.sessions + 1)
    steps = [_session(world, being, base, number, rng, more) for number in numbers]
    columns = {name: np.concatenate([step[name] for step in steps]) for name in steps[0]}
    people = {name: _names(columns.pop(name)) for name in ("client", "therapist", "clinic")}
    return table_of_columns({**people, **columns}, UNIT)


def _names(codes: Numbers) -> Words:
    return words([str(code) for code in codes.astype(int)])


def _begin(world: World, rng: np.random.Generator, more: np.random.Generator) -> _Being:
    n = world.clients
    own = rng.normal(size=n)
    first = rng.normal(-1.0, FIRST_SD, n)
    slope = world.effect + rng.normal(0, 1, n) * world.slope_sd + world.often_effect * own
    slope[int(np.argmax(own))] += world.outlier
    residual = rng.normal(0, RESIDUAL_SD, n)
    level = rng.normal(0, LEVEL_SD, n)
    therapist = np.arange(n, dtype=np.int64) % world.therapists
    theirs = more.normal(0, 1, world.therapists) * world.therapist_sd
    theirs += (more.normal(0, 1, world.clinics) * world.clinic_sd)[_clinics(world)]
    theirs[0] += world.therapist_outlier
    slope += theirs[therapist]
    nobody, there = np.zeros(n), np.ones(n, np.bool_)
    return _Being(own, level, slope, first, first.copy(), nobody, residual, there, therapist)


def _clinics(world: World) -> npt.NDArray[np.int64]:
    """The clinic of each therapist."""
    return np.arange(world.therapists, dtype=np.int64) % world.clinics


def _base(world: World, being: _Being, rng: np.random.Generator) -> float:
    """The log odds at which as many sessions as wanted have tears."""
    wanted = world.exposed / (world.clients * world.sessions)
    spread = np.hypot(world.heavy_pull, world.hidden_pull)
    pulls = OWN_SD * np.repeat(being.own, 500) + spread * rng.normal(size=500 * len(being.own))
    low, high = -15.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _share(middle + pulls).mean() < wanted else (low, middle)
    return (low + high) / 2


def _share(log_odds: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def _session(
    world: World,
    being: _Being,
    base: float,
    number: int,
    rng: np.random.Generator,
    more: np.random.Generator,
) -> dict[str, Numbers]:
    """One session with everybody who is still there."""
    n = world.clients
    heavy, hidden = rng.normal(size=n), rng.normal(size=n)
    pull = _pull(world, being, heavy, hidden)
    shed = (rng.random(n) < _share(base + pull)).astype(np.float64)
    held, unseen = ((_happens(share, pull, rng)) & (shed == 0) for share in (HELD, UNSEEN))
    near = _happens(world.near, pull, more) & (shed == 0) if world.near else shed < 0
    csh = _happens(CLIENT_TEARS, 0.6 * heavy + world.together * shed, rng).astype(np.float64)
    there = being.is_there
    noted = np.where(rng.random(n) < world.heavy_noted, heavy, np.nan)
    after = heavy + world.rating_shift * shed + rng.normal(0, 0.5, n)
    is_seen = shed * (more.random(n) < world.seen)
    first = csh * ((shed == 0) | (more.random(n) < world.client_first))
    is_unknown = (csh * shed > 0) & (more.random(n) < world.order_unknown)
    happened = _Happened(heavy, hidden, shed, near.astype(np.float64), csh, is_seen, first)
    made = {
        "client": np.arange(n), "therapist": being.therapist,
        "clinic": _clinics(world)[being.therapist], "session": np.full(n, float(number)),
        "score": being.score, "score_first": being.first, "shed": shed, "near": happened.near,
        "held": held.astype(np.float64), "unseen": (unseen & ~held).astype(np.float64),
        "csh": csh, "ctears_first": np.where(is_unknown, 1.0, first),
        "is_order_known": (~is_unknown).astype(np.float64),
        "shed_heard": np.where(more.random(n) < world.heard, is_seen, np.nan),
        "heavy": noted, "heavy_after": after,
    }  # fmt: skip
    following = _next(world, being, happened, number, rng)
    is_away = _stays_away(world, following, shed, rng)
    is_last = number == world.sessions
    made["no_return"] = np.where(is_last, np.nan, is_away.astype(np.float64))
    made["next_score"] = np.where(is_away | is_last, np.nan, following)
    being.score, being.shed_before = following, shed
    being.is_there = there & ~is_away
    return {name: values[there] for name, values in made.items()}


def _pull(world: World, being: _Being, heavy: Numbers, hidden: Numbers) -> Numbers:
    """What draws tears, in log odds."""
    usual = (INTERCEPT + FIRST * being.first + being.level) / (1 - CARRY)
    pull = world.heavy_pull * heavy + world.hidden_pull * hidden
    pull = pull + OWN_SD * being.own - world.answers * (being.score - usual)
    return np.asarray(pull + world.clustered * being.shed_before)


def _happens(share: float, pull: Numbers, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Where something happens whose usual share is this."""
    return np.asarray(rng.random(len(pull)) < _share(np.log(share / (1 - share)) + pull))


def _next(
    world: World, being: _Being, happened: _Happened, number: int, rng: np.random.Generator
) -> Numbers:
    """The score of the next session."""
    fresh = rng.normal(0, RESIDUAL_SD, world.clients) * np.sqrt(1 - world.memory**2)
    being.residual = world.memory * being.residual + fresh
    return np.asarray(
        INTERCEPT
        + CARRY * being.score
        + FIRST * being.first
        + LOG_SESSION * np.log(number)
        + being.slope * happened.shed
        + world.carry_effect * being.shed_before
        + world.heavy_effect * happened.heavy
        + world.hidden_effect * happened.hidden
        + world.near_effect * happened.near
        + world.seen_effect * happened.is_seen
        + world.first_effect * happened.is_client_first
        + being.level
        + being.residual
    )


def _stays_away(
    world: World, following: Numbers, shed: Numbers, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    chance = world.away + world.away_shed * shed
    chance = chance * np.exp(-world.away_low * (following - following.mean()))
    return np.asarray(rng.random(world.clients) < np.clip(chance, 0, 0.95))
