"""The posterior from kept sums is that of the rows, however they came together."""

from __future__ import annotations

import doctest
from dataclasses import replace

import numpy as np
import pytest

from lacrima.errors import BadInput, NoResult
from lacrima.stats import bayes_sums
from lacrima.stats import priors as before
from lacrima.stats.bayes import posterior
from lacrima.stats.bayes_sums import posterior_of_sums
from lacrima.stats.keeping import as_bytes as kept
from lacrima.stats.keeping import from_bytes, joined, without
from lacrima.stats.model import INTERCEPT, Level, Model, Rows, between, whole, within
from lacrima.stats.nested import nested
from lacrima.stats.sums import sums_of
from lacrima.stats.turn import no_turn

SHED = within("shed", "client")
MODEL = Model(
    "score",
    (INTERCEPT, SHED, between("shed", "client"), whole("time")),
    (Level("client", (INTERCEPT, SHED)), Level("therapist", (INTERCEPT,))),
)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(bayes_sums).failed == 0


def priors(columns, levels, outcome):
    assert outcome.name == "score"
    assert [one.name for one in columns] == [term.name for term in MODEL.fixed]
    assert [level.name for level in levels] == ["client", "therapist"]
    return before.Priors(
        (before.INTERCEPT, before.EFFECT, before.BETWEEN, before.Normal(0.0, 0.01)),
        (
            before.LevelPriors((before.CLIENT_LEVEL, before.CLIENT_SLOPE)),
            before.LevelPriors((before.THERAPIST_LEVEL,)),
        ),
        before.RESIDUAL,
    )


def rows(seed=3, clients=24, each=8, start=0.0, offset=0.0):
    rng = np.random.default_rng(seed)
    client = np.repeat(np.arange(clients), each)
    shed = (rng.random(len(client)) < 0.2) * 1.0
    time = start + np.tile(np.arange(each), clients)
    score = np.round(
        rng.normal(size=clients)[client] * 0.4
        + 0.3 * shed
        + 0.02 * (time - start)
        + 0.6 * rng.normal(size=len(client)),
        1,
    )
    columns = {"score": score + offset, "shed": shed, "time": time}
    return Rows(columns, {"client": client, "therapist": client // 8})


def of_rows(data):
    return posterior_of_sums(sums_of(data, MODEL), MODEL, priors)


@pytest.mark.parametrize("start", [0.0, 20_000.0])
def test_it_is_the_posterior_of_the_rows_themselves(start):
    data = rows(start=start)
    shed, client = data.columns["shed"], data.ids["client"]
    mean = np.array([shed[client == who].mean() for who in client])
    time = data.columns["time"]
    columns = np.column_stack([np.ones(data.n), shed - mean, mean, time - time.mean()])
    family = nested(
        columns, data.columns["score"], [(client, [0, 1]), (data.ids["therapist"], [0])]
    )
    turn = no_turn(family)
    middle = np.eye(4)
    middle[0, 2] = mean.mean()
    found = of_rows(data)
    names = [term.name for term in MODEL.fixed]
    said = found.found.priors
    plain = posterior(family, said, names, turn=replace(turn, centre=middle))
    for name in names[1:]:
        one, other = found.found.coefficient(name), plain.coefficient(name)
        assert one.mean == pytest.approx(other.mean, abs=1e-6)
        assert one.sd == pytest.approx(other.sd, rel=1e-5)
    own, plain_own = found.own(SHED.name, 5), plain.own(SHED.name, group=5)
    share = [0.05, 0.5, 0.95]
    assert own.quantile(share) == pytest.approx(plain_own.quantile(share), abs=1e-6)
    line = found.found.coefficient("(Intercept)").mean + time.mean() * (
        found.found.coefficient("time").mean
    )
    assert line == pytest.approx(plain.coefficient("(Intercept)").mean, abs=1e-5)


def test_an_outcome_far_from_zero_has_the_same_effects():
    """Its intercept's prior must be told; all else is untouched."""
    plain, far = of_rows(rows()), of_rows(rows(offset=4.0))
    for name in ("within(shed, client)", "time"):
        one, other = plain.found.coefficient(name), far.found.coefficient(name)
        assert one.mean == pytest.approx(other.mean, abs=0.02 * one.sd)
    gap = far.own("(Intercept)", 3).mean - plain.own("(Intercept)", 3).mean
    assert gap == pytest.approx(4.0, abs=0.02)


def test_sums_that_were_kept_joined_or_reduced_give_the_same():
    data = rows()
    is_old = data.ids["client"] < 15
    parts = [
        Rows(
            {name: column[which] for name, column in data.columns.items()},
            {name: ids[which] for name, ids in data.ids.items()},
        )
        for which in (is_old, ~is_old)
    ]
    whole_sums = sums_of(data, MODEL)
    old, new = (sums_of(part, MODEL, scales=whole_sums.scales) for part in parts)
    together = from_bytes(kept(joined(old, new)))
    one = posterior_of_sums(together, MODEL, priors).found.coefficient("time")
    other = posterior_of_sums(whole_sums, MODEL, priors).found.coefficient("time")
    assert (one.mean, one.sd) == (
        pytest.approx(other.mean, rel=1e-9),
        pytest.approx(other.sd, rel=1e-9),
    )
    left = without(together, "client", list(range(15, 24)))
    one = posterior_of_sums(left, MODEL, priors).found.coefficient("time")
    other = posterior_of_sums(old, MODEL, priors).found.coefficient("time")
    assert one.mean == pytest.approx(other.mean, rel=1e-9)


def test_the_compiled_way_up_gives_the_same(monkeypatch):
    data = rows()
    plain = of_rows(data)
    monkeypatch.setattr(bayes_sums, "MANY", 3)
    other = of_rows(data)
    for name in ("within(shed, client)", "time"):
        one, two = plain.found.coefficient(name), other.found.coefficient(name)
        assert (two.mean, two.sd) == (pytest.approx(one.mean, rel=1e-7), pytest.approx(one.sd))
    share = [0.05, 0.5, 0.95]
    for level, group in ((0, 5), (1, 2)):
        one, two = (each.own("(Intercept)", group, level=level) for each in (plain, other))
        assert two.quantile(share) == pytest.approx(one.quantile(share), abs=1e-6)


def test_the_compiled_way_up_gives_the_same_with_clinics(monkeypatch):
    data = rows(clients=96)
    clinic = data.ids["therapist"] // 3
    data = Rows(data.columns, {**data.ids, "clinic": clinic})
    levels = (*MODEL.levels, Level("clinic", (INTERCEPT,)))
    model = Model(MODEL.outcome, MODEL.fixed, levels)
    own = (before.LevelPriors((scale,)) for scale in (before.THERAPIST_LEVEL, before.CLINIC))
    of_clients = before.LevelPriors((before.CLIENT_LEVEL, before.CLIENT_SLOPE))
    fixed = (before.INTERCEPT, before.EFFECT, before.BETWEEN, before.Normal(0.0, 0.01))
    said = before.Priors(fixed, (of_clients, *own), before.RESIDUAL)
    plain = posterior_of_sums(sums_of(data, model), model, lambda *known: said)
    monkeypatch.setattr(bayes_sums, "MANY", 3)
    other = posterior_of_sums(sums_of(data, model), model, lambda *known: said)
    for level, group in ((0, 50), (1, 7), (2, 3)):
        one, two = (each.own("(Intercept)", group, level=level) for each in (plain, other))
        assert (two.mean, two.sd) == (pytest.approx(one.mean, abs=1e-6), pytest.approx(one.sd))


@pytest.mark.parametrize("clients", [1_504, 2_400])
def test_of_thousands_of_clients_each_has_her_own(clients, monkeypatch):
    """On both sides of MANY, with more therapists than are kept at every point."""
    monkeypatch.setattr("lacrima.stats.nested.KEPT_CELLS", 500)
    found = of_rows(rows(clients=clients, each=4))
    assert len(found.levels[1].ids) == clients // 8
    assert found.found.given.passed == (None,)
    data = rows(clients=clients, each=4)
    share = [0.05, 0.5, 0.95]
    for who in (0, clients - 1):
        own, therapist = found.own(SHED.name, who), found.own("(Intercept)", who // 8, level=1)
        assert 0 < own.sd < 0.6
        score = data.columns["score"][data.ids["therapist"] == who // 8]
        shrunk = therapist.mean - found.found.coefficient("(Intercept)").mean
        assert np.abs(shrunk) < np.abs(score.mean() - data.columns["score"].mean()) + 0.1
    monkeypatch.setattr("lacrima.stats.nested.KEPT_CELLS", 1e9)
    kept = of_rows(data)
    assert kept.own(SHED.name, 7).quantile(share) == pytest.approx(
        found.own(SHED.name, 7).quantile(share), abs=1e-7
    )


def test_clients_alone_may_be_any_number():
    """Between one and two thousand the engine adds clients up in several parts."""
    model = Model("score", (INTERCEPT, whole("shed")), (Level("client"),))
    said = before.Priors(
        (before.INTERCEPT, before.EFFECT),
        (before.LevelPriors((before.CLIENT_LEVEL,)),),
        before.RESIDUAL,
    )
    data = rows(clients=1_500, each=4)
    found = posterior_of_sums(sums_of(data, model), model, lambda *known: said)
    columns = np.column_stack([np.ones(data.n), data.columns["shed"]])
    family = nested(columns, data.columns["score"], [(data.ids["client"], [0])])
    plain = posterior(family, said, ["(Intercept)", "shed"])
    one, other = found.found.coefficient("shed"), plain.coefficient("shed")
    assert one.mean == pytest.approx(other.mean, abs=1e-6)
    assert found.own("(Intercept)", 1_400).mean == pytest.approx(
        plain.own("(Intercept)", group=1_400).mean, abs=1e-6
    )


def test_columns_say_what_they_are():
    found = of_rows(rows(start=100.0))
    by_name = {one.name: one for one in found.columns}
    assert by_name["time"].mean == pytest.approx(103.5)
    assert by_name["time"].sd == pytest.approx(np.arange(8).std())
    assert not by_name["time"].is_flag
    assert by_name["within(shed, client)"].is_flag
    assert by_name["(Intercept)"].mean == pytest.approx(1.0)
    score = rows(start=100.0).columns["score"]
    assert (found.outcome.mean, found.outcome.sd) == (
        pytest.approx(score.mean()),
        pytest.approx(score.std()),
    )


def test_what_cannot_be_is_refused():
    data = rows()
    ordered = Rows(data.columns, data.ids, np.tile(np.arange(8), 24))
    with pytest.raises(BadInput, match="memory without neighbouring"):
        posterior_of_sums(sums_of(ordered, MODEL, ar1=True), MODEL, priors)
    with pytest.raises(NoResult, match="without a row"):
        of_rows(data).own(SHED.name, 99)
