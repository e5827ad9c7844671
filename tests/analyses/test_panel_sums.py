"""The sums through a database are those of the arrays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lacrima
from lacrima.analyses.panel import PanelTable, looks_sql, parts_sql, sums_sql
from lacrima.analyses.panel_sums import sums_in_engine
from lacrima.analyses.simulated_panel import PanelTruth, simulate_panel
from lacrima.errors import BadInput, BadTable, NoResult
from lacrima.formats.engine_table import engine_over_arrays, engine_over_parquet
from lacrima.stats.columns import Scale
from lacrima.stats.keeping import as_bytes, joined, without
from lacrima.stats.model import INTERCEPT, Level, Model, Rows, between, whole, within
from lacrima.stats.multilevel import fit_sums
from lacrima.stats.sums import Sums, sums_of

SHED = within("shed", "client")
MODEL = Model(
    "score",
    (INTERCEPT, SHED, between("shed", "client"), whole("prior"), SHED * whole("prior")),
    (Level("client", (INTERCEPT, SHED)), Level("therapist")),
)
DIALECTS = ("duckdb", "postgres", "clickhouse", "bigquery", "snowflake")


def rows_of(*, seed: int = 1, clients: int = 60) -> Rows:
    """Half points, flags, a prior in tenths, some of each missing, some without a therapist."""
    rng = np.random.default_rng(seed)
    client = np.repeat(np.arange(clients) + 10, rng.integers(1, 9, clients))
    n = client.size
    columns = {
        "score": rng.integers(0, 54, n) / 2,
        "shed": (rng.random(n) < 0.2) * 1.0,
        "prior": rng.integers(-50, 90, n) / 10,
        "when": 1_700_000_000 + 60 * rng.integers(0, 10_000, n),
        "pulse": rng.normal(70, 9, n),
    }
    for name in ("score", "shed", "prior"):
        columns[name][rng.random(n) < 0.1] = np.nan
    therapist = np.array([f"t{each % 4}" for each in client])
    therapist[client == 12] = ""
    return Rows(columns, {"client": client, "therapist": therapist})


def in_engine(rows: Rows, model: Model, *, threads: int = 1, **told: object) -> Sums:
    columns = {**rows.columns, **rows.ids}
    with engine_over_arrays(columns, threads=threads) as table:
        return sums_in_engine(table.ask, PanelTable(table.name, table.kinds), model, **told)  # type: ignore[arg-type]


def taken(rows: Rows, which: np.ndarray) -> Rows:
    return Rows(
        {name: values[which] for name, values in rows.columns.items()},
        {name: values[which] for name, values in rows.ids.items()},
    )


def shuffled(rows: Rows) -> Rows:
    return taken(rows, np.random.default_rng(5).permutation(rows.n))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("is_shuffled", [False, True])
def test_sums_of_whole_units_are_those_of_the_arrays_to_the_last_bit(
    threads: int, is_shuffled: bool
) -> None:
    rows = rows_of()
    expected = sums_of(rows, MODEL)
    found = in_engine(shuffled(rows) if is_shuffled else rows, MODEL, threads=threads)
    assert as_bytes(found) == as_bytes(expected)
    assert [each.reason for each in found.dropped] == [
        "no group", "no score", "no shed", "no prior",
    ]  # fmt: skip


def test_thousands_of_clients_on_two_threads_give_the_same_bits_in_any_order() -> None:
    rows = rows_of(seed=2, clients=30_000)
    expected = as_bytes(sums_of(rows, MODEL))
    assert as_bytes(in_engine(rows, MODEL, threads=2)) == expected
    assert as_bytes(in_engine(shuffled(rows), MODEL, threads=2)) == expected


def test_sums_of_other_numbers_agree_to_rounding() -> None:
    rows = rows_of()
    model = Model("pulse", (INTERCEPT, SHED, whole("prior")), MODEL.levels)
    expected, found = sums_of(rows, model), in_engine(shuffled(rows), model, threads=2)
    assert found.scales == expected.scales
    assert found.scales["pulse"].units is None
    np.testing.assert_allclose(found.cross, expected.cross, rtol=1e-12, atol=1e-9)


def test_a_constant_is_taken_off_in_the_database() -> None:
    rows = rows_of()
    model = replace(MODEL, fixed=(INTERCEPT, SHED, whole("when")))
    expected, found = sums_of(rows, model), in_engine(rows, model)
    assert found.scales["when"].shift > 1e9
    assert as_bytes(found) == as_bytes(expected)


def test_products_too_large_for_an_integer_of_the_machine_are_summed_exactly() -> None:
    size = 3_000_000.0
    rows = Rows(
        {"y": np.array([size, -size, 3.0, 5.0]), "x": np.array([size, -size, 1.0, 1.0])},
        {"g": np.array([1, 1, 1, 2])},
    )
    model = Model("y", (INTERCEPT, whole("x") * whole("x")), (Level("g"),))
    found = in_engine(rows, model)
    exact = int(size) ** 4 * 2 + 1
    assert found.cross[0, 3] == float(exact)


def test_huge_whole_numbers_do_not_overflow() -> None:
    rows = Rows({"y": np.array([1e300, 2.0]), "x": np.array([1.0, 0])}, {"g": np.array([1, 2])})
    model = Model("y", (INTERCEPT, whole("x")), (Level("g"),))
    assert as_bytes(in_engine(rows, model)) == as_bytes(sums_of(rows, model))


def test_withdrawing_a_client_leaves_what_there_is_without_her() -> None:
    rows = rows_of()
    rows = taken(rows, rows.ids["therapist"] != "")
    others = taken(rows, rows.ids["client"] != 15)
    left = without(in_engine(rows, MODEL), "client", [15])
    found = in_engine(others, MODEL, scales=left.scales)
    assert np.array_equal(left.cross, found.cross)
    assert np.array_equal(left.total, found.total)


def test_sums_of_two_places_are_joined_in_one_scale() -> None:
    rows = rows_of()
    rows = taken(rows, rows.ids["therapist"] != "")
    is_first = rows.ids["client"] < 40
    one, two = taken(rows, is_first), taken(rows, ~is_first)
    first = in_engine(one, MODEL)
    both = joined(first, in_engine(two, MODEL, scales=first.scales))
    assert np.array_equal(both.cross, in_engine(rows, MODEL, scales=first.scales).cross)


def test_numbers_finer_than_those_that_are_kept_are_refused_here_as_there() -> None:
    rows = rows_of()
    kept = sums_of(rows, MODEL).scales
    finer = Rows({**rows.columns, "score": rows.columns["score"] + 0.25}, rows.ids)
    said = []
    for ask in (sums_of, in_engine):
        with pytest.raises(BadInput, match="finer") as refused:
            ask(finer, MODEL, scales=kept)  # type: ignore[operator]
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_ids_that_are_used_again_are_told_apart_by_their_therapist() -> None:
    rows = rows_of()
    again = Rows(rows.columns, {**rows.ids, "client": rows.ids["client"] % 21})
    model = Model("score", (INTERCEPT, whole("prior")), (Level("therapist/client"),))
    assert as_bytes(in_engine(again, model)) == as_bytes(sums_of(again, model))
    with pytest.raises(BadInput, match="more than one therapist") as refused:
        in_engine(again, MODEL)
    assert "rows" not in refused.value.found
    assert "therapist/client" in refused.value.next_step


def test_a_model_without_levels_is_one_group() -> None:
    rows = rows_of()
    model = Model("score", (INTERCEPT, whole("prior")))
    assert as_bytes(in_engine(rows, model)) == as_bytes(sums_of(rows, model))


def test_the_same_fit_comes_out() -> None:
    rows = rows_of(clients=200)
    here, there = (
        fit_sums(each, MODEL) for each in (sums_of(rows, MODEL), in_engine(rows, MODEL, threads=2))
    )
    assert here.coefficients == there.coefficients
    assert here.groups == there.groups


@pytest.mark.parametrize("values", [[1.0, np.inf, 2.0], [-np.inf, 1.0, 2.0]])
def test_an_infinite_number_is_refused_with_its_column(values: list[float]) -> None:
    rows = Rows({"y": np.array(values)}, {"g": np.array([1, 1, 2])})
    with pytest.raises(BadInput, match="infinite") as refused:
        in_engine(rows, Model("y", (INTERCEPT,), (Level("g"),)))
    assert refused.value.where == "column y"


def test_text_and_columns_that_are_not_there_are_refused() -> None:
    rows = rows_of()
    with pytest.raises(BadInput, match="text among numbers"):
        in_engine(rows, Model("therapist", (INTERCEPT,), (Level("client"),)))
    with pytest.raises(BadInput, match="no column 'age'"):
        in_engine(rows, Model("score", (INTERCEPT, whole("age"))))
    with pytest.raises(BadInput, match="no column 'clinic'"):
        in_engine(rows, Model("score", (INTERCEPT,), (Level("clinic"),)))


def test_rows_of_which_none_can_be_used_have_no_sums() -> None:
    rows = Rows({"y": np.array([np.nan, np.nan])}, {"g": np.array([1, 2])})
    with pytest.raises(NoResult):
        in_engine(rows, Model("y", (INTERCEPT,), (Level("g"),)))


def test_a_parquet_file_is_added_up_where_it_lies(tmp_path: Path) -> None:
    made = simulate_panel(PanelTruth(3, 200, 6, therapists=10, clinics=2, effect=0.3))
    columns = dict(made.columns)
    path = tmp_path / "panel.parquet"
    from_arrays = {
        name: values / 100 if name in made.hundredths else values
        for name, values in columns.items()
    }
    with engine_over_arrays(from_arrays) as table:
        engine = table._engine
        engine.execute(f"COPY {table.name} TO 'memory://table.parquet' (FORMAT parquet)")
        path.write_bytes(engine_file(engine))
    rows = Rows(from_arrays, {name: columns[name] for name in ("client", "therapist")})
    model = Model("score", (INTERCEPT, SHED, whole("heavy")), MODEL.levels)
    with engine_over_parquet(path, threads=2) as table:
        found = sums_in_engine(table.ask, PanelTable(table.name, table.kinds), model)
    assert as_bytes(found) == as_bytes(sums_of(rows, model))


def engine_file(engine: object) -> bytes:
    told = engine.execute("SELECT content FROM read_blob('memory://table.parquet')")  # type: ignore[attr-defined]
    return bytes(told.fetchone()[0])


def test_a_file_that_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "panel.parquet"
    path.write_bytes(b"PAR1 and nothing else PAR1")
    with pytest.raises(BadTable, match="damaged"), engine_over_parquet(path):
        pass


def test_the_engine_reaches_nothing_outside_and_its_settings_are_locked(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n", encoding="utf-8")
    with engine_over_arrays({"a": np.array([1.0])}) as table:
        for question in (
            f"FROM read_csv('{outside}')",
            f"COPY panel TO '{tmp_path / 'out.csv'}'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(BadTable):
                table.ask(question)
        settings = table.ask(
            "SELECT current_setting('temp_directory') t, current_setting('lock_configuration') l"
        )
        assert (settings["t"][0], bool(settings["l"][0])) == ("", True)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_questions_are_written_for_databases_that_we_never_meet(dialect: str) -> None:
    kinds = dict.fromkeys(("score", "prior"), "float64") | {"shed": "boolean"}
    table = PanelTable("panel", kinds | {"client": "int64", "therapist": "string"})
    scales = {name: Scale(2, 1e9, 54.0) for name in ("score", "shed", "prior")}
    looks = looks_sql(table, MODEL, dialect=dialect)
    looks += parts_sql(table, MODEL, [0, 2], dialect=dialect)
    sums = sums_sql(table, MODEL, scales, rows=10**10, dialect=dialect)
    assert not any(word in looks + sums for word in (" OVER ", " JOIN ", "LAG("))
    assert "1000000000" in sums
    assert sums.count("GROUP BY") == 1


def test_one_place_knows_ibis() -> None:
    root = Path(lacrima.__file__).parent
    knowing = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "import ibis" in path.read_text(encoding="utf-8")
    ]
    assert knowing == ["analyses/panel.py"]
