"""The training workbook: three parts to fill in, and all of it on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import NotFound
from lacrima.practice import own_care
from lacrima.practice.own_care_workbook import PartView, WorkbookView, workbook_view
from lacrima.web.forms.own_care import WorkbookForm
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, PageRequest
from lacrima.web.views.editing import Sheet, Standing, answer_form
from lacrima.web.views.own_care import hers


@hers(methods=GET)
def workbook(request: PageRequest) -> HttpResponse:
    """What it is, and its three parts."""
    return page(request, "my_care_workbook", {"seen": workbook_view(request.member)})


@hers(methods=GET)
def paper(request: PageRequest) -> HttpResponse:
    """All of it as it comes out of a printer, with answers or with room for them."""
    is_empty = "empty" in request.GET
    seen = workbook_view(request.member, is_empty=is_empty)
    return page(request, "my_care_workbook_paper", {"seen": seen, "is_empty": is_empty})


def _part_of(request: PageRequest, part_slug: str) -> tuple[WorkbookView, PartView]:
    view = workbook_view(request.member)
    found = view.part(part_slug)
    if found is None:
        raise NotFound(_("There is no such part"), next_step=_("Go back to the workbook."))
    return view, found


@hers()
def part(request: PageRequest, part_slug: str) -> HttpResponse:
    """One part, to fill in."""
    view, chosen = _part_of(request, part_slug)
    form = WorkbookForm(
        request.POST or None, part=chosen.part, initial=_written(chosen), version=view.version
    )

    def do() -> str:
        version = form.expected_version()
        own_care.write_workbook(
            part_slug, form.answers(), by=request.member, expected_version=version
        )
        say(request, _("Kept, for you alone."))
        is_going_on = "again" in request.POST
        return reverse("workbook-part", args=[part_slug]) if is_going_on else reverse("workbook")

    def standing() -> Standing:
        now, there = _part_of(request, part_slug)
        return Standing(_written(there), now.version)

    fields = zip(chosen.exercises, form.exercises(), strict=True)
    sheet = Sheet(
        chosen.part.title,
        reverse("workbook"),
        above=view.workbook.title,
        lead=chosen.part.lead,
        template="my_care_workbook_part",
        more={"exercises": [(one, asked) for one, (_exercise, asked) in fields]},
    )
    return answer_form(request, form, do, sheet, standing=standing)


def _written(chosen: PartView) -> dict[str, str]:
    answers = (pair for one in chosen.exercises for pair in one.answers)
    return {asked.id: words for asked, words in answers}
