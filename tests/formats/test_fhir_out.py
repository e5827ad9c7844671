"""FHIR that we write: judged by an independent library, by rules of R4, and by our own reader.

The judge is fhir-resources 8, which has R4B (4.3.0) and no R4 (4.0.1). Questionnaire,
QuestionnaireResponse, Observation and Bundle are not among what R4B changed (medication
definition, evidence, subscriptions); whoever uses none of these "can continue to use either R4 or
R4B without any functional difference" (https://hl7.org/FHIR/r4b-explanation.html; the changes are
listed at https://hl7.org/fhir/R4B/history.html). What the library does not check (constraints
such as que-2 or obs-6) stands below, written by hand from the R4 pages of each resource.
"""

from __future__ import annotations

import doctest
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, OutOfRange
from lacrima.formats.answers_file import read_answers
from lacrima.formats.fhir import bundle, codes, questionnaire, xml_out
from lacrima.formats.fhir.bundle import ResponseValue, bundle_of, losses_of, to_json
from lacrima.formats.fhir.questionnaire import (
    expression_of,
    losses_of_questionnaire,
    questionnaire_of,
)
from lacrima.formats.fhir.response import observation_of, response_of
from lacrima.formats.fhir.xml_out import to_xml
from lacrima.formats.losses import Loss, together
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scoring import score

ALL = list(shipped().values())
WITH_ITEMS = [one for one in ALL if one.items]
PHQ_9, GAD_7, PHQ_8 = shipped()["phq-9"], shipped()["gad-7"], shipped()["phq-8"]
FULL = {f"phq9_{number}": number % 4 for number in range(1, 10)}
ORDER_IN_ITEMS = [
    "extension", "linkId", "code", "prefix", "text", "type", "required", "repeats", "readOnly",
    "answerOption", "answer", "item",
]  # fmt: skip
WHEN = datetime(2025, 3, 4, 16, 30, tzinfo=timezone(timedelta(hours=1)))


def filled(one: Instrument, step: int = 0) -> dict[str, int | None]:
    """Some answers, a few of them missing when the step says so."""
    return {
        item.id: item.scale.values[(place + step) % len(item.scale.values)]
        for place, item in enumerate(one.items)
        if not step or (place + step) % 5
    }


def responses_of(one: Instrument, count: int = 3) -> list[ResponseValue]:
    return [
        ResponseValue(
            instrument=one, answers=filled(one, step), key=f"k{step}", subject=f"R {step}",
            authored=WHEN,
        )
        for step in range(count)
    ]  # fmt: skip


def shapes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside, at any depth."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from shapes(each)
    if isinstance(value, list):
        for each in value:
            yield from shapes(each)


def test_the_examples_in_the_docstrings_run():
    for module in (bundle, codes, questionnaire, xml_out):
        assert doctest.testmod(module).failed == 0


class TestTheJudge:
    """fhir-resources reads what we write, and gives back the same."""

    @pytest.mark.parametrize("one", ALL, ids=lambda one: one.slug)
    def test_every_questionnaire_is_valid(self, one: Instrument):
        written = questionnaire_of(one)
        judged = get_fhir_model_class("Questionnaire").model_validate(written)
        assert sorted_json(judged.model_dump()) == sorted_json(written)

    @pytest.mark.parametrize("one", WITH_ITEMS, ids=lambda one: one.slug)
    def test_every_response_and_its_observation_are_valid(self, one: Instrument):
        for response in responses_of(one):
            for written in (response_of(response), observation_of(response)):
                kind = get_fhir_model_class(written["resourceType"])
                kind.model_validate(written)

    @pytest.mark.parametrize("one", WITH_ITEMS, ids=lambda one: one.slug)
    def test_a_bundle_of_them_is_valid(self, one: Instrument):
        get_fhir_model_class("Bundle").model_validate(bundle_of(responses_of(one)))

    def test_elements_stand_in_the_order_that_xml_demands(self):
        mixed = bundle_of([*responses_of(PHQ_9), *responses_of(shipped()["pcl-5"])])
        for entry in mixed["entry"]:
            resource = entry["resource"]
            model = get_fhir_model_class(resource["resourceType"])
            assert_in_order(resource, model)

    def test_the_judge_does_refuse(self):
        broken = {**response_of(responses_of(PHQ_9)[0]), "status": 3}
        with pytest.raises(ValueError, match="status"):
            get_fhir_model_class("QuestionnaireResponse").model_validate(broken)


def sorted_json(value: Any) -> Any:
    """Numbers as text, so that 3 and Decimal 3 are one; empties left out; keys in one order."""
    if isinstance(value, dict):
        return {key: sorted_json(value[key]) for key in sorted(value) if value[key] is not None}
    if isinstance(value, list):
        return [sorted_json(each) for each in value]
    return value if isinstance(value, str | bool) else float(value)


def assert_in_order(resource: dict[str, Any], model: Any) -> None:
    names = [name for name in resource if name != "resourceType"]
    sequence = model.elements_sequence()
    assert names == sorted(names, key=sequence.index)
    for shape in shapes(resource.get("item", [])):
        if "linkId" in shape:
            assert list(shape) == sorted(shape, key=ORDER_IN_ITEMS.index)
        if "valueCoding" in shape and "extension" in shape:
            assert next(iter(shape)) == "extension"


class TestRulesOfR4:
    """Constraints from the R4 pages of the resources, and our own promises."""

    @pytest.mark.parametrize("one", ALL, ids=lambda one: one.slug)
    def test_a_questionnaire_keeps_its_constraints(self, one: Instrument):
        written = questionnaire_of(one)
        items = [shape for shape in shapes(written["item"]) if "linkId" in shape]
        links = [item["linkId"] for item in items]
        assert re.fullmatch(r"[A-Z]([A-Za-z0-9_]){0,254}", written["name"])  # que-0
        assert len(set(links)) == len(links)  # que-2
        assert "id" not in written
        for item in items:
            assert item["type"] in {"choice", "integer", "decimal", "display"}
            if item["type"] == "display":
                assert not {"code", "required", "repeats", "readOnly", "item"} & set(
                    item
                )  # que-3,6,9
            if "answerOption" in item:
                assert item["type"] == "choice"  # que-5
                coded = [o["valueCoding"]["code"] for o in item["answerOption"]]
                assert len(set(coded)) == len(coded)
        for shape in shapes(written):
            assert all(value not in ("", [], {}, None) for value in shape.values())  # ele-1

    @pytest.mark.parametrize("one", WITH_ITEMS, ids=lambda one: one.slug)
    def test_a_response_answers_the_questions_of_its_questionnaire(self, one: Instrument):
        form = questionnaire_of(one)
        asked = {item["linkId"]: item for item in form["item"]}
        for response in responses_of(one):
            written = response_of(response)
            assert written["questionnaire"] == f"{form['url']}|{form['version']}"
            assert [each["linkId"] for each in written["item"]] == [
                link for link in asked if link in {each["linkId"] for each in written["item"]}
            ]
            for item in written["item"]:
                assert len(item["answer"]) == 1
                assert item.get("text") == asked[item["linkId"]].get("text")
                assert_answer_fits(item["answer"][0], asked[item["linkId"]])

    def test_an_observation_has_a_value_or_a_reason_and_never_both(self):  # obs-6
        nine, none = (
            ResponseValue(instrument=PHQ_9, answers=answers, key="a") for answers in (FULL, {})
        )
        with_total, without = observation_of(nine), observation_of(none)
        assert with_total["valueQuantity"] == {
            "value": 13, "unit": "{score}", "system": "http://unitsofmeasure.org",
            "code": "{score}",
        }  # fmt: skip
        assert with_total["code"]["coding"] == [{"system": "http://loinc.org", "code": "44261-6"}]
        assert with_total["category"][0]["coding"][0]["code"] == "survey"
        assert "dataAbsentReason" not in with_total
        assert "valueQuantity" not in without
        assert without["dataAbsentReason"]["text"] == score(PHQ_9, {}).why

    def test_references_in_a_bundle_lead_to_its_entries(self):
        written = bundle_of(responses_of(PHQ_9))
        names = [entry["fullUrl"] for entry in written["entry"]]
        assert len(set(names)) == len(names)  # bdl-7
        assert all(name.startswith("urn:uuid:") for name in names)
        for entry in written["entry"]:
            resource = entry["resource"]
            if "id" in resource:
                assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
            for source in resource.get("derivedFrom", []):
                assert source["reference"] in names

    @pytest.mark.parametrize("one", [one for one in ALL if one.is_skeleton], ids=lambda o: o.slug)
    def test_a_skeleton_carries_no_words(self, one: Instrument):
        items = [
            shape
            for shape in shapes(questionnaire_of(one)["item"])
            if "linkId" in shape and shape["type"] != "decimal"
        ]
        assert len(items) == len(one.items)
        assert not any({"text", "answerOption", "item"} & set(item) for item in items)

    def test_the_notices_that_must_be_shown_are_there(self):
        written = questionnaire_of(PHQ_9)["copyright"]
        assert PHQ_9.licence.must_show in written
        assert codes.LOINC_NOTICE in written
        assert codes.LOINC_NOTICE not in questionnaire_of(shipped()["pcl-5"])["copyright"]

    def test_the_expression_of_a_sum_names_every_counted_item_once(self):
        expression = expression_of(PHQ_9)
        counted = [codes.link_id(PHQ_9, item) for item in PHQ_9.scored_items]
        for link in counted:
            assert expression.count(f"linkId='{link}').answer.value.ordinal()") == 1
            assert expression.count(f"linkId='{link}').answer.value.exists()") == 1
        assert "69722-7" not in expression
        total = questionnaire_of(PHQ_9)["item"][-1]
        assert total["linkId"] == "/44261-6"
        assert total["readOnly"] is True
        assert any(each["url"] == codes.CALCULATED for each in total["extension"])

    def test_items_that_count_backwards_are_turned_in_the_expression(self):
        pswq = shipped()["pswq"]
        backwards = [item for item in pswq.items if item.is_reversed]
        assert expression_of(pswq).count("(6 - %resource") == len(backwards) == 5


def assert_answer_fits(answer: dict[str, Any], asked: dict[str, Any]) -> None:
    if asked["type"] == "choice":
        coding = answer["valueCoding"]
        options = [option["valueCoding"] for option in asked["answerOption"]]
        assert {key: value for key, value in coding.items() if key != "extension"} in options
    else:
        assert f"value{asked['type'].capitalize()}" in answer


class TestTheSameAgain:
    """What is written is read back, in both forms, and always looks the same."""

    @pytest.mark.parametrize("one", WITH_ITEMS, ids=lambda one: one.slug)
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_write_then_read_gives_the_same_answers(self, one: Instrument, data: st.DataObject):
        answers = {
            item.id: data.draw(st.sampled_from([None, *item.scale.values])) for item in one.items
        }
        subject = data.draw(st.sampled_from(["", "R 14", "Zoë & <b>"]))
        response = ResponseValue(instrument=one, answers=answers, key="a", subject=subject)
        written = bundle_of([response], with_questionnaires=data.draw(st.booleans()))
        if all(value is None for value in answers.values()) and not one.is_total_only:
            return  # a form without one answer names no question, and is refused when read
        for file in (to_json(written), to_xml(written)):
            read = read_answers(file, one)
            assert read.answers_of(0) == answers
            assert read.people == (subject or None,)
            assert read.notes == ()

    @pytest.mark.parametrize("one", ALL, ids=lambda one: one.slug)
    def test_the_same_values_give_the_same_bytes(self, one: Instrument):
        assert to_json(questionnaire_of(one)) == to_json(questionnaire_of(one))
        assert to_xml(questionnaire_of(one)) == to_xml(questionnaire_of(one))

    def test_xml_says_what_json_says(self):
        written = bundle_of(responses_of(GAD_7))
        assert list(leaves_of_xml(to_xml(written))) == list(leaves_of_json(written))

    def test_another_key_gives_other_ids_and_stands_nowhere(self):
        one, two = (
            ResponseValue(instrument=PHQ_9, answers=FULL, key=key) for key in ("secret-1", "s-2")
        )
        assert response_of(one)["id"] != response_of(two)["id"]
        assert b"secret-1" not in to_json(bundle_of([one]))

    def test_a_time_is_written_in_utc(self):
        assert response_of(responses_of(PHQ_9)[0])["authored"] == "2025-03-04T15:30:00Z"


def leaves_of_json(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key != "resourceType":
                yield from leaves_of_json(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from leaves_of_json(each, name)
    else:
        yield (
            name,
            {True: "true", False: "false"}.get(value, str(value))
            if isinstance(value, bool)
            else str(value),
        )


def leaves_of_xml(data: bytes) -> Iterator[tuple[str, str]]:
    for element in ElementTree.fromstring(data).iter():  # noqa: S314  (our own bytes)
        for key in ("url", "value"):
            if key in element.attrib:
                name = element.tag.rpartition("}")[2]
                yield "url" if key == "url" else name, element.attrib[key]


class TestATotalAlone:
    """Scores of which only the total is known."""

    def test_it_is_an_observation_without_a_response(self):
        ors = shipped()["ors"]
        alone = ResponseValue(instrument=ors, answers={}, key="a", total=Decimal("23.4"))
        written = bundle_of([alone], with_questionnaires=False)
        kinds = [entry["resource"]["resourceType"] for entry in written["entry"]]
        assert kinds == ["Observation"]
        observation = written["entry"][0]["resource"]
        assert observation["valueQuantity"]["value"] == 23.4
        assert "derivedFrom" not in observation

    @pytest.mark.parametrize(
        ("answers", "total", "kind"),
        [
            (FULL, Decimal(3), BadInput),
            ({}, Decimal(28), OutOfRange),
            ({}, Decimal("nan"), OutOfRange),
        ],
    )
    def test_a_total_that_cannot_be_is_refused(self, answers, total, kind):
        with pytest.raises(kind):
            ResponseValue(instrument=PHQ_9, answers=answers, key="a", total=total)


class TestWhatIsRefused:
    """Values that could not be written."""

    @pytest.mark.parametrize(
        "odd",
        [
            {"key": ""},
            {"authored": datetime(2025, 1, 1)},  # noqa: DTZ001
            {"subject": "a\x00b"},
            {"subject": "\ud800"},
            {"subject": "  "},
            {"subject": "x" * 2000},
            {"answers": {"phq9_1": 4}},
            {"answers": {"gad7_1": 1}},
        ],
    )
    def test_an_odd_value(self, odd: dict[str, Any]):
        whole: dict[str, Any] = {"instrument": PHQ_9, "answers": FULL, "key": "a", **odd}
        with pytest.raises(BadInput) as refused:
            ResponseValue(**whole)
        assert "x" * 20 not in str(refused.value)

    def test_two_responses_with_one_key(self):
        one = ResponseValue(instrument=PHQ_9, answers=FULL, key="a")
        with pytest.raises(BadInput, match="one key"):
            bundle_of([one, one])

    def test_the_same_key_for_two_instruments_is_fine(self):
        nine = ResponseValue(instrument=PHQ_9, answers=FULL, key="a")
        seven = ResponseValue(instrument=GAD_7, answers={"gad7_1": 1}, key="a")
        assert len(bundle_of([nine, seven])["entry"]) == 6

    def test_nobody_gives_an_empty_bundle(self):
        assert bundle_of([]) == {"resourceType": "Bundle", "type": "collection"}


class TestLosses:
    """What FHIR cannot keep is said."""

    def test_bands_norms_and_marks_are_listed(self):
        whats = {loss.what: loss.count for loss in losses_of_questionnaire(PHQ_9)}
        assert whats["bands of the total"] == 5
        assert whats["marks on answers that a person should see at once"] == 1
        assert "subscales" not in whats

    def test_what_every_response_loses_is_counted_together(self):
        answers = {**FULL, "phq9_9": 2}
        two = [ResponseValue(instrument=PHQ_9, answers=answers, key=str(k)) for k in range(2)]
        counts = [loss.count for loss in losses_of(two) if "themselves" in loss.why]
        assert counts == [2]

    def test_equal_losses_are_one(self):
        assert together([Loss("a", "b"), Loss("c", "d"), Loss("a", "b", 3)]) == (
            Loss("a", "b", 4),
            Loss("c", "d"),
        )


def test_no_two_instruments_share_a_name():
    urns = [codes.questionnaire_urn(one) for one in ALL]
    assert len(set(urns)) == len(urns)
    links = [[codes.link_id(one, item) for item in one.items] for one in ALL]
    assert all(len(set(each)) == len(each) for each in links)


def test_a_response_in_utc_does_not_depend_on_where_it_was_filled():
    here = ResponseValue(instrument=PHQ_9, answers=FULL, key="a", authored=WHEN)
    there = ResponseValue(instrument=PHQ_9, answers=FULL, key="a", authored=WHEN.astimezone(UTC))
    assert to_json(bundle_of([here])) == to_json(bundle_of([there]))


def test_every_pair_of_instruments_can_stand_in_one_bundle():
    for one, two in itertools.pairwise(WITH_ITEMS):
        both = bundle_of([*responses_of(one, 1), *responses_of(two, 1)])
        read = read_answers(to_json(both), one)
        if not shares_items(one, two):
            assert len(read) == 1
            assert any("no question of" in loss.why for loss in read.losses)


def shares_items(one: Instrument, two: Instrument) -> bool:
    """Whether two instruments ask some of the same questions, as PHQ-8 and PHQ-9 do."""
    return bool({item.loinc for item in one.items} & {item.loinc for item in two.items} - {None})
