"""What is given to somebody who asked: as little as will do, looked at as it will be given.

Made with the parts and texts of a copy of one course of care (practice/export_*), as one document.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lacrima.errors import BadInput, EditConflict, NotFound
from lacrima.formats.document import Document, Said, Section, as_html
from lacrima.formats.redaction import Covered, cover
from lacrima.practice import export_client
from lacrima.practice.export_care import Care, chosen, read_care
from lacrima.practice.export_choice import PARTS, Choice, FreeText, Look, Part
from lacrima.practice.export_document import left_out_of, sections_of
from lacrima.practice.export_made import file_name
from lacrima.practice.export_words import Telling
from lacrima.practice.people import display_name, the_practice
from lacrima.records import clock
from lacrima.records.access import Right, require, visible
from lacrima.records.models import (
    Client,
    Disclosure,
    DisclosureGround,
    Episode,
    Member,
    Participant,
)

KIND = "disclosure"
ANOTHER_PERSON = gettext_lazy("[left out: another person]")
MOST_COUNTED = 32_767


@dataclass(frozen=True)
class Pick:
    """What goes along of one course of care."""

    episode: uuid.UUID
    choice: Choice


@dataclass(frozen=True)
class CareLooked:
    """One course of care of this client, and what there is to choose from."""

    episode: Episode
    look: Look


@dataclass(frozen=True)
class Bundle:
    """The document as it is given, what was covered in it, and the same in words for the log."""

    covered: Covered
    texts_left_out: int
    told: str
    data: bytes
    mark: str

    @property
    def document(self) -> Document:
        """What is read before it is given."""
        return self.covered.document

    @property
    def redactions(self) -> int:
        """Places that were covered, and whole texts that were left out."""
        return min(self.covered.count + self.texts_left_out, MOST_COUNTED)

    @property
    def file_name(self) -> str:
        """What it is and the day, and nothing of anybody."""
        return file_name(KIND).replace(".zip", ".html")

    def refuse_unless_seen(self, mark: str) -> None:
        """Go on when this is the text that somebody looked at."""
        if mark != self.mark:
            raise EditConflict(
                "this is not the text that you looked at: the record was changed, or the day",
                next_step="Look at it once more, then give it.",
            )


def looked(by: Member, client: Client) -> tuple[CareLooked, ...]:
    """Every course of care of this client that this person sees, the first one first."""
    return tuple(
        CareLooked(episode, export_client.look(by, episode.pk))
        for episode in _episodes(by, client).order_by("created_at")
    )


def _episodes(by: Member, client: Client) -> QuerySet[Episode]:
    seats = Participant.objects.filter(client=client).values("episode")
    return visible(by, Episode).filter(pk__in=seats)


def compose(
    by: Member, request: Disclosure, picks: Sequence[Pick], covered: Iterable[str] = ()
) -> Bundle:
    """The finished text of what was chosen. Nothing leaves by this, and nothing is kept."""
    require(by, Right.READ_CARE)
    practice = the_practice()
    if practice is None:
        raise NotFound("no practice yet", next_step="Begin with the first page.")
    if not picks:
        raise BadInput("nothing was chosen", expected="at least one part of the record")
    _refuse_others(by, request.client, picks)
    telling = Telling(practice)
    parts = [_Part.of(by, pick, telling) for pick in picks]
    said = {"practice": practice.name, "day": telling.day(clock.now())}
    bare = Document(
        title=_("From the record of %(who)s") % {"who": display_name(request.client, practice)},
        above=_("%(practice)s · put together on %(day)s") % said,
        sections=tuple(section for part in parts for section in part.sections(len(parts) > 1)),
        simulated=_("Simulated: nobody here exists") if practice.is_simulated else "",
        language=get_language() or "en",
    )
    made = cover(bare, tuple(covered), mark=str(ANOTHER_PERSON))
    return _bundle(request, parts, made)


def _refuse_others(by: Member, client: Client, picks: Collection[Pick]) -> None:
    hers = set(_episodes(by, client).values_list("pk", flat=True))
    if not {pick.episode for pick in picks} <= hers:
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")


@dataclass(frozen=True)
class _Part:
    """What goes along of one course of care, read once."""

    care: Care
    choice: Choice
    telling: Telling
    left_out: int
    counts: tuple[str, ...]
    empty: frozenset[Part]

    @classmethod
    def of(cls, by: Member, pick: Pick, telling: Telling) -> _Part:
        care, choice = read_care(by, pick.episode), replace(pick.choice, marks_gaps=True)
        look = export_client.look(by, pick.episode)
        counts = (f"{about.name} ({n})" for part, about, n in look.parts() if choice.has(part))
        empty = frozenset(part for part in PARTS if not look.counts.get(part))
        return cls(care, choice, telling, _left_out(look.texts, choice), tuple(counts), empty)

    @property
    def name(self) -> str:
        day = self.care.episode.started_on
        if day is None:
            return _("The course of care")
        return _("The course of care since %(day)s") % {"day": self.telling.day(day)}

    def sections(self, is_one_of_several: bool) -> tuple[Section, ...]:
        made = sections_of(chosen(self.care, self.choice), self.choice, self.telling)
        if not is_one_of_several:
            return made
        return tuple(Section(f"{self.name}: {one.title}", one.blocks) for one in made)


def _left_out(texts: Iterable[FreeText], choice: Choice) -> int:
    return sum(
        bool(one.words) and choice.has(one.part) and not choice.has_words_of(one.row)
        for one in texts
    )


def _bundle(request: Disclosure, parts: Sequence[_Part], made: Covered) -> Bundle:
    texts = sum(part.left_out for part in parts)
    last = _last(request, parts, made.count, texts)
    document = replace(made.document, sections=(*made.document.sections, *last))
    data = as_html(document)
    return Bundle(
        covered=replace(made, document=document),
        texts_left_out=texts,
        told="\n".join((*_told(parts), *_covered_words(made.count, texts))),
        data=data,
        mark=hashlib.sha256(data).hexdigest(),
    )


def _last(
    request: Disclosure, parts: Sequence[_Part], places: int, texts: int
) -> tuple[Section, ...]:
    """What is not in it. To the client every part is named; to others not even that it exists."""
    said = [Said(words) for words in _covered_words(places, texts)]
    if request.kind != DisclosureGround.CLIENT:
        rest = Said(_("It holds what was chosen for this request, and not the whole record."))
        return (Section(_("What is not in this text"), (rest, *said)),)
    known = replace(parts[0].choice, parts=frozenset(_not_missing(parts)), without=frozenset())
    section = left_out_of(known)
    return (replace(section, blocks=(*section.blocks, *said)),)


def _not_missing(parts: Iterable[_Part]) -> Iterable[Part]:
    """The parts that somebody chose somewhere, and those in which nothing stands anywhere."""
    for part in PARTS:
        if any(one.choice.has(part) for one in parts) or all(part in one.empty for one in parts):
            yield part


def _told(parts: Iterable[_Part]) -> Iterable[str]:
    return (f"{part.name}: {', '.join(part.counts)}" for part in parts)


def _covered_words(places: int, texts: int) -> Iterable[str]:
    if places:
        said = ngettext(
            "One place that names another person is covered.",
            "%(n)d places that name another person are covered.",
            places,
        )
        yield said % {"n": places}
    if texts:
        yield ngettext("One whole text is left out.", "%(n)d whole texts are left out.", texts) % {
            "n": texts
        }
