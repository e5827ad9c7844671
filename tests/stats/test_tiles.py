"""Products of rows, added up by three loops: the same numbers, to the last bit."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lacrima.stats import sums as sums_module
from lacrima.stats.columns import scale_of
from lacrima.stats.look_compiled import look
from lacrima.stats.model import Rows
from lacrima.stats.sums import sums_of
from lacrima.stats.sums_compiled import add_products, add_products_plainly
from lacrima.stats.tiles_compiled import add_tiles
from tests.stats.shapes import MODELS, practice, shuffled

RUNS = st.lists(st.tuples(st.integers(-1, 4), st.integers(1, 9)), max_size=20)


@given(RUNS, st.integers(1, 14), st.integers(0, 2**32 - 1))
def test_every_loop_gives_the_same_sums(runs, columns, seed):
    of_row = np.repeat([client for client, _ in runs], [length for _, length in runs]).astype(int)
    raw = np.random.default_rng(seed).normal(size=(1 + columns, of_row.size))
    raw[0] = 1.0
    found = []
    for add in (add_products_plainly, add_products, add_tiles):
        cross = np.zeros((5, (1 + columns) * (2 + columns) // 2))
        cross[:, 0] = 3.0
        add(raw, of_row, cross)
        found.append(cross)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


@pytest.mark.parametrize("case", ["two", "three", "five"])
@pytest.mark.parametrize("is_shuffled", [False, True])
def test_sums_are_the_same_compiled_and_in_numpy(case, is_shuffled, monkeypatch):
    rows = practice(31, clients=200)
    rows = shuffled(rows) if is_shuffled else rows
    compiled = sums_of(rows, MODELS[case])
    monkeypatch.setattr(sums_module, "is_compiled", lambda: False)
    plain = sums_of(rows, MODELS[case])
    assert np.array_equal(compiled.cross, plain.cross)


@given(RUNS, st.integers(1, 9), st.sampled_from(["two", "four"]), st.integers(0, 2**32 - 1))
def test_sums_are_the_same_wherever_a_chunk_ends(runs, chunk, case, seed):
    client = np.repeat([each for each, _ in runs], [length for _, length in runs]).astype(float)
    chance = np.random.default_rng(seed)
    n = client.size
    names = {name: chance.normal(size=n) for name in ("score", "shed", "prior")}
    names["prior"][chance.random(n) < 0.2] = np.nan
    client[client < 0] = np.nan
    rows = Rows(names, {"client": client, "therapist": client // 2, "clinic": client // 4})
    assume((np.isfinite(client) & np.isfinite(names["prior"])).any())
    found = []
    for size, is_compiled in ((chunk, True), (n, True), (chunk, False), (n, False)):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sums_module, "CHUNK", size)
            patched.setattr(sums_module, "is_compiled", lambda is_on=is_compiled: is_on)
            found.append(sums_of(rows, MODELS[case]))
    for each in found[1:]:
        assert np.array_equal(found[0].cross, each.cross)
        assert np.array_equal(found[0].total, each.total)
        assert found[0].dropped == each.dropped


@pytest.mark.parametrize(
    ("odd", "units"), [(2.0**60, 1), (0.5, 2), (-(2.0**51) - 0.5, 2), (1e-300, None)]
)
def test_what_is_huge_or_broken_is_looked_at_once_more(odd, units):
    values = np.array([1.0, odd, 3.0])
    assert not look(values)[3]
    assert scale_of("score", values).units == units
