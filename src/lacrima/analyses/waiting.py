"""What a verb says while it waits: here because verbs do not reach into the statistics."""

from __future__ import annotations

from collections.abc import Callable

from lacrima.stats.compiled import CHOICE

WORDS = (
    "The first large table on this computer: loops are compiled for it, once, which takes some "
    "twenty seconds."
)


def tell_of_waiting(tell: Callable[[str], None]) -> None:
    """Have these words said before a large job waits for the compiler; later ones do not wait."""
    CHOICE.tell = lambda: tell(WORDS)
