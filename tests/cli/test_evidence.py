"""lacrima evidence list and check: one object, the right exit code, and the how-to that runs."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from lacrima.evidence.library import FILES, read_library
from lacrima.evidence.words import Kind
from tests.cli.conftest import faults, lacrima, schema
from tools.docs import ROOT

HOW_TO = ROOT / "docs" / "how-to" / "add-a-study.md"
EXAMPLE = re.compile(r"```toml ([\w.]+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files that one may change."""
    shipped = resources.files("lacrima.evidence") / "data"
    for name in FILES.values():
        (tmp_path / name).write_bytes((shipped / name).read_bytes())
    return tmp_path


def test_check_counts_what_ships() -> None:
    answered = lacrima("evidence", "check", "--json")
    assert answered.code == 0
    assert list(faults(answered.json, schema("evidence-check"))) == []
    assert answered.json["counts"]["claims"] == 75
    assert answered.json["counts"]["questions"] == 14
    assert answered.json["folder"] is None


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_is_listed_as_often_as_it_is_counted(kind: Kind) -> None:
    answered = lacrima("evidence", "list", "--kind", kind.value, "--json")
    assert answered.code == 0
    assert list(faults(answered.json, schema("evidence-list"))) == []
    counted = lacrima("evidence", "check", "--json").json["counts"]
    assert answered.json["count"] == len(answered.json["results"]) == counted[kind.value]
    assert {one["kind"] for one in answered.json["results"]} == {kind.value}


def test_a_search_gives_the_best_first_with_grades_and_what_it_rests_on() -> None:
    asked = ("--search", "compassion", "--kind", "claims", "--grade", "contradicted", "--json")
    told = lacrima("evidence", "list", *asked).json
    assert told["is_whole"] is True
    assert [one["id"] for one in told["results"]] == ["54", "55"]
    assert told["results"][0]["grades"] == ["contradicted"]
    assert told["results"][0]["entry"]["basis"]["studies"] == ["blume-marcovici-2013"]


def test_words_for_people_say_when_nothing_was_found() -> None:
    answered = lacrima("evidence", "list", "--search", "zebra")
    assert answered.code == 0
    assert answered.out.strip() == "Nothing here has these words."


def test_a_kind_that_is_none_is_a_matter_of_usage() -> None:
    answered = lacrima("evidence", "list", "--kind", "opinions", "--json")
    assert answered.code == 2
    assert answered.json["code"] == "usage"


def test_a_mistake_in_a_folder_is_told_with_file_line_and_what_was_expected(folder: Path) -> None:
    text = (folder / "figures.toml").read_text(encoding="utf-8")
    (folder / "figures.toml").write_text(
        text.replace("value = 56.5", 'value = "many"'), encoding="utf-8"
    )
    answered = lacrima("evidence", "check", "--folder", folder, "--json")
    assert answered.code == 3
    assert answered.json["code"] == "bad-evidence"
    line = text.splitlines().index("value = 56.5") + 1
    assert answered.json["where"] == f"figures.toml, line {line}, figure[0].value"
    assert answered.json["expected"] == "a number"


def test_a_folder_that_is_not_there_or_lacks_a_file_is_refused(folder: Path) -> None:
    assert lacrima("evidence", "check", "--folder", folder / "no", "--json").code == 3
    (folder / "gaps.toml").unlink()
    answered = lacrima("evidence", "check", "--folder", folder, "--json")
    assert (answered.code, answered.json["where"]) == (3, "gaps.toml")


def test_a_file_that_is_far_too_large_is_not_read(folder: Path) -> None:
    with (folder / "gaps.toml").open("ab") as file:
        file.truncate(6_000_000)
    answered = lacrima("evidence", "check", "--folder", folder, "--json")
    assert answered.code == 3
    assert "too large" in answered.json["found"]


def test_the_how_to_adds_a_study_that_is_then_found(folder: Path) -> None:
    examples = EXAMPLE.findall(HOW_TO.read_text(encoding="utf-8"))
    assert [name for name, _text in examples] == [
        "sources.toml",
        "studies.toml",
        "figures.toml",
        "arguments.toml",
    ]
    for name, text in examples:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\n" + re.sub(r"^   ", "", text, flags=re.MULTILINE))
    answered = lacrima("evidence", "check", "--folder", folder)
    assert answered.code == 0, answered.err
    library = read_library((path.name, path.read_bytes()) for path in folder.glob("*.toml"))
    assert "example-2026" in library.studies
    assert library.figures["example-better"].study == "example-2026"
    assert library.arguments["example-argument"].when[0].conditions[0].fact == "who"
