"""The drop-box: the relay that was named, fetching letters, those that were set aside."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.errors import BadInput, NotReady
from lacrima.practice import drop_box as the_drop_box
from lacrima.practice import drop_box_aside, drop_box_collect
from lacrima.practice.drop_box_collect import Collected
from lacrima.practice.rights import Right
from lacrima.web.forms.drop_box import RelayForm
from lacrima.web.keeping import keep, key_of, page, say, see_other
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import Sheet, today_here

MOST_LISTED = 50


@member(right=Right.CHANGE_PRACTICE, methods=GET)
def drop_box(request: PageRequest) -> HttpResponse:
    """How it stands, in words."""
    box, aside = the_drop_box.the_box(), drop_box_aside.set_aside(request.member)
    context: dict[str, object] = {
        "box": box,
        "key_name": the_drop_box.key_now().key_id if box else "",
        "links": len(the_drop_box.open_invitations()) if box else 0,
        "aside": aside[:MOST_LISTED],
        "more": max(0, len(aside) - MOST_LISTED),
        "has_several_strange": sum(one.is_strange for one in aside) > 1,
        "today": today_here(),
    }
    return page(request, "drop_box", context)


@member(right=Right.CHANGE_PRACTICE, keeps_drafts=False)
def relay(request: PageRequest) -> HttpResponse:
    """Name a relay, or another one."""
    box = the_drop_box.the_box()
    form = RelayForm(request.POST or None, initial={"page": box.page} if box else None)
    if request.method == "POST" and form.is_valid():
        key_of(request)
        said = form.cleaned_data
        try:
            the_drop_box.set_up(said["relay_code"], said["page"], by=request.member)
        except BadInput as error:
            field = error.where if error.where in form.fields else "relay_code"
            form.add_error(field, f"{error.found}. {error.next_step}".strip())
        else:
            say(request, _("Kept. You can make links for phones now, under The door of a client."))
            return see_other(reverse("drop-box"))
    sheet = Sheet(
        _("The relay"),
        reverse("drop-box"),
        above=_("The drop-box"),
        lead=_(
            "No host is asked that you do not name here. The relay keeps sealed letters until "
            "you fetch them, and can open none."
        ),
    )
    return page(request, "form", {"form": form, **sheet.context()})


@member(right=Right.CHANGE_PRACTICE, methods=POST)
def new_key(request: PageRequest) -> HttpResponse:
    """Another key from the next brief on."""

    def do() -> str:
        if the_drop_box.the_box() is not None:  # stopped in another window meanwhile
            the_drop_box.new_key(by=request.member)
            say(request, _("A new key. Letters that are on their way are still opened."))
        return reverse("drop-box")

    return keep(request, do)


@member(right=Right.CHANGE_PRACTICE, methods=POST)
def stop(request: PageRequest) -> HttpResponse:
    """No relay any more."""

    def do() -> str:
        if the_drop_box.the_box() is not None:
            the_drop_box.stop(by=request.member)
        say(request, _("No relay is asked any more. What lies there is forgotten by its date."))
        return reverse("drop-box")

    return keep(request, do)


@member(right=Right.WRITE_CARE, methods=POST)
def collect(request: PageRequest) -> HttpResponse:
    """Fetch what came. No transaction is open while the relay is asked."""
    key_of(request)
    try:
        found = drop_box_collect.collect(by=request.member)
    except NotReady as error:  # no relay is named, or it does not answer
        say(request, f"{error.found}. {error.next_step}")
    else:
        say(request, in_words(found))
    return see_other(reverse("drop-box"))


def in_words(found: Collected) -> str:
    """What one collecting did."""
    if not found.kept and not found.aside:
        return _("Nothing new has come.")
    words = ngettext("%(n)d letter came and is kept.", "%(n)d letters came and are kept.",
                     found.kept) % {"n": found.kept}  # fmt: skip
    aside = sum(found.aside.values())
    if aside:
        words += " " + ngettext(
            "%(n)d was set aside: see why below.", "%(n)d were set aside: see why below.", aside
        ) % {"n": aside}
    return words


@member(right=Right.CHANGE_PRACTICE, methods=POST)
def try_letter(request: PageRequest, letter_id: UUID) -> HttpResponse:
    """Once more."""

    def do() -> str:
        is_kept = drop_box_aside.try_again(letter_id, by=request.member)
        say(request, _("It is kept now.") if is_kept else _("It still cannot be kept."))
        return reverse("drop-box")

    return keep(request, do)


@member(right=Right.CHANGE_PRACTICE, methods=POST)
def throw_away(request: PageRequest, letter_id: UUID) -> HttpResponse:
    """Its text goes for good."""

    def do() -> str:
        drop_box_aside.throw_away(letter_id, by=request.member)
        say(request, _("Thrown away. That a letter came stays noted."))
        return reverse("drop-box")

    return keep(request, do)


@member(right=Right.CHANGE_PRACTICE, methods=POST)
def throw_strange_away(request: PageRequest) -> HttpResponse:
    """All at once, where a relay sends what nobody here can have written."""

    def do() -> str:
        count = drop_box_aside.throw_strange_away(by=request.member)
        say(request, ngettext("%(n)d thrown away.", "%(n)d thrown away.", count) % {"n": count})
        return reverse("drop-box")

    return keep(request, do)
