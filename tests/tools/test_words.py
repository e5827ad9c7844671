"""The words of the pages in every language: whole, sound, compiled."""

from __future__ import annotations

import gettext
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tools import words
from tools.words import bring_up_to_date, catalogues, collected, faults, unfit


@pytest.fixture(scope="module")
def english() -> Catalog:
    return collected()


def test_every_language_is_whole_and_compiled(english: Catalog) -> None:
    assert [str(fault) for path in catalogues() for fault in faults(path, english)] == []


def test_words_of_templates_of_code_and_of_refusals_are_collected(english: Catalog) -> None:
    kept = {one.id for one in english if one.id}
    assert "Nothing here is read live." in kept  # a template
    assert "How heavy are things for you today?" in kept  # a form
    assert "a time zone nobody knows" in kept  # an error
    assert ("%(n)s year", "%(n)s years") in kept or any(isinstance(one, tuple) for one in kept)


def test_a_catalogue_keeps_its_translations_and_drops_what_stands_nowhere(
    tmp_path: Path, english: Catalog
) -> None:
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    shutil.copy(catalogues()[0], path)
    path.write_text(path.read_text("utf-8") + '\nmsgid "gone long ago"\nmsgstr "lange fort"\n')
    bring_up_to_date(path, english)
    assert "gone long ago" not in path.read_text("utf-8")
    assert list(faults(path, english)) == []
    kept = gettext.GNUTranslations(BytesIO(path.with_suffix(".mo").read_bytes()))
    assert kept.gettext("Skip") not in {"Skip", ""}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Message("Kept until %(day)s", ""), "not translated"),
        (Message("Kept until %(day)s", "Bleibt bis morgen"), "other parts to fill in"),
        (Message("Read <b>this</b>", "Lies das"), "other parts to fill in"),
        (Message("yes", "ja", flags={"fuzzy"}), "only guessed"),
        (Message(" and ", "und"), "begins with another space"),
        (Message(("%(n)d day", "%(n)d days"), ("%(n)d Tag", "Tage")), "other parts to fill in"),
    ],
)
def test_a_translation_that_does_not_fit_is_named(message: Message, said: str) -> None:
    assert any(fault.startswith(said) for fault in unfit(message))


def test_words_for_a_child_are_a_catalogue_beside_the_language() -> None:
    child = next(path for path in catalogues() if words.is_partial(path))
    assert child.parent.parent.name == "de_Kind"
