"""The evidence that ships: how much there is, what every entry must have, and what was read."""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest

from lacrima.evidence.entries import Figure, number_words
from lacrima.evidence.library import FILES, shipped
from lacrima.evidence.words import Grade, Kind, Read, Side, Unit

LIBRARY = shipped()

# Every study, review and scale of the evidence base, by its id.
STUDIES = """
    pope-1987 waldman-1995 case-reports curtis-2003 nelson-2007 blume-marcovici-2013
    blume-marcovici-2013-told
    blume-marcovici-2015-tears blume-marcovici-2015-supervision tritt-2015 pendleton-2015
    matise-2015 knox-2017 t-lam-2018 brownlie eight-therapists bylsma-2021 hassall
    trezza-1988 labott-1992 robinson-2015 capps-2015 zingaretti-2017 genova-2021 katz-2022
    katz-2024 gutjahr-2024
    crying-35-countries crying-diary crying-memory crying-time-course observers-three-studies
    observers-41-countries beliefs-five-countries crying-37-countries dependence-students
    five-reasons crying-proneness beliefs-scale matise-inventory nelson-attachment
    alliance-adults alliance-youth sessions-kenya sessions-17-sets sessions-sweden
    sessions-241-pairs alliance-reliability alliance-therapists rupture-repair rupture-noticed
    rupture-charts alliance-gap real-relationship empathy congruence emotion-shown
    self-disclosure bloomgarden countertransference countertransference-clients
    training-exercise kaslow posts therapist-effects progress-feedback dropout lasting-harm
    deterioration clients-lies feelings-over-time ors-srs wai-ceiling phq-gad-england phq-shape
"""

# The grades of the evidence base: S supported, M mixed, X contradicted, U unstudied; several where
# its sources differ, each then with a scope. Claim 44 is a wish, which nobody can study.
GRADES = {
    1: "S", 2: "S", 3: "S", 4: "M", 5: "U", 6: "M", 7: "M", 8: "MU", 9: "M", 10: "U",
    11: "U", 12: "U", 13: "M", 14: "U", 15: "U", 16: "M", 17: "S", 18: "SU", 19: "S", 20: "SM",
    21: "S", 22: "X", 23: "S", 24: "M", 25: "S", 26: "S", 27: "M", 28: "M", 29: "M", 30: "M",
    31: "MU", 32: "M", 33: "M", 34: "S", 35: "MX", 36: "S", 37: "S", 38: "S", 39: "S", 40: "S",
    41: "U", 42: "M", 43: "M", 44: "U", 45: "S", 46: "U", 47: "U", 48: "U", 49: "M", 50: "M",
    51: "X", 52: "M", 53: "M", 54: "X", 55: "X", 56: "M", 57: "M", 58: "S", 59: "U", 60: "S",
    61: "M", 62: "S", 63: "S", 64: "X", 65: "MU", 66: "M", 67: "U", 68: "S", 69: "M", 70: "U",
    71: "S", 72: "S", 73: "U", 74: "U", 75: "S",
}  # fmt: skip
LETTERS = {"S": Grade.SUPPORTED, "M": Grade.MIXED, "X": Grade.CONTRADICTED, "U": Grade.UNSTUDIED}


def test_there_are_75_claims_14_questions_and_every_study_by_its_id() -> None:
    assert list(LIBRARY.claims) == [str(number) for number in range(1, 76)]
    assert len(LIBRARY.questions) == 14
    assert set(LIBRARY.studies) == set(STUDIES.split())


@pytest.mark.parametrize("number", GRADES)
def test_each_claim_has_the_grade_of_the_evidence_base(number: int) -> None:
    claim = LIBRARY.claims[str(number)]
    assert set(claim.grades) == {LETTERS[letter] for letter in GRADES[number]}
    assert len(claim.grades) == len(GRADES[number])
    assert all(one.why for one in claim.support)


def test_no_figure_is_without_source_n_or_a_word_on_whom_it_is_about() -> None:
    for figure in LIBRARY.figures.values():
        assert figure.sources, figure.id
        assert figure.who, figure.id
        assert figure.meaning, figure.id


def test_every_source_is_used_or_said_to_be_about_the_articles() -> None:
    used = {key for kind in (Kind.STUDIES, Kind.FIGURES) for one in LIBRARY.of(kind).values()
            for key in one.sources}  # fmt: skip
    assert set(LIBRARY.sources) - used == {"S85"}


def test_every_study_is_named_by_a_figure_or_a_statement_or_says_what_it_is_for() -> None:
    kinds = [kind for kind in FILES if kind not in {Kind.SOURCES, Kind.STUDIES, Kind.PICTURES}]
    named = {figure.study for figure in LIBRARY.figures.values()}
    for kind in kinds:
        for one in LIBRARY.of(kind).values():
            named |= set(getattr(one, "basis", None).studies) if hasattr(one, "basis") else set()
    alone = set(LIBRARY.studies) - named
    assert all(LIBRARY.studies[one].found for one in alone)
    assert len(alone) < len(LIBRARY.studies) / 3


def _wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson (1927), doi 10.1080/01621459.1927.10502953."""
    z, p = 1.959963984540054, share / 100
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 100 / (1 + z * z / n)
    return scale * (middle - half), scale * (middle + half)


WORKED_OUT = [one for one in LIBRARY.figures.values() if "Wilson" in one.derived]


@pytest.mark.parametrize("figure", WORKED_OUT, ids=[one.id for one in WORKED_OUT])
def test_intervals_worked_out_here_are_what_the_arithmetic_gives(figure: Figure) -> None:
    told = re.search(r"from ([\d.]+)\N{NO-BREAK SPACE}% of (\d+)\.$", figure.derived)
    assert told is not None
    assert float(told[1]) == figure.value
    assert int(told[2]) == figure.n
    low, high = _wilson(figure.value, int(told[2]))
    assert figure.low == pytest.approx(low, abs=0.051)
    assert figure.high == pytest.approx(high, abs=0.051)


def _value(figure_id: str) -> float:
    return LIBRARY.figures[figure_id].value


def test_the_base_rates_follow_from_the_two_numbers_they_come_from() -> None:
    times = -math.log(1 - _value("last-four-weeks") / 100)
    ever = _value("cried-bm") / 100
    assert _value("events-four-weeks") == pytest.approx(times, abs=0.0005)
    for sessions in (20, 40, 60):
        assert _value(f"share-recent-{sessions}") == pytest.approx(100 * times / sessions, abs=0.05)
        assert _value(f"share-all-{sessions}") == pytest.approx(
            100 * ever * times / sessions, abs=0.05
        )
    own = _value("share-own-guess") / 100
    assert _value("share-all-high") == pytest.approx(100 * ever * own, abs=0.05)
    assert _value("would-have-cried") == pytest.approx(100 * (1 - (1 - own) ** 40), abs=0.6)


def test_shares_that_come_from_counts_are_those_counts() -> None:
    for figure_id, part, whole in (
        ("client-ever-zingaretti", 55, 64),
        ("client-ever-katz", 97, 124),
        ("client-last-session", 18, 64),
        ("saw-therapist-cry", 105, 188),
        ("harm-lasting", 763, 14_587),
        ("useful-waldman", 9, 10),
    ):
        assert _value(figure_id) == pytest.approx(100 * part / whole, abs=0.5), figure_id
    said = [_value(f"effect-{one}") for one in ("none", "better", "worse")]
    assert sum(said) == pytest.approx(100)
    assert _value("client-episodes") == pytest.approx(347 / 1074, abs=0.005)
    assert _value("client-episodes-crying") == pytest.approx(347 / (1074 / 7), abs=0.05)


def test_nothing_that_was_only_remembered_is_a_way_of_reading() -> None:
    assert {read.value for read in Read} == {"paper", "about", "weak", "derived"}


def test_what_a_statement_says_is_never_a_number_that_no_figure_has() -> None:
    """Shares in conflicts and gaps are those of figures, of grades' ranges, or of the posts."""
    known = {number_words(one.value) for one in LIBRARY.figures.values()}
    for note in [*LIBRARY.conflicts.values(), *LIBRARY.gaps.values()]:
        if note.id == "numbers-of-nobody":
            continue
        for number in re.findall(r"([\d.]+)\N{NO-BREAK SPACE}%", note.text):
            rounded = {number, *(one for one in known if one.split(".")[0] == number)}
            assert rounded & known, (note.id, number)


def test_no_text_holds_two_sentences_run_together_or_a_word_of_blame() -> None:
    blame = re.compile(r"\b(should have|failed|overdue|abnormal|non-compliant|!)", re.IGNORECASE)
    for kind in FILES:
        for one in LIBRARY.of(kind).values():
            text = f"{one.called} {one.says}"
            assert not blame.search(text), (kind, one.id)
            assert "  " not in one.called, (kind, one.id)


def test_both_sides_have_arguments_and_unstudied_ones_say_so() -> None:
    sides = Counter(one.side for one in LIBRARY.arguments.values())
    assert min(sides[side] for side in Side) >= 7
    for one in LIBRARY.arguments.values():
        if one.grade is Grade.UNSTUDIED:
            says = re.search(
                r"[Nn]obody|[Nn]o study|not tested|not looked at|not asked|[Oo]nly single", one.text
            )
            assert says, one.id


def test_each_question_is_served_by_an_argument_and_a_claim() -> None:
    named = {question for one in LIBRARY.arguments.values() for question in one.questions}
    assert named == set(LIBRARY.questions)
    assert all(one.basis.claims for one in LIBRARY.questions.values())


def test_numbers_are_written_as_people_write_them() -> None:
    assert number_words(-0.16) == "\N{MINUS SIGN}0.16"
    assert number_words(72.0) == "72"
    assert LIBRARY.figures["alliance-adults"].said == "r = 0.278 (0.256 to 0.299)"
    assert LIBRARY.figures["cried-bm"].said.replace("\N{NO-BREAK SPACE}", " ") == (
        "72 % (68.5 to 75.2)"
    )
    assert LIBRARY.figures["effect-worse"].said.startswith("at most 0.8")
    assert {one.unit for one in LIBRARY.figures.values()} == set(Unit)
