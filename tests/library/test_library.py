"""`import lacrima`: quick, and the same answers whatever holds the table."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lacrima
from lacrima import library
from lacrima.analyses.arrays_in import arrays_of
from lacrima.errors import BadFormula, BadInput, BadTable, LacrimaError, NoResult, UsageError

FUNCTIONS = [name for name in lacrima.LIBRARY if name[0].islower()]
FORMULA = "next(score) ~ within(shed, client) + score + (1 | client)"


class FakeColumn:
    """What polars and PyArrow have in common; held against both by hand (see the commit)."""

    def __init__(self, values: list[Any], kind: str = "") -> None:
        self.values, self.type = values, kind

    def to_numpy(self) -> np.ndarray:
        is_words = any(isinstance(each, str) for each in self.values)
        numbers = [np.nan if each is None else each for each in self.values]
        return np.array(self.values, dtype=object) if is_words else np.array(numbers)

    def to_pylist(self) -> list[Any]:
        return self.values


class FakeTable:
    """A table of PyArrow: `columns` are values, the names stand elsewhere."""

    def __init__(self, **columns: FakeColumn) -> None:
        self.column_names, self.columns = list(columns), list(columns.values())
        self.by_name = columns

    def __getitem__(self, name: str) -> FakeColumn:
        return self.by_name[name]


@pytest.fixture(scope="module")
def panel() -> dict[str, np.ndarray]:
    return lacrima.simulate(clients=40, sessions_per_client=8, effect=0.3, seed=4).columns


def test_importing_lacrima_loads_nothing_of_the_library() -> None:
    code = (
        "import sys, lacrima; print([m for m in ('numpy', 'duckdb', 'django') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_table_of_names_the_types_and_the_library_say_the_same() -> None:
    stub = Path(lacrima.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    assert sorted(re.findall(r"import (\w+) as \1", stub)) == sorted(lacrima.LIBRARY)
    assert sorted(library.__all__) == sorted(lacrima.LIBRARY)
    assert set(lacrima.LIBRARY) <= set(dir(lacrima))
    assert all(getattr(lacrima, name) is getattr(library, name) for name in lacrima.LIBRARY)


def test_a_name_that_is_not_there_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'effect'"):
        _ = lacrima.effect


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_asks_takes_and_refuses(name: str) -> None:
    said = inspect.getdoc(getattr(lacrima, name)) or ""
    assert said.splitlines()[0].endswith("?") or name == "score"
    for part in ("Raises", "Source", ">>> import lacrima"):
        assert part in said
    for parameter in inspect.signature(getattr(lacrima, name)).parameters:
        assert re.search(rf"\b{parameter}\b", said), parameter


def test_pandas_and_arrays_give_the_same_fit(panel: dict[str, np.ndarray]) -> None:
    here = lacrima.effects(FORMULA, panel, order="session")
    there = lacrima.effects(FORMULA, pd.DataFrame(panel), order="session")
    assert here.coefficients == there.coefficients
    assert here.rows_used == there.rows_used == 280


def test_a_table_like_those_of_polars_and_arrow_gives_the_same(
    panel: dict[str, np.ndarray],
) -> None:
    columns = {name: FakeColumn(values.tolist()) for name, values in panel.items()}
    here = lacrima.effects(FORMULA, panel, order="session")
    assert lacrima.effects(FORMULA, FakeTable(**columns), order="session").theta == here.theta


def test_every_way_of_saying_that_nothing_is_there_is_understood() -> None:
    frame = pd.DataFrame(
        {
            "words": pd.Series(["a", None, "b"], dtype="string"),
            "whole": pd.Series([1, None, 2], dtype="Int64"),
            "kind": pd.Categorical(["u", None, "v"]),
            "plain": pd.Series(["a", np.nan, "b"], dtype=object),
            "day": pd.to_datetime(["1970-01-02", None, "1970-01-03"]),
        }
    )
    found = arrays_of(frame, frame.columns)
    assert found["words"].tolist() == ["a", None, "b"]
    assert found["kind"].tolist() == ["u", None, "v"]
    assert found["plain"].tolist() == ["a", None, "b"]
    assert np.isnan(found["day"][1])
    assert found["day"][0] == 86_400
    assert arrays_of({"day": [date(2026, 1, 2), None]}, ["day"])["day"].tolist() == [
        "2026-01-02", None,
    ]  # fmt: skip


def test_words_that_arrow_keeps_as_a_dictionary_keep_their_gaps() -> None:
    table = FakeTable(word=FakeColumn(["a", None, "b"], kind="dictionary<values=string>"))
    assert arrays_of(table, ["word"])["word"].tolist() == ["a", None, "b"]


def test_days_can_be_the_order(panel: dict[str, np.ndarray]) -> None:
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(7 * panel["session"], unit="D")
    frame = pd.DataFrame(panel).assign(day=days)
    here = lacrima.effects(FORMULA, panel, order="session")
    assert lacrima.effects(FORMULA, frame, order="day").theta == here.theta


def test_a_posterior_knows_one_client(panel: dict[str, np.ndarray]) -> None:
    formula = "next(score) ~ within(shed, client) + score + (1 + within(shed, client) | client)"
    found = lacrima.bayes(formula, panel, order="session", norm_sd=1.0)
    one = found.own("within(shed, client)", "7")
    assert one.sd > found.coefficient("within(shed, client)").sd
    assert "before these" in found.sentence("within(shed, client)")


def test_priors_are_told_as_a_text(panel: dict[str, np.ndarray]) -> None:
    narrow = '[coefficients."within(shed, client)"]\nmean = 0.0\nsd = 0.001\n'
    found = lacrima.bayes(FORMULA, panel, order="session", norm_sd=1.0, priors=narrow)
    assert found.coefficient("within(shed, client)").sd < 0.0011


def test_scores_come_from_columns_of_items_too() -> None:
    items = [item.id for item in library.shipped()["gad-7"].items]
    table = {item: [2, 1] for item in items} | {"who": ["a", "b"]}
    found = lacrima.score("gad-7", table, person="who")
    assert [(each["person"], each["total"]) for each in found] == [("a", 14), ("b", 7)]


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda t: lacrima.effects("score ~", t), BadFormula),
        (lambda t: lacrima.effects("score ~ age + (1 | client)", t), BadInput),
        (lambda t: lacrima.effects("score ~ shed + (1 | client)", 5), BadInput),
        (lambda t: lacrima.effects(FORMULA, t, order="session", method="best"), UsageError),
        (lambda t: lacrima.score("no-such", t), BadInput),
        (lambda t: lacrima.score("gad-7", [[1, 2]]), BadInput),
        (lambda t: lacrima.score("gad-7", [[9] * 7]), BadInput),
        (lambda t: lacrima.gains({"who": ["a"], "s": ["x"]}, person="who", scores=["s"], cut=5),
         BadInput),
        (lambda t: lacrima.change({"who": ["a", "a"], "t": [1, 1], "s": [3, 4]}, person="who",
                                  time="t", score="s", pre="1", post="2", reliability=0.8),
         BadTable),
        (lambda t: lacrima.change({"who": ["a", None], "t": [1, 1], "s": [3, 4]}, person="who",
                                  time="t", score="s", pre="1", post="2", reliability=0.8),
         BadInput),
        (lambda t: lacrima.singlecase({"who": [], "t": [], "s": [], "p": []}, person="who",
                                      time="t", score="s", phase="p"), LacrimaError),
        (lambda t: lacrima.change({"who": ["a"], "t": [1], "s": [3]}, person="who", time="t",
                                  score="s", pre="1", post="2", reliability=0.8), NoResult),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_its_kind(
    panel: dict[str, np.ndarray], ask: Any, error: type[LacrimaError]
) -> None:
    with pytest.raises(error):
        ask(panel)
