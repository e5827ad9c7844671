"""How likely was a next score? Weights that stand in for those of whom there is none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lacrima.stats.numbers import Numbers

MOST_STEPS = 50
RIDGE = 1e-2
LEAST, MOST = 0.05, 0.995


def return_weights(columns: Numbers, came: npt.NDArray[np.bool_]) -> Numbers:
    """Weights of rows with a score: as many as came, over how likely each was to come.

    columns (n, p): what is known of everybody, none missing; came (n). A logistic regression with
    a slight ridge; chances are kept between .05 and .995. Weights of those who came have a mean
    of about 1; the others get 0.

    Source: Robins, Rotnitzky and Zhao 1995, 10.1080/01621459.1995.10476493.

    >>> x = np.array([[0.0], [0], [0], [0], [1], [1], [1], [1]])
    >>> came = np.array([1, 1, 1, 1, 1, 1, 0, 0], bool)
    >>> found = return_weights(x, came)
    >>> bool(found[4] > found[0]), float(found[6])
    (True, 0.0)
    """
    x = np.column_stack([np.ones(len(came)), columns])
    target, beta = came.astype(np.float64), np.zeros(x.shape[1])
    penalty = np.full(len(beta), RIDGE)
    for _ in range(MOST_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        slope = x.T @ (target - chance) - penalty * beta
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    chance = np.clip(1 / (1 + np.exp(-np.clip(x @ beta, -30, 30))), LEAST, MOST)
    return np.asarray(np.where(came, came.mean() / chance, 0.0))
