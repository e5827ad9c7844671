"""What has to happen once after a clinic's backup came back, before anybody sees a page."""

from __future__ import annotations

from lacrima.practice import erasing_after, vault_care
from lacrima.practice.removing import remove_all
from lacrima.records.models import BrowserSession


def after_restore() -> None:
    """Nobody is signed in, a new stretch of the log begins, and whoever was erased stays so."""
    remove_all(BrowserSession.objects.all())
    vault_care.after_restore(by=None)
    erasing_after.apply_ledger()
