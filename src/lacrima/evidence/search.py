"""Finds entries by words: accents and case do not matter, a beginning of a word is enough.

The index is made once and held in memory; nothing that is searched for is kept anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lacrima.evidence.entries import Figure
from lacrima.evidence.library import Library, shipped
from lacrima.evidence.reading import Entry
from lacrima.evidence.spoken import once_a_language
from lacrima.evidence.words import Grade, Kind, Topic

_WORD = re.compile(r"[a-z0-9]+")
_SMALL_WORDS = frozenset(
    words
    for line in (
        "a about an and are as at be by did do does for from has have how i in is it its of",
        "on or that the their them they this to was were what when who with",
    )
    for words in line.split()
)
MOST_WORDS = 12

# Forms that a beginning does not bring together; and words of the field beside those used here.
_FORMS = {
    "cries": "cry",
    "cried": "cry",
    "crying": "cry",
    "wept": "weep",
    "children": "child",
    "men": "man",
    "women": "woman",
}
_ALSO = {
    "adolescent": ("teenage",),
    "alliance": ("bond",),
    "burden": ("load",),
    "closeness": ("bond",),
    "congruence": ("genuine", "real"),
    "cry": ("tear",),
    "countertransference": ("reaction",),
    "demeanour": ("bearing", "steady"),
    "demeanor": ("bearing", "steady"),
    "disclosure": ("telling",),
    "ending": ("goodbye",),
    "relationship": ("bond",),
    "rupture": ("break",),
    "shame": ("ashamed",),
    "sob": ("cry",),
    "supervisor": ("supervision",),
    "tear": ("cry",),
    "telehealth": ("video", "online"),
    "termination": ("goodbye",),
    "weep": ("cry",),
}
_TITLE, _TEXT, _EXACT = 4, 1, 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that was found; `words` is how many of the words asked for it holds."""

    kind: Kind
    id: str
    entry: Entry
    words: int
    score: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the best first. `is_whole`: each entry holds every word asked for."""

    hits: tuple[Hit, ...]
    asked: int
    is_whole: bool


def words_of(text: str) -> list[str]:
    """The words of a text, folded: `Vingerhoéts'` and `vingerhoets` are the same.

    >>> words_of("Crying, não: déjà vu")
    ['crying', 'nao', 'deja', 'vu']
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return _WORD.findall(plain)


def stem(word: str) -> str:
    """A word without its plural, and the forms of "cry" as one.

    >>> [stem(word) for word in ("tears", "cries", "loss", "studies")]
    ['tear', 'cry', 'loss', 'study']
    """
    word = _FORMS.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


class Index:
    """Which entries hold which words."""

    def __init__(self, library: Library) -> None:
        """Look through every entry once."""
        self._library = library
        self._entries = list(_all_of(library))
        weights: dict[str, Counter[int]] = defaultdict(Counter)
        for place, (_kind, entry) in enumerate(self._entries):
            for word in set(map(stem, words_of(entry.called))):
                weights[word][place] += _TITLE
            for word in map(stem, words_of(entry.says)):
                weights[word][place] += _TEXT
        self._weights = weights
        self._words = sorted(weights)

    def search(
        self,
        asked: str,
        *,
        kind: Kind | None = None,
        grade: Grade | None = None,
        topic: Topic | None = None,
    ) -> Found:
        """The entries with all these words; where there are none, those with most of them.

        No word at all finds everything of this kind, grade and topic, in the order of the files.
        """
        words = _asked_words(asked)
        scores, matched = self._scores(words)
        hits = [
            Hit(each, entry.id, entry, matched[place], scores[place])
            for place, (each, entry) in enumerate(self._entries)
            if (not words or matched[place])
            and (kind is None or each is kind)
            and (grade is None or grade in getattr(entry, "grades", ()))
            and (topic is None or topic_of(entry, self._library) is topic)
        ]
        most = max((one.words for one in hits), default=0)
        best = sorted((one for one in hits if one.words == most), key=lambda one: -one.score)
        return Found(tuple(best), asked=len(words), is_whole=most == len(words))

    def _scores(self, words: Sequence[str]) -> tuple[Counter[int], Counter[int]]:
        scores, matched = Counter[int](), Counter[int]()
        for word in words:
            found = Counter[int]()
            for meant in (word, *_ALSO.get(word, ())):
                for whole in self._beginning_with(meant):
                    for place, weight in self._weights[whole].items():
                        found[place] += weight * (_EXACT if whole == word else 1)
            scores.update(found)
            matched.update(found.keys())
        return scores, matched

    def _beginning_with(self, word: str) -> Iterator[str]:
        for place in range(bisect_left(self._words, word), len(self._words)):
            if not self._words[place].startswith(word):
                return
            yield self._words[place]


def _asked_words(asked: str) -> list[str]:
    words = words_of(asked)
    telling = [word for word in words if word not in _SMALL_WORDS] or words
    return list(dict.fromkeys(map(stem, telling)))[:MOST_WORDS]


def topic_of(entry: Entry, library: Library) -> Topic | None:
    """What an entry is about; a figure is about what its study is. Sources have no topic."""
    if isinstance(entry, Figure):
        study = library.studies.get(entry.study)
        return study.topic if study else None
    found: Topic | None = getattr(entry, "topic", None)
    return found


def _all_of(library: Library) -> Iterator[tuple[Kind, Entry]]:
    for kind in Kind:
        for entry in library.of(kind).values():
            yield kind, entry


@once_a_language
def index() -> Index:
    """The index of what comes with Lacrima, made at the first search in each language."""
    return Index(shipped())
