"""Data that leave: looked at first, made in memory, handed out, and noted in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse

from lacrima import practice as practices
from lacrima.practice import export_client, export_rows, export_rows_outlook, export_whole
from lacrima.practice.export_choice import About, FreeText, Look, Part
from lacrima.practice.mode import is_clinic
from lacrima.practice.rights import Right, may
from lacrima.web.forms.exporting import (
    ClientExportForm,
    PracticeExportForm,
    ResearchRowsForm,
    RowsExportForm,
)
from lacrima.web.keeping import hand_out, key_of, page
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.who import names_of


@dataclass(frozen=True)
class PartShown:
    """One part on the form: its box, how many, and the texts in it with their boxes."""

    box: Any
    about: About
    count: int
    texts: list[tuple[Any, FreeText]]


@member(right=Right.READ_CARE, keeps_drafts=False, step_up=True)
def client(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """One course of care: choose, read the finished text, take it along."""
    episode = practices.find(request.member, "episode", episode_id)
    seen = export_client.look(request.member, episode.pk)
    form = ClientExportForm(request.POST or None, look=seen)
    context = {
        "form": form,
        "above": names_of(episode, request.practice),
        "episode_id": episode.pk,
        "left_out": export_whole.stays_home(),
    }
    step = request.POST.get("do", "")
    if request.method == "POST":
        key_of(request)
    if request.method == "POST" and form.is_valid() and step != "change":
        if step == "take":
            return _take_client(request, episode.pk, form)
        return _review(request, episode.pk, form, context)
    return page(request, "export_client", {**context, "parts": parts_shown(form, seen)})


def parts_shown(form: ClientExportForm, seen: Look) -> list[PartShown]:
    """Every part that holds something, with its boxes."""
    boxes = {Part(str(box.data["value"])): box for box in form["parts"]}
    of_texts = {str(box.data["value"]): box for box in form["texts"]}
    return [
        PartShown(
            box=boxes[part],
            about=about,
            count=count,
            texts=[
                (of_texts[text.row.hex], text)
                for text in seen.texts
                if text.part is part and text.words
            ],
        )
        for part, about, count in seen.parts()
    ]


def _review(
    request: PageRequest, episode_id: UUID, form: ClientExportForm, context: dict[str, Any]
) -> HttpResponse:
    review = export_client.reviewed(request.member, episode_id, form.choice())
    more = {"document": review.document, "losses": review.losses, "hidden": form.hidden()}
    return page(request, "export_client_review", {**context, **more})


def _take_client(request: PageRequest, episode_id: UUID, form: ClientExportForm) -> HttpResponse:
    made = export_client.export_client(
        episode_id,
        by=request.member,
        choice=form.choice(),
        table_format_name=form.cleaned_data["table_format"],
    )
    return hand_out(request, made.data, made.file_name)


@member(right=Right.READ_CARE, methods=GET)
def overview(request: PageRequest) -> HttpResponse:
    """What can be taken along of many: rows without names, and the whole practice."""
    return _overview(request)


def _overview(request: PageRequest, **forms: Form) -> HttpResponse:
    is_owner = may(request.member, Right.HANDLE_VAULT)
    context: dict[str, object] = {
        "rows_form": RowsExportForm(is_owner=is_owner, prefix="rows"),
        "practice_form": PracticeExportForm(prefix="practice") if is_owner else None,
        "left_out": export_whole.stays_home(),
        "not_in_rows": export_rows.stays_out(),
        "coarsened": export_rows.coarsened(),
        "outlook": export_rows_outlook.outlook(request.member),
        "not_anonymous": export_rows.NOT_ANONYMOUS,
        "may_for_research": may(request.member, Right.READ_PANEL),
        "back_url": reverse("vault" if is_owner and not is_clinic() else "clients"),
        **forms,
    }
    return page(request, "export", context, status=422 if forms else 200)


@member(right=Right.READ_CARE, methods=POST, keeps_drafts=False, step_up=True)
def rows(request: PageRequest) -> HttpResponse:
    """Rows without names, as a file."""
    key_of(request)
    is_owner = may(request.member, Right.HANDLE_VAULT)
    form = RowsExportForm(request.POST, is_owner=is_owner, prefix="rows")
    if not form.is_valid():
        return _overview(request, rows_form=form)
    made = export_rows.export_rows(
        by=request.member,
        layout=form.cleaned_data["layout"],
        of_everybody=form.cleaned_data.get("of_everybody", False),
        is_for_research=form.cleaned_data["what_for"] == "research",
    )
    return hand_out(request, made.data, made.file_name)


@member(right=Right.HANDLE_VAULT, methods=POST, keeps_drafts=False, step_up=True)
def practice(request: PageRequest) -> HttpResponse:
    """The whole practice, as a file."""
    key_of(request)
    form = PracticeExportForm(request.POST, prefix="practice")
    if not form.is_valid():
        return _overview(request, practice_form=form)
    made = export_whole.export_practice(
        by=request.member, table_format_name=form.cleaned_data["table_format"]
    )
    return hand_out(request, made.data, made.file_name)


@member(right=Right.READ_PANEL, keeps_drafts=False, step_up=True)
def for_research(request: PageRequest) -> HttpResponse:
    """Rows without names of everybody who agreed to research: the one page of a researcher."""
    form = ResearchRowsForm(request.POST or None)
    if request.method == "POST":
        key_of(request)
    if request.method == "POST" and form.is_valid():
        made = export_rows.export_rows(
            by=request.member,
            layout=form.cleaned_data["layout"],
            of_everybody=True,
            is_for_research=True,
        )
        return hand_out(request, made.data, made.file_name)
    context: dict[str, object] = {
        "form": form,
        "seen": export_rows_outlook.outlook_for_research(request.member),
        "not_in_rows": export_rows.stays_out(),
        "coarsened": export_rows.coarsened(),
        "not_anonymous": export_rows.NOT_ANONYMOUS,
    }
    return page(request, "export_for_research", context)
