"""The page of one course of care: its sentence, its picture, and all that is kept of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from lacrima.practice import pages, words
from lacrima.practice.rights import Right
from lacrima.web.keeping import page
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.course_picture import figures_of, latest
from lacrima.web.views.editing import today_here


@member(right=Right.READ_CARE, methods=GET)
def client(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """The person first, then the picture, then what is kept."""
    seen = pages.client_page(request.member, episode_id, practice=request.practice)
    sentence = " ".join(seen.sentences)
    open_session = next((one for one in seen.sessions if one.next_step == "log"), None)
    last = next((one for one in seen.sessions if one.has_begun and one.state == "held"), None)
    course = seen.course if "whole" in request.GET else latest(seen.course)
    changes = pages.changes_of(seen.course)
    context = {
        "seen": seen,
        "changes": changes,
        "sentence": sentence,
        "figures": figures_of(course, sentence=sentence, changes=changes),
        "is_shortened": course is not seen.course,
        "session_to_log": open_session or last,
        "today": today_here(),
        "moments": reversed(seen.moments),
        "contacts": [(one, words.label(words.ContactKind(one.kind))) for one in seen.contacts],
    }
    return page(request, "client", context)
