"""How hard a text is to read: the Flesch-Kincaid grade, and the words of a page that guide people.

    grade = 0.39 * words / sentences + 11.8 * syllables / words - 15.59

(Kincaid, Fishburne, Rogers and Chissom 1975.) Syllables are counted by groups of vowels, as
usual programs do. Terms of the field, which the reader knows and nothing shorter can stand for,
count as two syllables; they stand in TERMS and nowhere else. Names of people may be given by the
test that knows them, and count likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

FEWEST_WORDS = 100  # below this a grade says nothing
HIGHEST_GRADE = 8.0
TERM_SYLLABLES = 2
FEWEST_WORDS_OF_A_BLOCK = 4  # labels and single words are no sentences

TERMS = frozenset(
    word
    for line in (
        "therapist therapists therapist's therapists' therapy therapies psychotherapy",
        "psychologist psychologists psychodynamic clinician clinicians clinician's clinicians'",
        "counsellor counsellors counselling supervisor supervisors supervision supervised",
        "interval intervals empathy questionnaire questionnaires",
        "borderline psychotic trauma humanistic analytic",
        "evidence reactions lacrima practice practices",
        "united america american italy italian netherlands australia australian",
        "argentina israel",
    )
    for word in line.split()
)


_VOWELS = re.compile(r"[aeiouy]+")
_TWO_IN_ONE = re.compile(  # groups of vowels that are two syllables: client, idea, being, video
    r"ient|iet|iou(?!s)|ia(?!l$)|(?<![stxc])io|eo(?!p)|ua(?=l|t)|[aeiouy]ing$|idea|rea(?=l|te)|uel"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_END = re.compile(r"[.!?]+(?=\W|$)")


def syllables(word: str, terms: frozenset[str] = TERMS) -> int:
    """How many syllables a word has, by the usual rule of thumb; never fewer than one."""
    folded = word.casefold()
    if folded in terms:
        return TERM_SYLLABLES
    return sum(max(1, _of_part(part)) for part in folded.replace("'", "").split("-") if part)


def _of_part(part: str) -> int:
    count = len(_VOWELS.findall(part)) + len(_TWO_IN_ONE.findall(part))
    has_silent_end = part.endswith("e") and not part.endswith(("le", "ee", "ye"))
    has_silent_ed = part.endswith("ed") and not part.endswith(("ted", "ded", "eed", "ied"))
    has_silent_es = part.endswith("es") and not part.endswith(
        ("ses", "zes", "xes", "ches", "shes", "ces", "ges", "ies")
    )
    return count - (has_silent_end or has_silent_ed or has_silent_es)


def words_of(text: str) -> list[str]:
    """The words of a text; numbers and signs are none."""
    return _WORD.findall(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def grade_of(
    blocks: Iterable[str], *, names: Iterable[str] = (), terms: frozenset[str] = TERMS
) -> float:
    """The grade of some paragraphs, each of which ends a sentence. No words: 0."""
    terms = terms | {part.casefold() for name in names for part in words_of(name)}
    words, sentences, sounds = 0, 0, 0
    for block in blocks:
        told = [words_of(sentence) for sentence in _END.split(block)]
        told = [sentence for sentence in told if sentence]
        sentences += len(told)
        words += sum(map(len, told))
        sounds += sum(syllables(word, terms) for sentence in told for word in sentence)
    if not words:
        return 0.0
    return 0.39 * words / sentences + 11.8 * sounds / words - 15.59


def guidance_of(page: str) -> list[str]:
    """The paragraphs of a page's main part that guide people: what is meant to be read.

    Left out: forms, tables, pictures, ways to elsewhere, what is marked `data-source` (names of
    studies, numbers with their labels, citations, arithmetic), and labels of fewer than four words.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [one for one in reader.blocks() if len(words_of(one)) >= FEWEST_WORDS_OF_A_BLOCK]


def check_guidance(page: str, *, names: Iterable[str] = ()) -> tuple[int, float]:
    """How many words guide people on this page, and their grade; a test compares the two."""
    blocks = guidance_of(page)
    return sum(len(words_of(one)) for one in blocks), grade_of(blocks, names=names)


def is_readable(page: str, *, names: Iterable[str] = ()) -> bool:
    """Whether a page with much to read is at the grade that is allowed, or has little to read."""
    words, grade = check_guidance(page, names=names)
    return words < FEWEST_WORDS or grade <= HIGHEST_GRADE


class _Reader(HTMLParser):
    """Gathers paragraphs inside <main>, except in what is no guidance."""

    BLOCKS = frozenset({"p", "li", "dd", "dt", "h1", "h2", "h3", "summary", "blockquote", "div"})
    LEFT_OUT = frozenset({"form", "table", "svg", "nav", "script", "style", "template", "caption"})
    EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "circle", "col"})

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self._text: list[str] = []
        self._is_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is opened, and whether it is left out."""
        if tag == "main":
            self._is_main = True
        if tag in self.BLOCKS:
            self._text.append("\n")
        if tag in self.EMPTY:
            self._text.append(" ")
            return
        is_out = tag in self.LEFT_OUT or "data-source" in dict(attrs)
        self._open.append((tag, is_out))

    def handle_endtag(self, tag: str) -> None:
        """Close down to this tag."""
        if tag in self.EMPTY:
            return
        if tag == "main":
            self._is_main = False
        if tag in self.BLOCKS:
            self._text.append("\n")
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep words that guide."""
        if self._is_main and not any(is_out for _tag, is_out in self._open):
            self._text.append(data.replace("\n", " "))

    def blocks(self) -> Iterator[str]:
        """The paragraphs, without empty ones."""
        for line in "".join(self._text).split("\n"):
            if line.strip():
                yield " ".join(line.split())
