"""How many scores lay inside their bands, and how sure that share is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lacrima.stats.course import BAND, Bands
from lacrima.stats.student import t_quantile

SEED = 20_260_101
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Coverage:
    """share: of scores inside, with its interval. closed: with both ends counted as inside."""

    share: float
    low: float
    high: float
    closed: float
    scores: int
    people: int


def coverage(
    bands: Bands, score: npt.ArrayLike, person: npt.ArrayLike, *, seed: int = SEED
) -> Coverage:
    """Which share of scores lay inside their 80 % bands?

    bands, score, person (n): scores that are there. Whole scores cannot lie inside with exactly
    four chances in five, so each is given a random place among the probabilities that belong to it
    (a randomised probability integral transform); the seed is fixed. The interval allows for scores
    of one person going together; with one person it is from 0 to 1.

    Source: Czado et al. 2009, 10.1111/j.1541-0420.2009.01191.x.

    >>> import numpy as np
    >>> less = np.linspace(0, 0.95, 20)
    >>> bands = Bands(less, less, less, less, less + 0.05)
    >>> coverage(bands, less, np.arange(20)).share
    0.8
    """
    chance = np.random.default_rng(seed).random(bands.less.size)
    place = bands.less + chance * (bands.no_more - bands.less)
    tail = (1 - BAND) / 2
    is_inside = (place > tail) & (place < 1 - tail)
    scores = np.asarray(score, dtype=np.float64)
    closed = float(((bands.low <= scores) & (scores <= bands.high)).mean())
    who = np.unique(np.asarray(person), return_inverse=True)[1]
    share, people = float(is_inside.mean()), int(who.max()) + 1
    half = _half(is_inside - share, who, people)
    return Coverage(share, max(share - half, 0.0), min(share + half, 1.0), closed, who.size, people)


def _half(off: npt.NDArray[np.floating[Any]], who: npt.NDArray[np.intp], people: int) -> float:
    """Half the interval of a mean over scores that go together by person."""
    if people < 2:
        return 1.0
    sums = np.bincount(who, weights=off, minlength=people)
    se = np.sqrt((sums**2).sum() * people / (people - 1)) / off.size
    return float(t_quantile((1 + CONFIDENCE) / 2, people - 1) * se)
