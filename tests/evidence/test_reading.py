"""A mistake in a data file is refused with file, line and what was expected."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadEvidence, LacrimaError
from lacrima.evidence.entries import Figure, Source
from lacrima.evidence.library import FILES, read_library
from lacrima.evidence.words import Kind, Read, Unit

FOLDER = resources.files("lacrima.evidence") / "data"
SHIPPED = {name: (FOLDER / name).read_bytes() for name in FILES.values()}


def refusal(name: str, old: str, new: str) -> tuple[BadEvidence, str]:
    """What is said with one change in one file, and the line it points to."""
    text = SHIPPED[name].decode()
    assert old in text
    changed = text.replace(old, new, 1)
    with pytest.raises(BadEvidence) as refused:
        read_library((SHIPPED | {name: changed.encode()}).items())
    line = re.search(r"line (\d+)", refused.value.where)
    assert refused.value.expected
    assert name in refused.value.where
    return refused.value, changed.splitlines()[int(line[1]) - 1] if line else ""


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "found"),
    [
        ("claims.toml", "watch =", "wacth =", "wacth", "unknown key 'wacth'"),
        ("claims.toml", 'grade = "supported"\n', "", "[[claim]]", "no grade"),
        ("claims.toml", 'grade = "supported"', 'grade = "proven"', "grade", "'proven'"),
        ("claims.toml", "number = 2\n", "number = 1\n", "[[claim]]", "second time"),
        ("claims.toml", "number = 75", "number = 76", "[[claim]]", "the number 76"),
        ("claims.toml", "articles = [1]", "articles = [4]", "[[claim]]", "article"),
        ("claims.toml", "articles = [1]", 'articles = ["one"]', "articles", "whole numbers"),
        ("claims.toml", '"empathy-outcome"', '"empathy-outcom"', "figures", "not there"),
        ("claims.toml", 'scope = "tears"\n', "", "[[claim.support]]", "missing"),
        ("figures.toml", "value = 56.5", 'value = "56.5 or so"', "value", "text"),
        ("figures.toml", "value = 56.5", "value = nan", "value", "out of all bounds"),
        ("figures.toml", "value = 56.5", "value = 156.5", "[[figure]]", "outside"),
        ("figures.toml", "low = 51.9", "low = -51.9", "[[figure]]", "-51.9"),
        ("figures.toml", "low = 51.9\n", "", "[[figure]]", "half an interval"),
        ("figures.toml", 'sources = ["S3", "S16"]\n', "", "[[figure]]", "without a source"),
        ("figures.toml", '["S3", "S16"]', '["S3", "S999"]', "sources", "'S999'"),
        ("figures.toml", '["S3", "S16"]', '["S3", "S3"]', "sources", "twice"),
        ("figures.toml", 'study = "pope-1987"', 'study = "pope-1988"', "study", "not there"),
        ("figures.toml", 'unit = "percent"', 'unit = "per cent"', "unit", "'per cent'"),
        ("figures.toml", 'derived = "0.357 / 20', 'derived = "" # "', "[[figure]]", "arithmetic"),
        ("studies.toml", "year = 1987", "year = 87", "[[study]]", "year"),
        ("studies.toml", 'read = "paper"', 'read = "remembered"', "read", "'remembered'"),
        ("studies.toml", 'sources = ["S8"]', "sources = []", "[[study]]", "without a source"),
        ("studies.toml", 'id = "kaslow"', 'id = "Kaslow"', "[[study]]", "'Kaslow'"),
        ("studies.toml", "found = ", "found = 5 # ", "found", "whole number"),
        ("sources.toml", 'key = "S1"', 'key = "1"', "[[source]]", "'1'"),
        ("sources.toml", 'what = "Two', 'what = "" # "Two', "what", "empty"),
        ("questions.toml", 'asks = "What good', 'aks = "What good', "[[question]]", "missing"),
        ("arguments.toml", "is_paused = true", "is_pausd = true", "is_pausd", "unknown fact"),
        ("arguments.toml", "is_paused = true", 'is_paused = "yes"', "is_paused", "'yes'"),
        ("arguments.toml", 'who = ["therapist", "both"]', 'who = "nobody"', "who", "'nobody'"),
        ("arguments.toml", "shown_at_least = 3", "shown = 3", "therapist_shown", "wrong way"),
        ("arguments.toml", "shown_at_least = 3", "shown_at_least = 3.5", "therapist_shown", "3.5"),
        ("arguments.toml", "always = true", "always = false", "[[argument]]", "condition"),
        ("arguments.toml", 'side = "against"', 'side = "bad"', "side", "'bad'"),
        ("steps.toml", 'schema = "lacrima.evidence/1"', 'schema = "x/1"', "schema", "schema"),
        ("pictures.toml", "highest = 100", "highest = 50", "", "outside the picture"),
        ("pictures.toml", '"cried-cbt"', '"kenya-next"', "", "several units"),
        ("pictures.toml", "lowest = 0", "lowest = 100", "[[picture]]", "rise"),
        ("gaps.toml", "[[gap]]", "[[gaps]]", "", "unknown key 'gaps'"),
        ("gaps.toml", "[[gap]]", "[[gap]", "", "TOML"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_line_and_what_was_expected(name, old, new, line, found):
    mistake, pointed_at = refusal(name, old, new)
    assert found in mistake.found
    assert pointed_at.startswith(line)
    assert mistake.exit_code == 3
    assert mistake.code == "bad-evidence"


def test_a_missing_file_and_a_file_nobody_reads_are_refused_by_name() -> None:
    fewer = {name: data for name, data in SHIPPED.items() if name != "gaps.toml"}
    with pytest.raises(BadEvidence, match=r"gaps\.toml: the file is missing"):
        read_library(fewer.items())
    with pytest.raises(BadEvidence, match=r"opinions\.toml: a file that nobody reads"):
        read_library((SHIPPED | {"opinions.toml": b""}).items())


def test_74_claims_are_refused() -> None:
    text = SHIPPED["claims.toml"].decode()
    place = text.index("[[claim]]\nnumber = 44")
    fewer = text[:place] + text[text.index("[[claim]]\nnumber = 45") :]
    with pytest.raises(BadEvidence, match="74 claims"):
        read_library((SHIPPED | {"claims.toml": fewer.encode()}).items())


@pytest.mark.parametrize("data", [b"\xff\xfe", b"schema = 1", b"", b"[[claim]]\n" * 50_000])
def test_bytes_that_are_no_data_file_are_refused(data: bytes) -> None:
    with pytest.raises(BadEvidence):
        read_library((SHIPPED | {"claims.toml": data}).items())


@settings(deadline=None)
@given(st.data())
def test_whatever_line_is_lost_or_doubled_the_answer_is_a_library_or_a_plain_refusal(data) -> None:
    name = data.draw(st.sampled_from(["gaps.toml", "steps.toml", "arguments.toml"]))
    lines = SHIPPED[name].decode().splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    change = data.draw(st.sampled_from(["lost", "doubled", "cut"]))
    middle = {"lost": [], "doubled": [lines[place]] * 2, "cut": [lines[place][:5]]}[change]
    changed = "".join([*lines[:place], *middle, *lines[place + 1 :]])
    refused = refused_for({name: changed.encode()})
    assert refused is None or (isinstance(refused, BadEvidence) and refused.where)


def refused_for(changed: dict[str, bytes]) -> LacrimaError | None:
    """How these files are refused; None where they make a library."""
    try:
        read_library((SHIPPED | changed).items())
    except LacrimaError as refused:
        return refused
    return None


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -1.0, 101.0])
def test_a_value_refuses_to_be_wrong_also_when_it_is_made_in_code(value: float) -> None:
    with pytest.raises(BadEvidence):
        Figure(
            id="x",
            label="x",
            value=value,
            unit=Unit.PERCENT,
            who="x",
            meaning="x",
            read=Read.PAPER,
            sources=("S1",),
        )


def test_a_key_of_a_source_has_one_shape() -> None:
    with pytest.raises(BadEvidence):
        Source("s1", "what", "where")


def test_there_is_one_file_for_each_kind() -> None:
    assert set(FILES) == set(Kind)
