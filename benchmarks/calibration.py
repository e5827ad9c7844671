"""The posterior of one practice: how quick it is, and whether its 90 per cent are 90 per cent.

Two questions. *Simulation-based calibration*: draw truth from the priors, data from the truth; the
rank of the truth in its posterior must be uniform, whatever the model (Talts et al. 2018,
arXiv:1804.06788). *Fixed truths*: of practices that were made with one truth, or against the
model's assumptions, in how many does the 90 per cent interval hold it? That need not be .90: priors
pull towards small effects. Beside each stands what the prototype had, with the wider priors of
STATISTICS.md section 6.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from benchmarks.figures import Figure, middle
from drills.house import House
from lacrima.stats import priors as before
from lacrima.stats.bayes import Posterior, posterior
from lacrima.stats.nested import Nested, nested
from lacrima.stats.numbers import Numbers

CLIENTS, EACH, TEARFUL = 30, 10, 12
PRACTICES, QUICK_PRACTICES = 2_000, 200
EACH_TRUTH, QUICK_EACH_TRUTH = 600, 60
NAMES = ["(Intercept)", "shed", "between", "time"]
PRIORS = before.Priors(
    (before.Normal(0.0, 1.0), before.EFFECT, before.BETWEEN, before.COVARIATE),
    (before.LevelPriors((before.CLIENT_LEVEL_ALONE, before.CLIENT_SLOPE)),),
    before.RESIDUAL,
)


@dataclass(frozen=True)
class Truth:
    """How practices are made, and what share of intervals the prototype had."""

    name: str
    slope_sd: float = 0.3
    effect: float = 0.0
    tearful: int = TEARFUL
    errors: str = "normal"
    prototype: tuple[float, float] = (0.0, 0.0)


TRUTHS = (
    Truth("tau1=0, b=0", 0.0, prototype=(0.948, 0.970)),
    Truth("tau1=.3, b=0", prototype=(0.923, 0.920)),
    Truth("tau1=.3, b=.4", effect=0.4, prototype=(0.907, 0.903)),
    Truth("tau1=.8, b=.4", 0.8, 0.4, prototype=(0.837, 0.805)),
    Truth("AR(1) .4 errors", errors="ar1", prototype=(0.927, 0.915)),
    Truth("t3 errors", errors="t3", prototype=(0.948, 0.940)),
    Truth("skew errors", errors="skew", prototype=(0.942, 0.903)),
    Truth("floor and half points", errors="floor", prototype=(0.943, 0.873)),
    Truth("only 4 tearful", tearful=4, prototype=(0.953, 0.937)),
    Truth("40 tearful", tearful=40, prototype=(0.920, 0.878)),
)


@dataclass(frozen=True)
class Practice:
    """One made practice, with what is true of it."""

    family: Nested
    effect: float
    own: Numbers
    sigma: float
    exposed: int


def design(rng: np.random.Generator, tearful: int) -> tuple[Numbers, Numbers]:
    """Columns and clients: so many tearful sessions, some clients oftener than others."""
    client = np.repeat(np.arange(CLIENTS), EACH)
    chance = rng.gamma(0.5, 1.0, CLIENTS)[client] + 1e-9
    shed = np.zeros(len(client))
    shed[rng.choice(len(client), tearful, replace=False, p=chance / chance.sum())] = 1.0
    mean = np.bincount(client, shed) / EACH
    time_of = np.tile(np.arange(EACH), CLIENTS) / EACH
    columns = [np.ones(len(client)), shed - mean[client], mean[client], time_of]
    return np.column_stack(columns), client


def from_priors(rng: np.random.Generator) -> Practice:
    """A practice whose truth comes from the priors."""
    columns, client = design(rng, TEARFUL)
    beta = np.array([rng.normal(one.mean, one.sd) for one in PRIORS.coefficients])
    sigma = 0.6 * np.exp(0.4 * rng.normal())
    spreads = np.abs(rng.normal(size=2)) * [1.0, 0.3]
    r = 2 * rng.beta(2, 2) - 1
    normal = rng.normal(size=(CLIENTS, 2))
    own = spreads * np.column_stack(
        [normal[:, 0], r * normal[:, 0] + np.sqrt(1 - r * r) * normal[:, 1]]
    )
    score = columns @ beta + own[client, 0] + own[client, 1] * columns[:, 1]
    score += rng.normal(0, sigma, len(client))
    return practice(columns, client, score, float(beta[1]), beta[1] + own[:, 1], sigma)


def from_truth(rng: np.random.Generator, truth: Truth) -> Practice:
    """A practice with one truth; residual and level 0.7, as in STATISTICS.md section 6."""
    columns, client = design(rng, truth.tearful)
    own = truth.effect + truth.slope_sd * rng.normal(size=CLIENTS)
    score = own[client] * columns[:, 1] + 0.7 * rng.normal(size=CLIENTS)[client]
    score += 0.7 * errors(rng, truth.errors, len(client))
    if truth.errors == "floor":
        score = np.maximum(np.round(2 * score) / 2, -1.0)
    return practice(columns, client, score, truth.effect, own, 0.7)


def errors(rng: np.random.Generator, kind: str, n: int) -> Numbers:
    """Residuals of standard deviation 1."""
    if kind == "t3":
        return np.asarray(rng.standard_t(3, n) / np.sqrt(3))
    if kind == "skew":
        return np.asarray((rng.chisquare(3, n) - 3) / np.sqrt(6))
    plain = rng.normal(size=(n // EACH, EACH))
    if kind == "ar1":
        for place in range(1, EACH):
            plain[:, place] = 0.4 * plain[:, place - 1] + np.sqrt(0.84) * plain[:, place]
    return plain.ravel()


def practice(
    columns: Numbers, client: Numbers, score: Numbers, effect: float, own: Numbers, sigma: float
) -> Practice:
    """The sums, and the client with the most tearful sessions."""
    family = nested(columns, score, [(client, [0, 1])])
    exposed = int(np.argmax(np.bincount(client, columns[:, 1] > 0)))
    return Practice(family, effect, own, sigma, exposed)


def known(made: Practice) -> Posterior:
    """Its posterior."""
    return posterior(made.family, PRIORS, NAMES)


def ranks(made: Practice, found: Posterior) -> tuple[float, ...]:
    """Where the truth lies in its posterior: the effect, an exposed client's, another's, sigma."""
    other = (made.exposed + 1) % CLIENTS
    return (
        float(found.coefficient("shed").cdf(made.effect)),
        float(found.own("shed", group=made.exposed).cdf(made.own[made.exposed])),
        float(found.own("shed", group=other).cdf(made.own[other])),
        float(found.weights @ (found.given.scales.sigma < made.sigma)),
    )


def quickness() -> Iterator[Figure]:
    """One practice, and one client of it."""
    made = from_priors(np.random.default_rng(1))
    found = known(made)
    fits, owns = [], []
    for _ in range(21):
        begun = time.perf_counter()
        known(made)
        fits.append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        found.own("shed", group=made.exposed).quantile([0.05, 0.5, 0.95])
        owns.append(1000 * (time.perf_counter() - begun))
    note = f"{found.accuracy.points} points, error {found.accuracy.error:.4f} SD"
    yield Figure("posterior of a practice of 30 clients", middle(fits), "ms", at_most=20, note=note)
    yield Figure("one client's posterior, three quantiles", middle(owns), "ms", at_most=1)


def calibration(practices: int) -> Iterator[Figure]:
    """Ranks of truths drawn from the priors."""
    found = []
    for seed in range(practices):
        made = from_priors(np.random.default_rng([7, seed]))
        found.append(ranks(made, known(made)))
    names = ("effect", "exposed client's effect", "another client's effect", "residual SD")
    for name, values in zip(names, np.array(found).T, strict=True):
        p = float(stats.kstest(values, "uniform").pvalue)
        cover = float((np.abs(values - 0.5) < 0.45).mean())
        note = f"90 % intervals hold {cover:.3f}; {practices} practices"
        yield Figure(f"ranks of the {name} (p)", p, "", at_least=0.01 / len(names), note=note)


def coverage(each: int) -> Iterator[Figure]:
    """Fixed truths: how often the 90 per cent interval holds them."""
    for truth in TRUTHS:
        average, own, widths = [], [], []
        for seed in range(each):
            made = from_truth(np.random.default_rng([9, seed]), truth)
            found = known(made)
            one = found.coefficient("shed")
            low, high = one.quantile([0.05, 0.95])
            average.append(low < made.effect < high)
            widths.append(high - low)
            low, high = found.own("shed", group=made.exposed).quantile([0.05, 0.95])
            own.append(low < made.own[made.exposed] < high)
        note = (
            f"prototype {truth.prototype[0]:.3f}; client {np.mean(own):.3f} "
            f"({truth.prototype[1]:.3f}); width {np.mean(widths):.2f}"
        )
        yield Figure(f"90 % interval holds: {truth.name}", float(np.mean(average)), "", note=note)


def measure(house: House) -> Iterator[Figure]:
    """All of it, in some minutes."""
    yield from quickness()
    yield from calibration(PRACTICES)
    yield from coverage(EACH_TRUTH)


def measure_quickly(house: House) -> Iterator[Figure]:
    """The same on fewer practices."""
    yield from quickness()
    yield from calibration(QUICK_PRACTICES)
    yield from coverage(QUICK_EACH_TRUTH)
