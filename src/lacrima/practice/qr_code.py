"""A link as a picture for a camera: for a page, a sheet, or the window of a terminal."""

from __future__ import annotations

from io import StringIO

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_ZONE = 4
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" aria-hidden="true" '
    'focusable="false"><path d="{path}"/></svg>'
)


def _code(text: str) -> QRCode:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    return code


def as_svg(text: str) -> str:
    """One path in an SVG, with the quiet zone that cameras need."""
    rows = _code(text).get_matrix()
    path = "".join(
        f"M{across} {down}h1v1h-1z"
        for down, row in enumerate(rows)
        for across, is_dark in enumerate(row)
        if is_dark
    )
    return _SVG.format(size=len(rows), path=path)


def as_text(text: str) -> str:
    """The same in half blocks, dark on light as cameras read it best."""
    written = StringIO()
    _code(text).print_ascii(out=written, invert=True)
    return written.getvalue()
