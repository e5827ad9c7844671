"""Several FHIR resources in one file, and FHIR of other versions."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from lacrima.errors import BadForm
from lacrima.formats.answers_file import read_answers
from lacrima.formats.fhir.questionnaire import questionnaire_of
from lacrima.formats.fhir.xml_out import to_xml
from lacrima.instruments.catalogue import shipped
from tests.formats.fhir_given import (
    ANSWERS,
    CODES,
    PHQ_9,
    STYLES,
    VALUES,
    coded,
    items,
    read,
    response,
    total,
)


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

    def test_a_plain_list_of_resources(self):
        assert read([self.one(1), self.one(2)]).rows == (1, 2)

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


def test_what_we_write_for_every_instrument_names_its_own_version_of_fhir():
    for one in shipped().values():
        form = questionnaire_of(one)
        with pytest.raises(BadForm, match="without answers"):
            read(form)
