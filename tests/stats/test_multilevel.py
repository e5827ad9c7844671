"""Estimates, criterion, degrees of freedom and shrunken values against lme4 and its companions.

Golden numbers: tests/stats/golden/multilevel.json, made by multilevel.R beside it (lme4 1.1.31,
lmerTest 3.1.3, pbkrtest 0.5.2, nlme 3.1.162). The fits in the folder `shared` were made by others.
"""

import csv
import doctest
import json
from pathlib import Path

import numpy as np
import pytest

from lacrima.errors import BadInput, NoResult, UsageError
from lacrima.stats import multilevel, prediction, shrinkage, student
from lacrima.stats.model import INTERCEPT, Level, Model, Rows, whole
from lacrima.stats.multilevel import fit, fit_at, fit_sums
from lacrima.stats.prediction import predicted
from lacrima.stats.shrinkage import shrunken
from lacrima.stats.sums import sums_of
from tests.stats.shapes import GOLDEN, MODELS, golden_rows

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "reml"
MIXED = [name for name in MODELS if not name.startswith("serial")]


@pytest.mark.parametrize("module", [multilevel, prediction, shrinkage, student])
def test_the_examples_in_the_docstrings_run(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert found.failed == 0


def list_of(value):
    return np.atleast_1d(np.array(value, dtype=np.float64))


def estimates(found, case):
    values = np.array([each.estimate for each in found.coefficients])
    if case == "far":  # R was given the year less 2020
        values[0] += 2020 * values[1]
    return values


@pytest.mark.parametrize("case", MIXED)
def test_the_criterion_at_lme4s_own_covariances_is_lme4s(case):
    golden, sums = GOLDEN[case]["fit"], sums_of(golden_rows(case), MODELS[case])
    reml = fit_at(sums, MODELS[case], list_of(golden["theta"]))
    ml = fit_at(sums, MODELS[case], list_of(golden["ml_theta"]), method="ml")
    assert reml.criterion == pytest.approx(golden["reml"], rel=0, abs=1e-9)
    assert ml.criterion == pytest.approx(golden["ml"], rel=0, abs=1e-9)
    assert estimates(reml, case) == pytest.approx(list_of(golden["beta"]), rel=1e-9)
    assert estimates(ml, case) == pytest.approx(list_of(golden["ml_beta"]), rel=1e-9)
    assert reml.sigma == pytest.approx(golden["sigma"], rel=1e-9)
    assert ml.sigma == pytest.approx(golden["ml_sigma"], rel=1e-9)


@pytest.mark.parametrize("case", MIXED)
def test_the_minimum_is_lme4s_or_lower(case):
    golden = GOLDEN[case]["fit"]
    found = fit(golden_rows(case), MODELS[case])
    assert found.criterion <= golden["reml"] + 1e-9
    assert found.criterion == pytest.approx(golden["reml"], rel=0, abs=1e-7)
    assert found.theta == pytest.approx(list_of(golden["theta"]), abs=2e-5)
    assert found.singular == golden["singular"]


@pytest.mark.parametrize("case", [name for name in MIXED if name not in ("singular", "far")])
def test_degrees_of_freedom_are_those_of_lmertest_and_pbkrtest(case):
    golden, sums = GOLDEN[case]["fit"], sums_of(golden_rows(case), MODELS[case])
    theta = list_of(golden["theta"])
    plain = fit_at(sums, MODELS[case], theta, df="satterthwaite")
    adjusted = fit_at(sums, MODELS[case], theta, df="kenward-roger")
    assert [each.se for each in plain.coefficients] == pytest.approx(
        list_of(golden["se"]), rel=1e-9
    )
    # lmerTest differentiates numerically, so it is the less exact of the two
    df = [each.df for each in plain.coefficients]
    assert df == pytest.approx(list_of(golden["satterthwaite"]), rel=1e-5)
    se, df = zip(*((each.se, each.df) for each in adjusted.coefficients), strict=True)
    assert se == pytest.approx(list_of(golden["kr_se"]), rel=1e-8)
    assert df == pytest.approx(list_of(golden["kr_df"]), rel=1e-8)


def test_shifted_columns_keep_their_degrees_of_freedom():
    golden = GOLDEN["far"]["fit"]
    for df, key in (("satterthwaite", "satterthwaite"), ("kenward-roger", "kr_df")):
        found = fit(golden_rows("far"), MODELS["far"], df=df)
        assert [each.df for each in found.coefficients[1:]] == pytest.approx(
            golden[key][1:], rel=1e-5
        )


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("case", ["serial", "serial_alone"])
def test_serial_residuals_over_gaps_are_those_of_nlme(case, method):
    golden = GOLDEN[case]["fit"][method]
    found = fit(golden_rows(case), MODELS[case], method=method, ar1=True)
    assert found.criterion == pytest.approx(golden["criterion"], rel=0, abs=1e-8)
    assert found.phi == pytest.approx(golden["phi"], abs=1e-6)
    assert estimates(found, case) == pytest.approx(golden["beta"], rel=1e-5)
    # gls corrects standard errors under ML by n / (n - p); lme and lme4 do not
    n = GOLDEN[case]["fit"]["n"]
    by_gls = ((n - 3) / n) ** 0.5 if (case, method) == ("serial_alone", "ml") else 1.0
    se = np.array(golden["se"]) * by_gls
    assert [each.se for each in found.coefficients] == pytest.approx(se, rel=1e-5)
    assert found.sigma == pytest.approx(golden["sigma"], rel=1e-6)


@pytest.mark.parametrize("case", ["two", "three", "five", "four", "singular", "varying_only"])
def test_shrunken_values_are_lme4s(case):
    golden, sums = GOLDEN[case]["fit"], sums_of(golden_rows(case), MODELS[case])
    found = fit_at(sums, MODELS[case], list_of(golden["theta"]))
    for level, expected in golden["ranef"].items():
        own = shrunken(sums, MODELS[case], found, level)
        assert own.deviation == pytest.approx(np.array(expected), abs=1e-10)
        assert bool(own.why) == found.singular
    if found.singular:
        assert np.isnan(own.total_se).all()
        assert np.isfinite(own.total).all()


def test_the_errors_of_shrunken_values_are_hendersons():
    """The inverse of the mixed model equations, and something more for what the SDs leave open."""
    rows, model = golden_rows("three"), MODELS["three"]
    sums = sums_of(rows, model)
    found = fit_sums(sums, model)
    inverse, client, therapist = henderson(rows, found)
    own, hers = (shrunken(sums, model, found, level) for level in ("client", "therapist"))
    places = 5 + np.arange(client)
    for term in range(2):
        least = np.diagonal(inverse)[places + term * client] ** 0.5
        assert (own.deviation_se[:, term] > least).all()
        assert own.deviation_se[:, term] == pytest.approx(least, rel=0.15)
    least = np.diagonal(inverse)[5 + 2 * client :] ** 0.5
    assert (hers.deviation_se[:, 0] > least).all()
    assert therapist == hers.ids.size


def henderson(rows, found):
    """The inverse of the coefficients of the mixed model equations of the model `three`."""
    shed, client, therapist = (
        rows.columns["shed_w"],
        rows.ids["client"][:, None] == np.unique(rows.ids["client"]),
        rows.ids["therapist"][:, None] == np.unique(rows.ids["therapist"]),
    )
    fixed = [np.ones(rows.n), shed, *(rows.columns[x] for x in ("shed_b", "prior", "session"))]
    table = np.column_stack([*fixed, client, client * shed[:, None], therapist])
    own, hers = (np.array(group.covariance) for group in found.groups)
    penalty = np.zeros((table.shape[1],) * 2)
    many = client.shape[1]
    penalty[5 : 5 + 2 * many, 5 : 5 + 2 * many] = np.kron(np.linalg.inv(own), np.eye(many))
    penalty[5 + 2 * many :, 5 + 2 * many :] = np.eye(therapist.shape[1]) / hers[0, 0]
    inverse = np.linalg.inv(table.T @ table / found.sigma**2 + penalty)
    return inverse, many, therapist.shape[1]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["sleepstudy", "dyestuff", "dyestuff2", "oxboys"])
def test_fits_that_others_made(name):
    if not SHARED.exists():
        pytest.skip("the reference data are not beside the project")
    golden = json.loads((SHARED / "lme4.json").read_text(encoding="utf-8"))[name]
    rows, model = shared_case(name, golden)
    sums = sums_of(rows, model)
    theta = list_of(golden["theta"])
    there = fit_at(sums, model, theta)
    assert there.criterion == pytest.approx(golden["reml"], rel=0, abs=1e-9)
    assert estimates(there, name) == pytest.approx(list_of(golden["beta"]), rel=1e-9)
    best = fit_sums(sums, model, df="kenward-roger")
    assert best.theta == pytest.approx(theta, abs=1e-6)
    if golden["krdf"] is not None:
        df = [each.df for each in best.coefficients]
        assert df == pytest.approx(list_of(golden["krdf"]), rel=1e-8)


def shared_case(name, golden):
    with (SHARED / f"{name}.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    group = golden["grp"]
    columns = {
        each: np.array([float(row[each]) for row in table]) for each in table[0] if each != group
    }
    fixed = [whole(each) for each in columns if each not in ("y", "(Intercept)")]
    varying = golden["cnms"][group]
    terms = [varying] if isinstance(varying, str) else varying
    level = Level(
        group, tuple(INTERCEPT if each == "(Intercept)" else whole(each) for each in terms)
    )
    rows = Rows(columns, {group: np.array([row[group] for row in table])})
    return rows, Model("y", (INTERCEPT, *fixed), (level,))


def test_kenward_roger_is_for_reml_without_serial_residuals():
    rows, model = golden_rows("serial"), MODELS["serial"]
    with pytest.raises(UsageError, match="linear"):
        fit(rows, model, method="ml", df="kenward-roger")
    with pytest.raises(UsageError, match="linear"):
        fit(rows, model, ar1=True, df="kenward-roger")


def test_a_singular_fit_has_no_degrees_of_freedom_and_says_why():
    found = fit(golden_rows("singular"), MODELS["singular"], df="kenward-roger")
    assert found.singular
    assert [each.df for each in found.coefficients] == [None] * 3
    assert "singular" in found.why
    assert "singular" in str(found)


def test_a_fit_begun_where_an_earlier_one_ended_takes_two_steps():
    sums = sums_of(golden_rows("three"), MODELS["three"])
    first = fit_sums(sums, MODELS["three"])
    again = fit_sums(sums, MODELS["three"], start=first)
    assert again.criterion == pytest.approx(first.criterion, rel=1e-13)
    assert again.evaluations <= 2


def test_a_fit_prints_says_and_serialises_itself():
    found = fit(golden_rows("two"), MODELS["two"])
    assert "within(shed, client)" in str(found)
    assert found.sentence("prior").startswith("Per unit of prior, score differs by 0.")
    as_json = found.as_json()
    json.dumps(as_json, allow_nan=False)
    assert {"rows_read", "coefficients", "groups", "criterion", "phi", "why"} <= set(as_json)


@pytest.mark.parametrize("case", ["two", "three", "five", "far"])
def test_predictions_of_known_clients_are_lme4s_fitted_values(case):
    golden, rows, model = GOLDEN[case]["fit"], golden_rows(case), MODELS[case]
    sums = sums_of(rows, model)
    found = predicted(sums, model, fit_at(sums, model, list_of(golden["theta"])), rows)
    assert found.expected == pytest.approx(np.array(golden["fitted"]), rel=1e-9)
    assert (found.se_new > found.se).all()


def test_of_a_new_client_everybodys_spread_is_expected():
    rows, model = golden_rows("four"), MODELS["four"]
    sums = sums_of(rows, model)
    found = fit_sums(sums, model)
    columns = {"shed": np.array([1.0, 1.0]), "prior": np.array([14.0, 14.0])}
    ids = {
        "client": np.array([1, 9999]),
        "therapist": np.array([1, 1]),
        "clinic": np.array([1, 1]),
    }
    known, new = predicted(sums, model, found, Rows(columns, ids)).se
    assert new**2 > found.groups[0].covariance[0][0] > known**2
    three = MODELS["three"]
    other, more = sums_of(golden_rows("three"), three), {**columns, "session": np.array([1.0, 1.0])}
    split = fit_sums(other, three)
    with pytest.raises(BadInput, match="nothing is known"):
        predicted(other, three, split, Rows(more, ids))


def test_sessions_far_apart_say_nothing_of_what_stays():
    rng, client = np.random.default_rng(4), np.repeat(np.arange(20), 3)
    apart = np.tile(np.arange(3) * 40, 20)
    model = Model("y", (INTERCEPT,), (Level("client", (INTERCEPT,)),))
    score = rng.normal(size=60) + rng.normal(size=20)[client]
    with pytest.raises(NoResult, match="near each other"):
        fit(Rows({"y": score}, {"client": client}, apart), model, ar1=True)


def test_what_stays_of_a_residual_stands_below_the_table():
    rng, client = np.random.default_rng(4), np.repeat(np.arange(20), 6)
    model = Model("y", (INTERCEPT,), (Level("client", (INTERCEPT,)),))
    rows = Rows({"y": rng.normal(size=120)}, {"client": client}, np.tile(np.arange(6), 20))
    found = fit(rows, model, ar1=True, df="none")
    assert f"{found.phi:.3f} of a residual stays a session later" in str(found)
    assert "stays" not in str(fit(rows, model, df="none"))
