"""Addresses of the practice's side of the door: a client's door, and what holds for all doors."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import door_by_hand, door_care, door_reminding, door_settings, keeper

_DOOR = "clients/<uuid:episode_id>/door"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_DOOR, door_care.door, name="client-door"),
    path(f"{_DOOR}/plan", door_care.plan, name="door-plan"),
    path(f"{_DOOR}/hand-over", door_care.hand_over, name="door-hand-over"),
    path(f"{_DOOR}/reminders", door_reminding.reminders, name="door-reminders"),
    path(f"{_DOOR}/reminders/mail", door_reminding.reminder_mail, name="door-reminder-mail"),
    path(f"{_DOOR}/open-asks", door_care.open_asks, name="door-open-asks"),
    path(f"{_DOOR}/open-asks/close", door_care.close_asks, name="door-asks-close"),
    path(f"{_DOOR}/by-hand", door_by_hand.by_hand, name="door-by-hand"),
    path(f"{_DOOR}/sheet", door_by_hand.paper, name="door-paper"),
    path("settings/door", door_settings.door, name="door-settings"),
    path("settings/door/keeper", keeper.hand_over, name="keeper-hand-over"),
]
