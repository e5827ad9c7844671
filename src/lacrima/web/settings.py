"""The one settings file, read from the environment.

    LACRIMA_DIR            the practice's folder (default: Lacrima in the home folder)
    LACRIMA_DATABASE       embedded (default) or postgresql
    LACRIMA_DATABASE_DSN   postgresql://user:password@host:port/database
    LACRIMA_NIGHT_HOUR     the local hour of the nightly full lock, 0 to 23 (default 3)
    LACRIMA_PORT           the port being served; it names the cookies, because a browser shares
                           cookies between all ports of localhost
    LACRIMA_NUMBA          loops as machine code: 1 always, 0 never, ready only where it lies ready
                           (a server's default; a verb's: there, and for large tables)

In a clinic (LACRIMA_DATABASE is postgresql), also:

    LACRIMA_HOSTS          the names under which browsers reach it, with commas between
    LACRIMA_SECRET_KEY_FILE         the file of the key that signs what browsers hold
    LACRIMA_VAULT_PASSPHRASE_FILE   the file of the passphrase that opens the keys
    LACRIMA_DATABASE_PASSWORD_FILE  the file of the database's password, where it asks for one
    CREDENTIALS_DIRECTORY  where systemd hands over these files, as secret-key,
                           vault-passphrase, database-password and owner-password

and, if the clinic wants to send mail (else none is sent):

    LACRIMA_MAIL_HOST      its server for mail; LACRIMA_MAIL_PORT: 587 (default) or 465
    LACRIMA_MAIL_FROM      the address it comes from
    LACRIMA_MAIL_USER      how it signs in there, if it must
    LACRIMA_MAIL_PASSWORD_FILE      the file of that password; systemd: mail-password

and for the verbs that come in as the owner of the tables (clinic migrate, restore, tidy):

    LACRIMA_OWNER_DSN               the same database as its owner
    LACRIMA_OWNER_PASSWORD_FILE     the file of the owner's password

No passphrase, password, key or PIN is ever read from here: only from files, of which no other
person of the machine may read.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from lacrima.web import settings_clinic
from lacrima.web.databases import databases, practice_folder

DEBUG = False

# Sessions live and die with the process, so the key that signs them may too.
SECRET_KEY = secrets.token_urlsafe(48)

LACRIMA_DIR: Path = practice_folder(os.environ)
DATABASES = databases(os.environ, LACRIMA_DIR)
# One switch: on PostgreSQL it is a clinic, in an encrypted file one person's own practice.
IS_CLINIC = DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "lacrima.web.urls"
WSGI_APPLICATION = "lacrima.web.wsgi.application"
APPEND_SLASH = False

INSTALLED_APPS = [
    "lacrima.records",
    "lacrima.web",
    "django.contrib.staticfiles",  # finds the static files of an installed wheel
    "django_htmx",  # carries htmx itself
    *(settings_clinic.APPS if IS_CLINIC else []),
]

_CLINIC_GATE = [
    "lacrima.web.middleware.signed_in.SignedIn",
    "allauth.account.middleware.AccountMiddleware",
    "lacrima.web.middleware.clinic_gate.ClinicGate",
    "lacrima.web.middleware.own_things.OwnThings",
]
MIDDLEWARE = [
    *(["lacrima.web.middleware.request_line.RequestLine"] if IS_CLINIC else []),
    "lacrima.web.middleware.hosts.OneHost",
    "lacrima.web.middleware.headers.QuietHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lacrima.web.middleware.language.Language",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *(_CLINIC_GATE if IS_CLINIC else ["lacrima.web.middleware.lock.Gate"]),
    "lacrima.web.middleware.mishaps.Mishaps",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # cached, because DEBUG is off
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "lacrima.web.context.frame",
            ],
        },
    },
]

# --- sessions: in the memory of this process only ------------------------------------------------
_port = os.environ.get("LACRIMA_PORT", "")
_suffix = f"_{_port}" if _port.isdigit() else ""
SESSION_ENGINE = "lacrima.web.memory_sessions"
SESSION_COOKIE_NAME = f"lacrima_session{_suffix}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_NAME = f"lacrima_csrf{_suffix}"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "lacrima.web.views.errors.form_too_old"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

_night = os.environ.get("LACRIMA_NIGHT_HOUR", "3")
NIGHT_LOCK_HOUR = int(_night) % 24 if _night.isdigit() else 3

# --- what a browser is told ----------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer makes Chromium send "Origin: null": no form
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# --- uploads: in memory alone, never a temporary file ---------------------------------------------
MAX_UPLOAD_BYTES = 5 * 1024 * 1024
# A page that takes more than the usual says so beside itself (`most_bytes`). Beyond this the
# connection is closed without a page of ours.
MAX_REQUEST_BYTES = 64 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_BYTES
FILE_UPLOAD_HANDLERS = ["lacrima.web.uploads.InMemoryOnly"]

# --- our own stylesheet and script ---------------------------------------------------------------
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "lacrima.web.static_addresses.StampedStaticFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 7 * 24 * 3600  # addresses carry a stamp of the content

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
# Each by its own name: whoever looks for it need not read the other.
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
FORMAT_MODULE_PATH = ["lacrima.web.said_dates"]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# On a laptop no mail is sent at all; a clinic may name a server for it (mail_out).
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
IS_MAIL_SET = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"quiet": {"()": "lacrima.web.quiet_log.OnlyHarmless"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(message)s"},
        "json": {"()": "lacrima.web.json_lines.JsonLine"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["quiet"],
            "formatter": "json" if IS_CLINIC else "line",
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "lacrima": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # "Task queue depth" at every busy moment tells nobody anything.
        "waitress.queue": {"level": "ERROR"},
    },
}

if IS_CLINIC:
    globals().update(settings_clinic.values(os.environ))
