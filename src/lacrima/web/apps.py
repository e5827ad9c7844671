"""The pages as Django knows them: templates, static files, template tags."""

from django.apps import AppConfig
from django.utils.translation import gettext

from lacrima import errors


class WebConfig(AppConfig):
    """Holds no rows."""

    name = "lacrima.web"
    label = "web"

    def ready(self) -> None:
        """Errors are said in the language of whoever reads the page."""
        errors.say_in(gettext)
