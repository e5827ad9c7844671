"""The words of the pages for translators: collected, kept up to date, checked and compiled.

    python -m tools.words           collect the words; what is new is left empty, what went goes
    python -m tools.words --check   is every catalogue complete, sound and compiled?

`src/lacrima/locale/LANGUAGE/LC_MESSAGES/django.po` is what a translator edits; the `.mo` beside
it is what a running Lacrima reads. Django's own words are translated by Django.
"""

from __future__ import annotations

import argparse
import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from lacrima import errors
from lacrima.evidence import conditions, spoken
from lacrima.evidence.words import SAID_OF_GRADE, SAID_OF_READ, SAID_OF_SIDE, SAID_OF_TOPIC
from tools.finding import ROOT, Finding, report

SOURCE = ROOT / "src" / "lacrima"
PLACE = SOURCE / "locale"
CALLS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "_lazy": None,
    "lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# The rooms whose refusals are seen on pages; a command line speaks English.
SEEN_ON_PAGES = {"practice", "records", "web", "moments", "formats", "vault"}
ERRORS = {name for name, one in vars(errors).items() if isinstance(one, type)}
FILLED_IN = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|</?[a-z][^>]*>|%%")
NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # a catalogue changes when its words do, not each day


def collected() -> Catalog:
    """Every marked word of the code and the templates, with the files in which it stands."""
    catalogue = Catalog(project="Lacrima", charset="utf-8", creation_date=NEVER)
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]):
        where = path.relative_to(SOURCE).as_posix()
        for _line, words, _comments, context in extract("python", BytesIO(_as_python(path)), CALLS):
            catalogue.add(words, locations=[(where, 0)], context=context)
        if path.suffix == ".py" and where.split("/")[0] in SEEN_ON_PAGES:
            for words in _refusals(path):
                catalogue.add(words, locations=[(where, 0)])
    for where, words in _guidance():
        catalogue.add(words, locations=[(where, 0)])
    return catalogue


def _guidance() -> Iterator[tuple[str, str]]:
    """What the evidence says to a reader: its file, and each text of the guiding kinds."""
    files = [SOURCE / "evidence" / "data" / f"{kind}.toml" for kind in spoken.GUIDING]
    for path in [*files, *sorted((SOURCE / "evidence" / "guidance").glob("*.toml"))]:
        for text in _texts(tomllib.loads(path.read_text("utf-8"))):
            yield path.relative_to(SOURCE).as_posix(), text
    phrases: list[Mapping[Any, str]] = [
        *conditions.VOCABULARY.values(),
        SAID_OF_GRADE,
        SAID_OF_READ,
        SAID_OF_TOPIC,
    ]
    for known in [*phrases, SAID_OF_SIDE]:
        for text in known.values():
            yield "evidence/words.py", text
    for text in (conditions.ALWAYS, " and ", ", or ", "; and ", "{n} or more"):
        yield "evidence/conditions.py", text


def _texts(held: Any) -> Iterator[str]:
    """Every text under a name that people read, wherever it lies."""
    for name, one in held.items():
        inner = one if isinstance(one, list) else [one]
        for each in inner:
            if isinstance(each, dict):
                yield from _texts(each)
            elif isinstance(each, str) and name in spoken.READ:
                yield each


def _refusals(path: Path) -> Iterator[str]:
    """The sentences of errors: what was found, what was expected, what to do next."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(call, ast.Call) or _name_of(call.func) not in ERRORS:
            continue
        named = {one.arg: one.value for one in call.keywords}
        told = [*call.args[:1], named.get("expected"), named.get("next_step")]
        for one in told:
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.strip():
                yield one.value


def _name_of(called: ast.expr) -> str:
    return getattr(called, "attr", getattr(called, "id", ""))


def _as_python(path: Path) -> bytes:
    """The file as Python: a template as its marked words alone, without indentation."""
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        text = "\n".join(line.lstrip() for line in templatize(text, str(path)).splitlines())
    return text.encode()


def catalogues() -> list[Path]:
    """The catalogue of every language that there is."""
    return sorted(PLACE.glob("*/LC_MESSAGES/django.po"))


def is_partial(path: Path) -> bool:
    """A catalogue beside another one (de_Kind: to a child) holds only what is said otherwise."""
    return "_" in path.parent.parent.name


def read(path: Path) -> Catalog:
    """A catalogue as it is kept."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name.partition("_")[0])


def bring_up_to_date(path: Path, words: Catalog) -> None:
    """Add what is new, drop what went, keep every translation; compile it."""
    catalogue = read(path)
    if is_partial(path):
        words = _only_of(catalogue, words)
    catalogue.update(words, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.revision_date = catalogue.creation_date = NEVER
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(read(path)))


def _only_of(catalogue: Catalog, words: Catalog) -> Catalog:
    fewer = Catalog(project="Lacrima", charset="utf-8", creation_date=NEVER)
    for one in words:
        if one.id and catalogue.get(_english(one)[0], context=one.context) is not None:
            fewer.add(one.id, locations=one.locations, context=one.context)
    return fewer


def compiled(catalogue: Catalog) -> bytes:
    """What a running Lacrima reads."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def faults(path: Path, words: Catalog) -> Iterator[Finding]:
    """What is missing in a catalogue, too much, or does not fit its English."""
    catalogue = read(path)
    wanted = {(one.context, _english(one)[0]) for one in words if one.id}
    kept = {(one.context, _english(one)[0]): one for one in catalogue if one.id}
    missing = set() if is_partial(path) else wanted - kept.keys()
    for context, english in sorted(missing, key=str):
        yield Finding(path, 0, f"not collected yet ({context or 'no context'}): {english[:80]!r}")
    for key in sorted(kept.keys() - wanted, key=str):
        yield Finding(path, 0, f"stands nowhere any more: {key[1][:80]!r}")
    for one in kept.values():
        yield from (Finding(path, one.lineno or 0, fault) for fault in unfit(one))
    if path.with_suffix(".mo").read_bytes() != compiled(catalogue):
        yield Finding(path, 0, "the compiled file beside it is older: run python -m tools.words")


def _english(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def unfit(message: Message) -> Iterator[str]:
    """What is wrong with one translation: empty, marked as a guess, or other parts to fill in."""
    english = _english(message)
    kept: Any = message.string
    told = [str(one or "") for one in (kept if isinstance(kept, (tuple, list)) else [kept])]
    if not all(told):
        yield f"not translated: {english[0][:80]!r}"
        return
    if message.fuzzy:
        yield f"only guessed: {english[0][:80]!r}"
    for source, translation in zip((english[0], english[-1]), (told[0], told[-1]), strict=True):
        if sorted(FILLED_IN.findall(source)) != sorted(FILLED_IN.findall(translation)):
            yield f"other parts to fill in than the English: {source[:80]!r}"
        if source[:1].isspace() != translation[:1].isspace():
            yield f"begins with another space than the English: {source[:80]!r}"


def main() -> int:
    """Collect, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    words = collected()
    if not parser.parse_args().check:
        for path in catalogues():
            bring_up_to_date(path, words)
    found = [fault for path in catalogues() for fault in faults(path, words)]
    return report(found, fine=f"{len(words)} texts, in every language of {len(catalogues()) + 1}.")


if __name__ == "__main__":
    raise SystemExit(main())
