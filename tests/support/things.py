"""One of everything in Ana's care for Mia, for tests that must touch it all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.apps import apps

from lacrima.instruments.catalogue import shipped
from lacrima.practice import (
    absences,
    answers,
    care,
    consents,
    disclosing,
    instrument_texts,
    moments,
    named_expectations,
    own_care,
    safeguarding,
    weighing,
)
from lacrima.practice.own_care_entries import Entry, OfOneself, Own, Remind
from lacrima.practice.weighing_thinking import Answer, Speaks, Thinking
from lacrima.practice.words import Occasion
from lacrima.records.models import (
    Absence,
    Answers,
    Consent,
    Contact,
    Disclosure,
    InstrumentText,
    KeptInMind,
    Member,
    Moment,
    NamedExpectation,
    Offer,
    OwnCare,
    Participant,
    PlainScore,
    PrivateNote,
    RecordNote,
    Representative,
    RiskItem,
    Safeguarding,
    Session,
    Slot,
    Voice,
    Weighing,
)
from lacrima.vault.folder import Folder
from tests.support.cast import NOON, Cast
from tests.support.expectations import expectation
from tests.support.remembered import Remembered
from tests.support.still_clock import StillClock

PHQ_9 = {f"phq9_{number}": 1 for number in range(1, 10)}
WITHOUT_RISK = PHQ_9 | {"phq9_9": 0}
WORDS = "the letter to her mother"
WEIGHED_UNTIL = date(2026, 6, 1)
THOUGHT = Thinking(answers={"clients-interest": Answer(Speaks.FOR, WORDS)}, takes=WORDS)


@dataclass(frozen=True)
class Things:
    """One of everything, in Ana's care for Mia."""

    cast: Cast
    mia_here: Participant
    ana_here: Participant
    session: Session
    quiet: Session
    moment: Moment
    own_voice: Voice
    mia_voice: Voice
    offer: Offer
    answers: Answers
    risk: RiskItem
    score: PlainScore
    wording: InstrumentText
    expectation: NamedExpectation
    slot: Slot
    kept: KeptInMind
    contact: Contact
    record_note: RecordNote
    private_note: PrivateNote
    weighing: Weighing
    recorded: Weighing
    own_care: OwnCare
    reminder: str
    worry: Safeguarding
    consent: Consent
    mother: Representative
    absence: Absence
    request: Disclosure  # declined: an open one would hold everything


@pytest.fixture
def things(cast: Cast, still_clock: StillClock, vault_folder: Folder) -> Things:
    """One of everything."""
    made = _THINGS.made(lambda: everything(cast), folder=vault_folder, clock=still_clock)
    return replace(made, cast=cast)


_THINGS: Remembered[Things] = Remembered()


def everything(cast: Cast) -> Things:
    ana, episode = cast.ana, cast.care_of_mia
    session, quiet = cast.session(1), cast.session(2)
    mia_here = cast.place_of(cast.mia, episode)
    moment = moments.log_moment(
        session, by=ana, who="both", shown=2, spoken_of="planned", words=WORDS
    )
    mia_voice = moments.add_client_voice(
        moment, by=ana, participant=mia_here, occasion=Occasion.SAME_EVENING, burdened="yes"
    )
    kept = answers.record_answers(
        cast.mia, episode, by=ana, instrument="phq-9", items=PHQ_9, session=session
    )
    return Things(
        cast=cast,
        mia_here=mia_here,
        ana_here=cast.place_of(ana, episode),
        session=session,
        quiet=quiet,
        moment=moment,
        own_voice=moment.voices.get(side="therapist"),
        mia_voice=mia_voice,
        offer=moment.offers.get(),
        answers=kept,
        risk=kept.risk_items.get(),
        score=answers.define_plain_score(by=ana, slug="sleep", name="Sleep", minimum=0, maximum=9),
        expectation=named_expectations.take_in(expectation(instrument="gad-7", maximum=21), by=ana),
        wording=instrument_texts.put_wording("k10", by=ana, **words_for("k10")),
        slot=care.add_slot(
            episode, by=ana, weekday=1, local_time=time(9), from_on=date(2026, 3, 1)
        ),
        kept=care.keep_in_mind(episode, by=ana, words=WORDS, agreed_on=date(2026, 3, 2)),
        contact=care.add_contact(episode, by=ana, at=NOON - timedelta(days=3), words=WORDS),
        record_note=care.write_record_note(episode, by=ana, words=WORDS),
        private_note=care.write_private_note(
            by=ana, words=WORDS, expires_on=date(2026, 4, 1), episode=episode
        ),
        weighing=_weighed(cast, ana),
        recorded=_recorded(cast, ana),
        own_care=own_care.put_entry(about_oneself(moment), by=ana),
        reminder=own_care.put_reminder(
            by=ana, what=Remind.REST, first_on=NOON.date(), every_weeks=4, words=WORDS
        ),
        consent=consents.give_consent(
            cast.mia, by=ana, purpose="supervision", given_on=date(2026, 3, 2)
        ),
        mother=consents.name_representative(
            cast.mia,
            by=ana,
            name="Rosa L.",
            relation="mother",
            ground=WORDS,
            from_on=date(2026, 3, 2),
            may_consent=True,
        ),
        worry=safeguarding.note_worry(
            episode, by=ana, seen_at=NOON - timedelta(days=2), seen=WORDS, client=cast.mia
        ),
        absence=absences.add_absence(
            by=ana,
            from_on=date(2026, 8, 3),
            until_on=date(2026, 8, 21),
            cover=cast.berta,
            cover_contact=WORDS,
        ),
        request=_declined(cast, ana),
    )


def _declined(cast: Cast, ana: Member) -> Disclosure:
    said = {"asked_on": date(2026, 3, 4), "asked_by": WORDS, "kind": "insurer", "ground": WORDS}
    row = disclosing.note_request(cast.mia, by=ana, **said)
    return disclosing.decline_request(row, by=ana, why=WORDS)


def about_oneself(moment: Moment) -> Entry:
    """Something of My care, about this moment."""
    content = Own(of=frozenset({OfOneself.OWN_LIFE}))
    return Entry(day=NOON.date(), content=content, moment=moment.pk, words=WORDS)


def _weighed(cast: Cast, ana: Member) -> Weighing:
    row = weighing.begin_beforehand(cast.care_of_mia, by=ana, expires_on=WEIGHED_UNTIL)
    return weighing.write_weighing(row, by=ana, expected_version=1, thinking=THOUGHT)


def _recorded(cast: Cast, ana: Member) -> Weighing:
    return weighing.record_weighing(_weighed(cast, ana), by=ana, expected_version=2)


def words_for(slug: str) -> dict[str, Any]:
    """Words of our own invention for a skeleton, as `put_wording` takes them."""
    one = shipped()[slug]
    return {
        "instruction": "Please answer each line.",
        "items": {item.id: f"Line {n}" for n, item in enumerate(one.items, start=1)},
        "anchors": {"answer": {one.items[0].scale.minimum: "hardly", 4: "a good deal"}},
        "permission": "Allowed by the owner, letter of 3 March.",
    }


Act = Callable[[Things, Member], Any]


def all_rows() -> dict[str, list[Any]]:
    """Every row of every table of ours, to compare before and after."""
    kept = {}
    for model in apps.get_app_config("records").get_models(include_auto_created=True):
        rows = model._default_manager.order_by("pk").values_list()
        kept[model.__name__] = [tuple(map(_comparable, row)) for row in rows]
    return kept


def _comparable(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
