"""What a database could not do, as one of our own errors. Its own words may quote a row."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.translation import gettext as _

from lacrima.errors import DatabaseAway, FullDisk, LacrimaError, OurFault, VaultDamaged

# PostgreSQL's classes of errors: insufficient resources; connection; operator intervention.
_FULL = ("53100",)
_AWAY = ("08", "57", "53")
_BUSY = ("40", "55P03")


def said_of(error: DatabaseError | InterfaceError) -> LacrimaError | None:
    """Our own word for it; None for a mistake in the program."""
    words = str(error).lower()
    state = str(getattr(error.__cause__, "sqlstate", None) or "")
    if state.startswith(_FULL) or _is_full(words):
        return full_disk()
    if "malformed" in words or "not a database" in words:
        return _damaged()
    if "locked" in words or state.startswith(_BUSY):
        return _busy()
    if state.startswith(_AWAY) or (not state and _is_away(error, words)):
        return _away()
    return None


def explained(error: DatabaseError | InterfaceError) -> LacrimaError:
    """The same for a verb; what we have no word for is our fault."""
    return said_of(error) or OurFault(
        f"the database answered: {type(error).__name__}",
        next_step="Look whether all is well: lacrima clinic check",
    )


def _is_full(words: str) -> bool:
    return any(said in words for said in ("disk is full", "disk i/o error", "no space left"))


def _is_away(error: DatabaseError | InterfaceError, words: str) -> bool:
    """A connection that could not be made or broke carries no code of the server's."""
    is_of_connection = isinstance(error, OperationalError | InterfaceError)
    return is_of_connection and any(said in words for said in ("connect", "closed", "server"))


def full_disk() -> FullDisk:
    """There is no room left."""
    return FullDisk(
        _("There is no room left on the disk, so this was not kept"),
        next_step=_("Make room, then send it once more. What was kept before is still there."),
    )


def _damaged() -> VaultDamaged:
    return VaultDamaged(
        _("The database of this practice is damaged"),
        next_step=_("Write nothing more. Restore the practice from your last backup."),
    )


def _busy() -> OurFault:
    return OurFault(
        _("The practice was busy with something long"),
        next_step=_("Nothing was changed. Please try once more."),
    )


def _away() -> DatabaseAway:
    return DatabaseAway(
        _("The database of the practice does not answer just now"),
        next_step=_("Wait a moment, then send it once more: it is kept once, not twice."),
    )
