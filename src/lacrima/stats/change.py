"""Which change is more than measurement error, and who crossed a cut-off (Jacobson and Truax)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput, NoResult
from lacrima.stats.borders import Flags, exceeds, nearness, reaches
from lacrima.stats.numbers import Numbers, inside, numbers, pairs

Codes = npt.NDArray[np.int8]


class Category(StrEnum):
    """The five exclusive outcomes.

    *Recovered*: reliably improved, and from the clinical to the functional side of the cut-off.
    *Harmed*: reliably deteriorated, and from the functional to the clinical side.
    *Improved*, *deteriorated*: reliably, without that crossing. *Unchanged*: the rest.
    """

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"
    HARMED = "harmed"


CATEGORIES: tuple[Category, ...] = tuple(Category)


class CutOff(StrEnum):
    """The three cut-offs of Jacobson and Truax."""

    A = "a"
    B = "b"
    C = "c"


class Tie(StrEnum):
    """What a value exactly on a border is.

    *Strict*: a change must exceed the critical one, and a score on the cut-off lies on neither
    side. *Inclusive*: reaching the critical change is enough, and a score on the cut-off is a
    clinical one (as in NHS Talking Therapies: 10 or more on the PHQ-9, a change of 6 or more).
    What "exactly" is in a computer stands in `stats.borders`.
    """

    STRICT = "strict"
    INCLUSIVE = "inclusive"


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """Change of n people, and how large a change must be to be more than error.

    change: post - pre. index: change in standard errors, positive is improved. sd_pre,
    standard_error, critical_change (positive): in points of the score.
    """

    change: Numbers
    index: Numbers
    sd_pre: float
    standard_error: float
    critical_change: float


def sd_of(scores: npt.ArrayLike) -> float:
    """The standard deviation of a sample (n - 1).

    scores: n numbers, none missing. Raises NoResult for fewer than two, or for no variation.

    >>> sd_of([1.0, 2.0, 3.0])
    1.0
    """
    values = numbers("scores", scores)
    if values.size < 2:
        raise NoResult(
            f"{values.size} scores", where="standard deviation", expected="at least two scores"
        )
    if np.ptp(values) == 0:
        raise NoResult(
            "scores that are all the same",
            where="standard deviation",
            expected="scores that vary, or a standard deviation from elsewhere",
        )
    return float(np.std(values, ddof=1))


def critical_change(*, sd: float, reliability: float, confidence: float = 0.95) -> float:
    """How many points a score must change before measurement error is an unlikely reason.

    z x SD x sqrt(2 x (1 - reliability)), with z for the two-sided confidence.

    Raises BadInput unless sd > 0, 0 <= reliability < 1 and 0 < confidence < 1.

    Source: Jacobson and Truax 1991, 10.1037/0022-006X.59.1.12.

    >>> round(critical_change(sd=7.5, reliability=0.8), 4)
    9.2969
    """
    z = NormalDist().inv_cdf((1 + inside("confidence", confidence, low_open=True)) / 2)
    return z * _standard_error(sd, reliability)


def reliable_change(
    pre: npt.ArrayLike,
    post: npt.ArrayLike,
    *,
    reliability: float,
    sd_pre: float | None = None,
    confidence: float = 0.95,
    higher_is_better: bool = False,
) -> ReliableChange:
    """Has each person changed by more than measurement error?

    pre, post: n scores each, in the same order of people; none missing (leave out pairs that
    are not complete). reliability: of the score, from 0 up to but not 1. sd_pre: of the
    scores before; taken from `pre` when not given.

    Returns the change, its index (positive is improved) and the critical change.

    Raises BadInput for arrays of different length, missing or infinite values, or parameters
    out of range; NoResult where the SD would have to come from fewer than two people, or from
    scores that do not vary.

    Source: Jacobson and Truax 1991, 10.1037/0022-006X.59.1.12.

    >>> result = reliable_change([30.0, 20.0], [10.0, 21.0], reliability=0.8, sd_pre=7.5)
    >>> result.change.tolist(), round(result.critical_change, 4)
    ([-20.0, 1.0], 9.2969)
    >>> result.index.round(3).tolist()
    [4.216, -0.211]
    """
    before, after = pairs(pre, post)
    sd = sd_of(before) if sd_pre is None else sd_pre
    error = _standard_error(sd, reliability)
    with np.errstate(over="ignore", invalid="ignore"):
        change = after - before
        # Adding 0.0 turns the negative zero of an unchanged score into a plain one.
        index = (change if higher_is_better else -change) / error + 0.0
    critical = critical_change(sd=sd, reliability=reliability, confidence=confidence)
    if not (np.isfinite(index).all() and np.isfinite(critical)):
        raise NoResult("numbers too large to work with", expected="scores of a questionnaire")
    return ReliableChange(change, index, float(sd), error, critical)


def cut_off(
    kind: str,
    *,
    functional_mean: float | None = None,
    functional_sd: float | None = None,
    clinical_mean: float | None = None,
    clinical_sd: float | None = None,
    higher_is_better: bool = False,
) -> float:
    """Where does the clinical range end and the functional one begin?

    a: two SDs of the clinical group beyond its mean, towards health. b: two SDs **of the
    functional group** short of its mean. c: where both groups' curves are equally likely,
    weighted by their SDs; the one to use where the groups overlap.

    Raises NoResult where a mean or SD that this cut-off needs is not given; BadInput for
    another kind, or a mean or SD that is not finite, or an SD not above 0.

    Source: Jacobson and Truax 1991, 10.1037/0022-006X.59.1.12.

    >>> norms = dict(clinical_mean=40, clinical_sd=7.5, functional_mean=60, functional_sd=7.5)
    >>> [cut_off(kind, **norms, higher_is_better=True) for kind in "abc"]
    [55.0, 45.0, 50.0]
    """
    if kind not in tuple(CutOff):
        raise BadInput(f"the cut-off {kind!r}", where="cut-off", expected="a, b or c")
    towards_health = 1 if higher_is_better else -1
    if kind == CutOff.A:
        mean, sd = _norms("clinical", clinical_mean, clinical_sd)
        return mean + towards_health * 2 * sd
    functional, functional_spread = _norms("functional", functional_mean, functional_sd)
    if kind == CutOff.B:
        return functional - towards_health * 2 * functional_spread
    clinical, clinical_spread = _norms("clinical", clinical_mean, clinical_sd)
    spread = clinical_spread + functional_spread
    return (clinical_spread * functional + functional_spread * clinical) / spread


def classify(
    pre: npt.ArrayLike,
    post: npt.ArrayLike,
    *,
    critical: float,
    cut: float | None = None,
    tie: str = Tie.STRICT,
    higher_is_better: bool = False,
) -> Codes:
    """Which of the five outcomes is each person's?

    pre, post: n scores each, none missing. critical: the positive critical change. cut: the
    cut-off, or None; without it nobody is recovered or harmed.

    Returns n places in `CATEGORIES`. Raises BadInput as `reliable_change`, or unless
    critical > 0.

    Source: Jacobson and Truax 1991, 10.1037/0022-006X.59.1.12; on ties see `Tie`.

    >>> codes = classify([25, 25, 15, 15, 15], [15, 20, 15, 20, 25], critical=4, cut=19.5)
    >>> [str(CATEGORIES[code]) for code in codes]
    ['recovered', 'improved', 'unchanged', 'harmed', 'harmed']
    """
    if not (np.isfinite(critical) and critical > 0):
        raise BadInput("a critical change of no size", where="critical", expected="above 0")
    is_inclusive = _tie(tie) is Tie.INCLUSIVE
    before, after = pairs(pre, post)
    gain = after - before if higher_is_better else before - after
    is_beyond, near = (reaches if is_inclusive else exceeds), nearness(before, after, critical)
    is_better, is_worse = is_beyond(gain, critical, near), is_beyond(-gain, critical, near)
    codes = np.full(before.shape, CATEGORIES.index(Category.UNCHANGED), dtype=np.int8)
    codes[is_better] = CATEGORIES.index(Category.IMPROVED)
    codes[is_worse] = CATEGORIES.index(Category.DETERIORATED)
    if cut is not None:
        was_clinical, was_functional = _sides(before, cut, is_inclusive, higher_is_better)
        is_clinical, is_functional = _sides(after, cut, is_inclusive, higher_is_better)
        codes[is_better & was_clinical & is_functional] = CATEGORIES.index(Category.RECOVERED)
        codes[is_worse & was_functional & is_clinical] = CATEGORIES.index(Category.HARMED)
    return codes


def _sides(
    scores: Numbers, cut: float, is_inclusive: bool, higher_is_better: bool
) -> tuple[Flags, Flags]:
    """Who is clinical, who is functional; a score on the cut is clinical or neither."""
    distance = cut - scores if higher_is_better else scores - cut
    near = nearness(scores, cut)
    is_clinical = (reaches if is_inclusive else exceeds)(distance, 0.0, near)
    return is_clinical, exceeds(-distance, 0.0, near)


def _tie(tie: str) -> Tie:
    if tie not in tuple(Tie):
        raise BadInput(f"the tie rule {tie!r}", where="tie", expected="strict or inclusive")
    return Tie(tie)


def _standard_error(sd: float, reliability: float) -> float:
    if not (np.isfinite(sd) and sd > 0):
        raise BadInput("a standard deviation of no size", where="sd", expected="above 0")
    share_of_error = 1 - inside("reliability", reliability, low_open=False)
    return float(sd * np.sqrt(2 * share_of_error))


def _norms(group: str, mean: float | None, sd: float | None) -> tuple[float, float]:
    lacking = [name for name, value in (("mean", mean), ("SD", sd)) if value is None]
    if mean is None or sd is None:
        raise NoResult(
            f"no {group} {' and '.join(lacking)}", where="cut-off", expected="norms of that group"
        )
    if not (np.isfinite(mean) and np.isfinite(sd) and sd > 0):
        raise BadInput(
            f"a {group} mean or SD that cannot be used",
            where="cut-off",
            expected="finite numbers, the SD above 0",
        )
    return float(mean), float(sd)
