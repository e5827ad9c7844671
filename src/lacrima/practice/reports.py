"""Reports that leave as a file: made while somebody looks, and noted in the log."""

from __future__ import annotations

from lacrima.records import audit
from lacrima.records.access import Right, find, require
from lacrima.records.models import Episode, Member


def note_client_report(episode: Episode, *, by: Member, with_words: bool) -> None:
    """A report on this course of care was taken out as a file; the log says with or without words.

    Raises NotFound where it is not hers to see.
    """
    with audit.change(by=by, action="report.taken_out") as line:
        line.about(find(by, Episode, episode.pk), kind="client", with_words=with_words)


def note_caseload_report(*, by: Member) -> None:
    """A report on her own caseload was taken out as a file."""
    with audit.change(by=by, action="report.taken_out") as line:
        require(by, Right.READ_CARE)
        line.about(by, kind="caseload")
