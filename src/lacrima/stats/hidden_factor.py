"""How strong would something unseen have to be, against something seen, to explain it all?"""

from __future__ import annotations

import numpy as np

from lacrima.errors import BadInput

MOST = 1_000.0
CLOSE = 1e-9


def times_as_strong(
    estimate: float, se: float, residual_df: int, *, with_exposure: float, with_outcome: float
) -> float | None:
    """So many times as strong as a factor that was seen, a hidden one would make it 0.

    estimate, se: of the exposure, ordinary least squares. with_exposure, with_outcome: the partial
    R2 of the seen factor with the exposure, and with the outcome, the rest held equal. "Strong" is
    in these shares of variance, both at once. None: the seen factor says too little (no multiple
    of nothing is anything), or even a thousand times as strong would not do.

    Source: Cinelli and Hazlett 2020, 10.1111/rssb.12348.

    >>> round(times_as_strong(0.2, 0.05, 400, with_exposure=0.05, with_outcome=0.02), 2)
    4.92
    """
    if not (0 <= with_exposure < 1 and 0 <= with_outcome < 1 and se > 0 and residual_df > 0):
        raise BadInput("shares or errors that cannot be", where="benchmark", expected="0 to 1")
    most = min(MOST, (1 - with_exposure) / with_exposure) if with_exposure > 0 else MOST

    def is_enough(times: float) -> bool:
        return _bias(times, se, residual_df, with_exposure, with_outcome) >= abs(estimate)

    low, high = 0.0, most * (1 - CLOSE)
    if not is_enough(high):
        return None
    while high - low > CLOSE * max(1.0, high):
        middle = (low + high) / 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _bias(times: float, se: float, df: int, with_exposure: float, with_outcome: float) -> float:
    if times == 0 or with_exposure == 0 or with_outcome == 0:
        return 0.0
    exposure = times * with_exposure / (1 - with_exposure)
    room = (1 - times * with_exposure) * (1 - with_exposure)
    shared = times * with_exposure**2 / room if room > 0 else 1.0
    if shared >= 1 or exposure >= 1:
        return float("inf")
    pull = (np.sqrt(times) + np.sqrt(shared)) / np.sqrt(1 - shared)
    outcome = min(1.0, float(pull**2 * with_outcome / (1 - with_outcome)))
    return float(se * np.sqrt(df) * np.sqrt(outcome * exposure / (1 - exposure)))
