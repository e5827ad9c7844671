"""What came in, with the way back; and the maps that are remembered."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.practice import brought_in, column_maps, transfer
from lacrima.practice.rights import Right
from lacrima.web.forms.bringing_in import MapNameForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views import bringing_in_pages as pages
from lacrima.web.views.editing import Confirm, Sheet, Standing, answer_form, confirm


@member(right=Right.BRING_IN_DATA, methods=GET)
def came(request: PageRequest, batch_id: UUID) -> HttpResponse:
    """What one table brought."""
    line = brought_in.batch(request.member, batch_id)
    return page(request, "brought_in", {"batch": line, "kinds": pages.kinds_said(line)})


@member(right=Right.BRING_IN_DATA, keeps_drafts=False)
def take_back(request: PageRequest, batch_id: UUID) -> HttpResponse:
    """Take back everything that one table brought."""
    line = brought_in.batch(request.member, batch_id)
    here = reverse("brought-in", args=[line.batch_id])

    def do() -> str:
        undone = transfer.undo_batch(line.batch_id, by=request.member)
        say(request, pages.undone_said(undone))
        return here

    question = Confirm(
        title=_("Take this back?"),
        what=_("Everything that this table brought goes again."),
        consequences=(
            _("Sessions and clients that it made go too, where nothing else hangs on them by now."),
            _("What you have worked with since stays, and is counted."),
            _("The file itself is yours, and is not touched. It can be brought in again."),
        ),
        confirm_label=_("Take it back"),
        wait_label=_("Taking it back…"),
        cancel_url=here,
    )
    return confirm(request, do, question)


# --- remembered maps -----------------------------------------------------------------------------


@member(right=Right.BRING_IN_DATA)
def map_change(request: PageRequest, map_id: UUID) -> HttpResponse:
    """What a remembered map is called."""
    row = column_maps.find(request.member, map_id)
    start = initial_from_draft(request, {"name": row.name})
    form = MapNameForm(request.POST or None, version=row.version, initial=start)

    def do() -> str:
        column_maps.rename(
            row.pk,
            by=request.member,
            name=form.cleaned_data["name"],
            expected_version=form.expected_version(),
        )
        say(request, _("Kept."))
        return reverse("bring-in")

    sheet = Sheet(
        title=_("What this map is called"),
        back_url=reverse("bring-in"),
        above=_("Bring in data"),
        delete_url=reverse("column-map-forget", args=[row.pk]),
        delete_label=_("Forget this map"),
    )
    return answer_form(
        request,
        form,
        do,
        sheet,
        standing=lambda: _standing(request, row.pk),
    )


def _standing(request: PageRequest, map_id: UUID) -> Standing:
    row = column_maps.find(request.member, map_id)
    return Standing({"name": row.name}, row.version)


@member(right=Right.BRING_IN_DATA, keeps_drafts=False)
def map_forget(request: PageRequest, map_id: UUID) -> HttpResponse:
    """Remember a map no longer."""
    row = column_maps.find(request.member, map_id)

    def do() -> str:
        column_maps.forget(row.pk, by=request.member)
        say(request, _("The map is forgotten."))
        return reverse("bring-in")

    question = Confirm(
        title=_("Forget this map?"),
        what=row.name,
        consequences=(
            _("The next table with these columns is proposed anew."),
            _("What came in by it stays."),
        ),
        confirm_label=_("Forget it"),
        cancel_url=reverse("bring-in"),
    )
    return confirm(request, do, question)


@member(right=Right.BRING_IN_DATA, methods=GET)
def map_download(request: PageRequest, map_id: UUID) -> HttpResponse:
    """A remembered map as a file, for the command line or another practice."""
    return pages.toml_file(column_maps.find(request.member, map_id).text)
