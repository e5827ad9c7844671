"""FHIR that others write: every way of naming questions and answers, and never a guess."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lacrima.errors import BadForm
from lacrima.formats.answers_file import read_answers
from lacrima.formats.fhir.xml_out import to_xml
from tests.formats.fhir_given import (
    ANSWERS,
    CODES,
    GAD_7,
    NOTED,
    PHQ_8,
    PHQ_9,
    STYLES,
    VALUES,
    coded,
    items,
    read,
    response,
    total,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "reference" / "formats"
needs_shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the reference data is not beside the project"),
]


class TestTheReferenceResponse:
    """A response that others published, with the total 12 in it."""

    pytestmark = needs_shared

    def test_its_total_is_twelve(self):
        filled = read_answers(SHARED / "phq9_response_12.xml", PHQ_9)
        assert total(filled) == 12
        assert filled.answers_of(0)["phq9_difficulty"] == 1
        assert filled.people == ("Patient/bh-patient-example",)
        assert filled.notes == ()

    def test_a_form_that_comes_along_makes_odd_names_certain(self):
        form = json.loads((SHARED / "phq9_questionnaire.json").read_text(encoding="utf-8"))
        for number, item in enumerate(form["item"]):
            item["linkId"] = f"q-{number * 7}"
        links = [item["linkId"] for item in form["item"]][:9]
        filled_in = response(
            items(links, [coded(value) for value in VALUES]),
            questionnaire="Questionnaire/44249-1-x",
        )
        entries = [{"resource": form}, {"resource": filled_in}]
        filled = read({"resourceType": "Bundle", "type": "collection", "entry": entries})
        assert total(filled) == sum(VALUES)
        assert filled.notes == ()


class TestEveryStyle:
    """How questions and answers are named in the wild."""

    @pytest.mark.parametrize("style", STYLES)
    def test_of_naming_questions(self, style: str):
        filled = read(response(items(STYLES[style], ANSWERS["LOINC codes"])))
        assert total(filled) == sum(VALUES)
        assert bool(filled.notes) == (style in NOTED)

    @pytest.mark.parametrize("kind", ANSWERS)
    def test_of_giving_answers(self, kind: str):
        filled = read(response(items(STYLES["PHR guide"], ANSWERS[kind])))
        assert [filled.answers_of(0)[f"phq9_{n}"] for n in range(1, 10)] == VALUES

    @pytest.mark.parametrize("style", STYLES)
    @pytest.mark.parametrize("kind", ["LOINC codes", "whole numbers", "texts in words"])
    def test_in_xml_as_in_json(self, style: str, kind: str):
        inner = response(items(STYLES[style], ANSWERS[kind]))
        as_json, as_xml = read(inner), read_answers(to_xml(inner), PHQ_9)
        assert as_json.answers_of(0) == as_xml.answers_of(0)
        assert as_json.notes == as_xml.notes

    def test_nested_groups_and_a_total_of_the_form(self):
        """The SDC guide's example: its own total, 13, is not what its answers give."""
        inside = items(STYLES["SDC"], ANSWERS["words as codes"])
        inside.append(
            {"linkId": "/44261-6", "answer": [{"valueQuantity": {"value": 13, "unit": "{score}"}}]}
        )
        group = {"linkId": "H1/T1", "text": "Over the last two weeks", "item": inside}
        filled = read(
            response([group], questionnaire="http://hl7.org/fhir/uv/sdc/Questionnaire/x-PHQ9")
        )
        assert total(filled) == 10
        assert any("total that came along" in note for note in filled.notes)

    def test_questions_under_answers(self):
        outer = {
            "linkId": "start",
            "answer": [{"valueBoolean": True, "item": items(CODES, ANSWERS["LOINC codes"])}],
        }
        filled = read(response([outer]))
        assert total(filled) == sum(VALUES)
        assert [loss.count for loss in filled.losses] == [1]

    def test_the_panel_with_a_number_is_an_old_way_to_write_the_total(self):
        inner = items(CODES, ANSWERS["LOINC codes"])
        inner.append({"linkId": "/44249-1", "answer": [{"valueDecimal": sum(VALUES)}]})
        filled = read(response(inner))
        assert total(filled) == sum(VALUES)
        assert filled.notes == filled.losses == ()

    def test_a_definition_may_hold_the_code(self):
        inner = [
            {"linkId": f"x{n}", "definition": f"http://loinc.org/q#{code}", "answer": [coded(1)]}
            for n, code in zip("abcdefghi", CODES, strict=False)
        ]
        assert total(read(response(inner))) == 9

    def test_words_of_the_questions_and_names_without_meaning(self):
        inner = [
            {"linkId": f"1bRp{n}kS", "text": f"{item.text}?", "answer": [coded(2)]}
            for n, item in zip("abcdefghi", PHQ_9.items, strict=False)
        ]
        filled = read(response(inner))
        assert total(filled) == 18
        assert "wording alone" in filled.notes[0]

    def test_order_alone_only_where_the_form_says_what_it_is(self):
        inner = items(list("abcdefghi"), ANSWERS["LOINC codes"])
        filled = read(response(inner, questionnaire="http://example.org/Questionnaire/phq-9"))
        assert total(filled) == sum(VALUES)
        assert "order alone" in filled.notes[0]
        with pytest.raises(BadForm, match="no question of PHQ-9"):
            read(response(inner))

    def test_the_answer_that_loinc_has_for_one_item_of_the_gad_7(self):
        inner = items(["/68509-9"], [{"valueCoding": {"code": "LA18938-3"}}])
        assert read(response(inner), GAD_7).answers_of(0)["gad7_2"] == 2

    def test_unanswered_is_missing_and_never_nought(self):
        inner = items(CODES, ANSWERS["LOINC codes"][:7])
        inner += [{"linkId": CODES[7]}, {"linkId": CODES[8], "answer": [{"extension": []}]}]
        answers = read(response(inner)).answers_of(0)
        assert answers["phq9_8"] is answers["phq9_9"] is None

    def test_who_is_taken_from_an_identifier_or_a_reference_and_never_from_a_name(self):
        inner = items(CODES, ANSWERS["LOINC codes"])
        named = {"display": "James Wolff"}
        for subject, who in [
            ({"identifier": {"value": "R 14"}, "reference": "Patient/1"}, "R 14"),
            ({"reference": "Patient/1", **named}, "Patient/1"),
            (named, None),
        ]:
            assert read(response(inner, subject=subject)).people == (who,)


class TestNeverAGuess:
    """What could be another questionnaire is not taken for this one."""

    def test_numbers_of_a_shorter_or_longer_form(self):
        for count in (7, 11):
            links = [f"Q{number}" for number in range(1, count + 1)]
            with pytest.raises(BadForm, match="no question of PHQ-9"):
                read(response(items(links, [coded(0)] * count)))

    @pytest.mark.parametrize("stem", ["gad7_", "GAD-7.", "gad", "phq8_", "K10/"])
    def test_numbers_under_the_name_of_another(self, stem: str):
        links = [f"{stem}{number}" for number in range(1, 10)]
        with pytest.raises(BadForm, match="no question of PHQ-9"):
            read(response(items(links, [coded(0)] * 9)))

    def test_numbers_in_a_form_of_another_name(self):
        inner = items(STYLES["SDC"], ANSWERS["LOINC codes"])
        with pytest.raises(BadForm, match="no question of PHQ-9"):
            read(response(inner, questionnaire="http://example.org/Questionnaire/GAD7"))

    def test_numbers_beside_words_of_another(self):
        inner = [
            {"linkId": f"Q{n}", "text": item.text, "answer": [coded(0)]}
            for n, item in enumerate((*GAD_7.items, *GAD_7.items[:2]), start=1)
        ]
        with pytest.raises(BadForm, match="no question of PHQ-9"):
            read(response(inner))

    def test_numbers_and_words_that_contradict_each_other(self):
        texts = [item.text for item in PHQ_9.scored_items]
        inner = [
            {"linkId": f"Q{n}", "text": text, "answer": [coded(0)]}
            for n, text in enumerate(reversed(texts), start=1)
        ]
        with pytest.raises(BadForm, match="do not agree"):
            read(response(inner))

    def test_numbers_and_words_that_agree(self):
        inner = [
            {"linkId": f"Q{n}", "text": item.text, "answer": [coded(1)]}
            for n, item in enumerate(PHQ_9.scored_items, start=1)
        ]
        assert total(read(response(inner))) == 9

    def test_words_in_another_language_go_by_number(self):
        inner = [
            {"linkId": f"Q{n}", "text": f"Frage {n}", "answer": [coded(1)]} for n in range(1, 10)
        ]
        filled = read(response(inner))
        assert total(filled) == 9
        assert "number alone" in filled.notes[0]

    def test_the_longer_form_as_the_shorter_one_is_said(self):
        filled = read(response(items(CODES, [coded(1)] * 10)), PHQ_8)
        assert total(filled) == 8
        assert [(loss.what, loss.count) for loss in filled.losses] == [
            ("answers to questions outside PHQ-8", 2)
        ]

    def test_a_code_and_a_value_that_do_not_agree(self):
        ordinal = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
        odd = coded(3, extension=[{"url": ordinal, "valueDecimal": 2}])
        with pytest.raises(BadForm, match="do not agree") as refused:
            read(response(items(CODES, [odd])))
        assert refused.value.where == "response 1, phq9_1"

    def test_the_code_of_another_question_s_choice(self):
        odd = {"valueCoding": {"system": "http://loinc.org", "code": "LA6572-7"}}
        with pytest.raises(BadForm, match="no answer to this item"):
            read(response(items(CODES, [odd])))
