"""Words covered in a document before it is given: each place shown and counted, none left.

A word covers itself in any case, as a whole word; with a star at its end also what begins with it.
Near misses (another ending, the word within another) are named, so that nobody trusts the count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lacrima.errors import OutOfRange
from lacrima.formats.document import Block, Document, Facts, Grid, Quote, Section

MOST_WORDS = 100
LONGEST_WORD = 100
_SHORTEST_NEAR = 3
_MOST_NEAR = 20
_STAR = "*"


@dataclass(frozen=True)
class Covered:
    """The document as it is given; how often each word was covered; what is close to one still."""

    document: Document
    places: tuple[tuple[str, int], ...]
    near: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many places were covered."""
        return sum(count for _word, count in self.places)


def words_to_cover(text: str) -> tuple[str, ...]:
    """One word or name in each line, each once. OutOfRange for too many, or one that is none.

    >>> words_to_cover("Rosa Huber\\n\\n  Anna* \\nrosa huber")
    ('Rosa Huber', 'Anna*')
    """
    lines = (" ".join(_plain(line).split()) for line in text.splitlines())
    words = list({line.casefold(): line for line in reversed([*lines]) if line}.values())[::-1]
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        raise OutOfRange(
            "too many words to cover, or too long ones",
            where="covered",
            expected=f"at most {MOST_WORDS} lines of {LONGEST_WORD} letters",
        )
    if not all(re.search(r"\w", word) for word in words):
        raise OutOfRange("a line without a letter", where="covered", expected="a word or a name")
    return tuple(words)


def cover(document: Document, words: tuple[str, ...], *, mark: str) -> Covered:
    """Put `mark` wherever one of these words stands, in headings and cells too."""
    counts = dict.fromkeys(words, 0)
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(_group(n, word) for n, word in enumerate(longest_first)), re.I)

    def marked(found: re.Match[str]) -> str:
        counts[longest_first[int((found.lastgroup or "w0")[1:])]] += 1
        return mark

    def covered(text: str) -> str:
        return pattern.sub(marked, _plain(text)) if words else text

    made = _each_text(document, covered)
    left = " ".join(_texts(made)).replace(mark, " ")
    return Covered(made, tuple(counts.items()), tuple(_near(left, words)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _group(number: int, word: str) -> str:
    parts = r"\s+".join(re.escape(part) for part in word.rstrip(_STAR).split())
    end = r"\w*" if word.endswith(_STAR) else r"(?!\w)"
    return rf"(?P<w{number}>(?<!\w){parts}{end})"


def _near(text: str, words: tuple[str, ...]) -> Iterator[str]:
    """Words of the text that hold one of these, or a part of it: somebody should look at them."""
    parts = {part.casefold() for word in words for part in word.rstrip(_STAR).split()}
    looked_for = [part for part in parts if len(part) >= _SHORTEST_NEAR]
    there = dict.fromkeys(re.findall(r"\w+", text))
    found = (one for one in there if any(part in one.casefold() for part in looked_for))
    yield from sorted(found)[:_MOST_NEAR]


def _each_text(document: Document, change: Callable[[str], str]) -> Document:
    sections = tuple(
        Section(change(one.title), tuple(_block(block, change) for block in one.blocks))
        for one in document.sections
    )
    title, above = change(document.title), change(document.above)
    return replace(document, title=title, above=above, sections=sections)


def _block(block: Block, change: Callable[[str], str]) -> Block:
    if isinstance(block, Facts):
        return replace(block, rows=tuple((change(what), change(how)) for what, how in block.rows))
    if isinstance(block, Grid):
        head = tuple(change(cell) for cell in block.head)
        return replace(block, head=head, rows=tuple(tuple(map(change, row)) for row in block.rows))
    if isinstance(block, Quote):
        return replace(block, words=change(block.words), above=change(block.above))
    return replace(block, words=change(block.words))


def _texts(document: Document) -> Iterator[str]:
    """Everything that stands in it."""
    said: list[str] = []

    def keep(text: str) -> str:
        said.append(text)
        return text

    _each_text(document, keep)
    yield from said
