"""The pages as Django knows them: templates, static files, template tags."""

from django.apps import AppConfig
from django.utils.translation import get_language, gettext

from lacrima import errors
from lacrima.evidence import spoken


class WebConfig(AppConfig):
    """Holds no rows."""

    name = "lacrima.web"
    label = "web"

    def ready(self) -> None:
        """Errors and guidance are said in the language of whoever reads the page."""
        errors.say_in(gettext)
        spoken.say_in(gettext, lambda: get_language() or "")
