"""Every example in a docstring of the rooms below the practice runs, and says what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import lacrima.analyses
import lacrima.evidence
import lacrima.instruments
import lacrima.moments
import lacrima.stats

ROOMS = (lacrima.stats, lacrima.analyses, lacrima.instruments, lacrima.moments, lacrima.evidence)
FEWEST = 60


def below(room: ModuleType) -> list[str]:
    return [one.name for one in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]


NAMES = [name for room in ROOMS for name in below(room)]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_module_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [
        example
        for name in NAMES
        for test in finder.find(importlib.import_module(name))
        for example in test.examples
    ]
    assert len(found) >= FEWEST
