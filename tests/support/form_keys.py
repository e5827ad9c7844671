"""Keys of forms for tests: each a fresh one."""

from __future__ import annotations

import itertools

_keys = itertools.count(1)


def form_key() -> str:
    """A fresh form key."""
    return f"test-form-key-{next(_keys):06d}"
