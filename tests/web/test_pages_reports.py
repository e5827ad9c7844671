"""The caseload and the reports as pages: who may see them, what they say, what a file holds."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lacrima.practice import answers, care, moments, pages, sessions
from lacrima.records.models import AuditLine, Practice
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key

KEPT, TOLD, NOTED = "Tell me if I am too much.", "A question about Friday.", "A letter was read."
PRIVATE = "Only mine."
SUDDEN = (17, 16, 17, 7, 6, 7, 6)


def _items(total: int) -> dict[str, int]:
    full, rest = divmod(total, 3)
    values = [3] * full + [rest] + [0] * 9
    return {f"phq9_{number}": values[number - 1] for number in range(1, 9)} | {"phq9_9": 0}


@pytest.fixture
def story(cast: Cast) -> str:
    """Mia's course with a sudden gain beside a moment, and free text; her address."""
    ana, episode = cast.ana, cast.care_of_mia
    for number, total in enumerate(SUDDEN, start=1):
        start = NOON - timedelta(days=7 * (len(SUDDEN) - number), hours=1)
        session = sessions.add_session(episode, by=ana, number=number, start=start)
        answers.record_answers(
            cast.mia, episode, by=ana, instrument="phq-9", items=_items(total), session=session
        )
        if number == 3:
            moments.log_moment(session, by=ana, who="client", shown=2)
    care.keep_in_mind(episode, by=ana, words=KEPT)
    care.add_contact(episode, by=ana, at=NOON - timedelta(days=3), words=TOLD)
    care.write_record_note(episode, by=ana, words=NOTED)
    care.write_private_note(by=ana, episode=episode, words=PRIVATE, expires_on=date(2026, 5, 1))
    return f"/clients/{episode.pk}"


def _words(window: Client, path: str) -> str:
    answer = window.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.content.decode())


# --- the client's page


def test_the_client_s_page_says_the_outcome_and_shows_its_rule(anas: Client, story: str) -> None:
    page = _words(anas, story)
    assert "PHQ-9: Recovered" in page
    assert "<summary>The rule for PHQ-9</summary>" in page
    assert "10.1037/0022-006X.59.1.12" in page
    assert "a sudden gain of 10 points between sessions 3 and 4" in page
    assert "This does not show that one led to the other." in page
    assert 'class="shift-gain"' in page
    assert "7 (sudden gain since session 3)" in page


def test_the_change_section_asks_the_database_for_nothing(cast: Cast, story: str) -> None:
    course = pages.client_page(cast.ana, cast.care_of_mia.pk).course
    with CaptureQueriesContext(connection) as seen:
        assert pages.changes_of(course)
    assert len(seen) == 0


# --- the caseload


def test_the_caseload_is_found_from_the_clients_and_says_what_it_cannot_show(
    anas: Client, story: str
) -> None:
    assert 'href="/caseload"' in _words(anas, "/clients")
    page = _words(anas, "/caseload")
    assert "PHQ-9: of one person, 1 can be judged. Recovered: 1." in page
    assert "There is no group to compare with." in page
    assert f'href="{story}"' in page
    assert "10.1037/0022-006X.59.1.12" in page


@pytest.mark.parametrize(
    "query",
    [
        "?rule=nhs",
        "?rule=percent-30&measure=phq-9",
        "?who=ended",
        "?who=ended&first_day=2026-01-01&last_day=2026-03-01",
        "?measure=nothing&rule=nothing",
    ],
)
def test_every_question_has_a_page_and_a_report(anas: Client, story: str, query: str) -> None:
    for path in ("/caseload", "/caseload/report"):
        assert "aseload" in _words(anas, f"{path}{query}")


@pytest.mark.parametrize("query", ["?who=nothing", "?who=ended&first_day=nothing"])
def test_a_question_that_is_none_is_asked_again(anas: Client, story: str, query: str) -> None:
    answer = anas.get(f"/caseload{query}")
    assert answer.status_code == 422
    assert "can be judged" not in answer.content.decode()
    assert "Those who come now." in _words(anas, f"/caseload/report{query}")


def test_the_selects_show_what_is_looked_at(anas: Client, story: str) -> None:
    page = _words(anas, "/caseload?rule=nhs")
    assert '<option value="nhs" selected>' in page
    assert '<option value="phq-9" selected>' in page


def test_a_period_that_ends_before_it_begins_is_said_beside_its_day(
    anas: Client, story: str
) -> None:
    page = anas.get("/caseload?who=ended&first_day=2026-03-01&last_day=2026-02-01")
    assert "Choose a day that is not before the first." in page.content.decode()
    assert 'value="2026-02-01"' in page.content.decode()


def test_an_empty_caseload_says_what_will_stand_there(anas: Client, cast: Cast) -> None:
    page = _words(anas, "/caseload")
    assert "Once a questionnaire is filled in" in page
    assert "No care ended in this period." in _words(anas, "/caseload?who=ended")


def test_nobody_without_clients_of_her_own_finds_any(cast: Cast, story: str, eyes_of) -> None:
    for path in ("/caseload", "/caseload/report", f"{story}/report"):
        assert eyes_of(cast.hanna).get(path).status_code == 403
    assert eyes_of(cast.berta).get(f"{story}/report").status_code == 404
    assert eyes_of(cast.berta).post(f"{story}/report", {"key": form_key()}).status_code == 404
    assert "M 01" not in _words(eyes_of(cast.berta), "/caseload")


# --- reports


def test_a_report_leaves_free_text_out_unless_it_is_ticked(anas: Client, story: str) -> None:
    without, with_words = _words(anas, f"{story}/report"), _words(anas, f"{story}/report?words=1")
    for words in (KEPT, TOLD, NOTED):
        assert words not in without
        assert words in with_words
    assert PRIVATE not in without + with_words
    assert "Free text is left out of this report." in without


def test_looking_at_a_report_is_no_line_in_the_log_and_taking_it_is_one(
    anas: Client, story: str
) -> None:
    anas.get(f"{story}/report")
    assert not AuditLine.objects.filter(action="report.taken_out").exists()
    key = form_key()
    for _time in range(2):  # the same form sent twice gives the file twice, and one line
        answer = anas.post(f"{story}/report?words=1", {"key": key})
        assert answer.status_code == 200
    line = AuditLine.objects.get(action="report.taken_out")
    assert line.details == {"kind": "client", "with_words": True}


def test_the_file_is_called_by_its_day_and_holds_nothing_that_asks_for_anything(
    anas: Client, story: str
) -> None:
    for path in (f"{story}/report?words=1", "/caseload/report"):
        answer = anas.post(path, {"key": form_key()})
        assert answer["Content-Disposition"] == 'attachment; filename="report-2026-03-10.html"'
        assert answer["Content-Type"] == "text/html; charset=utf-8"
        text = answer.content.decode()
        asks = re.findall(r"""(?:src|href|action|srcset|data)=|url\(|@import|<script|<form""", text)
        assert asks == []
        assert "default-src 'none'" in text


class _Balance(HTMLParser):
    """Whether every element that is opened is closed again, in its order."""

    void = frozenset({"meta", "br", "circle", "path", "link", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void:
            assert self.open.pop() == tag


def test_the_file_is_whole_html_with_the_picture_and_its_table(anas: Client, story: str) -> None:
    text = anas.post(f"{story}/report", {"key": form_key()}).content.decode()
    parser = _Balance()
    parser.feed(text)
    assert parser.open == []
    assert "<svg" in text
    assert "7 (sudden gain since session 3)" in text
    assert "--accent" in text  # its own styles


def test_a_file_without_its_key_is_refused_and_leaves_no_line(anas: Client, story: str) -> None:
    assert anas.post(f"{story}/report", {}).status_code == 400
    assert not AuditLine.objects.filter(action="report.taken_out").exists()


def test_a_simulated_practice_says_so_on_every_report(anas: Client, story: str) -> None:
    text = anas.post(f"{story}/report", {"key": form_key()}).content.decode()
    assert "Simulated" not in text
    Practice.objects.update(is_simulated=True)
    for path in (f"{story}/report", "/caseload/report"):
        assert 'class="watermark"' in _words(anas, path)
        text = anas.post(path, {"key": form_key()}).content.decode()
        assert 'class="watermark"' in text
        assert "nobody here exists" in text


def test_words_of_people_are_escaped_in_the_file(anas: Client, cast: Cast, story: str) -> None:
    care.write_record_note(cast.care_of_mia, by=cast.ana, words="</p><script>1</script>")
    text = anas.post(f"{story}/report?words=1", {"key": form_key()}).content.decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
