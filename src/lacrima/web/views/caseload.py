"""Your caseload: by one measure and one rule, on the screen and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lacrima.practice import pages, reports
from lacrima.practice.pages import CaseloadLine, CaseloadPage
from lacrima.practice.rights import Right
from lacrima.web.charts import TableData
from lacrima.web.forms.caseload import CaseloadForm
from lacrima.web.keeping import page
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.report import Report, answer_report

_DASH = "–"


def _looked_at(request: PageRequest) -> tuple[CaseloadForm, CaseloadPage]:
    form = CaseloadForm(request.GET or None)
    seen = pages.caseload(request.member, **form.asked())
    if form.is_bound and form.is_valid():
        form = CaseloadForm(initial=form.cleaned_data)
    form.offer(seen)
    return form, seen


@member(right=Right.READ_CARE, methods=GET)
def caseload(request: PageRequest) -> HttpResponse:
    """Everybody, one line each, and what became of them by one rule."""
    form, seen = _looked_at(request)
    query = request.GET.urlencode()
    context = {"form": form, "seen": seen, "query": query, "rows": _rows(seen)}
    return page(request, "caseload", context)


def _rows(seen: CaseloadPage) -> SafeString:
    """The body of the table, written in one go: a template would take ten times as long."""
    labels = [escape(one) for one in (_("First"), _("Latest"), _("Scores"), _("Outcome"))]
    stem = reverse("clients")
    return SafeString("\n".join(_row(one, labels, stem) for one in seen.lines))


def _row(one: CaseloadLine, labels: Sequence[str], stem: str) -> str:
    first, latest, count, outcome = (
        f'data-label="{label}">{escape(str(cell))}</td>'
        for label, cell in zip(labels, _cells(one), strict=True)
    )
    numbers = "".join(f'<td class="figures" {cell}' for cell in (first, latest, count))
    link = f'<a class="who" href="{stem}/{one.episode_id}">{escape(one.who)}</a>'
    return f'<tr><th scope="row">{link}</th>{numbers}<td {outcome}</tr>'


def _cells(one: CaseloadLine) -> tuple[str, str, int, str]:
    return one.first or _DASH, one.latest or _DASH, one.count, one.outcome


@member(right=Right.READ_CARE, keeps_drafts=False, step_up=POST)
def caseload_report(request: PageRequest) -> HttpResponse:
    """The same for paper, or as a file to take away."""
    _form, seen = _looked_at(request)
    context = {
        "seen": seen,
        "frame": pages.frame_of(request.member),
        "people": _people(seen),
        "counts": _counts(seen),
        "credit": _credit(seen),
    }

    def note() -> None:
        reports.note_caseload_report(by=request.member)

    return answer_report(request, Report("caseload", context, note))


def _credit(seen: CaseloadPage) -> str:
    measure = seen.measure
    return "" if measure is None or measure.is_own else pages.credit_of(measure.slug)


def _people(seen: CaseloadPage) -> TableData:
    head = (_("Who"), _("First"), _("Latest"), _("Scores"), _("Outcome"))
    rows = tuple((one.who, *(str(cell) for cell in _cells(one))) for one in seen.lines)
    return TableData(caption=_("Everybody, by code"), head=head, rows=rows)


def _counts(seen: CaseloadPage) -> TableData:
    head = (_("Outcome"), pgettext("how many", "People"), _("Share (95 % interval)"), _("Meaning"))
    rows = tuple((one.label, one.count_words, one.share, one.meaning) for one in seen.tallies)
    return TableData(caption=_("Counts"), head=head, rows=rows)
