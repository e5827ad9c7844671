"""`lacrima effects`: lme4's numbers, a simulated panel's truth, the command line's contract.

Golden numbers: lme4 1.1.31, lmerTest 3.1.3 and pbkrtest 0.5.2 on R 4.2.2, tolerances tightened to
1e-13; shared/reference/reml holds data and fits (its README says how they were made).
"""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.main import answer
from lacrima.stats.keeping import from_bytes
from tests.cli.conftest import follows

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "reml"
shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not beside the project"),
]
FITS = {
    "sleepstudy": "y ~ Days + (1 + Days | Subject)",
    "dyestuff": "y ~ 1 + (1 | Batch)",
    "dyestuff2": "y ~ 1 + (1 | Batch)",
    "oxboys": "y ~ age + `I(age^2)` + (1 + age | Subject)",
}
PANEL = "next(score) ~ within(shed, client) + within(heavy, client) + score + score_first"


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert answer(["effects", *arguments, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "effects")
    return told


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = answer(["effects", *arguments, "--json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "error")
    return code, told


class TestTheReference:
    pytestmark = shared

    @pytest.mark.parametrize("name", FITS)
    def test_lme4_comes_out(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        gold = json.loads((REFERENCE / "lme4.json").read_text("utf-8"))[name]
        told = found(capsys, str(REFERENCE / f"{name}.csv"), "--formula", FITS[name])
        assert told["criterion"] == pytest.approx(gold["reml"], abs=1e-7)
        assert told["sigma"] == pytest.approx(gold["sigma"], rel=1e-5)
        estimates = [one["estimate"] for one in told["coefficients"]]
        assert estimates == pytest.approx(as_list(gold["beta"]), rel=1e-8)
        errors = [one["se"] for one in told["coefficients"]]
        assert errors == pytest.approx(as_list(gold["se"]), rel=1e-5)

    @pytest.mark.parametrize("name", ["sleepstudy", "dyestuff"])
    def test_degrees_of_freedom_come_out(
        self, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        gold = json.loads((REFERENCE / "lme4.json").read_text("utf-8"))[name]
        rule = [str(REFERENCE / f"{name}.csv"), "--formula", FITS[name]]
        by_default = found(capsys, *rule)
        degrees = [one["df"] for one in by_default["coefficients"]]
        assert degrees == pytest.approx(as_list(gold["satdf"]), rel=1e-4)
        kenward = found(capsys, *rule, "--df", "kenward-roger")
        assert [one["df"] for one in kenward["coefficients"]] == pytest.approx(
            as_list(gold["krdf"]), rel=1e-6
        )

    def test_a_singular_fit_says_that_it_has_none(self, capsys: pytest.CaptureFixture[str]) -> None:
        told = found(capsys, str(REFERENCE / "dyestuff2.csv"), "--formula", FITS["dyestuff2"])
        assert told["singular"] is True
        assert told["groups"][0]["sd"] == [0.0]
        assert told["coefficients"][0]["df"] is None
        assert "singular" in told["why"]


def as_list(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("panel")
    size = ["--clients", "150", "--sessions-per-client", "10", "--therapists", "5"]
    for name in ("p.csv", "p.parquet"):
        files = ["--out", str(folder / name), "--truth", str(folder / f"{name}.json")]
        rule = [*size, "--clinics", "1", "--effect", "0.4", "--seed", "8", *files]
        assert answer(["simulate", "panel", *rule]) == 0
    return folder


MODEL = f"{PANEL} + (1 + within(shed, client) | client) + (1 | therapist)"


def test_csv_and_parquet_give_the_same_answer_and_the_truth_lies_inside(
    panel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = ["--formula", MODEL, "--order", "session"]
    one = found(capsys, str(panel / "p.csv"), *rule)
    other = found(capsys, str(panel / "p.parquet"), *rule)
    one.pop("seconds"), other.pop("seconds")
    assert one == other
    truth = {"within(shed, client)": 0.4, "within(heavy, client)": -0.15, "score": 0.6}
    for each in one["coefficients"]:
        if each["name"] in truth:
            assert abs(each["estimate"] - truth[each["name"]]) < 4 * each["se"]
    assert one["sigma"] == pytest.approx(0.6, abs=0.05)
    assert one["dropped"] == [{"reason": "no later row for next(score)", "n": 150}]
    assert one["rows_used"] + 150 == one["rows_read"] == 1500
    assert [group["name"] for group in one["groups"]] == ["client", "therapist"]


def test_the_posterior_lies_near_reml_and_shows_its_prior(
    panel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = [str(panel / "p.parquet"), "--formula", MODEL, "--order", "session"]
    reml = found(capsys, *rule)
    told = found(capsys, *rule, "--method", "bayes", "--norm-sd", "1")
    for one, other in zip(told["coefficients"], reml["coefficients"], strict=True):
        assert one["name"] == other["name"]
        assert abs(one["estimate"] - other["estimate"]) < 0.6 * other["se"]
        assert 0.7 * other["se"] < one["se"] < 1.4 * other["se"]
    assert told["accuracy"]["warning"] == ""
    before = {one["name"]: one for one in told["prior"]["coefficients"]}
    assert before["within(shed, client)"] == {"name": "within(shed, client)", "mean": 0, "sd": 0.3}
    assert before["score"] == {"name": "score", "mean": 0.6, "sd": 0.3}
    scales = {(one["name"], one["term"]): one["half_normal"] for one in told["prior"]["groups"]}
    assert scales == {
        ("client", "(Intercept)"): 0.5,
        ("client", "within(shed, client)"): 0.3,
        ("therapist", "(Intercept)"): 0.3,
    }
    assert (told["criterion"], told["phi"]) == (None, None)


def test_a_slope_of_something_counted_differs_by_its_standard_deviation(
    panel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = [str(panel / "p.csv"), "--method", "bayes", "--norm-sd", "1"]
    told = found(capsys, *rule, "--formula", "score ~ session + (1 + session | client)")
    scales = {one["term"]: one["half_normal"] for one in told["prior"]["groups"]}
    before = {one["name"]: one["sd"] for one in told["prior"]["coefficients"]}
    assert scales["(Intercept)"] == 1.0
    assert scales["session"] == pytest.approx(before["session"])
    assert scales["session"] < 0.1


def test_priors_stand_on_the_norm_and_can_be_told(
    panel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "priors.toml").write_text(
        '[coefficients]\n"within(shed, client)" = { mean = 0.0, sd = 0.001 }\n'
        '[spreads.client]\n"(Intercept)" = 0.2\n[residual]\nmedian = 0.5\nsd = 0.3\n'
        "[correlations]\nshape = 3\n",
        "utf-8",
    )
    rule = [str(panel / "p.csv"), "--formula", MODEL, "--order", "session", "--method", "bayes"]
    told = found(capsys, *rule, "--norm-sd", "2", "--priors", str(tmp_path / "priors.toml"))
    shed = next(one for one in told["coefficients"] if one["name"] == "within(shed, client)")
    assert abs(shed["estimate"]) < 0.01
    assert told["prior"]["groups"][0]["half_normal"] == 0.4
    assert told["prior"]["residual"] == {"median": 1.0, "log_sd": 0.3}
    assert told["prior"]["correlations"] == 3
    score = next(one for one in told["prior"]["coefficients"] if one["name"] == "score")
    assert score["mean"] == 0.6


def test_people_read_the_same_in_words(panel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = ["effects", str(panel / "p.csv"), "--formula", MODEL, "--order", "session"]
    assert answer(rule) == 0
    said = capsys.readouterr().out
    assert "next(score): REML" in said
    assert "150 rows left out: no later row for next(score)" in said
    assert answer([*rule, "--method", "bayes", "--norm-sd", "1"]) == 0
    assert "Posterior, 1350 of 1500 rows" in capsys.readouterr().out


def test_residuals_may_remember(panel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = ["--formula", "score ~ log(session) + (1 | client)", "--order", "session", "--ar1"]
    told = found(capsys, str(panel / "p.csv"), *rule)
    assert 0.2 < told["phi"] < 0.9


def test_the_posterior_remembers_too_and_shows_what_was_likely(
    panel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = [str(panel / "p.csv"), "--formula", "score ~ log(session) + (1 | client)"]
    rule += ["--order", "session", "--ar1"]
    bayes = ["--method", "bayes", "--norm-sd", "1"]
    reml, told = found(capsys, *rule), found(capsys, *rule, *bayes)
    assert told["phi"] == pytest.approx(reml["phi"], abs=0.05)
    assert told["quantiles"]["phi"][2] == told["phi"]
    assert told["quantiles"]["phi"] == sorted(told["quantiles"]["phi"])
    assert told["prior"]["phi"] == {"mean": 0.2, "sd": 0.2, "low": -0.2, "high": 0.9}
    for one, other in zip(told["coefficients"], reml["coefficients"], strict=True):
        assert abs(one["estimate"] - other["estimate"]) < 0.3 * other["se"]
        assert one["se"] == pytest.approx(other["se"], rel=0.15)
    assert told["accuracy"]["warning"] == ""
    assert answer(["effects", *rule, *bayes]) == 0
    assert "of a residual stays a session later" in capsys.readouterr().out
    file = tmp_path / "priors.toml"
    file.write_text("[phi]\nmean = 0.0\nsd = 0.001\nlow = -0.5\nhigh = 0.5\n", "utf-8")
    sure = found(capsys, *rule, *bayes, "--priors", str(file))
    assert abs(sure["phi"]) < 0.02
    code, refusal = refused(capsys, *rule[:-1], *bayes, "--priors", str(file))
    assert (code, refusal["found"]) == (3, "a prior of phi without AR(1)")


def test_dates_count_sessions_for_residuals_that_remember(
    panel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (panel / "p.csv").read_text("utf-8").splitlines()
    names = lines[0].split(",")
    week = names.index("session")
    dated = [f"{lines[0]},day"]
    for line in lines[1:]:
        day = date(2020, 1, 1) + timedelta(weeks=int(line.split(",")[week]))
        dated.append(f"{line},{day.isoformat()}")
    (tmp_path / "dated.csv").write_text("\n".join(dated) + "\n", "utf-8")
    rule = [str(tmp_path / "dated.csv"), "--formula", "score ~ 1 + (1 | client)", "--ar1"]
    by_day, by_session = (found(capsys, *rule, "--order", name) for name in ("day", "session"))
    assert by_day["phi"] == pytest.approx(by_session["phi"], rel=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_an_outcome_far_from_zero_has_the_same_posterior(
    panel: Path, tmp_path: Path, offset: float, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (panel / "p.csv").read_text("utf-8").splitlines()
    cells = [line.split(",") for line in lines]
    place = cells[0].index("score")
    for row in cells[1:]:
        row[place] = f"{float(row[place]) + offset:.2f}"
    (tmp_path / "far.csv").write_text("\n".join(map(",".join, cells)) + "\n", "utf-8")
    rule = ["--formula", "score ~ within(shed, client) + (1 | client)", "--method", "bayes"]
    plain = found(capsys, str(panel / "p.csv"), *rule, "--norm-sd", "1")
    far = found(capsys, str(tmp_path / "far.csv"), *rule, "--norm-sd", "1")
    for key in ("estimate", "se"):
        one, other = (told["coefficients"][1][key] for told in (plain, far))
        assert other == pytest.approx(one, rel=1e-5)
    assert far["coefficients"][0]["estimate"] == pytest.approx(
        plain["coefficients"][0]["estimate"] + offset, abs=1e-3
    )


def test_a_norm_in_other_units_is_noticed(panel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = [str(panel / "p.csv"), "--formula", "score ~ 1 + (1 | client)", "--method", "bayes"]
    assert found(capsys, *rule, "--norm-sd", "1")["why"] is None
    assert "--norm-sd in the units" in found(capsys, *rule, "--norm-sd", "27")["why"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--method", "guess"], 2),
        (["--df", "some"], 2),
        (["--method", "ml", "--df", "kenward-roger"], 2),
        (["--method", "bayes", "--df", "kenward-roger", "--norm-sd", "1"], 2),
        (["--method", "bayes"], 2),
        (["--method", "bayes", "--norm-sd", "0"], 3),
        (["--norm-sd", "1"], 2),
        (["--ar1", "--df", "kenward-roger"], 2),
        (["--confidence", "1"], 3),
        (["--formula", "score ~"], 3),
        (["--formula", "score ~ nothing"], 3),
        (["--formula", "next(score) ~ 1 + (1 | client)", "--order", "nothing"], 3),
        (["--formula", "score ~ shed + (1 | session) + (1 | client)"], 3),
        (["--method", "bayes", "--norm-sd", "1", "--priors", "nowhere.toml"], 3),
    ],
)
def test_what_cannot_be_answered_says_why(
    panel: Path, change: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = [str(panel / "p.csv"), "--formula", MODEL, "--order", "session"]
    was, told = refused(capsys, *rule, *change)
    assert (was, bool(told["found"])) == (code, True)


def test_ar1_needs_an_order(panel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = refused(
        capsys, str(panel / "p.csv"), "--formula", "score ~ shed + (1 | client)", "--ar1"
    )
    assert (code, told["expected"]) == (2, "--order COLUMN")


@pytest.mark.parametrize(
    ("text", "found_what"),
    [
        ('[coefficients]\n"x" = { mean = 0, sd = 1 }\n', "no coefficient 'x'"),
        ('[coefficients]\n"score" = { mean = 0 }\n', "missing"),
        ('[coefficients]\n"score" = { mean = 0, sd = 0 }\n', "of no size"),
        ("[spreads.clinic]\nx = 1.0\n", "no group 'clinic'"),
        ("[spreads.client]\nx = 1.0\n", "varies by client"),
        ("[more]\n", "unknown key"),
        ("nonsense", "TOML"),
    ],
)
def test_a_file_of_priors_that_does_not_fit_says_why(
    panel: Path,
    tmp_path: Path,
    text: str,
    found_what: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "priors.toml").write_text(text, "utf-8")
    rule = [str(panel / "p.csv"), "--formula", MODEL, "--order", "session", "--method", "bayes"]
    code, told = refused(capsys, *rule, "--norm-sd", "1", "--priors", str(tmp_path / "priors.toml"))
    assert code == 3
    assert found_what in told["found"]


def table(path: Path, rows: list[list[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["y", "x", "w", "g"], *rows])
    return path


ROWS = [[i % 7 + 0.5 * (i % 3), i % 2, "ab"[i % 5 > 2], f"g{i // 6}"] for i in range(60)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: [row[0], 1, *row[2:]], "in every row that is used"),
        (lambda row: [row[0], "inf" if row[3] == "g3" else 1, *row[2:]], "words and numbers"),
        (lambda row: ["one" if row[3] == "g3" else row[0], *row[1:]], "words and numbers"),
        (lambda row: [row[0], row[1], "a", row[3]], "same word"),
        (lambda row: [*row[:3], "g"], "one g only"),
        (lambda row: ["", *row[1:]], "no row"),
    ],
)
def test_bad_tables_are_refused_and_never_answered(
    tmp_path: Path, change: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(tmp_path / "bad.csv", [change(row) for row in ROWS])
    code, told = refused(capsys, str(file), "--formula", "y ~ x + w + (1 | g)")
    assert code in {3, 4}
    assert said in f"{told['found']} {told['where']} {told['expected']}"


def test_words_say_against_what_they_are_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = found(capsys, str(table(tmp_path / "t.csv", ROWS)), "--formula", "y ~ x*w + (1 | g)")
    assert told["factors"] == [{"column": "w", "reference": "a", "levels": ["a", "b"]}]
    names = [one["name"] for one in told["coefficients"]]
    assert names == ["(Intercept)", "x", "w[b]", "x:w[b]"]


@pytest.mark.parametrize("method", ["reml", "bayes"])
def test_the_sums_can_be_kept_with_the_ids_of_the_table(
    panel: Path, tmp_path: Path, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = [str(panel / "p.csv"), "--formula", MODEL, "--order", "session", "--method", method]
    rule += ["--norm-sd", "1"] if method == "bayes" else []
    told = found(capsys, *rule, "--sums-out", str(tmp_path / "sums.npz"))
    assert told["sums_file"] == str(tmp_path / "sums.npz")
    sums = from_bytes((tmp_path / "sums.npz").read_bytes())
    assert (sums.outcome, sums.names) == ("next(score)", ("client", "therapist"))
    assert sums.labels[0].tolist() == list(range(1, 151))
    assert sums.rows_used == told["rows_used"]
    code, _ = refused(capsys, *rule, "--sums-out", str(tmp_path / "sums.npz"))
    assert code == 3
