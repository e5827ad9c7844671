"""The demo: a small simulated practice that tells one believable story and its counter-story.

All dates follow from now, so that Today is full at any hour; all else is the same each time.
"""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

import numpy as np

from lacrima.practice import demo_calendar, named_expectations, offers, people
from lacrima.practice.demo_cast import OTHERS, TODAYS
from lacrima.practice.demo_doors import add_doors
from lacrima.practice.demo_guests import Stage, add_guest
from lacrima.practice.demo_keeping import add_keeping
from lacrima.practice.demo_own_care import add_own_care
from lacrima.practice.demo_story import add_daniel, add_mia
from lacrima.practice.demo_supervision import add_supervision
from lacrima.practice.simulate_rows import Rows
from lacrima.records import audit, clock
from lacrima.records.models import Episode, Member, Moment, Role, Session

SEED = 9
WHAT_TO_LOOK_AT = "Begin with Mia L. on Today: her session 9, told by two voices"
CRISIS_CONTACTS = "Simulated: emergency number 000\nSimulated: crisis line, day and night, 000 000"


def make_demo() -> Member:
    """Fill the open, empty practice with the demo's people; its therapist.

    Raises BadInput where a practice is there already.
    """
    calendar = demo_calendar.begin(clock.now())
    ana = people.open_practice(
        owner_name="Ana Ruiz",
        practice_name="Practice at the Green",
        zone=str(calendar.zone),
        crisis_contacts=CRISIS_CONTACTS,
        is_simulated=True,
    )
    hanna = people.add_member(by=ana, name="Hanna Weiss", role=Role.SUPERVISOR)
    jonas = people.add_member(by=ana, name="Jonas Falk", role=Role.COLLEAGUE)
    people.note_recovery_code_proved(by=ana)
    stage = Stage(Rows(clock.now()), calendar, ana, jonas)
    _everybody(stage)
    with audit.change(by=ana, action="demo.made") as line:
        stage.rows.write()
        _suggest(stage)
        add_supervision(stage, hanna)
        episodes, sessions = stage.rows.of(Episode), stage.rows.of(Session)
        line.about(ana, episodes=len(episodes), sessions=len(sessions))
    add_keeping(ana)
    add_doors(ana, hanna)
    named_expectations.take_in(_expected(), by=ana)
    return ana


def _expected() -> bytes:
    """Where PHQ-9 lay in a larger simulated practice, as that practice would send it."""
    return files("lacrima.practice").joinpath("demo_expected.json").read_bytes()


def _suggest(stage: Stage) -> None:
    """What the rules suggest after the moments of the last four weeks."""
    since = stage.calendar.now - timedelta(days=offers.FADES_AFTER_DAYS)
    recent = Moment.objects.filter(session__start__gt=since).select_related("session")
    for moment in recent.order_by("created_at"):
        offers.follow(moment)


def _everybody(stage: Stage) -> None:
    add_mia(stage)
    add_daniel(stage)
    for number, guest in enumerate((*TODAYS, *OTHERS)):
        add_guest(stage, guest, np.random.default_rng([SEED, number]))
    add_own_care(stage)
