"""Cross-products of each client: all that a Gaussian model needs to know of the rows."""

from __future__ import annotations

from dataclasses import dataclass

from lacrima.stats.model import Model, Rows


@dataclass(frozen=True, slots=True)
class Sums:
    """Per group of the finest level: cross-products of the raw columns."""


def sums_of(rows: Rows, model: Model, *, ar1: bool = False) -> Sums:
    """The sums which `model` needs, in one pass over the rows."""
    raise NotImplementedError
