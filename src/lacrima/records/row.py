"""What every row has: an id that can be known before it is written, times, and a version."""

from __future__ import annotations

import os
import uuid
from datetime import datetime

from django.db import models

from lacrima.records import clock
from lacrima.records.marks import harmless


def new_id() -> uuid.UUID:
    """A fresh id that sorts by time (RFC 9562, version 7), so that indexes stay compact."""
    milliseconds = int(clock.now().timestamp() * 1000)
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def now() -> datetime:
    """The clock, by a name that a migration can hold."""
    return clock.now()


class Row(models.Model):
    """The base of every kept thing. `version` rises at each change: nothing is overwritten."""

    id = harmless(models.UUIDField(primary_key=True, default=new_id, editable=False))
    created_at = harmless(models.DateTimeField(default=now, editable=False))
    changed_at = harmless(models.DateTimeField(default=now, editable=False))
    version = harmless(models.PositiveIntegerField(default=1, editable=False))

    class Meta:
        abstract = True
