"""Evidence: browse, search, and one page for each study, claim and question. No client's data."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lacrima.practice import evidence_pages
from lacrima.practice.evidence_pages import READ, SIDES, Kind
from lacrima.web.charts.evidence_figures import evidence_figure
from lacrima.web.forms.evidence import EvidenceForm
from lacrima.web.keeping import page
from lacrima.web.routes import GET, PageRequest, member

A_PAGE = 40


@member(methods=GET)
def evidence(request: PageRequest) -> HttpResponse:
    """The way in, and what a search or a filter finds."""
    asked = {key: value for key, value in request.GET.items() if key != "page"}
    form = EvidenceForm(asked or None)
    context: dict[str, object] = {"form": form, "counts": evidence_pages.counts()}
    if form.is_bound and form.is_valid():
        told = evidence_pages.found(**form.asked())
        query = request.GET.copy()
        query.pop("page", None)
        context |= {
            "found": told,
            "results": Paginator(told.lines, A_PAGE).get_page(request.GET.get("page")),
            "query": f"{query.urlencode()}&",
            "form": EvidenceForm(initial=form.cleaned_data),
        }
    return page(request, "evidence", context)


@member(methods=GET)
def study(request: PageRequest, study_slug: str) -> HttpResponse:
    """One study with its figures, and everything that hangs on it."""
    return page(request, "evidence_study", {"seen": evidence_pages.one(Kind.STUDIES, study_slug)})


@member(methods=GET)
def claim(request: PageRequest, claim_slug: str) -> HttpResponse:
    """One claim with its grades and what they rest on."""
    return page(request, "evidence_claim", {"seen": evidence_pages.one(Kind.CLAIMS, claim_slug)})


@member(methods=GET)
def question(request: PageRequest, question_slug: str) -> HttpResponse:
    """One question people ask, and what is known."""
    seen = evidence_pages.one(Kind.QUESTIONS, question_slug)
    return page(request, "evidence_question", {"seen": seen})


@member(methods=GET)
def arguments(request: PageRequest) -> HttpResponse:
    """What speaks for, against, and for care; with when each is relevant."""
    told = evidence_pages.every(Kind.ARGUMENTS)
    sides = [
        (label, [one for one in told if one.entry.side is side]) for side, label in SIDES.items()
    ]
    return page(request, "evidence_arguments", {"sides": sides})


@member(methods=GET)
def after(request: PageRequest) -> HttpResponse:
    """Steps after tears, and conditions that ask for more care."""
    context: dict[str, object] = {
        "steps": evidence_pages.every(Kind.STEPS),
        "risks": evidence_pages.every(Kind.RISKS),
    }
    return page(request, "evidence_after", context)


@member(methods=GET)
def disagreements(request: PageRequest) -> HttpResponse:
    """Where sources disagree."""
    return page(request, "evidence_disagree", {"notes": evidence_pages.every(Kind.CONFLICTS)})


@member(methods=GET)
def not_studied(request: PageRequest) -> HttpResponse:
    """What nobody has studied."""
    context: dict[str, object] = {
        "notes": evidence_pages.every(Kind.GAPS),
        "claims": evidence_pages.unstudied_claims(),
    }
    return page(request, "evidence_not_studied", context)


@member(methods=GET)
def pictures(request: PageRequest) -> HttpResponse:
    """The figures that say more as pictures."""
    drawn = [(one, evidence_figure(one)) for one in evidence_pages.pictures()]
    return page(request, "evidence_pictures", {"drawn": drawn})


@member(methods=GET)
def figures(request: PageRequest) -> HttpResponse:
    """Every number, study by study."""
    return page(request, "evidence_figures", {"groups": evidence_pages.figures()})


@member(methods=GET)
def reading(request: PageRequest) -> HttpResponse:
    """How all this was read, and where."""
    rows = [
        (READ[evidence_pages.Read.PAPER], _("The paper's own abstract, text or table.")),
        (READ[evidence_pages.Read.ABOUT], _("A digest, a news page or a post that reports it.")),
        (READ[evidence_pages.Read.WEAK], _("A single loose page, or stories. Take it lightly.")),
        (READ[evidence_pages.Read.DERIVED], _("Our own sums. The arithmetic stands beside it.")),
    ]
    context: dict[str, object] = {"rows": rows, "sources": evidence_pages.sources()}
    return page(request, "evidence_reading", context)
