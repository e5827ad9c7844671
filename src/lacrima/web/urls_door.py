"""Addresses of the door: the client's own pages. None of them carries anything about anybody."""

from __future__ import annotations

from django.urls import path

from lacrima.web.views import door, door_own

urlpatterns = [
    path("door", door.door, name="door"),
    path("door/come-in", door.come_in, name="door-come-in"),
    path("door/leave", door.leave, name="door-leave"),
    path("door/left", door.left, name="door-left"),
    path("door/who-reads-what", door.reads, name="door-reads"),
    path("door/more", door.more, name="door-more"),
    path("door/answers", door_own.answers, name="door-answers"),
    path("door/answers/<uuid:answer_id>/change", door_own.change, name="door-answer-change"),
    path(
        "door/answers/<uuid:answer_id>/take-back", door_own.take_back, name="door-answer-take-back"
    ),
    path("door/beside-the-record", door_own.statement, name="door-statement"),
    path("door/own-word", door_own.own_word, name="door-own-word"),
    path("door/language", door_own.language, name="door-language"),
    path("door/pause", door_own.pause, name="door-pause"),
    path("door/somebody-else", door_own.way_out, name="door-way-out"),
]
