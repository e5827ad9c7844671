"""The reference of rights: what each role may do, who opens which page, and how it is tried."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

from django.urls import URLPattern

from tests.support import foreign
from tools.docs_export import set_up

HEAD = """# Who may what

{generated}

Rights are data, in one place (`records/access.py`), and asked below the pages: see
[the decision](../decisions/0004-rights-are-data.md). Whoever asks for what is not hers is told that
it is not there, in the same words as for what does not exist.

## Roles

{roles}

The person a practice on one computer belongs to (there is none in a clinic) may besides: {owner}.
Whoever left may do nothing. Whoever stands in for somebody sees and writes the record of that
person's clients on the days of the absence and on no other; what is for one person alone (private
notes, weighings not in the record, My care, supervision) never goes to whoever stands in.

## Pages

What every page asks for. A page about somebody also asks whether that row is hers. (The pages of
signing in, and those of the locks, stand in [threat model](../explanation/threat-model.md).)

{pages}

## Foreign access that is tried

`tests/security/test_foreign_access.py` tries each line of these tables as each of these people, on
both databases: {who}.

Nothing may change, nothing may be shown, and what comes back must be the same for what exists and
for what does not. One thing shows, since a code is there once in a practice: whoever gives a new
client a code that is taken is told that it is in use, and nothing else of that client.

### {addresses} ids in an address

Every page that has such an id in its address is asked, to read and to write.

{in_addresses}

### {fields} ids in a field of a form

The same form is sent once with an id of one's own, and kept: else nothing would be tried.

{in_fields}

### {headers} headers

{in_headers}

### {ways} ways on and back, and {marks} marks of forms

{around}

### Below the pages

Every kind of row that an address can name ({kinds}) is looked for by the id of somebody else's, and
every action of `tests/practice/test_every_change.py` is called with somebody else's rows.
"""

_WORD = re.compile(r"_")
_ROOMS = (
    "pages",
    "bringing_in",
    "consents",
    "evidence",
    "keep_or_erase",
    "own_care",
    "supervision",
)


def who_may_what(generated: str) -> str:
    """The whole page."""
    set_up()
    from lacrima.practice.finding import KINDS  # noqa: PLC0415  needs Django set up
    from lacrima.records.access import OWNER_RIGHTS  # noqa: PLC0415

    in_addresses = foreign.IN_AN_ADDRESS | foreign.IN_AN_ADDRESS_OF_A_CLINIC
    in_fields = foreign.IN_A_FIELD + foreign.IN_A_FIELD_OF_A_CLINIC
    return HEAD.format(
        generated=generated,
        roles=_table(("role", "what it is", "may"), _roles()),
        owner=_named(OWNER_RIGHTS),
        pages=_table(("asks for", "pages"), _pages()),
        who=", ".join(f"{name.replace('-', ' ')} ({told})" for name, told in foreign.WHO.items()),
        addresses=len(in_addresses),
        in_addresses=_table(("word", "whose"), _quoted(in_addresses)),
        fields=len(in_fields),
        in_fields=_table(
            ("field", "of the form", "what is tried"),
            ((f"`{one.name}`", f"`{one.route}`", one.meant) for one in in_fields),
        ),
        headers=len(foreign.IN_A_HEADER),
        in_headers=_table(("header", "says"), _headers()),
        ways=len(foreign.AS_A_WAY_BACK),
        marks=len(foreign.OF_ANOTHER_FORM),
        around=_table(
            ("sent", "what is tried"),
            _quoted({**foreign.AS_A_WAY_BACK, **foreign.OF_ANOTHER_FORM}),
        ),
        kinds=len(KINDS),
    )


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
    return "\n".join(lines)


def _quoted(told: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for name, words in told.items():
        yield f"`{name}`", words


def _headers() -> Iterator[tuple[str, ...]]:
    meant = {"{owner}": "the id of somebody else", "{foreign}": "the address of a foreign page"}
    for name, value in foreign.IN_A_HEADER.items():
        yield f"`{name}`", meant.get(value, f"`{value}`")


def _roles() -> Iterator[tuple[str, ...]]:
    from lacrima.records.access import ROLE_RIGHTS, ROLE_SENTENCES  # noqa: PLC0415

    for role, rights in ROLE_RIGHTS.items():
        yield str(role.label), str(ROLE_SENTENCES[role]), _named(rights)


def _named(rights: frozenset[str]) -> str:
    return ", ".join(sorted(_WORD.sub(" ", str(right)) for right in rights)) or "nothing"


def _pages() -> Iterator[tuple[str, ...]]:
    by_right: dict[str, list[str]] = {}
    for room in _ROOMS:
        for one in importlib.import_module(f"lacrima.web.urls_{room}").urlpatterns:
            right, name = _asks(one)
            by_right.setdefault(right, []).append(f"`{name}`")
    for right in sorted(by_right):
        yield right, ", ".join(sorted(by_right[right]))


def _asks(one: URLPattern) -> tuple[str, str]:
    from lacrima.web.routes import audience_of  # noqa: PLC0415

    audience = audience_of(one.callback)
    right = audience.right if audience else None
    return (_WORD.sub(" ", str(right)) if right else "that she works here"), str(one.name)
