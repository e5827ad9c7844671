"""The records as Django knows them."""

from django.apps import AppConfig
from django.conf import settings

from lacrima.vault.process import VAULT


class RecordsConfig(AppConfig):
    """The one app that holds rows."""

    name = "lacrima.records"
    label = "records"
    default_auto_field = (
        "django.db.models.BigAutoField"  # the presence table alone has no id of ours
    )

    def ready(self) -> None:
        """In a clinic each member holds the key of what is hers alone; the vault has none."""
        VAULT.members_hold_their_own_keys = settings.IS_CLINIC
