"""The vault: the encrypted store of a practice and its keys. Knows nothing of clients or pages."""

from __future__ import annotations

from lacrima.vault.slots import create

__all__ = ["create"]
