"""A clinic's log: one JSON object a line, for programs that collect logs.

What stands in a line has gone through quiet_log before: no words of anybody, no address of a
page, no address of a browser, no cookie, no token.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonLine(logging.Formatter):
    """When, how grave, from which part of the program, and what."""

    def format(self, record: logging.LogRecord) -> str:
        """One line. A line about a request says the request's own parts instead of a message."""
        said: dict[str, Any] = getattr(record, "said", {})
        line = {
            "time": _moment(record.created),
            "level": record.levelname.lower(),
            "from": record.name,
            **(said or {"message": record.getMessage()}),
        }
        request_id = _request_id(record)
        if request_id:
            line["request"] = request_id
        return json.dumps(line, ensure_ascii=True)


def _moment(created_s: float) -> str:
    at = datetime.fromtimestamp(created_s, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _request_id(record: logging.LogRecord) -> str:
    return str(getattr(getattr(record, "request", None), "request_id", ""))
