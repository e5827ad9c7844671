"""What may stand in a log: method, route name, status; for an accident, its kind and its place.

Django writes "Not Found: /path", and an exception may carry what somebody typed. Neither gets out.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any


class OnlyHarmless(logging.Filter):
    """Rewrites every record, so that nothing of a person is in it. Lets all of them pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep our own words as they are; of others, keep only what is harmless."""
        if getattr(record, "is_harmless", False):  # another handler's filter was here first
            return True
        is_ours = record.name.partition(".")[0] == "lacrima"
        words = record.getMessage() if is_ours else _harmless(record)
        record.is_harmless = True
        record.msg, record.args = words + _accident(record), ()
        record.exc_info, record.exc_text, record.stack_info = None, None, None
        return True


def _harmless(record: logging.LogRecord) -> str:
    request, status = getattr(record, "request", None), getattr(record, "status_code", "")
    if request is None:
        return record.name
    method = str(getattr(request, "method", "")) if _is_known_method(request) else "?"
    return f"{record.name} {method} {_route_name(request)} {status}"


def _is_known_method(request: Any) -> bool:
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return getattr(request, "method", "") in known


def _route_name(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return (match.view_name if match else None) or "no-route"


def _accident(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    return f" [{kind.__name__} at {_places(trace)}]"


def _places(trace: TracebackType | None) -> str:
    """The last steps before the accident: module and line, no values."""
    frames = [
        (frame.f_globals.get("__name__", "?"), line) for frame, line in traceback.walk_tb(trace)
    ]
    return " > ".join(f"{name}:{line}" for name, line in frames[-4:])
