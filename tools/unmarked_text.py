"""Finds words for people that are not marked for translation.

In templates: text between tags, and the attributes that people read or hear, outside
`{% translate %}` and `{% blocktranslate %}`. An element with `translate="no"` (the HTML
attribute) and everything in it is left alone: a name, a code, an example. So is a block whose
name ends in `class`, which fills that attribute.

In the code of the pages: labels, help texts, choices, messages and form errors that are not
wrapped in a gettext function, and gettext around anything but a plain string (which no
translator would ever be shown).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tools.finding import ROOT, Finding, report

PAGES = ROOT / "src" / "lacrima" / "web"
NAMES = re.compile(r"\bLacrima\b")
LETTERS = re.compile(r"[^\W\d_]{2,}|(?<![^\W_])[^\W\d_](?![^\W_])")

# --- Templates -----------------------------------------------------------------------------

SPOKEN = {"aria-label", "aria-description", "aria-roledescription", "aria-valuetext"}
SPOKEN |= {"title", "placeholder", "alt", "label"}
BUTTONS = {"submit", "button", "reset"}
SILENT = {"script", "style", "code", "pre", "kbd", "samp"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
VOID |= {"track", "wbr"}
TEMPLATE_PARTS = re.compile(
    r"\{%-?\s*comment\b.*?endcomment\s*%\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}"
    r"|\{%\s*block\s+\w*class\s*%\}[^<]*?\{%\s*endblock\b.*?%\}"  # fills a class attribute
    r"|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)


class Reader(HTMLParser):
    """Walks one template, its Django parts blanked, and notes what nobody can translate."""

    def __init__(self, path: Path) -> None:
        """Start with nothing found in the file at `path`."""
        super().__init__(convert_charrefs=True)
        self.path = path
        self.found: list[Finding] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes, and keep in mind when the element is to be left alone."""
        given = {name: value or "" for name, value in attrs}
        is_silent = tag in SILENT or given.get("translate") == "no"
        if not (self.silent or is_silent):
            self.look_at(given)
        if tag not in VOID and (is_silent or tag in self.silent):
            self.silent.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself, as in SVG: only its attributes count."""
        given = {name: value or "" for name, value in attrs}
        if not (self.silent or given.get("translate") == "no"):
            self.look_at(given)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element that was left alone."""
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self.silent and is_wording(data):
            first = len(data) - len(data.lstrip())
            self.note(data.strip(), self.getpos()[0] + data[:first].count("\n"))

    def look_at(self, given: dict[str, str]) -> None:
        """The attributes of one element that people read or hear."""
        names = SPOKEN | ({"value"} if given.get("type") in BUTTONS else set())
        for name in sorted(names & set(given)):
            if is_wording(given[name]):
                self.note(f'{name}="{given[name].strip()}"', self.getpos()[0])

    def note(self, words: str, line: int) -> None:
        """Keep one finding."""
        shown = " ".join(words.split())[:60]
        self.found.append(Finding(self.path, line, f"not marked for translation: {shown!r}"))


def is_wording(text: str) -> bool:
    """Whether there is anything to translate: letters, beside our own name."""
    return LETTERS.search(NAMES.sub("", text)) is not None


def blanked(match: re.Match[str]) -> str:
    """As many lines as the matched part has, and nothing on them."""
    return re.sub(r"[^\n]", " ", match.group())


def in_template(text: str, path: Path) -> list[Finding]:
    """The unmarked words of one template; a plain text file counts as one piece of text."""
    reader = Reader(path)
    text = TEMPLATE_PARTS.sub(blanked, text)
    if path.suffix == ".txt":
        for number, line in enumerate(text.splitlines(), start=1):
            if is_wording(line):
                reader.note(line, number)
        return reader.found
    reader.feed(text)
    reader.close()
    return reader.found


# --- Code ----------------------------------------------------------------------------------

GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy"}
GETTEXT |= {"ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"}
COUNTED = {"ngettext": 2, "ngettext_lazy": 2, "pgettext": 2, "pgettext_lazy": 2}
COUNTED |= {"npgettext": 3, "npgettext_lazy": 3}
FOR_PEOPLE = {"label", "help_text", "empty_label", "error_messages", "choices", "verbose_name"}
LEVELS = {"debug", "info", "success", "warning", "error"}


def in_code(text: str, path: Path) -> Iterator[Finding]:
    """The unmarked words of one Python file."""
    try:
        tree = ast.parse(text)
    except SyntaxError as trouble:
        yield Finding(path, trouble.lineno or 0, "cannot be read as Python")
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for piece in spoken_by(node):
                yield from plain_words(piece, path)
            yield from not_plain(node, path)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in SPOKEN:
                    yield from plain_words(value, path)


def spoken_by(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that people will read."""
    pieces = [keyword.value for keyword in call.keywords if keyword.arg in FOR_PEOPLE]
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    if last == "ValidationError":
        pieces += call.args[:1]
    if last == "add_error" or (name.startswith("messages.") and last in LEVELS):
        pieces += call.args[1:2]
    return pieces


def plain_words(piece: ast.expr, path: Path) -> Iterator[Finding]:
    """Literal words in an expression; of pairs and tables only the side that is shown."""
    words = literal(piece)
    if is_wording(words):
        yield Finding(path, piece.lineno, f"not marked for translation: {words[:60]!r}")
    for inner in shown_parts(piece):
        yield from plain_words(inner, path)


def literal(piece: ast.expr) -> str:
    """The letters that stand in the code itself, also those of an f-string."""
    parts = piece.values if isinstance(piece, ast.JoinedStr) else [piece]
    constants = [part.value for part in parts if isinstance(part, ast.Constant)]
    return "".join(value for value in constants if isinstance(value, str))


def shown_parts(piece: ast.expr) -> list[ast.expr]:
    """What people will see of a list, a choice or a table."""
    if isinstance(piece, ast.Dict):
        return piece.values
    if isinstance(piece, ast.Tuple | ast.List):
        return piece.elts[1:] if is_pair(piece) else piece.elts
    return []


def is_pair(piece: ast.Tuple | ast.List) -> bool:
    """Whether this is one choice: what is stored, and what is shown."""
    return isinstance(piece, ast.Tuple) and len(piece.elts) == 2


def not_plain(call: ast.Call, path: Path) -> Iterator[Finding]:
    """A gettext call around something that is no literal: the collector cannot see it."""
    name = ast.unparse(call.func).rpartition(".")[2]
    if name not in GETTEXT:
        return
    for argument in call.args[: COUNTED.get(name, 1)]:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            shown = ast.unparse(argument)[:60]
            yield Finding(path, call.lineno, f"gettext needs a plain string, not {shown}")


def check(pages: Path = PAGES) -> list[Finding]:
    """Every unmarked word in the templates and the code of the pages."""
    found: list[Finding] = []
    for path in sorted(pages.rglob("*")):
        if "templates" in path.parts and path.suffix in {".html", ".svg", ".txt"}:
            found += in_template(path.read_text(encoding="utf-8"), path)
        elif path.suffix == ".py":
            found += in_code(path.read_text(encoding="utf-8"), path)
    return found


if __name__ == "__main__":
    sys.exit(report(check(), fine="All words for people are marked for translation."))
