"""The same settings over an unencrypted database: the peer that encryption is measured against.

Exists for the measurement alone, over simulated people; the program itself has no such mode.
"""

import os

from lacrima.web.settings import *  # noqa: F403
from lacrima.web.settings import DATABASES

PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; "
    "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; "
    "PRAGMA journal_size_limit=67108864;"
)
DATABASES["default"] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ["LACRIMA_PLAIN_DATABASE"],
    "CONN_MAX_AGE": None,
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": PRAGMAS},
}
