"""The application for a server: the in-process one of a laptop, or a clinic's."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lacrima.web.settings")

application = get_wsgi_application()
