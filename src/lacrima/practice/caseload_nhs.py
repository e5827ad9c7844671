"""A caseload counted as NHS Talking Therapies in England count theirs: PHQ-9 and GAD-7 at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from lacrima.practice.caseload_outcomes import Counted, Outcome, Scores, Tally
from lacrima.practice.caseload_scores import NO_SCORES, Ends
from lacrima.practice.change_words import Row
from lacrima.stats.nhs import GAD_7, PHQ_9, NhsOutcome, nhs_outcome

NHS_NAMES = {"phq-9": PHQ_9.name, "gad-7": GAD_7.name}


def by_nhs(people: Scores) -> Counted:
    """Judge everybody who has both measures at both ends."""
    both = [[one.get(slug, NO_SCORES) for slug in NHS_NAMES] for one in people]
    pairs = [[ends.pair for ends in one] for one in both]
    judged = [(low, fear) for low, fear in pairs if low is not None and fear is not None]
    result = nhs_outcome(
        depression_pre=[float(low[0]) for low, _fear in judged],
        depression_post=[float(low[1]) for low, _fear in judged],
        anxiety_pre=[float(fear[0]) for _low, fear in judged],
        anxiety_post=[float(fear[1]) for _low, fear in judged],
    )
    found = iter(_nhs_outcomes(result))
    outcomes = tuple(
        next(found) if None not in one else _nhs_missing(ends)
        for one, ends in zip(pairs, both, strict=True)
    )
    return Counted(outcomes, _nhs_tallies(result), _improved(result), is_exclusive=False)


def _nhs_missing(both: Sequence[Ends]) -> Outcome:
    names = [
        measure.name
        for measure, ends in zip((PHQ_9, GAD_7), both, strict=True)
        if ends.pair is None
    ]
    label = _("not two scores on %(names)s") % {"names": _(" and ").join(names)}
    return Outcome("missing", label, is_judged=False)


def _nhs_outcomes(result: NhsOutcome) -> list[Outcome]:
    """One word a person; who is reliably worse on one measure is never called recovered."""
    flags = (
        (Outcome("reliable_recovery", _("Reliably recovered")), result.is_reliably_recovered),
        (Outcome("worse", _("Reliably worse")), result.is_reliably_worse),
        (Outcome("recovery", _("Recovered, not reliably")), result.is_recovered),
        (Outcome("improved", _("Reliably improved")), result.is_reliably_improved),
    )
    found = [Outcome("none", _("No reliable change"))] * int(result.was_case.size)
    for outcome, is_so in reversed(flags):
        for at in is_so.nonzero()[0].tolist():
            found[at] = outcome
    return found


def _nhs_tallies(result: NhsOutcome) -> tuple[Tally, ...]:
    everybody, cases = int(result.was_case.size), int(result.was_case.sum())
    case = _("10 or more on the PHQ-9, or 8 or more on the GAD-7.")
    recovered = _("Were at caseness, and are below both lines now; counted among those.")
    both = _("Recovered and reliably improved; counted among those at caseness.")
    worse = _("Worse by 6 on the PHQ-9 or 4 on the GAD-7, and the other not as much better.")
    return (
        Tally(_("At caseness at first"), case, cases, everybody),
        Tally(_("Recovered"), recovered, int(result.is_recovered.sum()), cases),
        _improved(result),
        Tally(_("Reliably recovered"), both, int(result.is_reliably_recovered.sum()), cases),
        Tally(_("Reliably worse"), worse, int(result.is_reliably_worse.sum()), everybody),
    )


def _improved(result: NhsOutcome) -> Tally:
    meaning = _("Better by 6 on the PHQ-9 or 4 on the GAD-7, and the other not as much worse.")
    count = int(result.is_reliably_improved.sum())
    return Tally(_("Reliably improved"), meaning, count, int(result.was_case.size))


def nhs_rows() -> tuple[Row, ...]:
    """The rule in full, with what of it could not be confirmed."""
    return (
        (_("Rule"), _("NHS Talking Therapies, England: PHQ-9 and GAD-7 together")),
        (
            _("Compared"),
            _("the first scores of each course of care with the latest, on both measures"),
        ),
        (
            _("Lines"),
            _(
                "caseness at 10 or more on the PHQ-9 or 8 or more on the GAD-7; reliable change 6 "
                "and 4 points"
            ),
        ),
        (
            _("Not confirmed"),
            _(
                "that the other measure must not be reliably worse is how the rule is usually "
                "told; we could not read it in the manual itself"
            ),
        ),
        (
            _("Source"),
            "Clark 2018, 10.1146/annurev-clinpsy-050817-084833; "
            "https://fingertips.phe.org.uk/profile/common-mental-disorders",
        ),
    )
