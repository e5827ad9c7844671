"""The examples in the docstrings of the evidence room are true."""

from __future__ import annotations

import doctest

import pytest

from lacrima.evidence import conditions, search


@pytest.mark.parametrize("module", [conditions, search])
def test_the_examples_run(module) -> None:
    told = doctest.testmod(module)
    assert told.attempted > 0
    assert told.failed == 0
