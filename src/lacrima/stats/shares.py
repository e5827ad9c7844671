"""How far a share of few people may lie from the share of many like them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from lacrima.errors import BadInput, NoResult


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n people and the interval around it, all from 0 to 1."""

    count: int
    n: int
    low: float
    high: float
    confidence: float

    @property
    def share(self) -> float:
        """The share itself."""
        return self.count / self.n


def share_of(count: int, n: int, *, confidence: float = 0.95) -> Share:
    """Of n people, count are so: which shares among many like them go well with that?

    count: from 0 to n. n: at least 1. The interval of Wilson, without correction for continuity:
    it stays inside 0 and 1, and serves small n where the usual one does not.

    Raises NoResult for n below 1, BadInput for a count outside 0 to n or a confidence not
    between 0 and 1.

    Source: Wilson 1927, 10.1080/01621459.1927.10502953; on small n Brown, Cai and DasGupta 2001,
    10.1214/ss/1009213286.

    >>> found = share_of(9, 22)
    >>> round(found.low, 4), round(found.share, 4), round(found.high, 4)
    (0.2326, 0.4091, 0.6127)
    """
    if n < 1:
        raise NoResult("nobody", where="share", expected="at least one person")
    if not 0 <= count <= n:
        raise BadInput("more than there are, or fewer than none", where="count", expected="0 to n")
    if not 0 < confidence < 1:
        raise BadInput("a confidence outside its range", where="confidence", expected="0 to 1")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = count / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * (share * (1 - share) / n + spread / n / 4) ** 0.5 / (1 + spread)
    low = 0.0 if count == 0 else middle - half
    return Share(count, n, low, 1.0 if count == n else middle + half, confidence)
