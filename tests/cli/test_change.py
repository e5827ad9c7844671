"""`lacrima change` gives the published results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.change import COUNTS
from lacrima.cli.main import answer
from tests.cli.conftest import follows, lacrima

CLAUS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "claus_2020.csv"
needs_claus = [
    pytest.mark.shared,
    pytest.mark.skipif(not CLAUS.exists(), reason="the reference data is not beside the project"),
]
COLUMNS = ["--person", "id", "--time", "time", "--pre", "1", "--post", "4", "--json"]


def changed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The result of the verb, checked against its schema."""
    assert answer(["change", *arguments]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "change")
    return told


def five(told: dict[str, Any]) -> list[int | None]:
    """The five counts, in their order."""
    return [told[name] for name in COUNTS]


# Claus et al. 2020 with the R package clinicalsignificance (Jacobson-Truax over complete pairs).
class TestThePublishedResults:
    """HAM-D and BDI-II from admission to discharge, 40 of 43 people with both."""

    pytestmark = needs_claus

    def test_reliable_change_of_the_ham_d(self, capsys: pytest.CaptureFixture[str]) -> None:
        told = changed(capsys, str(CLAUS), *COLUMNS, "--score", "hamd", "--reliability", "0.80")
        assert told["n"] == 40
        assert told["critical_change"] == pytest.approx(4.140, abs=5e-4)
        assert five(told) == [None, 29, 10, 1, None]
        assert told["cutoff"] is None
        assert told["why"]
        assert len(told["excluded"]) == 3

    def test_with_the_cut_off_between_two_populations(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        norms = ["--functional-mean", "8", "--functional-sd", "8", "--cutoff", "c"]
        told = changed(
            capsys, str(CLAUS), *COLUMNS, "--score", "hamd", "--reliability", "0.80", *norms
        )
        assert five(told) == [26, 3, 10, 1, 0]
        assert told["cutoff"] == pytest.approx(19.887, abs=5e-4)

    def test_the_bdi_with_its_norms(self, capsys: pytest.CaptureFixture[str]) -> None:
        norms = ["--functional-mean", "7.69", "--functional-sd", "7.52", "--cutoff", "c"]
        told = changed(
            capsys, str(CLAUS), *COLUMNS, "--score", "bdi", "--reliability", "0.801", *norms
        )
        assert five(told) == [10, 8, 22, 0, 0]
        assert told["cutoff"] == pytest.approx(21.017, abs=5e-4)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three people, one of them without a second score."""
    path = tmp_path / "scores.csv"
    path.write_text("id,time,score\na,1,25\na,2,12\nb,1,18\nb,2,17\nc,1,20\nc,2,NA\n", "utf-8")
    return path


ROWS = ["--person", "id", "--time", "time", "--score", "score", "--pre", "1", "--post", "2"]


def test_a_change_is_post_minus_pre_and_a_positive_index_is_better(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = changed(capsys, str(table), *ROWS, "--reliability", "0.8", "--sd-pre", "6", "--json")
    first = told["people"][0]
    assert (first["person"], first["change"], first["category"]) == ("a", -13, "improved")
    assert first["index"] > 0
    assert [one["person"] for one in told["excluded"]] == ["c"]
    assert told["excluded"][0]["reason"]


def test_people_read_the_same_in_words(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["change", str(table), *ROWS, "--reliability", "0.8", "--sd-pre", "6"]) == 0
    told = capsys.readouterr().out
    assert "2 people with both scores; 1 left out." in told
    assert "recovered    not known" in told


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--time", "when"], 3),
        (["--post", "7"], 4),
        (["--cutoff", "z"], 3),
        (["--reliability", "2"], 3),
    ],
)
def test_what_cannot_be_answered_says_why(
    table: Path, change: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["change", str(table), *ROWS, "--reliability", "0.8", *change, "--json"]
    assert answer(arguments) == code
    told = json.loads(capsys.readouterr().out)
    follows(told, "error")
    assert told["found"]


def test_a_file_that_is_not_there_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["change", "nowhere.csv", *ROWS, "--reliability", "0.8", "--json"]) == 3
    follows(json.loads(capsys.readouterr().out), "error")


def test_it_works_where_there_is_no_practice(table: Path, tmp_path: Path) -> None:
    told = lacrima("change", table, *ROWS, "--reliability", "0.8", "--json", cwd=tmp_path)
    assert told.code == 0
    follows(told.json, "change")
