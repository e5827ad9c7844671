"""A document for people as one HTML file that stands alone: no script, no foreign host, no font.

It opens in any browser, also offline and in ten years, and prints cleanly on A4 and Letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;padding:1.5rem;max-width:44rem;background:#fff;color:#22201d;
 font:1rem/1.5 Charter,"Iowan Old Style",Palatino,Georgia,serif}
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0}
h2{font-size:1.2rem;margin:2rem 0 .4rem;border-bottom:1px solid #c9c2b6;padding-bottom:.2rem}
h3{font-size:1rem;margin:1.4rem 0 .3rem}
p{margin:.5rem 0}
.quiet{color:#5d574e;font-size:.9rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.25rem .7rem .25rem 0;
 border-bottom:1px solid #e4ded3;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.2rem 1rem;margin:.9rem 0}
dt{color:#5d574e}dd{margin:0;overflow-wrap:anywhere}
blockquote{margin:.5rem 0;padding-left:1rem;border-left:3px solid #9db8b4;white-space:pre-wrap;
 overflow-wrap:anywhere}
.simulated{border:2px solid #22201d;padding:.4rem .8rem;font-weight:700}
.mark{display:none}
@media screen and (max-width:34rem){
 dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}
 thead{display:none}tr{display:block;padding:.4rem 0;border-bottom:1px solid #e4ded3}
 td{display:flex;gap:1rem;border:0;padding:.1rem 0}td:empty{display:none}
 td::before{content:attr(data-label);flex:0 0 8rem;color:#5d574e}
}
@media print{
 @page{margin:18mm}
 body{max-width:none;padding:0;font-size:10.5pt}
 h2,h3{break-after:avoid}tr,dl,blockquote{break-inside:avoid}thead{display:table-header-group}
 .mark{display:block;position:fixed;top:45%;left:0;right:0;text-align:center;font-size:60pt;
  color:#000;opacity:.08;transform:rotate(-24deg)}
}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of what and how."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "grid"

    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each row as pairs of the column's name and the cell, for narrow pages."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, with line breaks as they were typed."""

    words: str
    above: str = ""
    kind: str = "quote"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence or two."""

    words: str
    kind: str = "said"


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a part within a section."""

    words: str
    kind: str = "heading"


Block = Facts | Grid | Quote | Said | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its title, the line above it, its sections; and whether all is simulated."""

    title: str
    above: str
    sections: tuple[Section, ...]
    simulated: str = ""
    language: str = "en"


def as_html(document: Document) -> bytes:
    """The document as one file."""
    return "\n".join(_lines(document)).encode()


def _lines(document: Document) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head>'
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="robots" content="noindex">'
    yield f"<title>{escape(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f'<p class="quiet">{escape(document.above)}</p>\n<h1>{escape(document.title)}</h1>'
    if document.simulated:
        said = escape(document.simulated)
        yield f'<p class="simulated">{said}</p>\n<div class="mark" aria-hidden="true">{said}</div>'
    for section in document.sections:
        yield f"<section>\n<h2>{escape(section.title)}</h2>"
        yield from map(_block, section.blocks)
        yield "</section>"
    yield "</body>\n</html>\n"


def _block(block: Block) -> str:
    if isinstance(block, Facts):
        return f"<dl>{''.join(_pair(what, how) for what, how in block.rows)}</dl>"
    if isinstance(block, Grid):
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in block.head)
        rows = ("".join(_cell(name, cell) for name, cell in row) for row in block.labelled())
        body = "\n".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    if isinstance(block, Quote):
        above = f'<p class="quiet">{escape(block.above)}</p>' if block.above else ""
        return f"{above}<blockquote>{escape(block.words)}</blockquote>"
    if isinstance(block, Heading):
        return f"<h3>{escape(block.words)}</h3>"
    return f"<p>{escape(block.words)}</p>"


def _pair(what: str, how: str) -> str:
    return f"<dt>{escape(what)}</dt><dd>{escape(how)}</dd>"


def _cell(name: str, cell: str) -> str:
    return f'<td data-label="{escape(name)}">{escape(cell)}</td>'
