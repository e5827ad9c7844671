"""The file that is on its way: found for its page, read, and its map begun."""

from __future__ import annotations

import functools
from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from lacrima.errors import BadInput, NotFound
from lacrima.formats.column_looks import look_at
from lacrima.formats.map_guess import propose, propose_lines
from lacrima.formats.map_reading_back import draft_of
from lacrima.formats.score_map import read_map_bytes
from lacrima.formats.table import Reading, read_table_bytes
from lacrima.practice import column_maps
from lacrima.practice.rights import Member
from lacrima.practice.transfer_preview import coming
from lacrima.web import held_files
from lacrima.web.held_files import HeldFile, Looked
from lacrima.web.keeping import page, see_other
from lacrima.web.long_work import Watcher, Work
from lacrima.web.routes import PageRequest

SHORT_BYTES = 40_000  # what is larger is read, weighed and brought in beside the page


def with_file(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the page its file; where it is not held (any more), say so and how to go on.

    While something long is done with it, its pages show how far that is.
    """

    @functools.wraps(view)
    def found(request: PageRequest, file_id: UUID) -> HttpResponse:
        file = held_files.find(request.member.pk, file_id)
        if file is None:
            return page(request, "bring_in_gone", status=404)
        if file.is_busy:
            return _wait(request, file)
        if file.came_in_at:
            go = HttpResponseClientRedirect if request.htmx else see_other
            return go(file.came_in_at)
        return HttpResponseClientRefresh() if request.htmx else view(request, file)

    return found


def _wait(request: PageRequest, file: HeldFile) -> HttpResponse:
    work = file.work
    done, total = (work.done, work.total) if work else (0, 0)
    words = {"done_said": f"{done:,}", "total_said": f"{total:,}"}
    return page(request, "bring_in_wait", {"work": work, **words})


def is_short(file: HeldFile) -> bool:
    """Is it so small that nobody need wait?"""
    return len(file.data) <= SHORT_BYTES


def do_with(file: HeldFile, what: Callable[[Watcher], None], *, said: str) -> None:
    """Do this with the file: at once when it is small, else beside the page, which says it.

    What cannot be done is told by `file.work.error`, and raised where it is done at once.
    """
    file.work = Work(what, said=said)
    if is_short(file):
        file.work.at_once()
    else:
        file.work.begin()


def looked_at(file: HeldFile) -> Looked:
    """What was found in the file. Raises NotFound where it was not read."""
    if file.looked is None:
        raise NotFound("this file was not read", next_step=_("Choose it again."))
    return file.looked


def read(file: HeldFile, how: Reading) -> Looked:
    """Read the file in this way. Raises BadTable as the reader does."""
    table = read_table_bytes(file.data, how)
    lines = propose_lines(table.columns, column_maps.known_plain())
    file.looked = looked = Looked(table, look_at(table), lines)
    file.checked = None
    return looked


def begin(file: HeldFile, *, by: Member) -> None:
    """Read it, and begin its map: the remembered one where it fits, else a proposal."""
    looked = read(file, Reading())
    remembered = column_maps.of_columns(by, looked.table.columns)
    if remembered is not None and use_map(file, remembered.text, by=by):
        file.map_name = remembered.name
        return
    file.draft = propose(looked.look, looked.lines, column_maps.known_plain())


def use_map(file: HeldFile, text: str, *, by: Member) -> bool:
    """Fill this map in, by choices where they can say it, else as text. Whether it fits.

    Raises BadMap where the text is no map.
    """
    whole = read_map_bytes(text.encode())
    looked = looked_at(file)
    if whole.reading != file.draft.reading:
        looked = read(file, whole.reading)
    draft = draft_of(text, looked.lines, column_maps.known_plain())
    if draft is not None:
        file.draft, file.text, file.checked = draft, "", None
        return True
    try:
        coming(looked.table, whole, by=by)
    except BadInput:
        return False
    file.text, file.checked = text, None
    return True
