"""The words of change: outcomes, their meaning, and the rule that stands beside every judgement."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lacrima.instruments.definition import Norm
from lacrima.practice.change_rules import ANCHORS, Verdict, Yardstick, norm_of
from lacrima.practice.change_sudden import PERCENT, SuddenChange, SuddenChanges
from lacrima.practice.pages_parts import number_words
from lacrima.stats.change import Tie, critical_change

JACOBSON_TRUAX = "Jacobson and Truax 1991, 10.1037/0022-006X.59.1.12"
TANG_DERUBEIS = "Tang and DeRubeis 1999, 10.1037/0022-006X.67.6.894"

Row = tuple[str, str]


_LABELS = {
    Verdict.RECOVERED: gettext_lazy("Recovered"),
    Verdict.IMPROVED: gettext_lazy("Improved"),
    Verdict.UNCHANGED: gettext_lazy("Unchanged"),
    Verdict.DETERIORATED: gettext_lazy("Deteriorated"),
    Verdict.HARMED: gettext_lazy("Deteriorated, across the cut-off"),
    Verdict.TOO_EARLY: gettext_lazy("Too early to tell"),
    Verdict.NO_NORM: gettext_lazy("Cannot be judged"),
}


def outcome_label(verdict: Verdict) -> str:
    """One or two words for an outcome."""
    return str(_LABELS[verdict])


_MEANINGS = {
    Verdict.RECOVERED: gettext_lazy(
        "Better by more than chance would explain, and from the clinical side of the cut-off "
        "to the other."
    ),
    Verdict.IMPROVED: gettext_lazy(
        "Better by more than chance would explain, without that crossing of the cut-off."
    ),
    Verdict.UNCHANGED: gettext_lazy(
        "A difference that the questionnaire’s own unreliability could explain. It may be "
        "real all the same: it cannot be told."
    ),
    Verdict.DETERIORATED: gettext_lazy(
        "Worse by more than chance would explain, without crossing the cut-off."
    ),
    Verdict.HARMED: gettext_lazy(
        "Worse by more than chance would explain, and from the other side of the cut-off to "
        "the clinical one. It is published as “harmed”; the word knows no cause."
    ),
    Verdict.TOO_EARLY: gettext_lazy("It takes two scores to see a change."),
    Verdict.NO_NORM: gettext_lazy("No norm for change is known here, so it cannot be judged."),
}


def outcome_meaning(verdict: Verdict) -> str:
    """What the word means, in a sentence."""
    return str(_MEANINGS[verdict])


def rule_rows(slug: str, yardstick: Yardstick) -> tuple[Row, ...]:
    """The rule in full: what counts, where the line is, what it was worked out from, by whom."""
    norm = norm_of(slug)
    rows = [
        (_("Rule"), JACOBSON_TRUAX),
        (_("Compared"), _("the first score of this course of care with the latest")),
        (_("Counts as change"), _counts(yardstick, norm)),
        (_("Cut-off"), _cut_off(yardstick)),
    ]
    if norm is not None:
        rows += [(_("Worked out from"), _worked_out(norm)), (_("Sample"), _sample(norm))]
        rows += [(_("Source"), norm.source)]
    return tuple((label, value) for label, value in rows if value)


def _counts(yardstick: Yardstick, norm: Norm | None) -> str:
    said = {"points": number_words(yardstick.critical), "exact": _exact(norm)}
    if yardstick.tie == Tie.INCLUSIVE:
        words = _("%(points)s points or more") % said
    else:
        words = _("more than %(points)s points") % said
    if not said["exact"]:
        return words
    rounding = norm.rounding if norm else ""
    more = {"words": words, "exact": said["exact"], "rounding": rounding}
    if not rounding:
        return _("%(words)s (worked out: %(exact)s)") % more
    return _("%(words)s (worked out: %(exact)s, rounded %(rounding)s)") % more


def _exact(norm: Norm | None) -> str:
    if norm is None or norm.sd is None or norm.reliability is None or norm.confidence is None:
        return ""
    sd, reliability, confidence = (
        float(one) for one in (norm.sd, norm.reliability, norm.confidence)
    )
    return f"{critical_change(sd=sd, reliability=reliability, confidence=confidence):.2f}"


def _cut_off(yardstick: Yardstick) -> str:
    if yardstick.cut_off is None:
        return _("none is published, so nobody can be said to have recovered")
    said = {"cut": number_words(yardstick.cut_off)}
    if yardstick.tie != Tie.INCLUSIVE:
        return _("%(cut)s; a score of exactly %(cut)s is on neither side") % said
    if yardstick.higher_is_better:
        return _("%(cut)s; %(cut)s or less is the clinical side") % said
    return _("%(cut)s; %(cut)s or more is the clinical side") % said


def _worked_out(norm: Norm) -> str:
    parts = []
    if norm.sd is not None:
        parts.append(_("standard deviation %(sd)s") % {"sd": number_words(norm.sd)})
    if norm.reliability is not None:
        said = {"value": number_words(norm.reliability), "kind": norm.reliability_kind}
        parts.append(
            _("reliability %(value)s (%(kind)s)") % said
            if norm.reliability_kind
            else _("reliability %(value)s") % said
        )
    if norm.confidence is not None:
        percent = number_words(norm.confidence * 100)
        parts.append(_("confidence %(percent)s %%") % {"percent": percent})
    return ", ".join(parts)


def _sample(norm: Norm) -> str:
    return _("%(name)s: %(population)s") % {"name": norm.name, "population": norm.population}


def percent_of(first: Decimal, latest: Decimal) -> Decimal:
    """By how much of the first score it fell, in whole percent; negative where it rose."""
    return ((first - latest) / first * 100).quantize(Decimal(1))


def percent_words(first: Decimal, latest: Decimal) -> str:
    """The change as a share of the first score, for a scale that starts at 0."""
    percent = percent_of(first, latest)
    said = {"percent": number_words(abs(percent))}
    if percent == 0:
        return ""
    if percent > 0:
        return _("That is %(percent)s %% less than the first score.") % said
    return _("That is %(percent)s %% more than the first score.") % said


def anchor_words(slug: str, name: str) -> Row | None:
    """From how much change people tend to say that they are better; None where nobody asked."""
    anchor = ANCHORS.get(slug)
    if anchor is None:
        return None
    said = {
        "name": name,
        "points": number_words(anchor.points),
        "percent": anchor.percent,
        "source": anchor.source,
    }
    words = _(
        "from a fall of about %(points)s points or %(percent)s %% on the %(name)s, less than what "
        "the rule above asks for (%(source)s)"
    )
    return _("People notice"), words % said


def sudden_words(one: SuddenChange, name: str) -> str:
    """One sudden gain or loss in a sentence, and what lies near it."""
    said = {
        "name": name,
        "size": number_words(one.size),
        "after": one.after,
        "before": one.before,
    }
    if one.is_gain:
        words = _(
            "%(name)s: a sudden gain of %(size)s points between sessions %(after)s and %(before)s"
        )
    else:
        words = _(
            "%(name)s: a sudden loss of %(size)s points between sessions %(after)s and %(before)s"
        )
    ends = [words % said]
    if one.is_reversed:
        ends.append(_("more than half of it went away again later"))
    if one.has_moment:
        ends.append(_("a moment was logged in session %(after)s") % said)
    return f"{'; '.join(ends)}."


def sudden_cell(one: SuddenChange) -> str:
    """The same in a cell of the table, beside the score after it."""
    said = {"after": one.after}
    if one.is_gain:
        return _("sudden gain since session %(after)s") % said
    return _("sudden loss since session %(after)s") % said


def no_sudden_words(changes: SuddenChanges) -> str:
    """What is said where no sudden gain or loss was found."""
    if changes.judged == 0:
        return _("Too few scores in a row to see sudden gains or losses.")
    return _("No sudden gain or loss between two sessions.")


def sudden_rule(yardstick: Yardstick) -> Row:
    """The rule of sudden gains and losses."""
    said = {
        "points": number_words(yardstick.critical),
        "percent": PERCENT,
        "source": TANG_DERUBEIS,
    }
    words = _(
        "from one session to the next at least %(points)s points and %(percent)s %% of the score "
        "before, and a level after it that differs from the level before by more than its own "
        "ups and downs (%(source)s)"
    )
    return _("Sudden gain or loss"), words % said
