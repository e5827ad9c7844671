"""Forms that were half typed, or sent, when the practice was locked: sealed, and given back.

They lie in the spool, sealed for the practice's own key, so they can be put there while it is
locked and be opened only afterwards. Files, keys and passphrases are never among them.

In a clinic each is sealed as hers who typed it, and no other member is offered it. What belongs to
one member alone, such as a private note, is not among them there: the server could open it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from lacrima import strict_json
from lacrima.errors import BadInput, Damaged, KeyGone, NotFound
from lacrima.practice import browser_sessions
from lacrima.practice.mode import is_clinic
from lacrima.vault import spool
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.web import doorway

KIND = "draft"
MOST_KEPT = 50
MOST_KEPT_IN_A_CLINIC = 2000
LONGEST = 300_000
_MARKERS = "half_typed"
_NEVER_KEPT = ("csrf", "passphrase", "password", "pin", "code", "prf_output", "credential_id")
_FRAME_FIELDS = {"key", "version", "draft_id"}


@dataclass(frozen=True)
class HalfTyped:
    """One form that was not kept yet."""

    draft_id: str
    action: str
    came_from: str
    at: datetime
    fields: tuple[tuple[str, str], ...]

    @property
    def to_read(self) -> list[tuple[str, str]]:
        """What a person typed, without the form's own marks."""
        return [pair for pair in self.fields if pair[0] not in _FRAME_FIELDS and pair[1]]

    @property
    def named(self) -> list[tuple[str, str]]:
        """The same, with the names of the fields as words."""
        return [(name.replace("_", " "), value) for name, value in self.to_read]

    @property
    def can_be_kept(self) -> bool:
        """Is there still a page that takes this form?"""
        audience = doorway.audience_at(self.action)
        return audience is not None and audience.keeps_drafts and "POST" in audience.methods

    @property
    def can_be_taken_up(self) -> bool:
        """Is there a page to go back to?"""
        return doorway.is_our_page(self.came_from)

    def values(self) -> dict[str, Any]:
        """By name; a list where a name came more than once."""
        found: dict[str, Any] = {}
        for name, value in self.fields:
            found[name] = _joined(found[name], value) if name in found else value
        return found


def _joined(before: Any, value: str) -> list[str]:
    return [*before, value] if isinstance(before, list) else [before, value]


def _may_be_kept(name: str) -> bool:
    return not any(name.lower().startswith(word) for word in _NEVER_KEPT)


def seal_posted(request: HttpRequest, folder: Folder) -> None:
    """Keep a form that was sent while the practice was locked."""
    pairs = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    _seal(request, folder, request.path, request.path, pairs)


def seal_from_script(request: HttpRequest, folder: Folder) -> None:
    """Keep what our script found half typed when the practice locked itself."""
    action, came_from = request.POST.get("draft_action", ""), request.POST.get("draft_path", "")
    pairs = parse_qsl(request.POST.get("draft", "")[:LONGEST], keep_blank_values=True)
    if pairs:
        _seal(request, folder, action, came_from, pairs)


def _seal(
    request: HttpRequest,
    folder: Folder,
    action: str,
    came_from: str,
    pairs: Iterable[tuple[str, str]],
) -> None:
    audience = doorway.audience_at(action)
    if audience is None or not audience.keeps_drafts or "POST" not in audience.methods:
        return
    if is_clinic() and audience.is_hers_alone:
        return
    fields = [[name, value] for name, value in pairs if _may_be_kept(name)]
    letter = {"action": action, "came_from": came_from, "fields": fields}
    payload = json.dumps({**letter, "at": timezone.now().isoformat()}).encode()
    most = MOST_KEPT_IN_A_CLINIC if is_clinic() else MOST_KEPT
    if len(payload) > LONGEST or len(spool.names(folder)) >= most:
        raise BadInput(
            _("There are more forms waiting than can be kept while the practice is locked"),
            next_step=_("Unlock first, then send this form once more."),
        )
    marker = {"id": spool.put(folder, _kind(request), payload), "pages": [action, came_from]}
    request.session[_MARKERS] = [*request.session.get(_MARKERS, []), marker]
    doorway.remember_way_back(request, came_from)


def reminder() -> str:
    """A sentence with a link, for the first page after unlocking."""
    return format_html(
        '{} <a href="{}">{}</a>',
        _("Something you typed was not kept yet. It waited here, sealed."),
        reverse("drafts"),
        _("Look at it"),
    )


def owner_of(request: HttpRequest) -> str:
    """In a clinic: whose browser this is, or was until its session ended; empty for a stranger."""
    if request.user.is_authenticated:
        return str(request.user.member_id.hex)  # type: ignore[attr-defined]
    key = getattr(request.session, "asked_for", "")
    member = browser_sessions.whose(key) if key else None
    return member.hex if member else ""


def _kind(request: HttpRequest) -> str:
    """What a letter of this person is called: a kind is part of what its seal covers."""
    return f"{KIND[0]}{owner_of(request)[:31]}" if is_clinic() else KIND


def waiting(request: HttpRequest) -> list[HalfTyped]:
    """All that she did not keep yet, the oldest first."""
    folder, kind = VAULT.folder, _kind(request)
    found = [_open(folder, kind, name) for name in spool.names(folder)] if folder else []
    return sorted((one for one in found if one), key=lambda one: one.at)


def find(request: HttpRequest, draft_id: str) -> HalfTyped:
    """This one of hers, or NotFound."""
    folder = VAULT.folder
    if folder and draft_id in spool.names(folder):
        found = _open(folder, _kind(request), draft_id)
        if found:
            return found
    raise NotFound(_("This is not waiting any more"), next_step=_("Go back to Today."))


def _open(folder: Folder, kind: str, draft_id: str) -> HalfTyped | None:
    try:
        letter = strict_json.read(spool.take(folder, kind, draft_id))
        return HalfTyped(
            draft_id,
            str(letter["action"]),
            str(letter["came_from"]),
            datetime.fromisoformat(letter["at"]),
            tuple((str(name), str(value)) for name, value in letter["fields"]),
        )
    except (Damaged, KeyGone, NotFound, BadInput, ValueError, KeyError, TypeError):
        return None  # a letter of another kind, or none that we wrote


def let_go(request: HttpRequest, draft_id: str) -> None:
    """It is not wanted, or it was kept. What is not hers stays."""
    folder = VAULT.folder
    if folder and draft_id in spool.names(folder) and _open(folder, _kind(request), draft_id):
        spool.remove(folder, draft_id)


def let_go_after_keeping(request: HttpRequest) -> None:
    """The form that was just kept had been waiting: it waits no longer."""
    draft_id = request.POST.get("draft_id", "")
    if draft_id:
        let_go(request, draft_id)
        _forget_marker(request, draft_id)


def _forget_marker(request: HttpRequest, draft_id: str) -> None:
    markers = request.session.get(_MARKERS, [])
    request.session[_MARKERS] = [marker for marker in markers if marker["id"] != draft_id]


def point_at(request: HttpRequest, draft: HalfTyped) -> None:
    """The next time its page is opened, it is filled with this."""
    _forget_marker(request, draft.draft_id)
    marker = {"id": draft.draft_id, "pages": [draft.action, draft.came_from]}
    request.session[_MARKERS] = [*request.session[_MARKERS], marker]


def initial_from_draft(
    request: HttpRequest, initial: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What a form starts with: `initial`, and over it what was half typed on this page."""
    start = dict(initial or {})
    markers = request.session.get(_MARKERS, [])
    for marker in reversed(markers) if request.method == "GET" else ():
        if request.path in marker["pages"]:
            return {**start, **_given_back(request, str(marker["id"]))}
    return start


def _given_back(request: HttpRequest, draft_id: str) -> dict[str, Any]:
    try:
        draft = find(request, draft_id)
    except NotFound:
        _forget_marker(request, draft_id)
        return {}
    messages.info(request, _("What you had typed is back. It is not kept yet."))
    return {**draft.values(), "draft_id": draft_id}
