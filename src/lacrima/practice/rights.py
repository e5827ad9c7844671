"""Who may do what, for pages and verbs: the words of records/access, handed on."""

from __future__ import annotations

from lacrima.records.access import ROLE_SENTENCES, Right, may, require, rights_of
from lacrima.records.people import Member, Practice, Role

__all__ = [
    "ROLE_SENTENCES",
    "Member",
    "Practice",
    "Right",
    "Role",
    "may",
    "require",
    "rights_of",
]
