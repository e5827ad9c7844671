"""The addresses of supervision."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import (
    supervision,
    supervision_files,
    supervision_groups,
    supervision_showing,
)

_HERE = "supervision"
_SHARE = f"{_HERE}/shares/<uuid:share_id>"
_RECEIVED = f"{_HERE}/received/<uuid:received_id>"
_HOUR = f"{_HERE}/hours/<uuid:hour_id>"
_COLLEAGUE = f"{_HERE}/colleagues/<uuid:colleague_id>"
_GROUP = f"{_HERE}/groups/<uuid:supervision_group_id>"
_NOTE = f"{_HERE}/notes/<uuid:share_note_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_HERE, supervision.overview, name="supervision"),
    path(f"{_HERE}/ask", supervision_showing.ask, name="share-question"),
    path("moments/<uuid:moment_id>/show", supervision_showing.show_moment, name="share-moment"),
    path(
        "weighings/<uuid:weighing_id>/show",
        supervision_showing.show_weighing,
        name="share-weighing",
    ),
    path(_SHARE, supervision.share, name="share"),
    path(f"{_SHARE}/withdraw", supervision.share_withdraw, name="share-withdraw"),
    path(f"{_SHARE}/file", supervision_files.share_file, name="share-file"),
    path(f"{_NOTE}/delete", supervision.note_delete, name="share-note-delete"),
    path(f"{_HERE}/open", supervision_files.open_file, name="share-open"),
    path(_RECEIVED, supervision.received, name="received-share"),
    path(f"{_RECEIVED}/answer", supervision_files.received_answer, name="received-share-answer"),
    path(f"{_RECEIVED}/delete", supervision_files.received_delete, name="received-share-delete"),
    path(f"{_HERE}/hours/new", supervision.hour_new, name="hour-new"),
    path(f"{_HERE}/hours/take-along", supervision.hours_take_along, name="hours-take-along"),
    path(_HOUR, supervision.hour_change, name="hour-change"),
    path(f"{_HOUR}/delete", supervision.hour_delete, name="hour-delete"),
    path(f"{_HERE}/groups", supervision_groups.group_list, name="supervision-groups"),
    path(f"{_HERE}/groups/new", supervision_groups.group_new, name="supervision-group-new"),
    path(_GROUP, supervision_groups.group_change, name="supervision-group-change"),
    path(f"{_GROUP}/delete", supervision_groups.group_delete, name="supervision-group-delete"),
    path(f"{_HERE}/colleagues", supervision_files.colleague_list, name="colleagues"),
    path(f"{_HERE}/colleagues/new", supervision_files.colleague_new, name="colleague-new"),
    path(_COLLEAGUE, supervision_files.colleague_change, name="colleague-change"),
    path(f"{_COLLEAGUE}/delete", supervision_files.colleague_delete, name="colleague-delete"),
]
