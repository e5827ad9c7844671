"""The records as Django knows them."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The one app that holds rows."""

    name = "lacrima.records"
    label = "records"
    default_auto_field = (
        "django.db.models.BigAutoField"  # the presence table alone has no id of ours
    )
