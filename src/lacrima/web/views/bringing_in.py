"""A table comes in, step by step: choose it, say what its columns are, look, bring it in.

Until the last step nothing is kept, and the file is held in memory alone (`held_files`). The pages
make the text of a map; it is read and applied as any map from a file.
"""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import BadInput, BadTable
from lacrima.formats.map_draft import problems_of
from lacrima.formats.map_guess import propose
from lacrima.formats.map_writing import map_text
from lacrima.formats.score_map import read_map_bytes
from lacrima.practice import column_maps
from lacrima.practice.brought_in import batches
from lacrima.practice.rights import Right
from lacrima.web import held_files, uploads
from lacrima.web.forms.bringing_in import (
    MOST_BYTES,
    TOO_LARGE,
    MapFileForm,
    MapTextForm,
    ReadingForm,
    TableFileForm,
)
from lacrima.web.forms.column_map import MapForm
from lacrima.web.held_files import HeldFile, Looked
from lacrima.web.keeping import page, see_other
from lacrima.web.long_work import Watcher
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views import bringing_in_pages as pages
from lacrima.web.views.bringing_in_check import look_first
from lacrima.web.views.bringing_in_file import begin, do_with, looked_at, read, use_map, with_file

_A_MEGABYTE = 1_000_000  # for the fields beside the file


# --- 1. the file ---------------------------------------------------------------------------------


@member(
    right=Right.BRING_IN_DATA,
    keeps_drafts=False,
    most_bytes=MOST_BYTES + _A_MEGABYTE,
)
def bring_in(request: PageRequest) -> HttpResponse:
    """Choose a table; or look at what came in before, and at the maps that are remembered."""
    form = TableFileForm()
    if request.method == "POST":
        form = TableFileForm(request.POST, request.FILES)
        if uploads.is_too_large(request):
            form.errors.clear()
            form.add_error("table", str(TOO_LARGE))
        elif form.is_valid():
            try:
                return _take(request, form.cleaned_data["table"].read())
            except BadInput as error:
                form.add_error("table", pages.sentence(error))
    return _first_page(request, form)


def _first_page(request: PageRequest, form: TableFileForm) -> HttpResponse:
    context = {
        "form": form,
        "batches": batches(request.member),
        "maps": column_maps.maps(request.member),
    }
    return page(request, "bring_in", context)


def _take(request: PageRequest, data: bytes) -> HttpResponse:
    pages.refuse_exports(data)
    file, by = held_files.hold(request.member.pk, data), request.member

    def do(_watch: Watcher) -> None:
        begin(file, by=by)

    try:
        do_with(file, do, said=_("The table is being read."))
    except BadInput:
        held_files.forget(file.file_id)
        raise
    return see_other(reverse("bring-in-map", args=[file.file_id]))


# --- 2. what is what -----------------------------------------------------------------------------


@member(right=Right.BRING_IN_DATA, keeps_drafts=False)
@with_file
def map_columns(request: PageRequest, file: HeldFile) -> HttpResponse:
    """What was found in the file, and what each column is."""
    if file.looked is None:
        return _unreadable(request, file)
    if file.text:
        return _map_as_text(request, file, file.looked)
    plain = column_maps.known_plain()
    file.draft = pages.settled(file.draft, plain)
    if request.method != "POST":
        return _show(request, file, _form(file, file.looked, plain))
    if request.POST.get("step") == "read":
        return _read_again(request, file, file.looked, plain)
    return _sent(request, file, file.looked, plain)


def _unreadable(request: PageRequest, file: HeldFile) -> HttpResponse:
    """It was large, so it was read beside the page, and now it shows that it cannot be read."""
    held_files.forget(file.file_id)
    error = file.work.error if file.work else None
    form = TableFileForm({}, {})
    form.errors.clear()
    form.add_error("table", pages.sentence(error or BadTable(_("a file that was not read"))))
    return _first_page(request, form)


def _form(file: HeldFile, looked: Looked, plain: pages.Plain) -> MapForm:
    return MapForm(draft=file.draft, lines=looked.lines, look=looked.look, plain=plain)


def _sent(request: PageRequest, file: HeldFile, looked: Looked, plain: pages.Plain) -> HttpResponse:
    before = _form(file, looked, plain)
    file.draft = pages.settled(before.next_draft(request.POST), plain)
    file.checked = None
    problems = problems_of(file.draft, looked.lines, plain)
    form = pages.bound_to_itself(_form(file, looked, plain))
    unseen = form.always_sent() - request.POST.keys()
    step = request.POST.get("step", "")
    if step == "more" or (step and unseen and problems):
        here = reverse("bring-in-map", args=[file.file_id])
        return see_other(f"{here}#more")
    if problems:
        form.add_problems(problems)
        return _show(request, file, form)
    return look_first(request, file, map_text(file.draft, looked.lines, plain))


def _read_again(
    request: PageRequest, file: HeldFile, looked: Looked, plain: pages.Plain
) -> HttpResponse:
    form = ReadingForm(request.POST, auto_id="reading_%s")
    if form.is_valid():
        try:
            again = read(file, form.reading())
        except BadTable as error:
            form.add_error(None, pages.sentence(error))
        else:
            if again.table.columns != looked.table.columns:
                file.draft = propose(again.look, again.lines, plain)
            file.draft = replace(file.draft, reading=form.reading())
            return see_other(reverse("bring-in-map", args=[file.file_id]))
    return _show(request, file, _form(file, looked, plain), form)


def _show(
    request: PageRequest, file: HeldFile, form: MapForm, reading: ReadingForm | None = None
) -> HttpResponse:
    looked, told = looked_at(file), file.draft.reading
    initial = {"delimiter": told.delimiter, "decimal": told.decimal, "encoding": told.encoding}
    context = {
        "form": form,
        "reading": reading or ReadingForm(initial=initial, auto_id="reading_%s"),
        "found": pages.found(looked.table),
        "preview": pages.preview(looked),
        "file": file,
    }
    return page(request, "bring_in_map", context, status=422 if reading else 200)


# --- 2b. the map as text, or from a file ---------------------------------------------------------


def _map_as_text(request: PageRequest, file: HeldFile, looked: Looked) -> HttpResponse:
    form = MapTextForm(request.POST or None, initial={"text": file.text})
    if request.method == "POST" and form.is_valid():
        file.text, file.checked = pages.with_one_line_end(form.cleaned_data["text"]), None
        try:
            how = read_map_bytes(file.text.encode()).reading
            if how != file.draft.reading:
                read(file, how)
                file.draft = replace(file.draft, reading=how)
            return look_first(request, file, file.text)
        except BadInput as error:
            form.add_error("text", pages.sentence(error))
    context = {
        "form": form,
        "found": pages.found(looked.table),
        "preview": pages.preview(looked),
        "file": file,
    }
    return page(request, "bring_in_text", context)


@member(right=Right.BRING_IN_DATA, keeps_drafts=False)
@with_file
def use_map_file(request: PageRequest, file: HeldFile) -> HttpResponse:
    """Fill in a map from a file; or write it as text; or go back to choosing."""
    here = see_other(reverse("bring-in-map", args=[file.file_id]))
    looked, plain = looked_at(file), column_maps.known_plain()
    way = request.POST.get("way", "")
    if way == "text":
        is_whole = not problems_of(file.draft, looked.lines, plain)
        file.text = map_text(file.draft, looked.lines, plain) if is_whole else pages.FIRST_TEXT
        return here
    if way == "choices":
        file.text, file.checked = "", None
        return here
    form = MapFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = MapFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                _fill_in(request, file, pages.as_text(form.cleaned_data["map"].read()))
                return here
            except BadInput as error:
                form.add_error("map", pages.sentence(error))
    return page(request, "bring_in_map_file", {"form": form, "file": file})


def _fill_in(request: PageRequest, file: HeldFile, text: str) -> None:
    if not use_map(file, text, by=request.member):
        raise BadInput(
            _("a map for other columns than this table has"),
            expected=_("a map whose columns are all there"),
        )


@member(right=Right.BRING_IN_DATA, methods=GET)
@with_file
def map_file(request: PageRequest, file: HeldFile) -> HttpResponse:
    """The map as it is now, to keep, and for the command line."""
    looked, plain = looked_at(file), column_maps.known_plain()
    if not file.text and problems_of(file.draft, looked.lines, plain):
        return see_other(reverse("bring-in-map", args=[file.file_id]))
    return pages.toml_file(file.text or map_text(file.draft, looked.lines, plain))
