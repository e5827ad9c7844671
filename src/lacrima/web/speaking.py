"""The language somebody chose counts from here to the end of the request."""

from __future__ import annotations

from django.utils import translation

# The same language in words for a child, where it needs a catalogue of its own: German says "du".
# What is not in that catalogue is said as to everybody else.
FOR_CHILDREN = {"de": "de-kind"}


def speak(language: str, *, for_child: bool = False) -> None:
    """Go on in this language; empty: as the browser asked."""
    spoken = language or translation.get_language() or ""
    if for_child:
        spoken = FOR_CHILDREN.get(spoken, spoken)
    if spoken:
        translation.activate(spoken)
