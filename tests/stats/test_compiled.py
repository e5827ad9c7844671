"""Loops are compiled whether or not machine code can be kept; it is kept for its sources alone."""

from __future__ import annotations

import importlib
import inspect
import os
from pathlib import Path

import numba
import numpy as np
import pytest

from lacrima import stats
from lacrima.stats import compiled
from lacrima.stats.compiled import STAMPED, folder_for, stamp_of

SOURCES = Path(stats.__file__).parent
pytestmark = pytest.mark.skipif(
    not compiled.IS_COMPILED, reason="machine code may not be made here"
)


@pytest.fixture
def sources(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}_compiled.py").write_text(f"# {name}")
    (tmp_path / "other.py").write_text("# not compiled")
    return tmp_path


def test_the_stamp_is_another_one_when_any_compiled_file_is(sources):
    before = stamp_of(sources)
    (sources / "other.py").write_text("# something else")
    assert stamp_of(sources) == before
    (sources / "two_compiled.py").write_text("# changed")
    changed = stamp_of(sources)
    (sources / "three_compiled.py").write_text("")
    assert len({before, changed, stamp_of(sources)}) == 3


def test_what_was_kept_for_other_sources_is_taken_away(sources):
    old = folder_for(sources)
    (old / "some.nbc").write_bytes(b"code")
    (old.parent / "one.cpython-311.pyc").write_bytes(b"not ours")
    assert folder_for(sources) == old
    (sources / "one_compiled.py").write_text("# changed")
    new = folder_for(sources)
    assert new != old
    assert not old.exists()
    assert sorted(path.name for path in old.parent.iterdir()) == [new.name, "one.cpython-311.pyc"]


def test_a_folder_that_numba_was_told_is_used_and_nothing_goes_there(
    sources, tmp_path, monkeypatch
):
    told = tmp_path / "told"
    (told / f"{STAMPED}0").mkdir(parents=True)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(told))
    assert folder_for(sources) == told / f"{STAMPED}{stamp_of(sources)}"
    assert (told / f"{STAMPED}0").is_dir()


def test_where_nobody_may_write_beside_the_source_it_is_the_persons_own_cache(
    sources, tmp_path, monkeypatch
):
    (sources / "__pycache__").write_text("a file where the folder would be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    kept = folder_for(sources)
    assert kept == tmp_path / "cache" / "lacrima" / f"{STAMPED}{stamp_of(sources)}"
    (sources / "one_compiled.py").write_text("# changed")
    assert folder_for(sources).parent == kept.parent
    assert not kept.exists()


def test_a_folder_that_is_there_but_not_ours_to_write_into_is_not_used(
    sources, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    theirs = folder_for(sources)
    monkeypatch.setattr(os, "access", lambda path, how: path != theirs)
    assert folder_for(sources).is_relative_to(tmp_path / "cache")
    assert theirs.is_dir()


def test_where_nothing_can_be_kept_there_is_no_folder(sources, monkeypatch):
    (sources / "__pycache__").write_text("a file where the folder would be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(sources / "__pycache__"))
    assert folder_for(sources) is None


def test_who_has_no_home_has_no_cache(monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: Path("~").expanduser()))
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert compiled.cache_of_the_person() is None


def test_every_compiled_function_is_kept_under_the_stamp_and_numba_stays_as_it_was():
    assert compiled.FOLDER is not None
    assert Path(numba.config.CACHE_DIR or "elsewhere") != compiled.FOLDER
    found = 0
    for path in SOURCES.glob("*.py"):
        module = importlib.import_module(f"lacrima.stats.{path.stem}")
        for name, one in inspect.getmembers(
            module, lambda x: isinstance(x, numba.core.dispatcher.Dispatcher)
        ):
            if one.py_func.__module__ == module.__name__:
                assert path.stem.endswith("_compiled"), f"{name} is compiled in {path.name}"
                assert Path(one._cache._cache_path).is_relative_to(compiled.FOLDER), name
                found += 1
    assert found > 40


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
