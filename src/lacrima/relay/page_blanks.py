"""Takes out of a script what only its readers need: blanks, and ends of lines that end nothing.

Names stay as they are. Texts, templates and regular expressions are copied as they stand.
"""

from __future__ import annotations

import re
from itertools import pairwise

# A text, a template, a regular expression (where one may begin), a word, blanks, any other sign.
_PIECE = re.compile(
    r"""
      "(?:[^"\\\n]|\\.)*"
    | '(?:[^'\\\n]|\\.)*'
    | `(?:[^`\\]|\\.)*`
    | (?<=[(,=:!&|?\[]) /(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*
    | [\w$]+
    | [ ]+
    | =>
    | (?s:.)
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[\w$]")
_NEVER_TOGETHER = {"++", "--", "//"}
_GOES_ON_AFTER = frozenset({"{", "(", "[", ",", ";", "=", "=>", "&", "|", "?", ":", "+"})
_ENDS_WITH_ITS_BLOCK = frozenset({"function", "if", "for", "while", "else", "try", "class"})
_GOES_ON_BEFORE = frozenset({"}", ")", "]", "?", ":", ".", "&", "|", "+"})


def without_blanks(script: str) -> str:
    """The same script, without blanks and ends of lines that separate nothing.

    >>> without_blanks('const a = (b) => [\\n  b + " - ",\\n];\\nconst c = 1;')
    'const a=b=>[b+" - "],c=1;'
    """
    pieces = _close(_PIECE.findall(_regular_expressions_close(script)))
    return "".join(_one_declaration(_alone(_unneeded(pieces))))


def _regular_expressions_close(script: str) -> str:
    """A regular expression stands close to the sign before it, so that it is known as one."""
    return re.sub(r"(?<=[(,=:!&|?\[]) +(?=/[^/* =])", "", script)


def _close(pieces: list[str]) -> list[str]:
    """Without blanks, but between words and between signs that would become another."""
    made: list[str] = []
    for place, piece in enumerate(pieces):
        if piece.strip(" "):
            made.append(piece)
        elif made and place + 1 < len(pieces) and _must_stay(made[-1][-1], pieces[place + 1][0]):
            made.append(" ")
    return made


def _must_stay(before: str, after: str) -> bool:
    is_between_words = bool(_WORD.match(before)) and bool(_WORD.match(after))
    return is_between_words or before + after in _NEVER_TOGETHER


def _unneeded(pieces: list[str]) -> list[str]:
    """Without ends of lines inside of something, and signs that a closing bracket makes empty."""
    lines: list[str] = []
    for piece, after in pairwise([*pieces, ""]):
        if piece == "\n" and (not lines or lines[-1] in _GOES_ON_AFTER or after in _GOES_ON_BEFORE):
            continue
        lines.append(piece)
    return [
        piece
        for piece, after in pairwise([*lines, ""])
        if not (piece == "," and after in {"}", ")", "]"}) and not (piece == ";" and after == "}")
    ]


def _alone(pieces: list[str]) -> list[str]:
    """A single name before an arrow needs no brackets."""
    made = list(pieces)
    for place in range(len(made) - 3):
        is_single = made[place] == "(" and made[place + 2] == ")" and made[place + 3] == "=>"
        if is_single and _WORD.match(made[place + 1]):
            made[place] = " " if place and _WORD.match(made[place - 1][-1]) else ""
            made[place + 2] = ""
    return made


def _one_declaration(pieces: list[str]) -> list[str]:
    """Constants that follow each other are declared together.

    `begins` remembers, for each open bracket, with which word the statement there began.
    """
    made: list[str] = []
    begins = [""]
    skipped = 0
    for place, piece in enumerate(pieces):
        if skipped:
            skipped -= 1
        elif piece == ";" and begins[-1] == "const" and pieces[place + 1 : place + 2] == ["const"]:
            made.append(",")
            skipped = 2  # the word and its blank
            if pieces[place + 2] != " ":  # a pattern stands close to the word
                skipped = 1
        else:
            made.append(piece)
            _note(begins, piece)
    return made


def _note(begins: list[str], piece: str) -> None:
    if piece in {"{", "(", "["}:
        begins[-1] = begins[-1] or piece
        begins.append("")
    elif piece in {"}", ")", "]"}:
        begins.pop()
        if piece == "}" and begins[-1] in _ENDS_WITH_ITS_BLOCK:
            begins[-1] = ""
    elif piece in {";", "\n"}:
        begins[-1] = ""
    elif piece.strip():
        begins[-1] = begins[-1] or piece
