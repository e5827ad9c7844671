"""A world of which everything is known: how scores move, when tears come, and what they do.

The direct effects hold for the next session's score, in points of the PHQ-9. Heaviness raises
both the odds of tears and the next score, so that a plain comparison is misled, as in life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lacrima.errors import OutOfRange

HIGHEST_SCORE = 27


@dataclass(frozen=True, slots=True)
class Truth:
    """The numbers that this world was made with. Shares lie between 0 and 1.

    `pull` is what one standard deviation of heaviness adds to the log odds of tears;
    `carry` how much of a session's distance from the client's own line stays until the next.
    """

    seed: int
    clients: int
    sessions: int
    start_mean: float = 15.0
    start_sd: float = 4.0
    slope_mean: float = -0.25
    slope_sd: float = 0.2
    carry: float = 0.4
    noise_sd: float = 1.8
    heaviness_effect: float = 0.6
    client_tears_share: float = 0.22
    client_tears_pull: float = 0.8
    client_tears_effect: float = -0.5
    therapist_tears_share: float = 0.04
    therapist_tears_pull: float = 0.6
    therapist_tears_effect: float = 0.0
    between_clients_sd: float = 0.7
    missing_share: float = 1 / 6
    not_logged_share: float = 0.15

    def __post_init__(self) -> None:
        """Refuse a world without clients, or with fewer sessions than clients."""
        if not 1 <= self.clients <= 100_000:
            raise OutOfRange("a number of clients that does not fit", expected="1 to 100,000")
        if not self.clients <= self.sessions <= 5_000_000:
            raise OutOfRange(
                "a number of sessions that does not fit",
                expected="at least one for each client, at most 5,000,000 in all",
            )


@dataclass(frozen=True, slots=True)
class Course:
    """What truly happened with one client, one entry a session.

    `score` is the true level on the PHQ-9 (not rounded), `heaviness` in standard deviations.
    """

    start: float
    slope: float
    score: NDArray[np.float64]
    heaviness: NDArray[np.float64]
    client_tears: NDArray[np.bool_]
    therapist_tears: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many sessions."""
        return len(self.score)


def session_counts(truth: Truth, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many sessions each client had: at least one, unevenly, in all as many as asked."""
    weights = rng.gamma(2.0, 1.0, truth.clients)
    spare = truth.sessions - truth.clients
    return 1 + rng.multinomial(spare, weights / weights.sum()).astype(np.int64)


def course(truth: Truth, sessions: int, rng: np.random.Generator) -> Course:
    """One client's true course over so many sessions."""
    start = float(rng.normal(truth.start_mean, truth.start_sd))
    slope = float(rng.normal(truth.slope_mean, truth.slope_sd))
    heaviness = rng.normal(0.0, 1.0, sessions)
    own = float(rng.normal(0.0, truth.between_clients_sd))
    client_tears = _tears(truth.client_tears_share, truth.client_tears_pull, own, heaviness, rng)
    therapist_tears = _tears(
        truth.therapist_tears_share, truth.therapist_tears_pull, own / 2, heaviness, rng
    )
    pushed = (
        truth.heaviness_effect * heaviness
        + truth.client_tears_effect * client_tears
        + truth.therapist_tears_effect * therapist_tears
    )
    line = start + slope * np.arange(sessions, dtype=np.float64)
    score = _scores(truth, line.astype(np.float64), pushed, rng)
    return Course(start, slope, score, heaviness, client_tears, therapist_tears)


def _tears(
    share: float, pull: float, own: float, heaviness: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.bool_]:
    log_odds = np.log(share / (1 - share)) + own + pull * heaviness
    return np.asarray(rng.random(len(heaviness)) < 1 / (1 + np.exp(-log_odds)))


def _scores(
    truth: Truth, line: NDArray[np.float64], pushed: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    noise = rng.normal(0.0, truth.noise_sd, len(line))
    away = np.zeros(len(line))
    away[0] = noise[0]
    for here in range(1, len(line)):
        away[here] = truth.carry * away[here - 1] + pushed[here - 1] + noise[here]
    return np.asarray(np.clip(line + away, 0, HIGHEST_SCORE))


def spread(total: int, places: int, highest: int, rng: np.random.Generator) -> list[int]:
    """Item answers that sum to a total: `places` whole numbers from 0 to `highest`, unevenly.

    >>> import numpy as np
    >>> sum(spread(11, 8, 3, np.random.default_rng(1)))
    11
    """
    if not 0 <= total <= places * highest:
        raise OutOfRange("a total that these items cannot give", expected="a total in their range")
    answers = [0] * places
    for _ in range(total):
        open_places = [place for place in range(places) if answers[place] < highest]
        answers[open_places[int(rng.integers(len(open_places)))]] += 1
    return answers
