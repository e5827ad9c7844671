"""FHIR that others write: every way of naming questions and answers, and what is refused."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadForm, BadInput, LacrimaError, OutOfRange
from lacrima.formats.answers_file import read_answers
from lacrima.formats.fhir.bundle import ResponseValue, bundle_of, to_json
from lacrima.formats.fhir.questionnaire import questionnaire_of
from lacrima.formats.fhir.xml_out import to_xml
from lacrima.formats.filled import json_text
from lacrima.formats.filled.forms import Filled
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scoring import score

PHQ_9, PHQ_8, GAD_7 = shipped()["phq-9"], shipped()["phq-8"], shipped()["gad-7"]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "reference" / "formats"
needs_shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the reference data is not beside the project"),
]

CODES = [item.loinc for item in PHQ_9.items]
CHOICES = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
WORDS = ["Not at all", "Several days", "More than half the days", "Nearly every day"]
VALUES = [0, 0, 0, 1, 2, 1, 3, 2, 1]  # as in the SDC guide's own example; it adds up to 10


def coded(value: int, **more: Any) -> dict[str, Any]:
    return {"valueCoding": {"system": "http://loinc.org", "code": CHOICES[value], **more}}


def items(links: list[str], answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"linkId": link, "answer": [answer]} for link, answer in zip(links, answers, strict=False)
    ]


def response(inner: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": inner, **more}


def read(resource: Any, one: Instrument = PHQ_9) -> Filled:
    return read_answers(json.dumps(resource).encode(), one)


def total(filled: Filled) -> int | None:
    said = score(filled.instrument, filled.answers_of(0)).total
    return None if said is None else int(said)


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


STYLES = {
    "LHC and US Core": [f"/{code}" for code in CODES],
    "PHR guide": CODES,
    "inside a panel": [f"/44249-1/{code}" for code in CODES],
    "as an address": [f"http://loinc.org/{code}" for code in CODES],
    "our own ids": [f"phq9_{number}" for number in range(1, 10)],
    "our own ids, written otherwise": [f"PHQ9-{number:02}" for number in range(1, 10)],
    "MII": [f"PHQ.{number}" for number in range(1, 10)],
    "SDC": [f"H1/T1/Q{number}" for number in range(1, 10)],
    "bare numbers": [str(number) for number in range(1, 10)],
    "from nought": [f"q{number}" for number in range(9)],
}
NOTED = {"MII", "SDC", "bare numbers", "from nought", "our own ids, written otherwise"}
ANSWERS = {
    "LOINC codes": [coded(value) for value in VALUES],
    "codes without a system": [{"valueCoding": {"code": CHOICES[value]}} for value in VALUES],
    "LOINC by its number": [
        {"valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.1", "code": CHOICES[value]}}
        for value in VALUES
    ],
    "ordinal on the code": [
        {
            "valueCoding": {
                "system": "http://example.org/own",
                "code": f"c{value}",
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                        "valueDecimal": value,
                    }
                ],
            }
        }
        for value in VALUES
    ],
    "weight on the answer": [
        {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/itemWeight",
                    "valueDecimal": value,
                }
            ],
            "valueCoding": {"code": f"c{value}"},
        }
        for value in VALUES
    ],
    "words as codes": [
        {
            "valueCoding": {
                "system": "http://example.org/own",
                "code": WORDS[value].replace(" ", "-"),
            }
        }
        for value in VALUES
    ],
    "words beside codes": [
        {"valueCoding": {"code": f"c{value}", "display": WORDS[value].upper()}} for value in VALUES
    ],
    "numbers as codes": [
        {"valueCoding": {"system": "http://example.org/own", "code": str(value)}}
        for value in VALUES
    ],
    "whole numbers": [{"valueInteger": value} for value in VALUES],
    "decimals": [{"valueDecimal": float(value)} for value in VALUES],
    "quantities": [{"valueQuantity": {"value": value, "unit": "{score}"}} for value in VALUES],
    "texts with a number": [{"valueString": str(value)} for value in VALUES],
    "texts in words": [{"valueString": WORDS[value]} for value in VALUES],
}


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


class TestBundles:
    """Several resources in one file."""

    def one(self, number: int, **more: Any) -> dict[str, Any]:
        return response(items(CODES, [coded(number % 4)] * 9), id=f"r{number}", **more)

    def bundle(self, *resources: Any, **more: Any) -> dict[str, Any]:
        entries = [{"resource": each} for each in resources]
        return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}

    def test_every_response_in_its_order(self):
        filled = read(self.bundle(*(self.one(n) for n in range(3))))
        assert filled.rows == (1, 2, 3)
        assert [filled.answers_of(n)["phq9_1"] for n in range(3)] == [0, 1, 2]

    def test_one_resource_a_line(self):
        lines = [json.dumps(self.one(n)) for n in range(3)]
        filled = read_answers("\r\n".join([*lines, ""]).encode(), PHQ_9)
        assert filled.rows == (1, 2, 3)

    def test_other_resources_are_counted(self):
        others = [{"resourceType": "Patient", "id": "a"}, {"resourceType": "Observation"}]
        filled = read(self.bundle(self.one(1), *others))
        assert {loss.what: loss.count for loss in filled.losses} == {
            "resources of the type Observation": 1,
            "resources of the type Patient": 1,
        }

    def test_responses_of_another_questionnaire_are_counted(self):
        other = response(items(["/69725-0"], [coded(1)]), id="g")
        filled = read(self.bundle(other, self.one(1)))
        assert filled.rows == (2,)
        assert filled.losses[0].why == "they have no question of PHQ-9"

    def test_what_was_entered_in_error_is_not_scored(self):
        filled = read(self.bundle(self.one(1), self.one(2, status="entered-in-error")))
        assert len(filled) == 1
        assert "entered in error" in filled.losses[0].why

    def test_a_contained_form_tells_what_choices_weigh(self):
        form = {
            "resourceType": "Questionnaire",
            "id": "f",
            "item": [
                {
                    "linkId": "a",
                    "code": [{"system": "http://loinc.org", "code": CODES[0]}],
                    "answerOption": [
                        {
                            "extension": [
                                {
                                    "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                                    "valueDecimal": 3,
                                }
                            ],
                            "valueCoding": {"code": "daily"},
                        }
                    ],
                }
            ],
        }
        inner = items(["a"], [{"valueCoding": {"code": "daily"}}])
        whole = response(inner, contained=[form], questionnaire="#f")
        assert read(whole).answers_of(0)["phq9_1"] == 3
        assert read_answers(to_xml(whole), PHQ_9).answers_of(0)["phq9_1"] == 3

    @pytest.mark.parametrize("what", ["id", "fullUrl"])
    def test_the_same_id_twice(self, what: str):
        twice = self.bundle(self.one(1), self.one(1 if what == "id" else 2))
        if what == "fullUrl":
            for entry in twice["entry"]:
                entry["fullUrl"] = "urn:uuid:6a3b1c0e-0000-4000-8000-000000000000"
        with pytest.raises(BadForm, match="second time") as refused:
            read(twice)
        assert refused.value.where == "resource 2"


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<QuestionnaireResponse xmlns="http://hl7.org/fhir"><status value="&b;"/></QuestionnaireResponse>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<QuestionnaireResponse xmlns="http://hl7.org/fhir"><status value="&x;"/></QuestionnaireResponse>"""


class TestBadInput:
    """Files that would harm, and files that are simply wrong."""

    @pytest.mark.parametrize(
        ("data", "found"),
        [
            (LAUGHS, "document type"),
            (OUTSIDE, "document type"),
            (b"<!DOCTYPE html><html></html>", "document type"),
            (b"<a><b></a>", "no well-formed XML"),
            (b"<html></html>", "not FHIR's"),
            (b'<?xml version="1.0" encoding="utf-7"?><a/>', "encoding"),
            (b'<?xml version="1.0" encoding="nonsense"?><a/>', ""),
            (b"<" + b"\xff" * 9, "no well-formed XML"),
            (b'{"resourceType": "QuestionnaireResponse", ', "no JSON"),
            (b'{"resourceType": "QuestionnaireResponse", "item": [{"a": NaN}]}', "NaN"),
            (b'{"resourceType": "QuestionnaireResponse", "x": 1, "x": 2}', "twice"),
            (b'{"x": ' + b"9" * 5_000 + b"}", "very many digits"),
            (b'{"x": 1e999999999999}', "out of all bounds"),
            (b'{"x": 1e-999999999999}', "out of all bounds"),
            (b"[" * 500 + b"]" * 500, "nested"),
            (b"[" * 200_000, "nested"),
            (b'{"a":' * 200 + b"1" + b"}" * 200, "nested"),
            (b"\xff\xfe{\x00\x00", "no UTF-8"),
            (b'{"resourceType": "QuestionnaireResponse", "id": "\xff"}', "no UTF-8"),
            (b'{"resourceType": 3}', "no FHIR resource"),
            (b'[{"resourceType": "Patient"}]', ""),
            (b"{}", ""),
            (b"[]", "without a form"),
            (b"[1, 2]", "no object"),
            (b'{"items": [1]}', "items that are no object"),
        ],
    )
    def test_is_refused_in_our_own_words(self, data: bytes, found: str):
        with pytest.raises(BadInput) as refused:
            read_answers(data, PHQ_9)
        assert found in str(refused.value)

    def test_very_deep_xml(self):
        deep = b'<QuestionnaireResponse xmlns="http://hl7.org/fhir">' + b"<item>" * 100_000
        with pytest.raises(BadForm, match="nested"):
            read_answers(deep, PHQ_9)

    def test_very_deep_xml_of_another_namespace(self):
        deep = b'<a xmlns="http://example.org">' + b"<b>" * 100_000
        with pytest.raises(BadForm, match="nested"):
            read_answers(deep, PHQ_9)

    def test_a_file_without_an_end(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(json_text, "MAX_BYTES", 100)
        for first in ("{", "<"):
            path = tmp_path / "large"
            path.write_text(first + " " * 500, encoding="utf-8")
            monkeypatch.setattr("lacrima.formats.answers_file.MAX_BYTES", 100)
            monkeypatch.setattr("lacrima.formats.fhir.xml_in.MAX_BYTES", 100)
            with pytest.raises(BadForm, match="larger than"):
                read_answers(path, PHQ_9)

    @pytest.mark.parametrize("data", [b"\xef\xbb\xbf", b""])
    def test_a_mark_of_utf_8_does_no_harm(self, data: bytes):
        inner = response(items(CODES, ANSWERS["LOINC codes"]))
        assert total(read_answers(data + json.dumps(inner).encode(), PHQ_9)) == sum(VALUES)
        assert total(read_answers(data + to_xml(inner), PHQ_9)) == sum(VALUES)

    @pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
    def test_utf_16_is_read_where_it_says_so(self, codec: str):
        inner = response(items(CODES, ANSWERS["LOINC codes"]))
        text = to_xml(inner).decode().replace("UTF-8", "UTF-16")
        mark = "" if codec == "utf-16" else "\ufeff"
        assert total(read_answers((mark + text).encode(codec), PHQ_9)) == sum(VALUES)
        as_json = (mark + json.dumps(inner)).encode(codec)
        assert total(read_answers(as_json, PHQ_9)) == sum(VALUES)

    def test_duplicate_link_ids(self):
        twice = items([CODES[0], "x", "x"], [coded(1)] * 3)
        with pytest.raises(BadForm, match="linkId of another") as refused:
            read(response(twice))
        assert refused.value.where == "response 1, question 3"

    def test_two_questions_for_one_item(self):
        with pytest.raises(BadForm, match="two questions for one item"):
            read(response(items(["/44250-9", "phq9_1"], [coded(1)] * 2)))

    def test_two_groups_of_numbers(self):
        links = [f"{stem}{n}" for stem in ("a", "b") for n in range(1, 10)]
        with pytest.raises(BadForm, match="two groups"):
            read(response(items(links, [coded(1)] * 18)))

    def test_a_question_without_a_name(self):
        with pytest.raises(BadForm, match="without a name"):
            read(response([{"answer": [coded(1)]}]))

    def test_several_answers_to_one_question(self):
        inner = [{"linkId": CODES[0], "answer": [coded(1), coded(2)]}]
        with pytest.raises(BadForm, match="several answers"):
            read(response(inner))

    @pytest.mark.parametrize(
        "answer",
        [
            {"valueInteger": 4},
            {"valueInteger": -1},
            {"valueDecimal": 1.5},
            {"valueString": "7"},
            {"valueCoding": {"system": "http://example.org", "code": "9"}},
            {"valueDecimal": 1e30},
        ],
    )
    def test_an_answer_out_of_range_is_never_said(self, answer: dict[str, Any]):
        with pytest.raises(OutOfRange) as refused:
            read(response(items(CODES, [answer])))
        assert refused.value.where == "response 1, phq9_1"
        assert refused.value.expected == "a whole number from 0 to 3"

    @pytest.mark.parametrize(
        "answer",
        [
            {"valueBoolean": True},
            {"valueString": "I feel as if I were falling"},
            {"valueReference": {"reference": "Patient/1"}},
            {"valueCoding": {"display": "I feel as if I were falling"}},
            {"valueInteger": "two"},
        ],
    )
    def test_an_answer_that_is_none_is_never_said(self, answer: dict[str, Any]):
        with pytest.raises(BadForm) as refused:
            read(response(items(CODES, [answer])))
        assert "falling" not in str(refused.value.as_json())

    def test_half_a_character_in_a_name(self):
        inner = items(CODES, ANSWERS["LOINC codes"])
        with pytest.raises(BadForm, match="half a character"):
            read(response(inner, subject={"reference": "\ud800"}))

    @pytest.mark.parametrize(
        ("resource", "found"),
        [
            ({"resourceType": "Questionnaire", "item": []}, "without answers"),
            ({"resourceType": "Observation"}, "a total without its answers"),
            ({"resourceType": "Bundle", "type": "collection"}, "an empty Bundle"),
            ({"resourceType": "Patient"}, "Patient"),
            ({"resourceType": "x y"}, "no FHIR resource"),
        ],
    )
    def test_another_resource_is_named(self, resource: dict[str, Any], found: str):
        with pytest.raises(BadForm, match=found):
            read(resource)


class TestOtherVersions:
    """FHIR that is not R4 is named where that can be told."""

    @pytest.mark.parametrize(
        ("more", "version"),
        [
            ({"group": {"question": []}}, "DSTU2"),
            ({"questionnaire": {"reference": "Questionnaire/1"}}, "STU3"),
            ({"context": {"reference": "Encounter/1"}}, "STU3"),
            ({"parent": [{"reference": "Observation/1"}]}, "STU3"),
            ({"meta": {"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/x"]}}, "R5"),
            (
                {"meta": {"profile": ["http://hl7.org/fhir/STU3/questionnaireresponse.html"]}},
                "STU3",
            ),
            (
                {"meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/Patient|5.0.0"]}},
                "R5",
            ),
            ({"implicitRules": "http://hl7.org/fhir/R6/rules"}, "R6"),
        ],
    )
    def test_of_a_response(self, more: dict[str, Any], version: str):
        whole = response(items(CODES, ANSWERS["LOINC codes"]), **more)
        for refused_by in (read, lambda one: read_answers(to_xml(one), PHQ_9)):
            with pytest.raises(BadForm, match=f"FHIR {version}") as refused:
                refused_by(whole)
            assert "R4" in refused.value.expected

    def test_of_the_form_that_came_along(self):
        form = {"resourceType": "Questionnaire", "item": [{"linkId": "a", "type": "coding"}]}
        entries = [{"resource": form}, {"resource": response(items(CODES, [coded(1)]))}]
        with pytest.raises(BadForm, match="FHIR R5") as refused:
            read({"resourceType": "Bundle", "entry": entries})
        assert refused.value.where == "the Questionnaire"

    @pytest.mark.parametrize(
        "profile",
        [
            "http://hl7.org/fhir/us/core/StructureDefinition/us-core-questionnaireresponse|7.0.0",
            "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaireresponse|3.0.0",
            "http://hl7.org/fhir/StructureDefinition/QuestionnaireResponse|4.0.1",
            "http://hl7.org/fhir/4.3/StructureDefinition/QuestionnaireResponse",
            "http://hl7.org/fhir/us/core/STU3.1/StructureDefinition/x",
        ],
    )
    def test_profiles_of_r4_are_read(self, profile: str):
        whole = response(items(CODES, ANSWERS["LOINC codes"]), meta={"profile": [profile]})
        assert total(read(whole)) == sum(VALUES)


def test_many_responses_are_read_quickly():
    """A goal of ours: two thousand in a second or so; the bound is loose, for slow machines."""
    lines = [
        json.dumps(response(items(STYLES["PHR guide"], ANSWERS["LOINC codes"])))
        for _ in range(2_000)
    ]
    begun_s = time.monotonic()
    assert len(read_answers("\n".join(lines).encode(), PHQ_9)) == 2_000
    assert time.monotonic() - begun_s < 20


SAMPLE = to_json(
    bundle_of([ResponseValue(instrument=PHQ_9, answers={"phq9_1": 1, "phq9_9": 2}, key="a")])
)
SAMPLE_XML = to_xml(json.loads(SAMPLE))


@settings(max_examples=150, deadline=None)
@given(
    base=st.sampled_from([SAMPLE, SAMPLE_XML]),
    at=st.floats(0, 1),
    length=st.integers(0, 40),
    piece=st.binary(max_size=12) | st.sampled_from([b"{", b"]", b'"', b"null", b"<item>", b"\x00"]),
)
def test_an_altered_file_is_read_or_refused(base: bytes, at: float, length: int, piece: bytes):
    place = int(at * len(base))
    with contextlib.suppress(LacrimaError):
        read_answers(base[:place] + piece + base[place + length :], PHQ_9)


def test_what_we_write_for_every_instrument_names_its_own_version_of_fhir():
    for one in shipped().values():
        form = questionnaire_of(one)
        with pytest.raises(BadForm, match="without answers"):
            read(form)
