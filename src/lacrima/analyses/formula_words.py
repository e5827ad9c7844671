"""Cuts the text of a formula into its words, each with its place, so that errors can point."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from lacrima.errors import BadFormula

MOST_CHARACTERS = 10_000
MARKS = "~+-*:/|(),"
_WORD = re.compile(
    r"(?P<NUMBER>\d[\w.]*)|(?P<NAME>\.?[^\W\d_][\w.]*|_[\w.]*)|`(?P<QUOTED>[^`]+)`"
    rf"|(?P<MARK>[{re.escape(MARKS)}])"
)
_HINTS = {
    "`": ("a backtick without its twin", "a column's name between two backticks"),
    "^": ("a power", "a column of its own for it"),
    "%": ("%", "+ and : between terms"),
    '"': ("a quotation mark", "columns by their names, in backticks if need be"),
    "'": ("a quotation mark", "columns by their names, in backticks if need be"),
    ".": ("a point alone", "columns by their names"),
}


class Kind(Enum):
    """What a word is."""

    NAME = auto()
    NUMBER = auto()
    MARK = auto()
    END = auto()


class Word(NamedTuple):
    """A name, a number or a mark; `place` counts characters from 1. A quoted name is_quoted."""

    kind: Kind
    text: str
    place: int
    is_quoted: bool = False

    def said(self) -> str:
        """What it is, for a message."""
        return "the end" if self.kind is Kind.END else repr(self.text)


def words_of(text: str) -> list[Word]:
    """The words of a formula, and the end as the last one.

    Raises BadFormula for a character that no formula has, and for very long ones.

    >>> [word.text for word in words_of("y ~ `my x` + 1")]
    ['y', '~', 'my x', '+', '1', '']
    """
    if len(text) > MOST_CHARACTERS:
        raise BadFormula(
            f"{len(text)} characters", where="formula", expected=f"at most {MOST_CHARACTERS}"
        )
    found, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        match = _WORD.match(text, place)
        if match is None:
            raise _unknown(text[place], place + 1)
        found.append(_word(match, place + 1))
        place = match.end()
    return [*found, Word(Kind.END, "", len(text) + 1)]


def _word(match: re.Match[str], place: int) -> Word:
    is_quoted = match.lastgroup == "QUOTED"
    kind = Kind.NAME if is_quoted else Kind[str(match.lastgroup)]
    return Word(kind, match[str(match.lastgroup)], place, is_quoted)


def _unknown(character: str, place: int) -> BadFormula:
    found, expected = _HINTS.get(character, (repr(character), "names, 0, 1 and + - * : ( | )"))
    return BadFormula(found, where=at(place), expected=expected)


def at(place: int) -> str:
    """Where in a formula, for a message."""
    return f"formula, character {place}"
