"""The page, where the relay hosts it too: one file, its bytes as they were given."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lacrima import errors
from lacrima.relay.answers import Answer
from lacrima.relay.limits import MIB

MOST_PAGE_BYTES = 8 * MIB


def page_answer(path: Path) -> Answer:
    """What is answered at `/`, read once: a changed file is served after the next start.

    The page brings its own policy for scripts in its head; what only a header can say is said
    here. The ETag is the SHA-256 of the file, so that anybody can compare it with the published
    one.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise errors.BadInput(
            "The page cannot be read", where=str(path), expected="one HTML file"
        ) from error
    if not content or len(content) > MOST_PAGE_BYTES:
        raise errors.BadInput(
            f"The page has {len(content)} bytes",
            where=str(path),
            expected=f"one HTML file of at most {MOST_PAGE_BYTES // MIB} MB",
        )
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("ETag", f'"{hashlib.sha256(content).hexdigest()}"'),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Vary", "Accept-Encoding"),
    )
    return Answer(200, content, headers, (("Content-Security-Policy", "frame-ancestors 'none'"),))
