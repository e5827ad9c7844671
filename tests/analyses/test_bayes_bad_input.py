"""What a table can do to a posterior: a clear error, or a behaviour that is stated here."""

from __future__ import annotations

import json

import numpy as np
import pytest

import lacrima
from lacrima.cli.main import answer
from lacrima.errors import BadInput, NoResult

SLOPE = "score ~ within(shed, client) + (1 + within(shed, client) | client)"
WITH = {"norm_sd": 1.0, "order": "session"}


def table(clients=12, each=8, seed=1):
    rng = np.random.default_rng(seed)
    client = np.repeat(np.arange(clients), each)
    shed = (rng.random(len(client)) < 0.2) * 1.0
    score = 0.4 * rng.normal(size=clients)[client] + 0.3 * shed + 0.6 * rng.normal(size=len(client))
    return {
        "client": [f"R {one}" for one in client],
        "session": np.tile(np.arange(1.0, each + 1), clients),
        "shed": shed,
        "score": np.round(score, 1),
    }


@pytest.fixture(params=[False, True], ids=["plain", "ar1"])
def ar1(request):
    return request.param


@pytest.mark.parametrize(
    ("made", "formula", "said"),
    [
        (lambda shed: np.full(300, 3.0), SLOPE, "the same in every row"),
        (lambda shed: np.zeros(300), SLOPE, "the same in every row"),
        (lambda shed: 2 * shed, "score ~ shed + (1 | client)", "follows from the terms"),
        (lambda shed: np.repeat(np.arange(30) / 10, 10), SLOPE, "without any variation left"),
        (lambda shed: shed * 1e200, SLOPE, "sums that are no numbers"),
    ],
)
def test_an_outcome_that_says_nothing_is_refused(made, formula, said, ar1):
    data = table(30, 10)
    data["score"] = made(data["shed"])
    with pytest.raises(NoResult, match=said) as caught:
        lacrima.bayes(formula, data, ar1=ar1, **WITH)
    assert caught.value.expected


@pytest.mark.parametrize("more", [[], ["--ar1"]])
def test_the_verb_says_so_too(tmp_path, capsys, more):
    lines = [f"R {row // 10},{row % 10},{row % 3 == 0:d},3" for row in range(300)]
    (tmp_path / "same.csv").write_text("\n".join(["client,session,shed,score", *lines]), "utf-8")
    rule = ["effects", str(tmp_path / "same.csv"), "--formula", SLOPE, "--order", "session"]
    assert answer([*rule, "--method", "bayes", "--norm-sd", "5.5", "--json", *more]) == 4
    told = json.loads(capsys.readouterr().out)
    assert told["code"] == "no-result"
    assert told["found"].startswith("score is the same in every row")
    assert told["where"] == "column score"
    assert told["expected"] == "some variation"
    assert told["next"]


@pytest.mark.parametrize("norm_sd", [1e9, 1e-9])
def test_a_norm_in_other_units_altogether_is_refused(norm_sd, ar1):
    with pytest.raises(BadInput, match="a norm's standard deviation"):
        lacrima.bayes(SLOPE, table(), norm_sd=norm_sd, order="session", ar1=ar1)


def test_an_outcome_of_billions_with_its_norm_is_the_same_posterior(ar1):
    data, far, large = table(), table(), table()
    far["score"], large["score"] = far["score"] + 1e9, large["score"] * 1e9
    one = lacrima.bayes(SLOPE, data, ar1=ar1, **WITH)
    name = one.found.found.names[1]
    plain = one.coefficient(name)
    there = lacrima.bayes(SLOPE, far, ar1=ar1, **WITH).coefficient(name)
    times = lacrima.bayes(SLOPE, large, norm_sd=1e9, order="session", ar1=ar1).coefficient(name)
    for other, by in ((there, 1.0), (times, 1e9)):
        assert other.mean / by == pytest.approx(plain.mean, abs=1e-4 * plain.sd)
        assert other.sd / by == pytest.approx(plain.sd, rel=1e-4)


def test_unix_seconds_are_an_ordinary_predictor_but_no_place_for_clients_levels(ar1):
    data = table()
    data["weeks"] = data["session"] - 1
    data["unix"] = 1.7e9 + 604_800 * data["weeks"]
    weeks = lacrima.bayes("score ~ weeks + (1 | client)", data, ar1=ar1, **WITH)
    unix = lacrima.bayes("score ~ unix + (1 | client)", data, ar1=ar1, **WITH)
    one, other = weeks.coefficient("weeks"), unix.coefficient("unix")
    assert 604_800 * other.mean == pytest.approx(one.mean, abs=1e-3 * one.sd)
    assert 604_800 * other.sd == pytest.approx(one.sd, rel=1e-3)
    with pytest.raises(BadInput, match="far from 0"):
        lacrima.bayes("score ~ unix + (1 + unix | client)", data, ar1=ar1, **WITH)
    assert lacrima.bayes("score ~ weeks + (1 + weeks | client)", data, ar1=ar1, **WITH)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_moment_that_is_never_or_always_there_stays_as_it_was_before(value, ar1):
    data = table()
    data["shed"] = np.full(96, value)
    found = lacrima.bayes("score ~ shed + (1 + shed | client)", data, ar1=ar1, **WITH)
    # Always there, it cannot be told from the level, of which next to nothing was known.
    assert found.contraction("shed") == pytest.approx(0.0, abs=0.02)
    assert found.coefficient("shed").mean == pytest.approx(0.0, abs=0.02)


def test_one_session_a_client_one_client_or_two_rows_leave_what_they_cannot_say(ar1):
    for clients, each in ((96, 1), (1, 20), (1, 2), (1, 1)):
        found = lacrima.bayes(SLOPE, table(clients, each), ar1=ar1, **WITH)
        shed = found.coefficient(found.found.found.names[1])
        assert 0 < shed.sd < 0.3 + 1e-9
        if each < 3:
            assert found.contraction(found.found.found.names[1]) == pytest.approx(0, abs=1e-6)
        if each == 1 and ar1:
            assert found.as_json()["phi"] == pytest.approx(0.206, abs=0.05)  # the prior's middle


def test_without_groups_a_chain_needs_one_row_a_place():
    data = table(1, 30)
    assert lacrima.bayes("score ~ shed", data, ar1=False, **WITH)
    with pytest.raises(BadInput, match="one session twice"):
        lacrima.bayes("score ~ shed", table(), ar1=True, **WITH)
    with pytest.raises(BadInput, match="no order"):
        lacrima.bayes("score ~ shed + (1 | client)", data, ar1=True, norm_sd=1.0)


@pytest.mark.parametrize("column", ["score", "shed"])
def test_infinities_are_refused(column, ar1):
    data = table()
    data[column] = np.where(np.arange(96) == 3, np.inf, data[column])
    with pytest.raises(BadInput, match="infinite"):
        lacrima.bayes(SLOPE, data, ar1=ar1, **WITH)
