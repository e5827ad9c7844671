"""What the frame of every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The practice and the person, when the practice is open to this browser."""
    return {
        "practice": getattr(request, "practice", None),
        "member": getattr(request, "member", None),
    }
