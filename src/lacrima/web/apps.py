"""The pages as Django knows them: templates, static files, template tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Holds no rows."""

    name = "lacrima.web"
    label = "web"
