"""All words of the drop-box's page, in every language that it can speak: `texts` of a brief.

The page knows no sentence of its own but those it needs before a brief is open. So it says what
the door says, in the same words; docs/reference/drop-box-format.md tells the shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import translation

from lacrima.practice.door_visits import Visit
from lacrima.practice.drop_box_door_words import door_words
from lacrima.practice.drop_box_own_words import own_words
from lacrima.practice.drop_box_pages import pages_for
from lacrima.practice.languages import LANGUAGES, spoken_to

Texts = dict[str, dict[str, Any]]


def texts_for(
    visit: Visit, slugs: Sequence[str], languages: Sequence[str] = tuple(LANGUAGES)
) -> Texts:
    """`{language: {"words": {key: text}, "pages": {name: page}}}` for one client.

    `slugs`: the questionnaires of this client's door. A child is spoken to as a child.
    """
    return {language: _in(language, visit, slugs) for language in languages}


def _in(language: str, visit: Visit, slugs: Sequence[str]) -> dict[str, Any]:
    with translation.override(spoken_to(language, for_child=visit.for_child)):
        said = {"language": LANGUAGES[language], "her": visit.her}
        words = said | door_words() | own_words()
        return {"words": words, "pages": pages_for(visit, slugs, language)}
