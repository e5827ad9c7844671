"""What is known of a sum of coefficients, such as the difference of two of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lacrima.errors import BadInput
from lacrima.stats.bayes import Posterior
from lacrima.stats.mixtures import Mixture
from lacrima.stats.numbers import Numbers


def contrast(found: Posterior, weights: Mapping[str, float]) -> Mixture:
    """What is known of the sum of coefficients, each times its weight?

    weights: of coefficients by name; those that are not named have 0. Raises BadInput for a name
    that the model does not have. Source: see `stats.bayes.posterior`.

    >>> from lacrima.stats import priors as before
    >>> from lacrima.stats.bayes import posterior
    >>> from lacrima.stats.nested import nested
    >>> x = np.column_stack([np.ones(6), [1.0, 0, 0, 1, 0, 0], [0.0, 1, 0, 0, 1, 0]])
    >>> said = before.Priors((before.INTERCEPT, before.EFFECT, before.EFFECT), (), before.RESIDUAL)
    >>> found = posterior(nested(x, np.arange(6.0), []), said, ["(Intercept)", "a", "b"])
    >>> both, one = contrast(found, {"a": 1, "b": -1}), found.coefficient("a")
    >>> bool(np.isclose(both.mean, one.mean - found.coefficient("b").mean)), both.sd > one.sd
    (True, True)
    """
    along = _along(found, weights)
    row = along @ found.turn.fixed
    spread = np.einsum("a,mab,b->m", row, found.given.covariance, row)
    means = found.given.beta @ row + float(along @ found.turn.start)
    return Mixture(means, np.sqrt(spread), found.weights)


def prior_of(found: Posterior, weights: Mapping[str, float]) -> Mixture:
    """What was taken for likely before, of the same sum."""
    row = _along(found, weights) @ np.linalg.inv(found.turn.centre)
    sd = np.sqrt(row**2 @ (1 / found.priors.precisions))
    return Mixture.normal(float(row @ found.priors.means), float(sd))


def _along(found: Posterior, weights: Mapping[str, float]) -> Numbers:
    """The weight of each coefficient, in their order."""
    for name in weights:
        if name not in found.names:
            raise BadInput(
                f"no coefficient {name!r}", where="weights", expected=", ".join(found.names)
            )
    return np.array([weights.get(name, 0.0) for name in found.names])
