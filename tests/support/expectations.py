"""The file of an expectation of another practice, as small as can be."""

from __future__ import annotations

import json
from typing import Any

FORM = {
    "form": "log(1+t)", "weight": 1.0, "begin": 0.5, "change": -0.08, "level": 0.15, "shared": -0.3,
    "slope": 0.04, "residual": 0.11, "memory": 0.2, "tau": 1.0, "begin_variance": 0.0004,
    "covariance": -0.0001, "change_variance": 0.0001,
}  # fmt: skip


def expectation(**change: Any) -> bytes:
    """Of the PHQ-9, by a network in the north."""
    told = {
        "schema": "lacrima.expectation/1", "name": "Network north", "source": "",
        "instrument": "phq-9", "minimum": 0, "maximum": 27, "higher_is_better": False,
        "whole_scores": True, "time": "sessions", "until": 12, "unit": 1, "clients": 412,
        "scores": 5012, "forms": [FORM],
    }  # fmt: skip
    return json.dumps(told | change).encode()
