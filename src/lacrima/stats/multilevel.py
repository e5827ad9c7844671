"""Gaussian multilevel models from the cross-products of each client alone.

rows = Rows(columns={"score": y, "shed": x}, ids={"client": c, "therapist": t})
model = Model("score", fixed=(INTERCEPT, within("shed", "client")),
              levels=(Level("client", (INTERCEPT, within("shed", "client"))),
                      Level("therapist")))
fitted = fit(rows, model)                   # or: fit_sums(sums_of(rows, model), model)
print(fitted)
"""

from __future__ import annotations

from lacrima.stats.model import Model, Rows
from lacrima.stats.results import Fit
from lacrima.stats.sums import Sums


def fit(
    rows: Rows,
    model: Model,
    *,
    method: str = "reml",
    df: str = "satterthwaite",
    ar1: bool = False,
    confidence: float = 0.95,
) -> Fit:
    """Estimate a model from rows.

    method: `reml` or `ml`. df: `satterthwaite`, `kenward-roger` or `none`. ar1: residuals of one
    client follow an AR(1) in `rows.order`.
    """
    raise NotImplementedError


def fit_sums(
    sums: Sums,
    model: Model,
    *,
    method: str = "reml",
    df: str = "satterthwaite",
    confidence: float = 0.95,
    start: tuple[float, ...] | None = None,
) -> Fit:
    """Estimate a model from sums that are kept. start: an earlier fit's `theta`."""
    raise NotImplementedError
