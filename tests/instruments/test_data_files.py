"""What a data file may say beyond the first four, and what a mistake in it answers."""

from __future__ import annotations

import inspect
import re
from importlib import resources
from pathlib import Path

import pytest

from lacrima.errors import BadInstrument
from lacrima.instruments import reading, reading_parts
from lacrima.instruments.catalogue import read_all, shipped
from lacrima.instruments.definition import Instrument
from lacrima.instruments.reading import read_instrument

FOLDER = resources.files("lacrima.instruments") / "data"


def text_of(slug: str) -> str:
    return (FOLDER / f"{slug}.toml").read_text("utf-8")


def refusal(slug: str, old: str, new: str) -> tuple[BadInstrument, str]:
    """What a file says with one change in it, and the line it points to."""
    text = text_of(slug)
    assert old in text
    changed = text.replace(old, new, 1)
    with pytest.raises(BadInstrument) as refused:
        read_instrument(changed.encode(), name=f"{slug}.toml")
    assert f"{slug}.toml" in refused.value.where
    assert refused.value.expected
    line = re.search(r"line (\d+)", refused.value.where)
    return refused.value, changed.splitlines()[int(line[1]) - 1] if line else ""


@pytest.mark.parametrize(
    ("slug", "old", "new", "line", "found"),
    [
        ("phq-4", 'items = ["phq4_1"', 'items = ["phq4_11"', "items = [", "phq4_11"),
        ("phq-4", "maximum = 6\nsource", "maximum = 7\nsource", "maximum = 7", "do not give"),
        ("phq-4", 'rule = "sum"\nminimum', 'rule = "total"\nminimum', "rule =", "'total'"),
        ("dass-21", "times = 2\nmin", 'times = "two"\nmin', "times =", "text"),
        ("who-5", "times = 4", "times = 0", "times = 0", "below 1"),
        ("who-5", "times = 4\n", "", "", "range"),
        ("cgi", 'who = "therapist"', 'who = "clinician"', "who =", "clinician"),
        ("cgi", "[[scale.choice]]\nvalue = 3", "[[scale.choice]]\nvlue = 3", "[[scale.ch", "miss"),
        ("pswq", 'recall_days = "none"', 'recall_days = "ever"', "recall_days =", "text"),
        ("pcl-5", "count = 2", "count = 9", "", "count"),
        ("pcl-5", "count = 2", "cuont = 2", "[[pattern.part]]", "missing"),
        ("pcl-5", 'items = ["pcl5_6", "pcl5_7"]\ncount', 'items = ["pcl5_66"]\ncount', "", "66"),
        ("wsas", 'scale = "answer"', 'scale = "answer"\ntext = "Work"', "text =", "text"),
        ("wsas", "skeleton = true\n", "", "", "missing"),
        ("wsas", "maximum = 8", 'maximum = 8\nlow_text = "not"', "", "words in a skeleton"),
        ("ors", "maximum = 40", "maximum = 0", "", "without a range"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_line_and_what_was_expected(slug, old, new, line, found):
    mistake, pointed_at = refusal(slug, old, new)
    assert found in mistake.found
    if line:
        assert pointed_at.startswith(line)


def test_a_client_is_not_asked_about_the_therapist():
    mistake, _ = refusal("proqol-5", 'who = "therapist"\n', 'who = "client"\n')
    assert "therapist" in mistake.found


def test_a_key_deep_in_a_list_of_lists_is_found_on_its_own_line():
    text = text_of("dass-21")
    place = text.index('name = "severe"', text.index('slug = "anxiety"'))
    changed = text[:place] + "naem" + text[place + len("name") :]
    with pytest.raises(BadInstrument) as refused:
        read_instrument(changed.encode(), name="dass-21.toml")
    number = int(re.search(r"line (\d+)", refused.value.where)[1])
    assert "subscale[1].band[3]" in refused.value.where
    assert number == text[:place].count("\n") - 2
    assert text.splitlines()[number - 1] == "[[subscale.band]]"


def files(*slugs: str) -> list[tuple[str, bytes]]:
    return [(f"{slug}.toml", text_of(slug).encode()) for slug in slugs]


def test_a_file_whose_name_is_not_its_slug_is_refused():
    with pytest.raises(BadInstrument, match="own name"):
        read_all([("phq9.toml", text_of("phq-9").encode())])


def test_two_instruments_of_one_slug_are_refused():
    with pytest.raises(BadInstrument, match=r"phq-2\.toml has already"):
        read_all(files("phq-2", "phq-2"))


def test_two_instruments_of_one_name_are_refused_with_both_files():
    second = text_of("gad-2").replace('name = "GAD-2"', 'name = "PHQ-2"', 1)
    with pytest.raises(BadInstrument) as refused:
        read_all([*files("phq-2"), ("gad-2.toml", second.encode())])
    assert refused.value.where == "gad-2.toml, name"
    assert "phq-2.toml" in refused.value.found


@pytest.mark.parametrize("one", shipped().values(), ids=list(shipped()))
def test_every_number_names_where_it_was_read(one: Instrument):
    told = [
        *one.sources,
        one.licence.source,
        *(norm.source for norm in one.norms),
        *(band.source for band in one.bands),
        *(sub.source for sub in one.subscales),
        *(sub.missing_source for sub in one.subscales),
        *(pattern.source for pattern in one.patterns),
    ]
    assert all(text.strip() for text in told)
    assert len(one.sources) >= 2 or not one.is_validated
    if one.counting is not None:
        assert one.missing_source


def test_ids_of_items_tell_which_instrument_they_belong_to():
    ids = [item.id for one in shipped().values() for item in one.items]
    assert len(set(ids)) == len(ids)


HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-an-instrument.md"
READERS = [reading, reading_parts]
ASKED_FOR = re.compile(
    r"(?:need|take|texts|one_of|has|number_or_text|sections|section|need_section|_who)"
    r'\((?:\w+, )?"([a-z_]+)"'
)


def test_every_key_that_a_file_may_have_is_in_the_recipe():
    keys = {key for one in READERS for key in ASKED_FOR.findall(inspect.getsource(one))}
    assert len(keys) > 40
    recipe = HOW_TO.read_text("utf-8")
    assert {key for key in keys if not re.search(rf"[`\[.]{key}[`\].]", recipe)} == set()
