"""Clients post to a relay that is killed again and again, and whose disk fills up.

Each acknowledged letter is there afterwards, byte for byte, once. What was not acknowledged was
sent again with its id, as a phone does, and is there once as well.
"""

from __future__ import annotations

import time
from collections import Counter

from drills.full_disk import fill_up, small_disk
from drills.house import temporary_house
from drills.outcome import Asked, Outcome, run_as_program
from drills.relay_people import Clients, Posted, Relay

KILLS, KILLS_QUICK = 50, 3
INVITATIONS = 600
PATIENCE_S = 60.0


def check(relay: Relay, posted: Posted, outcome: Outcome) -> None:
    """All that was acknowledged is listed once, as it was sent; nothing that nobody sent."""
    found = relay.collect()
    doubled = [key for key, count in Counter(key for key, _ in found).items() if count > 1]
    outcome.expect(not doubled, f"{len(doubled)} letters are there twice")
    there = dict(found)
    lost = [key for key in posted.acknowledged if key not in there]
    outcome.expect(not lost, f"{len(lost)} acknowledged letters are lost")
    sent = {**posted.unsure, **posted.acknowledged}
    other = [key for key, letter in there.items() if sent.get(key) != letter]
    outcome.expect(not other, f"{len(other)} letters have other bytes than those that were sent")


def kill_again_and_again(relay: Relay, asked: Asked, outcome: Outcome) -> Posted:
    """Clients post while the relay is killed and started."""
    posted, chance = Posted(), asked.chance()
    names = relay.invite(INVITATIONS)
    kills = KILLS_QUICK if asked.quick else KILLS
    with Clients(relay, names, posted, asked.seed):
        for _ in range(kills):
            time.sleep(chance.uniform(0.1, 1.0))
            relay.kill()
            relay.start()
        time.sleep(1)
    check(relay, posted, outcome)
    strange = set(posted.statuses) - {200, 201, 429}
    outcome.expect(not strange, f"letters were answered with {sorted(strange)}")
    outcome.expect(len(posted.acknowledged) > kills, "hardly anything was kept")
    outcome.counts |= {
        "kills": kills,
        "acknowledged": len(posted.acknowledged),
        "sent again": posted.again,
        "of these there already": posted.there_already,
    }
    return posted


def fill_the_disk(asked: Asked, outcome: Outcome) -> None:
    """A disk of few megabytes fills up under the relay; it goes on when there is room."""
    with small_disk() as place:
        if place is None:
            outcome.left_out = "the part with the full disk: it can only be mounted by root"
            return
        relay, posted = Relay(place), Posted()
        relay.start()
        relay.make_mailbox()
        names = relay.invite(INVITATIONS)
        ballast = fill_up(place)
        until = time.monotonic() + PATIENCE_S
        with Clients(relay, names, posted, asked.seed + 1):
            while posted.statuses.get(507, 0) < 50 and time.monotonic() < until:
                time.sleep(0.05)
        kept_before = len(posted.acknowledged)
        refused = posted.statuses.get(507, 0)
        outcome.expect(refused > 0, "the disk never filled up")
        strange = set(posted.statuses) - {200, 201, 429, 507}
        outcome.expect(not strange, f"a full disk was answered with {sorted(strange)}")
        check(relay, posted, outcome)
        relay.kill()
        ballast.unlink()
        relay.start()
        with Clients(relay, names, posted, asked.seed + 2):
            time.sleep(1)
        check(relay, posted, outcome)
        kept_after = len(posted.acknowledged) - kept_before
        outcome.expect(kept_after > 0, "nothing could be kept after room was made")
        outcome.expect(relay.stop() == 0, "the relay did not stop cleanly")
    outcome.counts |= {
        "acknowledged as the disk filled": kept_before,
        "refused": refused,
        "acknowledged after": kept_after,
    }


def drill(asked: Asked) -> Outcome:
    """Kill, count; fill up, count."""
    outcome = Outcome()
    with temporary_house() as house:
        relay = Relay(house.root)
        relay.start()
        relay.make_mailbox()
        kill_again_and_again(relay, asked, outcome)
        outcome.expect(relay.stop() == 0, "the relay did not stop cleanly")
    fill_the_disk(asked, outcome)
    return outcome


if __name__ == "__main__":
    run_as_program(drill)
