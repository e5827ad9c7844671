"""Where uv is: on the path, or the one that `bootstrap.py` fetched."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.finding import ROOT


def find_uv() -> Path:
    """The program uv; a plain word where there is none."""
    own = sorted((ROOT / ".bootstrap").glob("*/bin/uv")) + sorted(
        (ROOT / ".bootstrap").glob("*/Scripts/uv.exe")
    )
    found = shutil.which("uv") or next(map(str, own), None)
    if found is None:
        raise SystemExit("uv is not here. Install it, then try again: pip install uv")
    return Path(found)
