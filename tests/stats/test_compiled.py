"""Loops are compiled whether or not there is a folder to keep machine code in."""

import numba
import numpy as np

from lacrima.stats import compiled


def test_without_a_folder_to_keep_it_in_a_loop_is_compiled_anew(monkeypatch):
    njit, asked = numba.njit, []

    def without_folder(*loops, **rules):
        asked.append(rules.pop("cache", False))
        if asked[-1]:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*loops, **rules)

    monkeypatch.setattr(numba, "njit", without_folder)

    @compiled.compiled_as_written
    def total(values):
        found = 0.0
        for each in values:
            found += each
        return found

    assert total(np.arange(4.0)) == 6.0
    assert asked[:2] == [True, False]
