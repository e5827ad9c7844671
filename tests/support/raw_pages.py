"""The pages of an encrypted practice as they are under the cipher, free ones and old ones too.

SQLCipher 4 with a raw key: each page of 4096 bytes is AES-256-CBC over all but its last 80 bytes,
which hold the vector and the check sum; the first page begins with 16 bytes of salt. A frame of
the write-ahead log is such a page behind a header of 24 bytes. (Read: the design notes of SQLCipher
and the file format of SQLite.)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.support.canaries import Place

PAGE = 4096
RESERVED = 80
VECTOR = 16
SALT = 16
LOG_HEADER = 32
FRAME_HEADER = 24


def pages_of(database: Path, key: bytes) -> Iterator[Place]:
    """Every page of the file and of its write-ahead log, opened."""
    content = database.read_bytes()
    for start in range(0, len(content), PAGE):
        yield Place(f"page {start // PAGE + 1}", _opened(content[start : start + PAGE], key, start))
    log = database.with_name(f"{database.name}-wal")
    frames = log.read_bytes()[LOG_HEADER:] if log.exists() else b""
    for start in range(0, len(frames), FRAME_HEADER + PAGE):
        page = frames[start + FRAME_HEADER : start + FRAME_HEADER + PAGE]
        is_first = frames[start : start + 4] == (1).to_bytes(4, "big")
        yield Place(f"frame {start}", _opened(page, key, 0 if is_first else 1))


def _opened(page: bytes, key: bytes, start: int) -> bytes:
    vector = page[-RESERVED : -RESERVED + VECTOR]
    text = page[SALT if start == 0 else 0 : -RESERVED]
    opening = Cipher(algorithms.AES256(key), modes.CBC(vector)).decryptor()
    return opening.update(text) + opening.finalize()
