"""The reference page of the evidence library, written from its data files and its conditions."""

from __future__ import annotations

from collections.abc import Iterable

from lacrima.evidence.conditions import AT_LEAST, AT_MOST, VOCABULARY, Counted
from lacrima.evidence.entries import Figure, Study
from lacrima.evidence.library import FILES, Library, shipped
from lacrima.evidence.statements import Claim
from lacrima.evidence.words import SAID_OF_GRADE, SAID_OF_READ, Grade, Read

HEAD = """# Evidence

{generated}

What is known of tears and other emotional moments in therapy: in the browser under *Evidence*, on
the command line with `lacrima evidence list`, in code as `lacrima.evidence.library.shipped()`.
Everything is restated in our own words. What was only remembered is not kept.
[How to add a study](../how-to/add-a-study.md).
"""


def evidence(generated: str) -> str:
    """The whole page."""
    library = shipped()
    parts = [
        HEAD.format(generated=generated),
        _counts(library),
        _grades(),
        _conditions(),
        _claims(library),
        _studies(library),
        _figures(library),
        _sources(library),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    ruler = f"|{'---|' * len(head)}"
    return "\n".join([f"## {title}\n", f"| {' | '.join(head)} |", ruler, *lines, ""])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _counts(library: Library) -> str:
    counts = library.counts()
    rows = [(kind.value, f"`{name}`", str(counts[kind.value])) for kind, name in FILES.items()]
    return _table("What there is", ("kind", "file", "entries"), rows)


def _grades() -> str:
    rows = [(f"`{one.value}`", SAID_OF_GRADE[one]) for one in Grade]
    read = [(f"`{one.value}`", SAID_OF_READ[one]) for one in Read]
    return "\n".join(
        [
            _table("Grades of support", ("word", "meaning"), rows),
            _table("How something was read", ("word", "meaning"), read),
        ]
    )


def _conditions() -> str:
    words = (
        "Arguments are chosen by conditions held as data. Inside a table all must hold; one table\n"
        "that holds is enough; the sentence beside an argument is put together from the last\n"
        f"column. Numbers are asked with `{AT_LEAST}` or `{AT_MOST}` behind the fact.\n"
    )
    rows = []
    for fact, phrases in VOCABULARY.items():
        told = "a number" if isinstance(phrases, Counted) else ", ".join(map(_value, phrases))
        rows.append((f"`{fact}`", told, "; ".join(phrases.values())))
    title, _, rest = _table(
        "Facts that conditions look at", ("fact", "values", "shown because ..."), rows
    ).partition("\n")
    return f"{title}\n\n{words}{rest}"


def _value(word: object) -> str:
    return f"`{str(word).lower() if isinstance(word, bool) else word}`"


def _claims(library: Library) -> str:
    rows = [(str(one.number), one.text, _support(one)) for one in library.claims.values()]
    return _table("The 75 claims of the public debate", ("", "claim", "support"), rows)


def _support(claim: Claim) -> str:
    return "; ".join(
        f"**{one.grade.value}**{f' ({one.scope})' if one.scope else ''}: {one.why}"
        for one in claim.support
    )


def _studies(library: Library) -> str:
    rows = [
        (f"`{one.id}`", one.called, one.who, _people(one), SAID_OF_READ[one.read], _keys(one))
        for one in library.studies.values()
    ]
    return _table("Studies", ("id", "study", "who", "n", "how it was read", "sources"), rows)


def _people(study: Study) -> str:
    return f"{study.people:,}" if study.people else "–"


def _keys(one: Study | Figure) -> str:
    return ", ".join(one.sources)


def _figures(library: Library) -> str:
    rows = [
        (f"`{one.id}`", one.label, one.said, f"{one.n:,}" if one.n else "–", one.read, _keys(one))
        for one in library.figures.values()
    ]
    head = ("id", "what", "number", "n", "how it was read", "sources")
    return _table("Figures", head, rows)


def _sources(library: Library) -> str:
    rows = [(one.key, one.what, f"`{one.where}`") for one in library.sources.values()]
    return _table("Sources", ("key", "what was read", "where"), rows)
