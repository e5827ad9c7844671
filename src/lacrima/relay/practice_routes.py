"""The routes of the practice: put and revoke briefs, list letters, let them be forgotten."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lacrima.relay import answers
from lacrima.relay.answers import Answer
from lacrima.relay.briefs import Put
from lacrima.relay.call import Call
from lacrima.relay.keeper import Keeper
from lacrima.relay.letters import Came, Listed
from lacrima.relay.limits import BRIEF_BYTES, BRIEF_HEAD, DAY_S, MOST_BRIEF_DAYS
from lacrima.relay.rates import Rates

OF_A_BRIEF = {
    Came.KEPT: Answer(201),
    Came.THERE: Answer(200),
    Came.UNKNOWN: answers.NOT_FOUND,
    Came.NO_ROOM: answers.NO_ROOM,
}


class PracticeRoutes:
    """What a practice may ask with a secret of its mailbox. Its address is never held against it:
    who knows 32 random bytes does not guess."""

    def __init__(self, keeper: Keeper, rates: Rates) -> None:
        """Over what is kept, with these buckets."""
        self._keeper, self._rates = keeper, rates

    def put_brief(self, call: Call) -> Answer:
        """Put a brief, or the next one in its place."""
        return self._as_manager(call, self._put_brief)

    def delete_brief(self, call: Call) -> Answer:
        """No more letters are taken under this name."""
        return self._as_manager(call, self._delete_brief)

    def list_letters(self, call: Call) -> Answer:
        """The letters that wait; either secret will do."""
        return self._as_caller(call, self._list_letters, needs_manage=False)

    def forget(self, call: Call) -> Answer:
        """Delete letters now."""
        return self._as_manager(call, self._forget)

    def _as_manager(self, call: Call, do: Callable[[Call, int], Answer]) -> Answer:
        return self._as_caller(call, do, needs_manage=True)

    def _as_caller(
        self, call: Call, do: Callable[[Call, int], Answer], *, needs_manage: bool
    ) -> Answer:
        secret = call.secret()
        caller = self._keeper.caller(secret) if secret else None
        if caller is None:
            wait_s = self._rates.missed(call.source)
            return answers.too_many(wait_s) if wait_s else answers.NOT_KNOWN
        if needs_manage and not caller.may_manage:
            return answers.MAY_NOT
        if wait_s := self._rates.by_mailbox.take(caller.mailbox.to_bytes(8)):
            return answers.too_many(wait_s)
        return do(call, caller.mailbox)

    def _put_brief(self, call: Call, mailbox: int) -> Answer:
        until, now, brief = call.until(), self._keeper.now, call.body()
        if len(brief) not in BRIEF_BYTES or not brief.startswith(BRIEF_HEAD):
            return answers.BAD_REQUEST
        if not now < until <= now + MOST_BRIEF_DAYS * DAY_S:
            return answers.BAD_REQUEST
        return OF_A_BRIEF[self._keeper.put_brief(mailbox, Put(call.parts[0], until, brief))]

    def _delete_brief(self, call: Call, mailbox: int) -> Answer:
        return answers.DONE if self._keeper.revoke(mailbox, call.parts[0]) else answers.NOT_FOUND

    def _list_letters(self, call: Call, mailbox: int) -> Answer:
        found, has_more = self._keeper.listed(mailbox, call.after())
        return answers.as_json({"letters": [_told(one) for one in found], "more": has_more})

    def _forget(self, call: Call, mailbox: int) -> Answer:
        self._keeper.forget(mailbox, call.ids())
        return answers.DONE


def _told(one: Listed) -> dict[str, Any]:
    return {
        "n": one.n,
        "invitation": one.name.hex(),
        "id": one.id.hex(),
        "stored_at": datetime.fromtimestamp(one.stored_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "letter": base64.b64encode(one.letter).decode("ascii"),
    }
