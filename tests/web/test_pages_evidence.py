"""Evidence on pages: all has its place, filters tell the truth, and every page reads easily."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client

from lacrima.errors import BadEvidence
from lacrima.evidence.library import FILES, shipped
from lacrima.evidence.words import Grade, Kind
from lacrima.practice import evidence_pages
from lacrima.records.models import Member
from lacrima.web.charts.evidence_figures import evidence_figure
from tests.support.cast import Cast
from tests.support.reading_grade import HIGHEST_GRADE, check_guidance, is_readable

LIBRARY = shipped()
OF_ALL = [
    "/evidence",
    "/evidence/for-and-against",
    "/evidence/after-tears",
    "/evidence/disagreements",
    "/evidence/not-studied",
    "/evidence/pictures",
    "/evidence/figures",
    "/evidence/how-it-was-read",
]
EACH = [
    *(f"/evidence/studies/{one}" for one in LIBRARY.studies),
    *(f"/evidence/claims/{one}" for one in LIBRARY.claims),
    *(f"/evidence/questions/{one}" for one in LIBRARY.questions),
]
NAMES = [  # of authors
    word
    for study in LIBRARY.studies.values()
    if study.year
    for word in study.title.split()
    if word[0].isupper()
]
_LINK = re.compile(r'href="(/evidence[^"]*)"')


def _text(window: Client, address: str) -> str:
    answer = window.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_everybody_who_works_here_has_evidence_in_the_bar(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    for who in (cast.ana, cast.berta, cast.hanna, cast.stella):
        page = _text(eyes_of(who), "/evidence")
        assert re.search(r'<a href="/evidence" data-way aria-current="page">', page), who.name


def test_each_study_claim_and_question_has_a_page_and_every_link_leads_somewhere(
    anas: Client,
) -> None:
    pages = {address: _text(anas, address) for address in [*OF_ALL, *EACH]}
    for address, page in pages.items():
        for link in set(_LINK.findall(page)):
            place, _, anchor = link.partition("#")
            if "?" in place:
                continue
            assert place in pages, (address, link)
            assert not anchor or f'id="{anchor}"' in pages[place], (address, link)


def test_every_page_of_a_hundred_words_reads_at_grade_eight_or_below(anas: Client) -> None:
    pages = {address: _text(anas, address) for address in [*OF_ALL, *EACH]}
    hard = {
        address: check_guidance(page, names=NAMES)
        for address, page in pages.items()
        if not is_readable(page, names=NAMES)
    }
    assert hard == {}, f"above grade {HIGHEST_GRADE:g}"


def test_a_search_names_what_it_found_and_keeps_what_was_asked(anas: Client) -> None:
    page = _text(anas, "/evidence?q=compassion&kind=claims&grade=contradicted&topic=")
    assert "2 found" in page
    assert "/evidence/claims/54" in page
    assert 'value="compassion"' in page
    assert '<option value="contradicted" selected>' in page


def test_words_that_nothing_has_are_answered_with_a_way_on(anas: Client) -> None:
    page = _text(anas, "/evidence?q=zzzzqqq")
    assert "0 found" in page
    assert "Nothing here has these words." in page


def test_words_that_no_entry_has_together_are_said_to_be_found_in_part(anas: Client) -> None:
    page = _text(anas, "/evidence?q=compassion+zzzzqqq")
    assert "No entry has all these words." in page


@pytest.mark.parametrize("query", ["kind=people", "grade=best", f"q={'a' * 201}"])
def test_a_filter_that_is_none_is_refused_beside_its_field(anas: Client, query: str) -> None:
    answer = anas.get(f"/evidence?{query}")
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x>', "%00", "'; DROP"])
def test_what_is_searched_for_is_never_markup(anas: Client, words: str) -> None:
    answer = anas.get("/evidence", {"q": words})
    assert answer.status_code in {200, 422}
    assert words not in answer.content.decode() or "<" not in words


def test_a_long_list_has_further_pages_that_keep_the_filter(anas: Client) -> None:
    page = _text(anas, "/evidence?kind=claims&q=&grade=&topic=")
    assert "75 found" in page
    further = re.search(r'href="\?([^"]*page=2)"', page)
    assert further is not None
    second = _text(anas, f"/evidence?{further[1].replace('&amp;', '&')}")
    assert "75 found" in second
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("address", ["studies/nobody-1900", "claims/76", "claims/0", "questions/x"])
def test_what_is_not_there_is_not_found(anas: Client, address: str) -> None:
    assert anas.get(f"/evidence/{address}").status_code == 404


def test_contradictions_are_said_plainly(anas: Client) -> None:
    for number, words in (
        (64, "says the opposite"),
        (22, "beyond their control"),
        (54, "next to no link with empathy"),
    ):
        page = _text(anas, f"/evidence/claims/{number}")
        assert '<span class="tag attention">contradicted</span>' in page
        assert words in page
    page = _text(anas, "/evidence/disagreements")
    assert "7 % of sessions, or one in a hundred?" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "684 or 568 people?" in page


def test_what_nobody_has_studied_is_a_page_of_its_own_with_its_claims(anas: Client) -> None:
    page = _text(anas, "/evidence/not-studied")
    for gap in LIBRARY.gaps.values():
        assert gap.title in page
    for claim in LIBRARY.claims.values():
        listed = f'href="/evidence/claims/{claim.number}"' in page
        assert listed or Grade.UNSTUDIED not in claim.grades


def test_a_study_shows_its_limits_and_all_that_hangs_on_it(anas: Client) -> None:
    page = _text(anas, "/evidence/studies/tritt-2015")
    assert "What it cannot tell" in page
    assert page.index("What hangs on it") < page.index("/evidence/claims/64")
    assert "#arguments-extreme-tears" in page
    assert "#risks-eating-disorder" in page


def test_a_number_stands_with_who_how_many_how_read_and_the_arithmetic(anas: Client) -> None:
    page = _text(anas, "/evidence/studies/tritt-2015")
    for words in ("n 188", "people with an eating disorder", "worked out here", "105 / 188"):
        assert words in page


@pytest.mark.parametrize("picture", LIBRARY.pictures.values(), ids=list(LIBRARY.pictures))
def test_each_picture_is_drawn_twice_with_every_number_in_a_table_beside_it(picture) -> None:
    figure = evidence_figure(picture)
    shown = [LIBRARY.figures[one] for row in picture.rows for one in row.figures]
    assert [row[1] for row in figure.table.rows] == [one.said for one in shown]
    for drawn, width in ((figure.wide, 720), (figure.narrow, 340)):
        named = str(drawn).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
        root = ElementTree.fromstring(named)  # noqa: S314  our own drawing
        assert root.get("viewBox", "").split()[2] == str(width)
        texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
        for one in shown:
            assert any(one.said.endswith(text) and text for text in texts), one.id
        for heading in picture.rows:
            assert heading.name in texts


def test_labels_of_a_picture_stay_inside_it() -> None:
    for picture in LIBRARY.pictures.values():
        drawn = str(evidence_figure(picture).narrow)
        for x, words in re.findall(r'<text class="tick" x="([\d.]+)"[^>]*>([^<]+)<', drawn):
            if float(x) > 170 and "middle" not in words:
                assert float(x) + 6.2 * len(words) <= 352, words


def test_nothing_starts_with_a_mistake_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise BadEvidence("a mistake", where=f"{FILES[Kind.CLAIMS]}, line 3")

    monkeypatch.setattr(evidence_pages, "index", broken)
    with pytest.raises(BadEvidence):
        evidence_pages.prepare()
