"""The language somebody chose counts from here to the end of the request."""

from __future__ import annotations

from django.utils import translation

from lacrima.practice.languages import FOR_CHILDREN, spoken_to

__all__ = ["FOR_CHILDREN", "speak"]


def speak(language: str, *, for_child: bool = False) -> None:
    """Go on in this language; empty: as the browser asked."""
    spoken = language or translation.get_language() or ""
    if spoken:
        translation.activate(spoken_to(spoken, for_child=for_child))
