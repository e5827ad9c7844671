"""Whatever comes in whatever order: each acknowledged letter is there once, and nothing else."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.relay.given import BRIEF, NOON, Relay, letter, opened

NAMES = [f"{n:032x}" for n in range(4)]
IDS = [f"{n:032x}" for n in range(100, 105)]
KEEP = timedelta(days=30)
Key = tuple[str, str]


class Drop(RuleBasedStateMachine):
    """A relay beside the plainest picture of it: two dictionaries and a clock."""

    @initialize()
    def begin(self) -> None:
        """Two practices, no invitation yet."""
        self.folder = tempfile.TemporaryDirectory(prefix="lacrima-laws-")
        self.relay = Relay(Path(self.folder.name) / "relay.db")
        self.boxes = [self.relay.keeper.make_mailbox() for _ in range(2)]
        self.briefs: dict[str, tuple[int, bytes, datetime]] = {}
        self.letters: dict[int, dict[Key, tuple[bytes, datetime]]] = {0: {}, 1: {}}
        self.numbers = [0, 0]

    @rule(
        box=st.sampled_from([0, 1]),
        name=st.sampled_from(NAMES),
        mark=st.integers(0, 3),
        days=st.integers(1, 60),
    )
    def put(self, box: int, name: str, mark: int, days: int) -> None:
        """A practice puts a brief."""
        brief = BRIEF[:-1] + bytes([mark])
        status = self.relay.put(self.boxes[box], name, brief, days=days).status
        holder = self.briefs.get(name, (box,))[0]
        assert status == (404 if holder != box else 200 if name in self.briefs else 201)
        if holder == box:
            until = (self.relay.clock.at + timedelta(days=days)).replace(microsecond=0)
            self.briefs[name] = (box, brief, until)

    @rule(box=st.sampled_from([0, 1]), name=st.sampled_from(NAMES))
    def revoke(self, box: int, name: str) -> None:
        """A practice revokes an invitation."""
        secret = self.boxes[box].manage
        status = self.relay.ask("DELETE", f"/v1/briefs/{name}", secret=secret).status
        is_own = self.briefs.get(name, (None,))[0] == box
        assert status == (204 if is_own else 404)
        if is_own:
            del self.briefs[name]

    @rule(
        name=st.sampled_from(NAMES),
        id=st.sampled_from(IDS),
        text=st.sampled_from(["one", "two"]),
    )
    def post(self, name: str, id: str, text: str) -> None:
        """A page posts a letter."""
        self.relay.ticks[0] += 100
        status = self.relay.post(letter(text), name, id).status
        if name not in self.briefs:
            assert status == 404
            return
        box = self.briefs[name][0]
        there = self.letters[box].get((name, id))
        if there is None:
            assert status == 201
            now = self.relay.clock.at.replace(microsecond=0)
            self.letters[box][name, id] = (letter(text), now)
        else:
            assert status == (200 if there[0] == letter(text) else 409)

    @rule(box=st.sampled_from([0, 1]), ids=st.lists(st.sampled_from(IDS), max_size=3))
    def forget(self, box: int, ids: list[str]) -> None:
        """A practice lets letters be forgotten."""
        assert self.relay.forget(self.boxes[box], *ids).status == 204
        kept = self.letters[box].items()
        self.letters[box] = {key: value for key, value in kept if key[1] not in ids}

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        """Time goes by."""
        self.relay.clock.move_to(self.relay.clock.at.replace(microsecond=0) + timedelta(days=days))
        now = self.relay.clock.at
        self.briefs = {name: one for name, one in self.briefs.items() if one[2] > now}
        for box, letters in self.letters.items():
            kept = {key: one for key, one in letters.items() if one[1] + KEEP > now}
            self.letters[box] = kept

    @rule()
    def begin_anew(self) -> None:
        """The relay is stopped and started."""
        clock, self.relay.clock = self.relay.clock, self.relay.clock
        self.relay.store.close()
        self.relay = Relay(self.relay.path, clock=clock)

    @precondition(lambda self: hasattr(self, "relay"))
    @invariant()
    def everything_acknowledged_is_there_once(self) -> None:
        """What each practice lists, and what each name gives."""
        for box, letters in self.letters.items():
            told = self.relay.listed(self.boxes[box])
            found = {(one["invitation"], one["id"]): opened(one) for one in told}
            assert len(told) == len(found)
            assert found == {key: value[0] for key, value in letters.items()}
            assert [one["n"] for one in told] == sorted({one["n"] for one in told})
            self.numbers[box] = max([self.numbers[box], *(one["n"] for one in told)])
        for name in NAMES:
            reply = self.relay.ask("GET", f"/v1/briefs/{name}")
            there = self.briefs.get(name)
            assert reply.status == (404 if there is None else 200)
            assert there is None or reply.body == there[1]

    @precondition(lambda self: hasattr(self, "relay"))
    @invariant()
    def what_a_mailbox_holds_is_counted_right(self) -> None:
        """The triggers count as a sum would."""
        for box, one in enumerate(self.relay.keeper.filled_mailboxes()):
            briefs = [len(brief[1]) for brief in self.briefs.values() if brief[0] == box]
            letters = [len(held[0]) for held in self.letters[box].values()]
            assert one.bytes == sum(briefs) + sum(letters)
            assert (one.invitations, one.letters) == (len(briefs), len(letters))

    def teardown(self) -> None:
        """Leave nothing."""
        if hasattr(self, "relay"):
            self.relay.store.close()
            self.folder.cleanup()


assert NOON.microsecond == 0
TestAnyOrder = Drop.TestCase
TestAnyOrder.settings = settings(max_examples=40, stateful_step_count=30)
