"""FHIR that would harm, and FHIR that is simply wrong: refused in our own words."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadForm, BadInput, LacrimaError, OutOfRange
from lacrima.formats.answers_file import read_answers
from lacrima.formats.fhir.bundle import ResponseValue, bundle_of, to_json
from lacrima.formats.fhir.xml_out import to_xml
from lacrima.formats.filled import json_text
from tests.formats.fhir_given import (
    ANSWERS,
    CODES,
    PHQ_9,
    VALUES,
    coded,
    items,
    read,
    response,
    total,
)

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
            (b'{"x": -1e-99999999999999999999}', "out of all bounds"),
            (b"[" * 500 + b"]" * 500, "nested"),
            (b"[" * 200_000, "nested"),
            (b'{"a":' * 200 + b"1" + b"}" * 200, "nested"),
            (b"\xff\xfe{\x00\x00", "no UTF-8"),
            (b'{"resourceType": "QuestionnaireResponse", "id": "\xff"}', "no UTF-8"),
            (b'{"resourceType": 3}', "no FHIR resource"),
            (b'[{"resourceType": "Patient"}]', ""),
            (b"{}", ""),
            (b"[]", "without a form"),
            (b"[1, 2]", "no question of PHQ-9"),
            (b'[1, {"phq9_1": 1}]', "no object"),
            (b'{"items": 1}', "items that are no object"),
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

    def test_odd_shapes_where_words_are_expected(self):
        odd: Any = {"a": [1]}
        form = {"resourceType": "Questionnaire", "url": odd, "item": [{"linkId": odd, "type": odd}]}
        whole = response(
            [*items(CODES, ANSWERS["LOINC codes"]), odd],
            status=odd,
            subject=odd,
            contained=[form, 3],
        )
        with pytest.raises(BadForm, match="without a name"):
            read(whole)
        whole["item"].pop()
        entries = [{"resource": form}, 7, {"resource": whole}, {"resource": [whole]}]
        filled = read({"resourceType": "Bundle", "entry": entries, "meta": 3})
        assert total(filled) == sum(VALUES)

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
