"""What became of somebody, on every page by the same rule; and of a whole caseload."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import NotAllowed, NotFound
from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers, care, moments, pages, reports, sessions
from lacrima.practice.caseload_rules import Rule
from lacrima.practice.change_rules import Verdict, Yardstick, judge, judge_all, yardstick_of
from lacrima.practice.change_sudden import sudden_changes
from lacrima.practice.change_words import outcome_label, outcome_meaning, rule_rows
from lacrima.practice.pages_caseload import Period
from lacrima.records.models import Answers, AuditLine, Client, Episode, PlainScore
from tests.support.cast import NOON

MIA_PHQ_9 = [17, 16, 15, None, 14, 15, 12, 12, 13, 10, 9, 9]  # the demo's story
SUDDEN = [17, 16, 17, 7, 6, 7, 6]
PHQ = yardstick_of("phq-9")


def _items(slug: str, total: int) -> dict[str, int]:
    """Items that make this total; of the PHQ-9 never the ninth."""
    ids = [item.id for item in shipped()[slug].scored_items if item.id != "phq9_9"]
    full, rest = divmod(total, 3)
    values = [3] * full + [rest] + [0] * len(ids)
    rest_of_form = {item.id: 0 for item in shipped()[slug].items}
    return rest_of_form | dict(zip(ids, values, strict=False))


def _fill(by, client, episode, totals, *, slug="phq-9", numbers=None):
    """One score a session, the sessions a week apart."""
    for number, total in enumerate(totals, start=1):
        session = sessions_of(by, episode, number, len(totals))
        if total is not None:
            answers.record_answers(
                client, episode, by=by, instrument=slug, items=_items(slug, total), session=session
            )


def sessions_of(by, episode, number, count):
    found = episode.sessions.filter(number=number).first()
    start = NOON - timedelta(days=7 * (count - number), hours=1)
    return found or sessions.add_session(episode, by=by, number=number, start=start)


def _comer(by, code, totals, **fields):
    episode = care.start_episode(by=by, kind="individual", clients=[care.NewClient(code=code)])
    _fill(by, Client.objects.get(code=code), episode, totals, **fields)
    return episode


# --- one rule for every page


def test_the_yardstick_is_the_one_of_the_norm_and_unknown_measures_have_none():
    assert Yardstick(Decimal(6), Decimal(10), "inclusive", False) == PHQ
    assert yardstick_of("phq-8") is None  # a cut-off alone is no reliable change
    assert yardstick_of("sleep") is None


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        ([17, 9], Verdict.RECOVERED),
        ([16, 10], Verdict.IMPROVED),  # exactly on the cut-off is the clinical side
        ([9, 3], Verdict.IMPROVED),
        ([15, 10], Verdict.UNCHANGED),
        ([10, 16], Verdict.DETERIORATED),
        ([4, 10], Verdict.HARMED),
        ([17], Verdict.TOO_EARLY),
        ([], Verdict.TOO_EARLY),
    ],
)
def test_one_course_is_judged_from_its_first_score_to_its_latest(scores, verdict):
    assert judge([Decimal(one) for one in scores], PHQ) is verdict


def test_without_a_norm_nothing_is_judged_however_many_scores_there_are():
    assert judge([Decimal(17), Decimal(3)], None) is Verdict.NO_NORM


@given(st.lists(st.tuples(st.integers(0, 27), st.integers(0, 27)), min_size=1, max_size=30))
def test_many_people_are_judged_as_each_alone_would_be(pairs):
    scores = [(Decimal(first), Decimal(latest)) for first, latest in pairs]
    assert PHQ is not None
    assert judge_all(scores, PHQ) == tuple(judge(pair, PHQ) for pair in scores)


@given(st.integers(0, 27), st.integers(0, 27))
def test_what_is_better_one_way_is_worse_the_other_way(first, latest):
    assert PHQ is not None
    there = judge([Decimal(first), Decimal(latest)], PHQ)
    back = judge([Decimal(latest), Decimal(first)], PHQ)
    turned = {
        Verdict.RECOVERED: Verdict.HARMED,
        Verdict.IMPROVED: Verdict.DETERIORATED,
        Verdict.UNCHANGED: Verdict.UNCHANGED,
        Verdict.DETERIORATED: Verdict.IMPROVED,
        Verdict.HARMED: Verdict.RECOVERED,
    }
    assert back is turned[there]


def test_every_outcome_has_words():
    assert all(outcome_label(one) and outcome_meaning(one) for one in Verdict)


# --- the client's page


def test_the_story_of_the_demo_says_what_the_rule_says(cast):
    _fill(cast.ana, cast.mia, cast.care_of_mia, MIA_PHQ_9)
    (change,) = pages.changes_of(pages.client_page(cast.ana, cast.mia.pk).course)
    assert change.verdict is Verdict.RECOVERED
    assert change.compared == (
        "Compared: 17, the first score of this course of care (session 1), with 9, the latest "
        "(session 12); 11 scores. That is 47 % less than the first score."
    )
    assert change.sudden == ()
    assert change.sudden_said == ("No sudden gain or loss between two sessions.",)


def test_the_rule_stands_beside_the_judgement_with_everything_it_was_made_from(cast):
    _fill(cast.ana, cast.mia, cast.care_of_mia, MIA_PHQ_9)
    (change,) = pages.changes_of(pages.client_page(cast.ana, cast.mia.pk).course)
    rule = dict(change.rule)
    norm = shipped()["phq-9"].norms[0]
    assert rule["Counts as change"] == (
        "6 points or more (worked out: 5.06, rounded up to the next whole point)"
    )
    assert rule["Cut-off"] == "10; 10 or more is the clinical side"
    assert rule["Worked out from"] == (
        "standard deviation 5.5, reliability 0.89 (Cronbach's alpha), confidence 95 %"
    )
    assert norm.population in rule["Sample"]
    assert rule["Source"] == norm.source
    assert "10.1037/0022-006X.59.1.12" in rule["Rule"]
    assert "10.1017/S0033291720003700" in rule["People notice"]


def test_a_sudden_gain_is_said_and_that_a_moment_near_it_is_no_cause(cast):
    _fill(cast.ana, cast.mia, cast.care_of_mia, SUDDEN)
    moments.log_moment(cast.care_of_mia.sessions.get(number=3), by=cast.ana, who="client", shown=2)
    (change,) = pages.changes_of(pages.client_page(cast.ana, cast.mia.pk).course)
    (gain,) = change.sudden
    assert (gain.is_gain, gain.after, gain.before, gain.size) == (True, 3, 4, 10)
    assert change.has_moment_near
    assert change.sudden_said == (
        "PHQ-9: a sudden gain of 10 points between sessions 3 and 4; a moment was logged in "
        "session 3.",
    )


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ([6, 7, 6, 17, 16, 17], "a sudden loss of 11 points between sessions 3 and 4."),
        (
            [17, 16, 17, 7, 6, 7, 16],
            "a sudden gain of 10 points between sessions 3 and 4; more than half of it went away "
            "again later.",
        ),
    ],
)
def test_a_loss_is_called_a_loss_and_a_gain_that_went_away_again_says_so(cast, totals, said):
    _fill(cast.ana, cast.mia, cast.care_of_mia, totals)
    (change,) = pages.changes_of(pages.client_page(cast.ana, cast.mia.pk).course)
    assert change.sudden_said[0] == f"PHQ-9: {said}"


def test_few_scores_in_a_row_show_no_sudden_change_and_say_so(cast):
    _fill(cast.ana, cast.mia, cast.care_of_mia, [17, None, 9, None, 9])
    (change,) = pages.changes_of(pages.client_page(cast.ana, cast.mia.pk).course)
    assert change.sudden_said == ("Too few scores in a row to see sudden gains or losses.",)


def test_a_gap_is_never_filled_to_find_a_gain():
    values = [None if one is None else Decimal(one) for one in [17, 16, None, 7, 6, 7]]
    assert PHQ is not None
    found = sudden_changes(values, range(1, 7), PHQ)
    assert (found.found, found.judged) == ((), 1)


def test_the_alliance_is_not_judged_by_change(cast):
    _fill(cast.ana, cast.mia, cast.care_of_mia, [6, 7], slug="alliance-check")
    assert pages.changes_of(pages.client_page(cast.ana, cast.mia.pk).course) == ()


def test_a_measure_without_a_norm_says_that_it_cannot_be_judged(cast):
    _fill(cast.ana, cast.mia, cast.care_of_mia, [12, 4], slug="phq-8")
    page = pages.client_page(cast.ana, cast.mia.pk)
    (change,) = pages.changes_of(page.course)
    assert (change.label, change.rule, change.sudden_said) == ("Cannot be judged", (), ())
    said = "PHQ-8 went from 12 to 4. No norm for change is known, so change cannot be judged."
    assert page.sentences == (said,)


# --- the caseload


@pytest.fixture
def caseload(cast):
    """Ana's clients in every state, one whose care ended, and one of Berta's."""
    _fill(cast.ana, cast.mia, cast.care_of_mia, MIA_PHQ_9)
    _comer(cast.ana, "A 1", [16, 10])
    _comer(cast.ana, "B 2", [12, 11])
    _comer(cast.ana, "C 3", [10, 17])
    _comer(cast.ana, "D 4", [4, 12])
    _comer(cast.ana, "E 5", [14])
    _comer(cast.ana, "F 6", [])
    ended = _comer(cast.ana, "G 7", [20, 3])
    care.end_episode(ended, by=cast.ana, ended_on=date(2026, 2, 20))
    _fill(cast.berta, cast.clara, cast.care_of_clara, [27, 0])
    return cast


def test_everybody_stands_once_in_the_order_of_the_codes(caseload):
    seen = pages.caseload(caseload.ana)
    assert [(one.who, one.first, one.latest, one.count, one.outcome) for one in seen.lines] == [
        ("A 1", "16", "10", 2, "Improved"),
        ("B 2", "12", "11", 2, "Unchanged"),
        ("C 3", "10", "17", 2, "Deteriorated"),
        ("D 4", "4", "12", 2, "Deteriorated, across the cut-off"),
        ("E 5", "14", "", 1, "one score so far"),
        ("F 6", "", "", 0, "no score yet"),
        ("M 01", "17", "9", 11, "Recovered"),
    ]


def test_the_five_outcomes_are_exclusive_and_their_counts_make_everybody_judged(caseload):
    seen = pages.caseload(caseload.ana)
    assert [(one.label, one.count, one.of) for one in seen.tallies] == [
        ("Recovered", 1, 5),
        ("Improved", 1, 5),
        ("Unchanged", 1, 5),
        ("Deteriorated", 1, 5),
        ("Deteriorated, across the cut-off", 1, 5),
    ]
    assert seen.not_judged == (("one score so far", 1), ("no score yet", 1))
    assert seen.sentence.startswith("PHQ-9: of 7 people, 5 can be judged. Recovered: 1.")


def test_a_share_comes_with_its_uncertainty_and_with_what_it_cannot_show(caseload):
    seen = pages.caseload(caseload.ana)
    assert seen.uncertainty == (
        "Better by more than chance would explain: 2 of 5. Among many people like these, the "
        "share could well be anywhere from 12 to 77 % (95 % interval of Wilson)."
    )
    few, goes_on, alone = seen.caveats
    assert few.startswith("These are 5 people: one more or less moves a share by about 20")
    assert "the latest score is not the last" in goes_on
    assert "no group to compare with" in alone
    assert "nothing about how good a therapist is" in alone


def test_the_caseload_and_the_client_s_page_never_disagree(caseload):
    for line in pages.caseload(caseload.ana).lines:
        changes = pages.changes_of(pages.client_page(caseload.ana, line.episode_id).course)
        for change in changes:
            if line.is_judged:
                assert change.label == line.outcome


def test_those_whose_care_ended_are_looked_at_by_the_day_it_ended(caseload):
    def who(**period):
        seen = pages.caseload(caseload.ana, period=Period(has_ended=True, **period))
        return [one.who for one in seen.lines]

    assert who() == ["G 7"]
    assert who(first_day=date(2026, 2, 20), last_day=date(2026, 2, 20)) == ["G 7"]
    assert who(first_day=date(2026, 2, 21)) == who(last_day=date(2026, 2, 19)) == []


def test_the_rule_of_the_nhs_looks_at_two_measures_and_says_who_lacks_one(caseload):
    _fill(caseload.ana, caseload.mia, caseload.care_of_mia, [12, *[None] * 10, 5], slug="gad-7")
    seen = pages.caseload(caseload.ana, rule=Rule.NHS)
    mia = next(one for one in seen.lines if one.who == "M 01")
    assert (mia.first, mia.latest) == ("PHQ-9 17\nGAD-7 12", "PHQ-9 9\nGAD-7 5")
    assert mia.outcome == "Reliably recovered"
    assert [(one.label, one.count, one.of) for one in seen.tallies] == [
        ("At caseness at first", 1, 1),
        ("Recovered", 1, 1),
        ("Reliably improved", 1, 1),
        ("Reliably recovered", 1, 1),
        ("Reliably worse", 0, 1),
    ]
    assert dict(seen.not_judged)["not two scores on GAD-7"] == 4


def test_a_percentage_has_its_own_words_and_no_claim_about_chance(caseload):
    seen = pages.caseload(caseload.ana, rule=Rule.PERCENT_30)
    found = {one.who: one.outcome for one in seen.lines if one.is_judged}
    assert found == {
        "A 1": "Better by 30 % or more",
        "B 2": "In between",
        "C 3": "Worse by 30 % or more",
        "D 4": "Worse by 30 % or more",
        "M 01": "Better by 30 % or more",
    }
    assert "nothing about chance" in dict(seen.rule_rows)["What it does not say"]


def test_who_began_at_the_best_score_has_no_percentage(caseload):
    _comer(caseload.ana, "Z 9", [0, 5])
    seen = pages.caseload(caseload.ana, rule=Rule.PERCENT_50)
    assert seen.lines[-1].outcome == "began at the best score, so no percentage exists"
    assert not seen.lines[-1].is_judged


def test_a_measure_without_a_norm_judges_nobody(caseload):
    _fill(caseload.ana, caseload.mia, caseload.care_of_mia, [12, 4], slug="phq-8")
    seen = pages.caseload(caseload.ana, measure="phq-8")
    assert (seen.judged, seen.tallies, seen.uncertainty) == (0, (), "")
    assert (
        seen.sentence
        == "No norm for change is known of the PHQ-8, so change cannot be judged by it."
    )


def test_scores_without_sessions_are_taken_in_their_own_order(cast):
    episode = _comer(cast.ana, "H 8", [])
    client = Client.objects.get(code="H 8")
    for assessment, total in ((2, 5), (1, 18)):
        answers.record_answers(
            client,
            episode,
            by=cast.ana,
            instrument="phq-9",
            items=_items("phq-9", total),
            assessment=assessment,
        )
    (line,) = (one for one in pages.caseload(cast.ana).lines if one.who == "H 8")
    assert (line.first, line.latest, line.outcome) == ("18", "5", "Recovered")


def test_a_session_that_did_not_take_place_is_no_end(caseload):
    twelfth = caseload.care_of_mia.sessions.get(number=12)
    sessions.cancel_session(twelfth, by=caseload.ana)
    line = next(one for one in pages.caseload(caseload.ana).lines if one.who == "M 01")
    assert (line.latest, line.count) == ("9", 10)


def test_nobody_sees_a_caseload_but_her_own(caseload):
    assert [one.who for one in pages.caseload(caseload.berta).lines] == ["C 07"]
    assert pages.caseload(caseload.hanna).lines == ()
    assert pages.caseload(caseload.stella).sentence == ""


@pytest.mark.parametrize("rule", list(Rule))
def test_the_caseload_takes_few_queries_however_many_come(caseload, rule):
    def count():
        with CaptureQueriesContext(connection) as seen:
            pages.caseload(caseload.ana, rule=rule)
        return len(seen)

    count()  # what stands for every page is remembered from here on
    before = count()
    for number in range(5):
        _comer(caseload.ana, f"N {number}", [14, 6])
    assert count() == before <= 11


# --- reports


def test_a_report_has_free_text_only_where_it_was_asked_for(cast):
    made = pages.client_report(cast.ana, cast.care_of_mia.pk)
    assert not made.with_words
    assert pages.client_report(cast.ana, cast.care_of_mia.pk, with_words=True).with_words


def test_a_report_names_the_source_of_every_rule_and_the_owner_s_line(cast):
    _fill(cast.ana, cast.mia, cast.care_of_mia, MIA_PHQ_9)
    said = " ".join(pages.client_report(cast.ana, cast.care_of_mia.pk).sources)
    assert "10.1037/0022-006X.59.1.12" in said
    assert "10.1037/0022-006X.67.6.894" in said
    assert shipped()["phq-9"].licence.must_show in said


def test_taking_a_report_out_is_one_line_in_the_log_without_anybody_s_words(cast):
    reports.note_client_report(cast.care_of_mia, by=cast.ana, with_words=True)
    reports.note_caseload_report(by=cast.ana)
    client, caseload = AuditLine.objects.filter(action="report.taken_out").order_by("sequence")
    assert client.thing_id == cast.care_of_mia.pk.hex
    assert client.details == {"kind": "client", "with_words": True}
    assert caseload.details == {"kind": "caseload"}


def test_nobody_takes_out_what_is_not_hers(cast):
    before = AuditLine.objects.count()
    episode = Episode.objects.get(pk=cast.care_of_mia.pk)
    with pytest.raises(NotFound):
        reports.note_client_report(episode, by=cast.berta, with_words=False)
    with pytest.raises(NotAllowed):
        reports.note_caseload_report(by=cast.hanna)
    assert AuditLine.objects.count() == before


def test_the_rule_of_every_norm_that_judges_change_can_be_printed_whole():
    judging = {slug: yardstick_of(slug) for slug in shipped()}
    assert {"phq-9", "gad-7"} <= {slug for slug, found in judging.items() if found}
    for slug, yardstick in judging.items():
        if yardstick is not None:
            rows = dict(rule_rows(slug, yardstick))
            assert {"Rule", "Counts as change", "Cut-off", "Worked out from", "Source"} <= set(rows)
            assert all(rows.values()), slug


def test_a_score_of_the_practice_s_own_has_no_norm_whatever_it_is_called(cast):
    _fill(cast.ana, cast.mia, cast.care_of_mia, [17, 9])
    own = PlainScore.objects.create(slug="gad-7", name="Our calm", minimum=0, maximum=10)
    episode = _comer(cast.ana, "P 1", [])
    client = Client.objects.get(code="P 1")
    for number, total in ((1, 9), (2, 1)):
        Answers.objects.create(
            client=client,
            episode=episode,
            session=sessions_of(cast.ana, episode, number, 2),
            instrument="gad-7",
            plain_score=own,
            total=total,
        )
    (change,) = pages.changes_of(pages.client_page(cast.ana, episode.pk).course)
    assert (change.name, change.verdict) == ("Our calm", Verdict.NO_NORM)
    seen = pages.caseload(cast.ana, measure="own.gad-7")
    assert [one.key for one in seen.measures] == ["own.gad-7", "phq-9"]
    assert [(one.first, one.latest) for one in seen.lines] == [("", ""), ("9", "1")]
    assert seen.judged == 0
    half = pages.caseload(cast.ana, measure="own.gad-7", rule=Rule.PERCENT_50)
    assert half.lines[-1].outcome == "Better by 50 % or more"
    nhs = pages.caseload(cast.ana, measure="own.gad-7", rule=Rule.NHS)
    assert nhs.lines[-1].first == ""
    assert "Generalized" not in " ".join(pages.client_report(cast.ana, episode.pk).sources)
