"""Colleagues outside this folder: their codes, and the words by which a code is compared."""

from __future__ import annotations

from dataclasses import dataclass

from lacrima.errors import BadInput
from lacrima.practice.changing import make, put, take
from lacrima.practice.removing import remove
from lacrima.records import audit
from lacrima.records.access import Right, require, visible
from lacrima.records.models import Colleague, Member
from lacrima.vault import share_code
from lacrima.vault.process import VAULT


@dataclass(frozen=True)
class Code:
    """A practice's code, and its words in the order in which they are read aloud."""

    code: str
    words: tuple[str, ...]


def own_code(by: Member) -> Code:
    """The code of this practice, to hand on."""
    require(by, Right.WRITE_PRIVATELY)
    return _code(VAULT.public_key())


def code_of(colleague: Colleague) -> Code:
    """A colleague's code as it was kept."""
    return _code(bytes.fromhex(colleague.public_key))


def code_as_typed(by: Member, text: str) -> Code:
    """A code that somebody typed. Raises BadInput for a slip of the pen, and for one's own code."""
    require(by, Right.WRITE_PRIVATELY)
    public = share_code.public_of(text)
    if public == VAULT.public_key():
        raise BadInput(
            "this is the code of this practice itself",
            where="code",
            expected="the code of your colleague's practice",
        )
    if visible(by, Colleague).filter(public_key=public.hex()).exists():
        raise BadInput("this code is kept already", where="code")
    return _code(public)


def _code(public: bytes) -> Code:
    return Code(share_code.code_of(public), share_code.words_of(public))


def add_colleague(*, by: Member, name: str, code: str) -> Colleague:
    """Keep a colleague's code, once the words were compared."""
    with audit.change(by=by, action="colleague.added") as line:
        public = share_code.public_of(code_as_typed(by, code).code)
        row = make(Colleague, member=by, name=name, public_key=public.hex())
        line.about(row)
        return row


def rename_colleague(
    colleague: Colleague, *, by: Member, expected_version: int, name: str
) -> Colleague:
    """Another name. Another code is another colleague."""
    with audit.change(by=by, action="colleague.changed") as line:
        there = take(by, colleague, expected_version)
        line.about(there, fields=put(there, name=name))
        return there


def delete_colleague(colleague: Colleague, *, by: Member) -> None:
    """Forget a code to which nothing was shown: from then on her files are not opened any more."""
    with audit.change(by=by, action="colleague.deleted") as line:
        there = take(by, colleague)
        if there.shares.exists():
            raise BadInput(
                "something was shown to this colleague",
                next_step="Her code stays with it, so that her answer can be opened.",
            )
        line.about(there)
        remove(there)
