"""Guidance in the language of whoever reads: what to ask oneself, what to try, and why it is shown.

Studies, figures, claims and sources stay as they were written down: in English. Until somebody
says how (the pages do), everything is said as it stands in the files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache, wraps
from types import MappingProxyType
from typing import Any, TypeVar

Made = TypeVar("Made")
Key = TypeVar("Key")

# What people read of an entry; ids, kinds and numbers are the same in every language.
READ = frozenset(
    {"title", "text", "asks", "known", "words", "lead", "care", "why", "scope", "then", "label"}
)
GUIDING = ("questions", "arguments", "steps", "risks")  # of the library; the rest is evidence


def _english() -> str:
    return ""


_in_language: Callable[[str], str] = str
_language: Callable[[], str] = _english


def say_in(in_language: Callable[[str], str], language: Callable[[], str]) -> None:
    """From now on guidance is said through `in_language`, anew for each language."""
    global _in_language, _language
    _in_language, _language = in_language, language


def said(words: str) -> str:
    """These words in the language of whoever reads."""
    return _in_language(words) if words else ""


class Phrases(dict[Key, str]):
    """Words for the values of a kind, said in the language of whoever reads."""

    def __getitem__(self, key: Key) -> str:
        """The words for one value."""
        return said(super().__getitem__(key))


def once_a_language(make: Callable[[], Made]) -> Callable[[], Made]:
    """Made at the first call in each language; English is as it stands in the files."""

    @cache
    def made_in(_language_now: str) -> Made:
        return make()

    @wraps(make)
    def made() -> Made:
        return made_in(_other_language())

    return made


def in_each_language(read: Callable[[], Made]) -> Callable[[], Made]:
    """What comes with Lacrima: read once, and said anew once for each language."""
    as_written = cache(read)

    @once_a_language
    @wraps(read)
    def shipped() -> Made:
        told: Made = said_anew(as_written()) if _other_language() else as_written()
        return told

    return shipped


def _other_language() -> str:
    """The language of whoever reads; empty for English."""
    language = _language()
    return "" if language.startswith("en") else language


def said_anew(held: Any) -> Any:
    """A copy of an entry, a table or a library in which what people read is said anew."""
    if isinstance(held, tuple):
        return tuple(said_anew(one) for one in held)
    if isinstance(held, Mapping):
        return MappingProxyType({key: said_anew(one) for key, one in held.items()})
    if not is_dataclass(held) or isinstance(held, type):
        return held
    names = {one.name for one in fields(held) if one.init}
    if names >= set(GUIDING):
        return replace(held, **{name: said_anew(getattr(held, name)) for name in GUIDING})
    told = {name: _field(name, getattr(held, name)) for name in names}
    changed = {name: one for name, one in told.items() if one is not getattr(held, name)}
    return replace(held, **changed) if changed else held


def _field(name: str, held: Any) -> Any:
    if isinstance(held, str):
        return said(held) if name in READ else held
    return said_anew(held) if isinstance(held, tuple | Mapping) or is_dataclass(held) else held
