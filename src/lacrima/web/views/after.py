"""What came after: of the whole caseload, of one client, and the panel to take along."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lacrima.practice import came_after, export_panel, pages_after, pages_after_client
from lacrima.practice.pages_after import AfterPage
from lacrima.practice.rights import Right
from lacrima.web.charts import TableData
from lacrima.web.charts.differences import differences_figure
from lacrima.web.forms.after import AfterForm
from lacrima.web.keeping import hand_out, key_of, page
from lacrima.web.routes import GET, POST, PageRequest, member


def _asked(request: PageRequest, sent: object = None) -> tuple[AfterForm, dict[str, str]]:
    form = AfterForm(sent or request.GET or None)
    asked = form.asked()
    known = {one.slug for one in came_after.measures(request.member)}
    if asked["outcome"] not in known:
        asked["outcome"] = ""
    return form, asked


@member(right=Right.READ_CARE, methods=GET)
def after(request: PageRequest) -> HttpResponse:
    """The sentence first, then the picture, then all that it rests on."""
    form, asked = _asked(request)
    seen = pages_after.after_page(request.member, **asked)
    form = AfterForm(initial=asked)
    form.offer(seen)
    context = {
        "form": form,
        "seen": seen,
        "figure": _figure(seen),
        "own_figure": _own_figure(seen),
        "check_figure": _check_figure(seen),
        "pairs": _pairs(seen),
        "query": request.GET.urlencode(),
    }
    return page(request, "after", context)


def _figure(seen: AfterPage) -> object:
    title = _("Difference in the next score, in standard deviations, with 90 % intervals")
    return differences_figure(seen.lines, title=title, name="after") if seen.lines else None


def _own_figure(seen: AfterPage) -> object:
    if not seen.clients:
        return None
    title = _("The same with each client who had such a session")
    return differences_figure(seen.clients, title=title, name="after-clients")


def _check_figure(seen: AfterPage) -> object:
    if not seen.check_lines:
        return None
    title = _("The answer, and the same in other ways")
    return differences_figure(seen.check_lines, title=title, name="after-checks")


def _pairs(seen: AfterPage) -> TableData | None:
    if not seen.pairs:
        return None
    head = (_("Who"), _("Session with"), _("Its scores"), _("Session without"), _("Its scores"))
    rows = tuple(
        (one.who, one.with_it, one.scores_with, one.without, one.scores_without)
        for one in seen.pairs
    )
    return TableData(caption=_("Pairs of sessions"), head=head, rows=rows)


@member(right=Right.READ_CARE, methods=GET)
def after_client(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """The same with one client: the sessions as they were, and the shrunken interval."""
    _form, asked = _asked(request)
    seen = pages_after_client.own_page(request.member, episode_id, **asked)
    title = _("Difference in the next score, in standard deviations, with a 90 % interval")
    parts = [
        {
            "who": who,
            "sentence": sentence,
            "figure": differences_figure([line], title=title, name=f"after-{place}"),
            "sessions": sessions,
        }
        for place, (who, sentence, line, sessions) in enumerate(seen.parts)
    ]
    form = AfterForm(initial=asked)
    form.offer(seen)
    return page(request, "after_client", {"seen": seen, "parts": parts, "form": form})


@member(right=Right.READ_CARE, methods=POST, keeps_drafts=False, step_up=True)
def after_take_along(request: PageRequest) -> HttpResponse:
    """The panel without names, long and wide, for RI-CLPM and DSEM in other programs."""
    key_of(request)
    _form, asked = _asked(request, request.POST)
    made = export_panel.export_panel(by=request.member, outcome=asked["outcome"])
    return hand_out(request, made.data, made.file_name)
