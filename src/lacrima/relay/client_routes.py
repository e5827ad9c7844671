"""The two routes of the page: fetch a brief, post a letter. No secret but the name itself."""

from __future__ import annotations

from lacrima.relay import answers
from lacrima.relay.answers import FOR_EVERY_PAGE, Answer
from lacrima.relay.call import Call, TooLarge
from lacrima.relay.keeper import Keeper
from lacrima.relay.letters import Came, Posted
from lacrima.relay.limits import LETTER_BYTES, LETTER_HEAD
from lacrima.relay.rates import Rates

OF_A_LETTER = {
    Came.KEPT: Answer(201),
    Came.THERE: Answer(200),
    Came.OTHER: Answer(409),
    Came.NO_ROOM: answers.NO_ROOM,
}


class ClientRoutes:
    """What a client's page may ask."""

    def __init__(self, keeper: Keeper, rates: Rates) -> None:
        """Over what is kept, with these buckets."""
        self._keeper, self._rates = keeper, rates

    def get_brief(self, call: Call) -> Answer:
        """The sealed brief of a name."""
        if wait_s := self._rates.wait_of_client(call.source):
            return _for_page(answers.too_many(wait_s))
        brief = self._keeper.brief(call.parts[0])
        return self._missed(call) if brief is None else _for_page(answers.sealed(brief))

    def post_letter(self, call: Call) -> Answer:
        """Keep a letter; what is not the size and shape of one is not looked at any further."""
        if wait_s := self._rates.wait_of_client(call.source):
            return _for_page(answers.too_many(wait_s))
        try:
            letter = call.body()
        except TooLarge:
            return _for_page(answers.TOO_LARGE)
        if len(letter) not in LETTER_BYTES or not letter.startswith(LETTER_HEAD):
            return _for_page(answers.BAD_REQUEST)
        return self._keep(call, Posted(call.parts[0], call.parts[1], letter))

    def _keep(self, call: Call, posted: Posted) -> Answer:
        if wait_s := self._rates.by_invitation.take(posted.name):
            return _for_page(answers.too_many(wait_s))
        came = self._keeper.keep(posted)
        return self._missed(call) if came is Came.UNKNOWN else _for_page(OF_A_LETTER[came])

    def _missed(self, call: Call) -> Answer:
        wait_s = self._rates.missed(call.source)
        return _for_page(answers.too_many(wait_s) if wait_s else answers.NOT_FOUND)


def _for_page(answer: Answer) -> Answer:
    """Any page may read it: whoever hosts the page hosts it elsewhere."""
    return answer.plus(*FOR_EVERY_PAGE)
