"""A practice of simulated people about whom the truth is known, for trying, testing, measuring.

Everything in it says that it is simulated: the practice, each answer, each voice. The same seed
on the same day gives the same practice (the ids and keys are fresh each time).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from lacrima.practice import people
from lacrima.practice.simulate_client import Simulated, Stage, add_client
from lacrima.practice.simulate_rows import Rows
from lacrima.practice.simulate_truth import Truth, session_counts
from lacrima.records import audit, clock
from lacrima.records.models import Answers, Member, PlainScore, RiskItem, Session

SLEEP = "simulated-sleep"
LABEL = "Simulated: nobody in this practice exists, and these numbers were made up."
STILL_OPEN = 3
SEEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class SimulatedPractice:
    """What was made, and the truth it was made from."""

    truth: Truth
    answers: int
    people: tuple[Simulated, ...]

    def as_json(self) -> dict[str, Any]:
        """The truth file: the numbers of this world, and each client's own."""
        return {
            "schema": "lacrima.truth/1",
            "is_simulated": True,
            "label": LABEL,
            "unit": "effects are points of the PHQ-9 on the next session's score",
            "truth": asdict(self.truth),
            "answers": self.answers,
            "people": [person.as_json() for person in self.people],
        }


def simulate_practice(*, clients: int, sessions: int, seed: int) -> SimulatedPractice:
    """Fill the open, empty practice with so many clients, and so many sessions in all.

    Raises OutOfRange for numbers that do not fit, BadInput where a practice is there already.
    """
    truth = Truth(seed=seed, clients=clients, sessions=sessions)
    owner = people.open_practice(
        owner_name="Simulated therapist",
        practice_name="Simulated practice",
        zone="UTC",
        is_simulated=True,
    )
    rows = Rows(clock.now())
    made = _everybody(truth, owner, rows)
    _note_seen(rows.of(RiskItem), owner)
    with audit.change(by=owner, action="practice.simulated") as line:
        rows.write()
        line.about(owner, clients=clients, sessions=len(rows.of(Session)))
    return SimulatedPractice(truth, len(rows.of(Answers)), tuple(made))


def _everybody(truth: Truth, owner: Member, rows: Rows) -> list[Simulated]:
    rng = np.random.default_rng(truth.seed)
    counts = session_counts(truth, rng)
    stage = Stage(truth=truth, owner=owner, rows=rows, sleep=rows.add(_sleep()), today=clock.now())
    return [
        add_client(stage, number, int(count), np.random.default_rng([truth.seed, number]))
        for number, count in enumerate(counts)
    ]


def _note_seen(risks: list[RiskItem], owner: Member) -> None:
    """As in a practice that is looked after: only the latest few still stand open."""
    for risk in sorted(risks, key=lambda one: one.raised_at)[:-STILL_OPEN]:
        risk.seen_by, risk.seen_at = owner, risk.raised_at + SEEN_AFTER
        risk.done = "Simulated: spoken of in the session."


def _sleep() -> PlainScore:
    return PlainScore(
        slug=SLEEP, name="Sleep (simulated)", minimum=0, maximum=10, higher_is_better=True
    )
