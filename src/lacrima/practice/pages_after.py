"""What came after, as a page shows it: the sentence first, then numbers that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lacrima.analyses.after_check import Check
from lacrima.analyses.after_inside import pairs_of
from lacrima.analyses.after_model import Exposure, formula_of
from lacrima.analyses.after_outcomes import Outcome
from lacrima.analyses.after_states import State
from lacrima.analyses.after_table import AfterTable
from lacrima.analyses.after_words import Number, Said, size
from lacrima.analyses.what_came_after import Answer, Interval, OwnAnswer
from lacrima.practice import came_after, panel
from lacrima.practice.after_planner import Plan, plan
from lacrima.practice.came_after import Asked
from lacrima.practice.pages_parts import Seeing, seeing
from lacrima.practice.people import display_name
from lacrima.records.models import Client, Member

EXPOSURES = {
    Exposure.CLIENT_SHED: gettext_lazy("Your clients’ tears"),
    Exposure.SHED: gettext_lazy("Your own tears"),
    Exposure.NEAR: gettext_lazy("Close to tears"),
    Exposure.HELD_BACK: gettext_lazy("Tears held back"),
}
REASONS = {
    "not logged": gettext_lazy("not logged, so nothing is known of tears"),
    "the last session of an agreed ending": gettext_lazy("the last session of an agreed ending"),
    "no score before it": gettext_lazy("no score of this measure in the three weeks before"),
}
FAMILIES = (Exposure.CLIENT_SHED, Exposure.SHED)
Row = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One interval of a picture: what it is of, low, middle, high in norm SDs; None: nothing."""

    label: str
    interval: Interval | None
    prior: Interval
    words: str


@dataclass(frozen=True)
class CheckLine:
    """One check: its title, its sentence, and whether it has to be known first."""

    title: str
    words: str
    is_loud: bool


@dataclass(frozen=True)
class PairLine:
    """A session with such a moment beside the one most like it: score before and next of both."""

    who: str
    with_it: str
    scores_with: str
    without: str
    scores_without: str


@dataclass(frozen=True)
class AfterPage:
    """All that the page of a caseload shows. `outcome` is None where nothing was measured."""

    looked: date | None
    next_look: date | None
    asked: Asked | None
    measures: tuple[Outcome, ...]
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    answer: Answer | None = None
    away: str = ""
    plan: Plan | None = None
    checks: tuple[CheckLine, ...] = ()
    check_lines: tuple[Line, ...] = ()
    clients: tuple[Line, ...] = ()
    pairs: tuple[PairLine, ...] = ()
    model: tuple[Row, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def is_early(self) -> bool:
        """Whether nothing but counts may be said of what was chosen."""
        return self.answer is None or self.answer.state is State.TOO_EARLY


def after_page(by: Member, *, exposure: str = "", outcome: str = "") -> AfterPage:
    """What came after, of the whole caseload, at the last set look."""
    practice = came_after.practice_of()
    looked = came_after.looks(practice)
    asked = came_after.asked(by, exposure, outcome)
    measures = came_after.measures(by)
    if asked is None:
        return AfterPage(looked.on, looked.next_on, None, measures, (nothing_measured(),), ())
    eyes = seeing(by, practice)
    found = came_after.answer(by, asked)
    families = [came_after.answer(by, one) for one in _families(by, asked)]
    until = panel.begin_of(looked.on or date.max, practice)
    return AfterPage(
        looked=looked.on,
        next_look=looked.next_on,
        asked=asked,
        measures=measures,
        sentences=tuple(said(one.sentence) for one in families),
        lines=tuple(_line(one) for one in families),
        answer=found,
        away=_away(found),
        plan=plan(found, came_after.kept_of(by), until=until),
        checks=tuple(map(_check, came_after.checks(by, asked))),
        check_lines=_check_lines(found, came_after.checks(by, asked)),
        clients=_clients(found, came_after.everybody(by, asked), eyes),
        pairs=_pairs(found, eyes),
        model=_model(found),
        left_out=_left_out(found),
    )


def _families(by: Member, asked: Asked) -> list[Asked]:
    """Clients' tears lead, since they are so much commoner; then your own; then what was asked."""
    wanted = [one for one in FAMILIES if one is not asked.exposure]
    others = [came_after.asked(by, one, asked.outcome.slug) for one in wanted]
    known = [one for one in [asked, *others] if one is not None]
    order = [*FAMILIES, Exposure.NEAR, Exposure.HELD_BACK]
    return sorted(known, key=lambda one: order.index(one.exposure))


def said(one: Said) -> str:
    """A sentence in the reader's language."""
    return one.words(_, _number)


def _number(one: Number) -> str:
    return str(number_format(round(one.value, one.digits) + 0.0, one.digits))


def nothing_measured() -> str:
    return _(
        "Too early to tell: no questionnaire was filled in whose norm is known well enough to "
        "compare by (such as PHQ-9, GAD-7 or CORE-10)."
    )


def _line(found: Answer) -> Line:
    label = _("%(what)s, sessions: %(sessions)s, clients: %(clients)s") % {
        "what": EXPOSURES[found.exposure], "sessions": found.sessions, "clients": found.clients,
    }  # fmt: skip
    return Line(label, found.interval, found.prior, interval_words(found.interval))


def interval_words(interval: Interval | None) -> str:
    if interval is None:
        return _("nothing known yet")
    low, middle, high = (said(size(value)) for value in interval)
    return _("%(middle)s (90 %%: %(low)s to %(high)s)") % {
        "middle": middle, "low": low, "high": high,
    }  # fmt: skip


def _away(found: Answer) -> str:
    """E0: who did not come back, always first."""
    away = found.not_back
    if not away.of_after:
        return _("Nothing can be said yet of who came back.")
    told = _(
        "After %(of_after)s such sessions %(after)s clients did not come back within four weeks "
        "(%(share)s %%); after the %(of_others)s others, %(others)s (%(share_others)s %%). Whoever "
        "stays away has no next score, so this is looked at first."
    ) % {
        "of_after": away.of_after,
        "after": away.after,
        "share": round(100 * (away.share_after or 0.0)),
        "of_others": away.of_others,
        "others": away.others,
        "share_others": round(100 * (away.share_others or 0.0)),
    }
    if away.difference is None:
        return told
    low, _middle, high = (_number(Number(100 * value, 0)) for value in away.difference)
    more = _(
        "Against comparable sessions the share differs by anything from %(low)s to %(high)s "
        "percentage points (90 %%)."
    ) % {"low": low, "high": high}
    return f"{told} {more}"


def _check(one: Check) -> CheckLine:
    return CheckLine(said(one.title), said(one.sentence), one.is_loud)


def _check_lines(found: Answer, checks: Sequence[Check]) -> tuple[Line, ...]:
    """The checks whose number is a difference like the answer's own, below the answer itself."""
    lines = [_check_line(one, found.prior) for one in checks if one.is_difference]
    drawn = tuple(one for one in lines if one.interval is not None)
    return (_line(found), *drawn) if drawn else ()


def _check_line(one: Check, prior: Interval) -> Line:
    interval = None
    if one.low is not None and one.value is not None and one.high is not None:
        interval = (one.low, one.value, one.high)
    return Line(said(one.title), interval, prior, interval_words(interval))


def names_of(eyes: Seeing) -> dict[str, str]:
    """What every client is called, by the id in the panel."""
    names = {row.pk.hex: display_name(row, eyes.practice) for row in Client.objects.all()}
    seats = came_after.kept_of(eyes.by).seats
    return {seat.person: names.get(seat.client.hex, "") for seat in seats}


def _clients(found: Answer, each: Sequence[OwnAnswer], eyes: Seeing) -> tuple[Line, ...]:
    """Each client with such a session: the shrunken interval; by what they are called."""
    if found.state is State.TOO_EARLY:
        return ()
    names = names_of(eyes)
    lines = [own_line(one, names.get(one.client, "")) for one in each]
    return tuple(sorted(lines, key=lambda one: one.label.casefold()))


def own_line(one: OwnAnswer, who: str) -> Line:
    label = _("%(who)s, such sessions: %(n)s") % {"who": who, "n": one.exposed}
    return Line(label, one.interval, one.prior, interval_words(one.interval))


def _pairs(found: Answer, eyes: Seeing) -> tuple[PairLine, ...]:
    names, table = names_of(eyes), found.table
    lines = []
    for one in pairs_of(table, found.exposure.column):
        told = [_session(table, at) for at in (one.with_it, one.without)]
        lines.append(PairLine(names.get(one.client, ""), *told[0], *told[1]))
    return tuple(lines)


def _session(table: AfterTable, at: int) -> tuple[str, str]:
    """Its number, and the score before it and the next."""
    before, after = (
        points(table.yardstick.in_points(float(table.columns[name][at])))
        for name in ("score", "next_score")
    )
    return str(int(table.columns["session"][at])), _("%(before)s, then %(after)s") % {
        "before": before, "after": after,
    }  # fmt: skip


def _model(found: Answer) -> tuple[Row, ...]:
    if found.fit is None or found.found is None:
        return ()
    rows: list[Row] = [
        (_("Formula"), formula_of(found.table, found.fit.design)),
        (_("What was taken for likely before"), interval_words(found.prior)),
        (
            _("How much less there is to know than before"),
            _("%(percent)s %% of the variance") % {"percent": round(100 * found.found.contraction)},
        ),
        (_("The same without priors (REML)"), _reml(found)),
        (_("Accuracy of the integral"), found.fit.posterior.accuracy.warning or _("good")),
    ]
    if found.against_near is not None:
        rows.append((_("Tears that fell against near ones"), interval_words(found.against_near[0])))
    if found.between is not None:
        rows.append(
            (
                _("Between clients, with 10 in 100 more such sessions; not an effect of a moment"),
                interval_words(found.between),
            )
        )
    return tuple(rows)


def _reml(found: Answer) -> str:
    if found.reml is None or found.reml.estimate is None or found.reml.se is None:
        return _("could not be formed")
    return _("%(size)s, standard error %(se)s") % {
        "size": said(size(found.reml.estimate)), "se": _number(Number(found.reml.se)),
    }  # fmt: skip


def _left_out(found: Answer) -> tuple[tuple[str, int], ...]:
    told = [(str(REASONS.get(one.reason, one.reason)), one.n) for one in found.table.left_out]
    without = found.table.n - int(found.table.is_used.sum())
    return (*told, (_("no next score within three weeks"), without)) if without else tuple(told)


def points(value: float | None) -> str:
    """A score as people write it."""
    if value is None:
        return "–"
    digits = (
        0 if round(value, 2) == round(value) else 1 if round(value, 2) == round(value, 1) else 2
    )
    return str(number_format(round(value, 2), digits))
