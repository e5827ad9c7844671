"""All addresses: the frame's own, and those of the pages about people."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.urls import URLPattern, URLResolver, include, path

from lacrima.web.views import (
    calendar,
    closed,
    drafts,
    first_run,
    health,
    look_as,
    questionnaires,
    settings,
    vault,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("unlock", closed.unlock, name="unlock"),
    path("unlock/quick", closed.quick_unlock, name="quick-unlock"),
    path("unlock/passkey", closed.passkey_unlock, name="passkey-unlock"),
    path("unlock/login", closed.keyring_unlock, name="keyring-unlock"),
    path("open", closed.open_once, name="open"),
    path("recovery", closed.recovery, name="recovery"),
    path("lock", closed.lock, name="lock"),
    path("here", closed.here, name="here"),
    path("welcome", first_run.welcome, name="first-run"),
    path("welcome/code", first_run.code, name="first-run-code"),
    path("welcome/prove", first_run.prove, name="first-run-prove"),
    path("welcome/practice", first_run.practice, name="first-run-practice"),
    path("welcome/backup", first_run.backup, name="first-run-backup"),
    path("look-as", look_as.look_as, name="look-as"),
    path("drafts", drafts.drafts, name="drafts"),
    path("drafts/<str:draft_id>/take-up", drafts.take_up, name="draft-take-up"),
    path("drafts/<str:draft_id>/let-go", drafts.let_go, name="draft-let-go"),
    path("settings", settings.settings, name="settings"),
    path("settings/name", settings.my_name, name="my-name"),
    path("settings/scores", settings.plain_score_new, name="plain-score-new"),
    path("settings/questionnaires", questionnaires.questionnaires, name="questionnaires"),
    path("settings/questionnaires/<slug:skeleton>", questionnaires.wording, name="wording"),
    path(
        "settings/questionnaires/<slug:skeleton>/remove",
        questionnaires.wording_remove,
        name="wording-remove",
    ),
    path("settings/calendar", calendar.calendar, name="calendar"),
    path("settings/calendar/sessions", calendar.assign, name="calendar-assign"),
    path("vault", vault.vault, name="vault"),
    path("vault/passphrase", vault.passphrase, name="vault-passphrase"),
    path("vault/recovery-code", vault.recovery_code, name="vault-recovery-code"),
    path("vault/recovery-code/prove", vault.prove, name="vault-prove"),
    path("vault/pin", vault.pin, name="vault-pin"),
    path("vault/passkey", vault.passkey, name="vault-passkey"),
    path("vault/login", vault.keyring, name="vault-login"),
    path("vault/backup", vault.backup, name="vault-backup"),
    path("vault/backup/now", vault.backup_now, name="vault-backup-now"),
    path("vault/log", vault.log, name="vault-log"),
    path("", include("lacrima.web.urls_bringing_in")),
    path("", include("lacrima.web.urls_consents")),
    path("", include("lacrima.web.urls_evidence")),
    path("", include("lacrima.web.urls_own_care")),
    path("", include("lacrima.web.urls_supervision")),
    path("", include("lacrima.web.urls_pages")),
]

if django_settings.IS_CLINIC:
    urlpatterns.append(path("health", health.health, name="health"))

handler400 = "lacrima.web.views.errors.bad_request"
handler403 = "lacrima.web.views.errors.not_allowed"
handler404 = "lacrima.web.views.errors.not_found"
handler500 = "lacrima.web.views.errors.our_fault"
