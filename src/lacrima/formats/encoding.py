"""Finds how a text file is encoded by reading all of it, line by line, and never by guessing."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from lacrima.errors import BadTable
from lacrima.formats.file_kind import has_utf_16_mark

MAX_LINE_BYTES = 1_000_000
ENCODINGS = ("utf-8", "utf-16", "windows-1252")


def find_encoding(file: BinaryIO, *, told: str | None = None) -> str:
    """The codec that reads every line of the file: utf-8, utf-8-sig, utf-16 or cp1252.

    UTF-16 is taken where its mark stands at the beginning. Else every line that is not plain
    ASCII must be UTF-8, or none may be: then windows-1252. `told` is what a person said.

    Raises BadTable, with the line, for mixed encodings, zero bytes, bytes that fit nothing, and
    lines beyond a million bytes.
    """
    head = file.read(4)
    file.seek(0)
    if has_utf_16_mark(head):
        _check_utf_16(file)
        return "utf-16"
    if told == "utf-16":
        raise BadTable("text without the mark of UTF-16", expected="UTF-16, as the map says")
    evidence = _Evidence()
    for number, line in enumerate(_lines(file), start=1):
        evidence.read(number, line)
    return evidence.verdict(told=told, has_mark=head.startswith(codecs.BOM_UTF8))


class _Evidence:
    """What the lines of a file say about its encoding."""

    def __init__(self) -> None:
        self.first_utf_8 = 0
        self.first_other = 0
        self.first_unreadable = 0

    def read(self, number: int, line: bytes) -> None:
        if line.isascii():
            if b"\x00" in line:
                raise BadTable("zero bytes", where=f"line {number}", expected="text")
            return
        try:
            line.decode("utf-8")
            self.first_utf_8 = self.first_utf_8 or number
        except UnicodeDecodeError:
            self.first_other = self.first_other or number
            self.read_other(number, line)

    def read_other(self, number: int, line: bytes) -> None:
        try:
            line.decode("cp1252")
        except UnicodeDecodeError:
            self.first_unreadable = self.first_unreadable or number

    def verdict(self, *, told: str | None, has_mark: bool) -> str:
        if told == "windows-1252":
            self._refuse_unreadable()
            return "cp1252"
        if not self.first_other:
            return "utf-8-sig" if has_mark else "utf-8"
        if self.first_utf_8 or has_mark or told == "utf-8":
            raise BadTable(
                "letters in another encoding than the rest of the file",
                where=f"line {self.first_other}",
                expected="UTF-8 throughout",
                next_step="Save the file again as CSV (UTF-8), or mend this line",
            )
        self._refuse_unreadable()
        return "cp1252"

    def _refuse_unreadable(self) -> None:
        if self.first_unreadable:
            raise BadTable(
                "letters in an encoding that is not known here",
                where=f"line {self.first_unreadable}",
                expected="UTF-8, UTF-16 with its mark, or windows-1252",
                next_step="Save the file again as CSV (UTF-8)",
            )


def _lines(file: BinaryIO) -> Iterator[bytes]:
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise too_long(number)
        yield line


def _check_utf_16(file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-16", newline="")
    number = 0
    try:
        while line := text.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise too_long(number)
            if "\x00" in line:
                raise BadTable("zero characters", where=f"line {number}", expected="text")
    except UnicodeError as mistake:
        raise BadTable(
            "letters that are not UTF-16, as the beginning says",
            where=f"line {number + 1}",
            expected="UTF-16 throughout",
            next_step="Save the file again as CSV (UTF-8)",
        ) from mistake
    finally:
        text.detach()


def too_long(number: int) -> BadTable:
    """The refusal of a line that no table of scores has."""
    return BadTable(
        "a line of more than a million characters, or far too many columns",
        where=f"line {number}",
        expected="at most 2000 columns, one row a line",
    )
