"""Tells what a file really is, whatever its name says, from its first bytes."""

from __future__ import annotations

from lacrima.errors import BadTable

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "an Excel workbook or another zipped file"),
    (b"PK\x05\x06", "an empty zipped file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ\x00", "a compressed file (xz)"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (rar)"),
    (b"SQLite format 3\x00", "a database (SQLite)"),
    (b"PARE", "an encrypted Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"{\\rtf", "a Word document (RTF)"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
)
_SAVE_AS = "Open it in the program that made it and save it as CSV (UTF-8)"


def refuse_other_kinds(head: bytes) -> None:
    """Refuse a file whose beginning shows that it is no table of text.

    head: the first bytes of the file. Raises BadTable for known kinds, for an empty file, and
    for text in UTF-16 or UTF-32 that does not say so.
    """
    if not head:
        raise BadTable("an empty file", expected="a table with a row of names")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise BadTable(f"this is {kind}", expected="a CSV file", next_step=_SAVE_AS)
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise BadTable("text in UTF-32", expected="UTF-8 text", next_step=_SAVE_AS)
    if not has_utf_16_mark(head) and b"\x00" in head:
        raise BadTable(_nul_found(head), expected="text", next_step=_SAVE_AS)


def is_parquet(head: bytes) -> bool:
    """Whether the file begins as a Parquet file does."""
    return head.startswith(b"PAR1")


def has_utf_16_mark(head: bytes) -> bool:
    """Whether the file begins with the mark of UTF-16."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _nul_found(head: bytes) -> str:
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if max(odd, even) > len(head) // 4 and min(odd, even) < len(head) // 20:
        return "text in UTF-16 without the mark that says so"
    return "zero bytes, so this is no text"
