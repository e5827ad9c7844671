"""What would come in, weighed against the practice; and the last word, by which it does."""

from __future__ import annotations

import functools
import hashlib
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import BadInput
from lacrima.formats.score_map import read_map_bytes
from lacrima.practice import column_maps, receipts, transfer
from lacrima.practice.rights import Member, Right
from lacrima.practice.transfer_preview import coming
from lacrima.web import held_files
from lacrima.web.forms.bringing_in import BringInForm
from lacrima.web.held_files import Checked, HeldFile
from lacrima.web.keeping import keep, page, say, see_other
from lacrima.web.long_work import Watcher, Work
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views import bringing_in_pages as pages
from lacrima.web.views.bringing_in_file import do_with, is_short, looked_at, with_file


def look_first(request: PageRequest, file: HeldFile, text: str) -> HttpResponse:
    """Weigh the whole table by this map; nothing is written."""
    by, table = request.member, looked_at(file).table

    def weigh(watch: Watcher) -> None:
        whole = read_map_bytes(text.encode())
        first = coming(table, whole, by=by)
        result = transfer.bring_in(table, whole, by=by, dry_run=True, on_progress=watch)
        file.checked = Checked(text, result, first)

    file.checked = None
    try:
        do_with(file, weigh, said=_("Each row is being looked at. Nothing is kept by it."))
    except BadInput as error:
        return _does_not_fit(request, file, error)
    return see_other(reverse("bring-in-check", args=[file.file_id]))


def _does_not_fit(request: PageRequest, file: HeldFile, error: BadInput) -> HttpResponse:
    said = {"error": error, "said": pages.sentence(error), "file": file}
    return page(request, "bring_in_refused", said, status=422)


@member(right=Right.BRING_IN_DATA, keeps_drafts=False)
@with_file
def check(request: PageRequest, file: HeldFile) -> HttpResponse:
    """What would come in; and with one button it does."""
    error = file.work.error if file.work else None
    if file.checked is None:
        if isinstance(error, BadInput):
            return _does_not_fit(request, file, error)
        if error is not None:
            raise error
        if request.method == "POST":
            unseen = BadInput(
                _("what would come in was not looked at since something was said differently"),
                next_step=_("Look at it first."),
            )
            return _does_not_fit(request, file, unseen)
        return see_other(reverse("bring-in-map", args=[file.file_id]))
    form = _last_word(request, file, file.checked)
    if request.method == "POST" and form.is_valid():
        try:
            return _bring_in_now(request, file, file.checked, form.cleaned_data["map_name"])
        except BadInput as refusal:
            form.add_error(None, pages.sentence(refusal))
    context = {"form": form, "file": file, **pages.checked(file.checked)}
    context["error"] = pages.sentence(error) if error else ""
    return page(request, "bring_in_check", context)


def _last_word(request: PageRequest, file: HeldFile, checked: Checked) -> BringInForm:
    mark = hashlib.sha256(checked.text.encode()).hexdigest()
    name = file.map_name or pages.name_for(checked.text)
    form = BringInForm(request.POST or None, initial={"seen": mark, "map_name": name})
    if form.is_bound and request.POST.get("seen") != mark:
        form.add_error(None, _("What each column is was changed since, in another window."))
    return form


def _bring_in_now(
    request: PageRequest, file: HeldFile, checked: Checked, name: str
) -> HttpResponse:
    by = request.member
    if is_short(file):
        do = functools.partial(_publish, file, checked, name, pages.unwatched, by=by)
        answer = keep(request, do)
        file.let_go(answer["Location"])
        return answer
    key = pages.form_key(request)

    def publish(watch: Watcher) -> None:
        do = functools.partial(_publish, file, checked, name, watch, by=by)
        file.let_go(receipts.once(key, by=by, do=do))

    said = _("The table is coming in. Nothing is kept until all of it is there.")
    work = Work(publish, said=said, total=checked.result.added)
    if held_files.take_up(file, work):
        work.begin()
    return see_other(reverse("bring-in-check", args=[file.file_id]))


def _publish(file: HeldFile, checked: Checked, name: str, watch: Watcher, *, by: Member) -> str:
    """Bring it in and remember the map, in one transaction; the address of what came."""
    table = looked_at(file).table
    result = transfer.bring_in(
        table, read_map_bytes(checked.text.encode()), by=by, on_progress=watch
    )
    if result.refused_count:
        raise BadInput(
            _("the practice was changed since you looked, and now something does not fit"),
            next_step=_("Look once more at what would come in. Nothing was brought in."),
        )
    if name.strip():
        column_maps.remember(table.columns, by=by, name=name, text=checked.text)
    if result.batch is None:
        return reverse("bring-in")
    return reverse("brought-in", args=[UUID(result.batch)])


@member(right=Right.BRING_IN_DATA, methods=GET)
@with_file
def refusals(request: PageRequest, file: HeldFile) -> HttpResponse:
    """Every cell that cannot be used, as a table to mend the file by."""
    if file.checked is None:
        return see_other(reverse("bring-in-map", args=[file.file_id]))
    return pages.refusals_file(file.checked.result.refused)


@member(right=Right.BRING_IN_DATA, methods=POST, keeps_drafts=False)
def let_go(request: PageRequest, file_id: UUID) -> HttpResponse:
    """Leave this file. Nothing of it was kept."""
    if held_files.find(request.member.pk, file_id) is None:
        return page(request, "bring_in_gone", status=404)

    def leave() -> str:
        held_files.forget(file_id)
        say(request, _("The file was left. Nothing of it was kept."))
        return reverse("bring-in")

    return keep(request, leave)
