"""What one filled questionnaire says, in lines for a page: its total, its parts, its patterns."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from lacrima.instruments.definition import Instrument, Subscale
from lacrima.instruments.scoring import Scored
from lacrima.practice.answers import choice_of, score_now
from lacrima.practice.pages_parts import number_words
from lacrima.records.models import Answers


def says(answers: Answers) -> tuple[tuple[str, str], ...]:
    """Name and words of each thing that these answers say; empty for a score of one's own."""
    scored, instrument = score_now(answers), choice_of(answers).instrument
    if scored is None or instrument is None:
        return ()
    return (
        *_total(scored, instrument),
        *(_part(one, scored) for one in instrument.subscales),
        *((name, _met_words(is_met)) for name, is_met in scored.patterns.items()),
    )


def _total(scored: Scored, instrument: Instrument) -> tuple[tuple[str, str], ...]:
    if scored.total is not None:
        words = _out_of(scored.total, instrument.minimum, instrument.maximum)
        return ((_("Total"), _with_band(words, scored.band)),)
    return ((_("Total"), _("none: %(why)s") % {"why": scored.why}),) if scored.why else ()


def _part(one: Subscale, scored: Scored) -> tuple[str, str]:
    number = scored.subscales[one.slug]
    if number is None:
        return one.name, _("none: %(why)s") % {"why": scored.subscale_why[one.slug]}
    return one.name, _with_band(_out_of(number, one.minimum, one.maximum), one.band(number))


def _out_of(number: Decimal, low: Decimal, high: Decimal) -> str:
    said = {"score": number_words(number), "low": number_words(low), "high": number_words(high)}
    if low == 0:
        return _("%(score)s of %(high)s") % said
    return _("%(score)s (%(low)s to %(high)s)") % said


def _with_band(words: str, band: str | None) -> str:
    return _("%(score)s, %(band)s") % {"score": words, "band": band} if band else words


def _met_words(is_met: bool | None) -> str:
    if is_met is None:
        return _("open: an answer that could decide it is missing")
    return _("met, which is no diagnosis") if is_met else _("not met")
