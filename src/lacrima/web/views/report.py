"""Reports for paper: a page that prints clean, and the same as one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lacrima import practice
from lacrima.practice import pages, reports
from lacrima.practice.rights import Right
from lacrima.web.keeping import keep, page
from lacrima.web.routes import POST, PageRequest, member
from lacrima.web.views.course_picture import figures_of


@dataclass(frozen=True)
class Report:
    """A report: its template, what it shows, and how the log is told that it was taken out."""

    name: str
    context: Mapping[str, Any]
    note: Callable[[], None]


def answer_report(request: PageRequest, report: Report) -> HttpResponse:
    """Show it; or, asked by POST, note it in the log and hand it out as a file."""
    context = {**report.context, "body": f"lacrima/reports/{report.name}.html"}
    if request.method != "POST":
        return page(request, "report", context)
    keep(request, lambda: _noted(request, report))
    return _file({**context, "styles": _styles()})


def _noted(request: PageRequest, report: Report) -> str:
    report.note()
    return request.get_full_path()


def _file(context: Mapping[str, Any]) -> HttpResponse:
    """One HTML file with its own styles. Its name tells the day and nothing of anybody."""
    text = render_to_string("lacrima/reports/alone.html", dict(context))
    name = f"report-{practice.now():%Y-%m-%d}.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/html; charset=utf-8", headers=headers)


@cache
def _styles() -> SafeString:
    """Our own two style sheets, which refer to nothing outside themselves."""
    folder = resources.files("lacrima.web") / "static" / "lacrima"
    texts = [(folder / name).read_text("utf-8") for name in ("tokens.css", "style.css")]
    return SafeString("\n".join(texts))


@member(right=Right.READ_CARE, keeps_drafts=False, step_up=POST)
def client_report(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """One course of care; free text only where it was asked for."""
    made = pages.client_report(request.member, episode_id, with_words="words" in request.GET)
    sentence = " ".join(made.seen.sentences)
    context = {
        "made": made,
        "seen": made.seen,
        "frame": made.frame,
        "changes": made.changes,
        "sentence": sentence,
        "figures": figures_of(made.seen.course, sentence=sentence, changes=made.changes),
        "contacts": [one for one in made.seen.contacts if one.words],
    }

    def note() -> None:
        reports.note_client_report(made.seen.episode, by=request.member, with_words=made.with_words)

    return answer_report(request, Report("client", context, note))
