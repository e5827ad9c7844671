"""ProQOL 5 for herself: its three scores, and how they moved once it was filled in three times."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument
from lacrima.practice.own_care import Kept
from lacrima.practice.own_care_entries import PROQOL, Filled

FEWEST_FOR_A_TREND = 3
_BANDS: dict[str, Promise] = {
    "low": gettext_lazy("low"),
    "moderate": gettext_lazy("middling"),
    "high": gettext_lazy("high"),
}


@dataclass(frozen=True)
class Part:
    """One of the three scores. Without a score, `why` says why there is none."""

    name: str
    score: Decimal | None
    band: str
    why: str


@dataclass(frozen=True)
class Form:
    """One time it was filled in."""

    id: uuid.UUID
    day: date
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ProQOL:
    """All times, the latest first. A trend is shown from the third on."""

    instrument: Instrument
    forms: tuple[Form, ...]

    @property
    def latest(self) -> Form | None:
        """The last time."""
        return self.forms[0] if self.forms else None

    @property
    def has_trend(self) -> bool:
        """Whether there are enough to set them side by side."""
        return len(self.forms) >= FEWEST_FOR_A_TREND

    @property
    def rows(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """One row a score, the oldest first."""
        forms = self.forms[::-1]
        names = [one.name for one in self.instrument.subscales]
        return tuple(
            (name, tuple(_number(form.parts[place]) for form in forms))
            for place, name in enumerate(names)
        )

    @property
    def days(self) -> tuple[date, ...]:
        """The days of all times, the oldest first."""
        return tuple(form.day for form in self.forms[::-1])


def proqol(own: Sequence[Kept]) -> ProQOL:
    """What she filled in, scored by the form's own rules."""
    filled = [(one, one.entry.content) for one in own if isinstance(one.entry.content, Filled)]
    forms = tuple(Form(one.id, one.entry.day, _parts(content)) for one, content in filled)
    return ProQOL(shipped()[PROQOL], forms)


def _parts(filled: Filled) -> tuple[Part, ...]:
    scored = filled.scored()
    return tuple(
        Part(
            name=one.name,
            score=scored.subscales[one.slug],
            band=_band(scored.subscale_bands[one.slug]),
            why=scored.subscale_why.get(one.slug, ""),
        )
        for one in shipped()[PROQOL].subscales
    )


def _band(name: str | None) -> str:
    return str(_BANDS.get(name, name)) if name else ""


def _number(part: Part) -> str:
    return _("none") if part.score is None else f"{part.score.normalize():f}"
