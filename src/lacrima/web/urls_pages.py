"""The addresses of the pages about people: today, clients, sessions, moments, answers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import (
    answers,
    caseload,
    client,
    clients,
    contacts,
    exporting,
    kept_in_mind,
    moments,
    notes,
    report,
    sessions,
    slots,
    today,
    voices,
)

_CARE = "clients/<uuid:episode_id>"
_SESSION = "sessions/<uuid:session_id>"
_MOMENT = "moments/<uuid:moment_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("clients", clients.client_list, name="clients"),
    path("clients/new", clients.client_new, name="client-new"),
    path(_CARE, client.client, name="client"),
    path(f"{_CARE}/take-along", exporting.client, name="export-client"),
    path("take-along", exporting.overview, name="export"),
    path("take-along/rows", exporting.rows, name="export-rows"),
    path("take-along/practice", exporting.practice, name="export-practice"),
    path(f"{_CARE}/report", report.client_report, name="client-report"),
    path("caseload", caseload.caseload, name="caseload"),
    path("caseload/report", caseload.caseload_report, name="caseload-report"),
    path(f"{_CARE}/who/<uuid:client_id>", clients.client_change, name="client-change"),
    path(f"{_CARE}/who/new", clients.participant_new, name="participant-new"),
    path("who/<uuid:participant_id>/remove", clients.participant_remove, name="participant-remove"),
    path(f"{_CARE}/end", clients.client_end, name="client-end"),
    path(f"{_CARE}/reopen", clients.client_reopen, name="client-reopen"),
    path(f"{_CARE}/undo", clients.client_undo, name="client-undo"),
    path(f"{_CARE}/slots/new", slots.slot_new, name="slot-new"),
    path("slots/<uuid:slot_id>", slots.slot_change, name="slot-change"),
    path("slots/<uuid:slot_id>/delete", slots.slot_delete, name="slot-delete"),
    path(f"{_CARE}/kept-in-mind/new", kept_in_mind.kept_in_mind_new, name="kept-in-mind-new"),
    path(
        "kept-in-mind/<uuid:kept_id>", kept_in_mind.kept_in_mind_change, name="kept-in-mind-change"
    ),
    path(
        "kept-in-mind/<uuid:kept_id>/let-go",
        kept_in_mind.kept_in_mind_let_go,
        name="kept-in-mind-let-go",
    ),
    path(
        "kept-in-mind/<uuid:kept_id>/delete",
        kept_in_mind.kept_in_mind_delete,
        name="kept-in-mind-delete",
    ),
    path(f"{_CARE}/contacts/new", contacts.contact_new, name="contact-new"),
    path("contacts/<uuid:contact_id>", contacts.contact_change, name="contact-change"),
    path("contacts/<uuid:contact_id>/delete", contacts.contact_delete, name="contact-delete"),
    path(f"{_CARE}/notes/new", notes.record_note_new, name="record-note-new"),
    path("notes/<uuid:note_id>", notes.record_note_change, name="record-note-change"),
    path("notes/<uuid:note_id>/delete", notes.record_note_delete, name="record-note-delete"),
    path(f"{_CARE}/private-notes/new", notes.private_note_new, name="private-note-new"),
    path(
        "private-notes/<uuid:private_note_id>",
        notes.private_note_change,
        name="private-note-change",
    ),
    path(
        "private-notes/<uuid:private_note_id>/delete",
        notes.private_note_delete,
        name="private-note-delete",
    ),
    path(f"{_CARE}/sessions", sessions.session_list, name="sessions"),
    path(f"{_CARE}/sessions/new", sessions.session_new, name="session-new"),
    path("sessions/nothing-stood-out", sessions.nothing_stood_out, name="nothing-stood-out"),
    path("sessions/nothing-undo", sessions.nothing_undo, name="nothing-undo"),
    path(_SESSION, sessions.session, name="session"),
    path(f"{_SESSION}/change", sessions.session_change, name="session-change"),
    path(f"{_SESSION}/state", sessions.session_state, name="session-state"),
    path(f"{_SESSION}/delete", sessions.session_delete, name="session-delete"),
    path(f"{_SESSION}/heaviness", sessions.heaviness, name="heaviness"),
    path(f"{_SESSION}/moment", moments.moment_new, name="moment-new"),
    path(_MOMENT, moments.moment, name="moment"),
    path(f"{_MOMENT}/change", moments.moment_change, name="moment-change"),
    path(f"{_MOMENT}/delete", moments.moment_delete, name="moment-delete"),
    path(f"{_MOMENT}/voices/<uuid:participant_id>", voices.voice_new, name="voice-new"),
    path("voices/<uuid:voice_id>", voices.voice_change, name="voice-change"),
    path("voices/<uuid:voice_id>/delete", voices.voice_delete, name="voice-delete"),
    path("offers/<uuid:offer_id>/close", moments.offer_close, name="offer-close"),
    path("offers/<uuid:offer_id>/reopen", moments.offer_reopen, name="offer-reopen"),
    path(f"{_CARE}/answers", answers.answers_choose, name="answers-choose"),
    path(f"{_CARE}/answers/new/<slug:slug>", answers.answers_new, name="answers-new"),
    path("answers/<uuid:answers_id>", answers.answers_change, name="answers-change"),
    path("answers/<uuid:answers_id>/delete", answers.answers_delete, name="answers-delete"),
    path("risk/<uuid:risk_id>", answers.risk, name="risk"),
    path("risk/<uuid:risk_id>/undo", answers.risk_undo, name="risk-undo"),
]
