"""An export of ours is read whole or refused; also packing that nobody of ours uses (fuzzing)."""

from __future__ import annotations

import io
import zipfile

import pytest

from lacrima.errors import BadInput
from lacrima.formats.archive import MANIFEST, read_archive


def packed_by(way: int) -> bytes:
    """A zip with a manifest, packed in this way."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", way) as archive:
        archive.writestr(MANIFEST, '{"schema": "lacrima.export/1", "files": []}' + " " * 500)
    return held.getvalue()


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_no_export_has_is_refused_before_it_is_unpacked(way: int) -> None:
    data = packed_by(way)
    with pytest.raises(BadInput, match="no export of Lacrima has"):
        read_archive(data)
    half = bytearray(data)
    half[60:90] = bytes(30)  # what made the unpacking itself fall over
    with pytest.raises(BadInput):
        read_archive(bytes(half))


@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_two_common_ways_are_read(way: int) -> None:
    assert read_archive(packed_by(way)).manifest["files"] == []
