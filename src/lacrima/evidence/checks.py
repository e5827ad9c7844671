"""How an entry refuses to be wrong: what was found, what was expected; the reader adds where."""

from __future__ import annotations

import re

from lacrima.errors import BadEvidence

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def need(holds: bool, found: str, expected: str) -> None:
    """Refuse an entry that does not hold; the reader adds file and line."""
    if not holds:
        raise BadEvidence(found, expected=expected)


def check_id(told: str) -> None:
    """Refuse an id of another shape."""
    need(bool(_ID.fullmatch(told)), f"the id {told!r}", "small letters, digits and single hyphens")
