"""Expectations of other practices: which are kept, one more, one less."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.analyses.course_named_file import MOST_BYTES
from lacrima.errors import BadInput
from lacrima.practice import named_expectations
from lacrima.practice.rights import Right
from lacrima.web.forms.expectations import ExpectationFileForm
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import PageRequest, member
from lacrima.web.views.editing import Confirm, confirm, put_on_form

LIST = "expectations"


@member(right=Right.CHANGE_PRACTICE, keeps_drafts=False)
def expectations(request: PageRequest) -> HttpResponse:
    """All that are kept, and a place for one more."""
    form = ExpectationFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return keep(request, lambda: _take_in(request, form))
        except BadInput as error:
            put_on_form(form, error)
    return page(request, "expectations", {"form": form, "kept": named_expectations.kept()})


def _take_in(request: PageRequest, form: ExpectationFileForm) -> str:
    data = form.cleaned_data["file"].read(MOST_BYTES + 1)
    row = named_expectations.take_in(data, by=request.member)
    said = {"name": row.name}
    say(request, _("The expectation of %(name)s is used while there is too little here.") % said)
    return reverse(LIST)


@member(right=Right.CHANGE_PRACTICE, keeps_drafts=False)
def remove(request: PageRequest, expectation_id: UUID) -> HttpResponse:
    """Use one no longer."""
    row = named_expectations.find(request.member, expectation_id)

    def do() -> str:
        named_expectations.remove_expectation(row.pk, by=request.member)
        say(request, _("It is used no longer."))
        return reverse(LIST)

    question = Confirm(
        title=_("Use this expectation no longer?"),
        what=row.name,
        consequences=(
            _("While there is too little here, no band is drawn for this questionnaire."),
            _("Nothing else changes. The file can be taken in again."),
        ),
        confirm_label=_("Use it no longer"),
        cancel_url=reverse(LIST),
        is_final=False,
    )
    return confirm(request, do, question)
