"""Loops are compiled whether or not machine code can be kept; it is kept for its sources alone."""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from lacrima import stats
from lacrima.stats import bayes_sums, compiled, multilevel
from lacrima.stats import sums as sums_module
from lacrima.stats.bayes_sums import posterior_of_sums
from lacrima.stats.compiled import STAMPED, folder_for, stamp_of
from lacrima.stats.multilevel import fit_sums
from lacrima.stats.sums import sums_of
from tests.stats.test_bayes_sums import MODEL, priors, rows

SOURCES = Path(stats.__file__).parent
needs_machine_code = pytest.mark.skipif(
    not compiled.CAN_COMPILE, reason="machine code may not be made here"
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


ASKED = """
from lacrima.stats.compiled import is_compiled, large_job
said = [is_compiled()]
for size in (99, 100, 1):
    large_job(size, 100)
    said.append(is_compiled())
print(*said)
"""
SAID = {
    "where it is worth it": "False False True True",
    "1": "True True True True",
    "ready": "False False False False",
    "0": "False False False False",
}


@pytest.mark.parametrize("wanted", SAID)
def test_machine_code_is_waited_for_where_a_job_is_large(wanted, tmp_path):
    around = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    around.pop("LACRIMA_NUMBA", None)
    if wanted != "where it is worth it":
        around["LACRIMA_NUMBA"] = wanted
    said = subprocess.check_output([sys.executable, "-c", ASKED], env=around, text=True)
    assert said.strip() == SAID[wanted]


WAITING = """
from pathlib import Path
from lacrima.stats import compiled
said = []
compiled.CHOICE.tell = lambda: said.append("waits")
compiled.large_job(99, 100)
if {is_there}:
    (compiled.FOLDER / "some").mkdir()
    (compiled.FOLDER / "some" / "loop.nbc").touch()
compiled.large_job(100, 100)
compiled.large_job(100, 100)
print(*said)
"""


@pytest.mark.parametrize(("is_there", "said"), [(False, "waits"), (True, "")])
def test_the_first_wait_for_the_compiler_is_told_once(is_there, said, tmp_path):
    around = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    around.pop("LACRIMA_NUMBA", None)
    asked = [sys.executable, "-c", WAITING.format(is_there=is_there)]
    assert subprocess.check_output(asked, env=around, text=True).strip() == said


def test_a_large_table_many_groups_and_a_posterior_of_many_are_large_jobs(monkeypatch):
    asked = []
    for module in (sums_module, multilevel, bayes_sums):
        monkeypatch.setattr(module, "large_job", lambda size, large: asked.append((size, large)))
    table = rows()
    sums = sums_of(table, MODEL)
    fit_sums(sums, MODEL)
    posterior_of_sums(sums, MODEL, priors)
    assert asked == [(table.n, sums_module.LARGE), (24, multilevel.LARGE), (24, bayes_sums.MANY)]


@needs_machine_code
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


@needs_machine_code
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
