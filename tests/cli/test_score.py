"""`lacrima score` and `lacrima questionnaire`."""

from __future__ import annotations

import io
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.main import answer
from lacrima.formats.fhir.questionnaire import questionnaire_of
from lacrima.formats.fhir.xml_in import read_xml
from lacrima.instruments.catalogue import shipped
from tests.cli.conftest import follows, lacrima

SHARED = Path(__file__).resolve().parents[3] / "shared" / "reference" / "formats"
needs_shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the reference data is not beside the project"),
]
HEAD = "person," + ",".join(f"phq9_{number}" for number in range(1, 10))
DATA = Path(__file__).resolve().parents[2] / "src" / "lacrima" / "instruments" / "data"


def scored(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The result of the verb, checked against its schema."""
    assert answer(["score", *arguments, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "score")
    return told


def refused(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> dict[str, Any]:
    """The error of the verb."""
    assert answer([*arguments, "--json"]) == code
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "error")
    return told


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """Three people: all answered, one item missing, three missing."""
    path = tmp_path / "forms.csv"
    rows = ["R 14,2,2,2,2,1,1,2,0,0", "T 02,1,1,2,,1,0,1,0,1", "K 31,3,3,,,,2,3,1,0"]
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["phq9_response_12.xml"])
class TestThePublishedResponse:
    """HL7's own example, with its total of 12."""

    pytestmark = needs_shared

    def test_its_total_is_twelve(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        told = scored(capsys, "--instrument", "phq-9", str(SHARED / name))
        [one] = told["results"]
        assert (one["total"], one["band"], one["answered"], one["missing"]) == (
            12,
            "moderate",
            9,
            0,
        )
        assert one["flags"] == []
        assert one["items"]["phq9_1"] == 2


def test_a_table_gives_a_result_a_row(forms: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = scored(capsys, "--instrument", "phq-9", str(forms))
    full, prorated, none = told["results"]
    assert [one["person"] for one in told["results"]] == ["R 14", "T 02", "K 31"]
    assert [one["row"] for one in told["results"]] == [2, 3, 4]
    assert (full["total"], full["why"], full["prorated"]) == (12, None, False)
    assert (prorated["total"], prorated["prorated"], prorated["missing"]) == (8, True, 1)
    assert (none["total"], none["band"], none["missing"]) == (None, None, 3)
    assert none["why"] == "3 of 9 items missing; at most 2 may be"
    assert none["items"]["phq9_3"] is None
    assert prorated["flags"] == [
        {"item": "phq9_9", "rule": "thoughts of death or self-harm", "value": 1}
    ]


def test_the_same_in_words(forms: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["score", "--instrument", "phq-9", str(forms)]) == 0
    told = capsys.readouterr().out
    assert "PHQ-9: 3 forms." in told
    assert "  2  R 14: 12, moderate" in told
    assert "no total (3 of 9 items missing; at most 2 may be)" in told
    assert "look at once: phq9_9 (thoughts of death or self-harm)" in told
    assert "missing in every row: phq9_difficulty" in told


def test_many_forms_are_cut_short_in_words_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "many.csv"
    path.write_text("\n".join([HEAD, *["a,1,1,1,1,1,1,1,1,1"] * 50]), encoding="utf-8")
    assert answer(["score", "--instrument", "phq-9", str(path)]) == 0
    assert "and 10 more" in capsys.readouterr().out
    assert len(scored(capsys, "--instrument", "phq-9", str(path))["results"]) == 50


def test_standard_input(forms: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(forms.read_bytes())))
    assert len(scored(capsys, "--instrument", "phq-9", "-")["results"]) == 3


def test_subscales_and_patterns_come_along(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "pcl.csv"
    head = ",".join(f"pcl5_{number}" for number in range(1, 21))
    path.write_text(f"{head}\n{','.join('2' * 20)}\n", encoding="utf-8")
    [one] = scored(capsys, "--instrument", "pcl-5", str(path))["results"]
    assert one["total"] == 40
    assert [each["total"] for each in one["subscales"]] == [10, 4, 14, 12]
    assert [each["met"] for each in one["patterns"]] == [True]


def test_a_questionnaire_without_a_total_says_why(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "proqol.json"
    items = {item.id: 2 for item in shipped()["proqol-5"].items}
    path.write_text(json.dumps(items), encoding="utf-8")
    [one] = scored(capsys, "--instrument", "proqol-5", str(path))["results"]
    assert one["total"] is None
    assert one["why"]
    assert len(one["subscales"]) == 3


class TestInstrumentsOfOnesOwn:
    """`--instrument FILE.toml`."""

    def test_a_data_file_is_read(self, tmp_path: Path, capsys: Any) -> None:
        text = (DATA / "alliance-check.toml").read_text("utf-8").replace("alliance", "mine")
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        (tmp_path / "a.json").write_text(
            '{"mine_goal": 7, "mine_task": 7, "mine_bond": 6}', "utf-8"
        )
        told = scored(capsys, "--instrument", str(tmp_path / "mine.toml"), str(tmp_path / "a.json"))
        assert told["results"][0]["total"] == 6.7

    def test_a_typing_mistake_names_file_and_line(self, tmp_path: Path, capsys: Any) -> None:
        text = (
            (DATA / "gad-7.toml")
            .read_text("utf-8")
            .replace("recall_days = 14", 'recall_days = "x"')
        )
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        told = refused(capsys, 3, "score", "--instrument", str(tmp_path / "mine.toml"), "x.csv")
        assert told["code"] == "bad-instrument"
        assert told["where"].startswith("mine.toml, line ")
        assert told["expected"].startswith("a whole number")

    @pytest.mark.parametrize("name", ["phq9", "auto", "PHQ-9"])
    def test_a_name_that_is_not_known_is_a_mistake_of_use(self, name: str, capsys: Any) -> None:
        told = refused(capsys, 2, "score", "--instrument", name, "x.csv")
        assert "phq-9" in told["expected"]

    def test_a_file_that_is_not_there(self, capsys: Any) -> None:
        told = refused(capsys, 3, "score", "--instrument", "no/such.toml", "x.csv")
        assert told["where"] == "such.toml"


class TestFhirOut:
    """`--fhir OUT.json`."""

    def test_answers_and_scores_are_written_and_read_again(
        self, forms: Path, tmp_path: Path, capsys: Any
    ) -> None:
        out = tmp_path / "out.json"
        first = scored(capsys, "--instrument", "phq-9", str(forms), "--fhir", str(out))
        assert first["fhir_losses"]
        again = scored(capsys, "--instrument", "phq-9", str(out))
        assert [one["items"] for one in first["results"]] == [
            one["items"] for one in again["results"]
        ]
        assert [one["person"] for one in again["results"]] == ["R 14", "T 02", "K 31"]
        assert again["fhir_losses"] is None
        if sys.platform != "win32":
            assert stat.S_IMODE(out.stat().st_mode) == 0o600

    def test_the_same_forms_give_the_same_bytes(
        self, forms: Path, tmp_path: Path, capsys: Any
    ) -> None:
        for name in ("a.json", "b.json"):
            scored(capsys, "--instrument", "phq-9", str(forms), "--fhir", str(tmp_path / name))
        assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()

    def test_a_file_that_is_there_stays_as_it_is(
        self, forms: Path, tmp_path: Path, capsys: Any
    ) -> None:
        out = tmp_path / "out.json"
        out.write_text("mine", encoding="utf-8")
        refused(capsys, 2, "score", "--instrument", "phq-9", str(forms), "--fhir", str(out))
        assert out.read_text("utf-8") == "mine"

    def test_a_folder_that_is_not_there(self, forms: Path, tmp_path: Path, capsys: Any) -> None:
        out = tmp_path / "nowhere" / "out.json"
        told = refused(capsys, 3, "score", "--instrument", "phq-9", str(forms), "--fhir", str(out))
        assert "folder" in told["found"]

    def test_nothing_is_written_where_a_form_is_refused(self, tmp_path: Path, capsys: Any) -> None:
        bad, out = tmp_path / "bad.csv", tmp_path / "out.json"
        bad.write_text("phq9_1\n7\n", encoding="utf-8")
        told = refused(capsys, 3, "score", "--instrument", "phq-9", str(bad), "--fhir", str(out))
        assert told["where"] == "row 2, column 'phq9_1'"
        assert not out.exists()


class TestQuestionnaire:
    """`lacrima questionnaire`."""

    def test_with_json_it_is_a_result_of_ours(self, capsys: Any) -> None:
        assert answer(["questionnaire", "--instrument", "phq-9", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        follows(told, "questionnaire")
        assert told["questionnaire"] == questionnaire_of(shipped()["phq-9"])
        assert told["losses"]

    def test_without_it_is_fhir_alone(self, capsys: Any) -> None:
        assert answer(["questionnaire", "--instrument", "phq-9"]) == 0
        assert json.loads(capsys.readouterr().out) == questionnaire_of(shipped()["phq-9"])

    def test_xml(self, capsys: Any) -> None:
        assert answer(["questionnaire", "--instrument", "who-5", "--xml"]) == 0
        assert read_xml(capsys.readouterr().out.encode())["resourceType"] == "Questionnaire"

    def test_json_and_xml_at_once_are_a_mistake_of_use(self, capsys: Any) -> None:
        refused(capsys, 2, "questionnaire", "--instrument", "phq-9", "--xml")


def test_it_works_where_there_is_no_practice(forms: Path, tmp_path: Path) -> None:
    told = lacrima("score", forms, "--instrument", "phq-9", "--json", cwd=tmp_path)
    assert told.code == 0
    follows(told.json, "score")
    told = lacrima("score", "-", "--instrument", "phq-9", "--json", typed='{"phq9_1": 1}')
    assert told.json["results"][0]["missing"] == 8
