"""Writes the generated reference: the command line, the evidence, the instruments, the settings.

`python -m tools.docs` writes; `python -m tools.docs --check` says which page is not current.
What is generated comes from where it is true: the verbs' own help, their JSON schemas, the
instruments' data files, the settings file; the figures of the benchmark of cost against size.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from benchmarks.sizes_picture import drawn
from lacrima.cli.main import VERBS
from tools.docs_asvs import asvs
from tools.docs_evidence import evidence
from tools.docs_export import export_format
from tools.docs_instruments import instruments
from tools.docs_library import library_page
from tools.docs_rights import who_may_what
from tools.docs_what_next import what_next
from tools.finding import ROOT

REFERENCE = ROOT / "docs" / "reference"
SCHEMAS = ROOT / "src" / "lacrima" / "cli" / "schemas"
SETTINGS = ROOT / "src" / "lacrima" / "web" / "settings.py"
WIDTH = 88
GENERATED = "<!-- Written by `make docs`. Change what it is written from, not this page. -->"

EXIT_CODES = (
    (0, "done (also a state such as *there is nothing new*)"),
    (2, "the command does not fit together"),
    (3, "what was handed in cannot be used as it is"),
    (4, "the question is fair, but the data give no result"),
    (5, "locked, or the wrong passphrase"),
    (6, "something that was written whole is no longer whole"),
    (7, "not allowed, or not there for you"),
    (70, "our fault, or the machine's"),
    (130, "you stopped it (Ctrl+C)"),
)

COMMAND_LINE = f"""# The command line

{GENERATED}

`lacrima VERB --help` says the same as this page. The examples run, in their order, in a folder
with a file `passphrase.txt` and the files that the how-tos
[Bring in your scores](../how-to/bring-in-your-scores.md),
[Find sudden gains](../how-to/find-sudden-gains.md) and
[Compare two phases](../how-to/compare-two-phases.md) tell you to save.

- With `--json` there is one JSON object alone on standard output, with `schema` first, full
  precision, and `null` instead of what is no number. Progress goes to standard error.
- A verb on a practice takes `--dir` and `--passphrase-file PATH` (or `-` for standard input).
  A passphrase is never read from an argument or the environment. Without the option you are
  asked, on a terminal only.
- Verbs may run beside a running server; a second *server* on one folder is refused.
- `LACRIMA_TRACEBACK=1` adds, for developers, kinds and lines of an unexpected error to standard
  error; never a value.

## Exit codes

| code | meaning |
|---|---|
"""


def pages() -> dict[Path, str]:
    """Every generated page, as it has to be."""
    return {
        REFERENCE / "asvs.md": asvs(GENERATED),
        REFERENCE / "command-line.md": command_line(),
        REFERENCE / "evidence.md": evidence(GENERATED),
        REFERENCE / "instruments.md": instruments(GENERATED),
        REFERENCE / "library.md": library_page(GENERATED),
        REFERENCE / "settings.md": settings(),
        REFERENCE / "export-format.md": export_format(GENERATED),
        REFERENCE / "what-next.md": what_next(GENERATED),
        REFERENCE / "who-may-what.md": who_may_what(GENERATED),
        **drawn(),
    }


def command_line() -> str:
    """All verbs: help, example, result."""
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES)
    errors = schema("error")
    parts = [COMMAND_LINE + codes, _result("Errors", "lacrima.error/1", errors)]
    return "\n".join([*parts, *(_verb(name) for name in VERBS)]).rstrip() + "\n"


def _verb(name: str) -> str:
    lines = [f"## lacrima {name}\n", "```text", help_of(name), "```\n"]
    for told in schemas_of(name):
        lines += ["```sh", told["x-example"], "```\n"] if "x-example" in told else []
        lines.append(_result("Result", told["$id"], told))
    return "\n".join(lines)


def help_of(name: str) -> str:
    """What `lacrima NAME --help` prints, in a fixed width."""
    os.environ["COLUMNS"] = os.environ["TERMINAL_WIDTH"] = str(WIDTH)
    command = typer.main.get_command(importlib.import_module(VERBS[name].module).app)
    context = command.make_context(
        f"lacrima {name}", [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH
    )
    return str(command.get_help(context)).rstrip()


def schema(name: str) -> dict[str, Any]:
    """One JSON schema by its file's name."""
    told: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return told


def schemas_of(verb: str) -> list[dict[str, Any]]:
    """The schemas of a verb's results: its own, and those of what it can do besides."""
    first = verb.replace(" ", "-")
    beside = {
        "import": ["import-undo", "import-practice"],
        "simulate practice": ["truth"],
        "simulate panel": ["panel-truth"],
        "course": ["expectation"],
    }
    return [schema(name) for name in (first, *beside.get(verb, []))]


def _result(title: str, schema_id: str, told: dict[str, Any]) -> str:
    said = "" if title != "Result" else f" {told['title']}."
    rows = "\n".join(f"| `{key}` | {kind} | {text} |" for key, kind, text in keys_of(told))
    return f"{title}: `{schema_id}`.{said}\n\n| key | | |\n|---|---|---|\n{rows}\n"


def keys_of(told: dict[str, Any], above: str = "") -> Iterator[tuple[str, str, str]]:
    """Every key of a schema, with its kind and its sentence; those inside after those around."""
    for key, inner in told.get("properties", {}).items():
        yield f"{above}{key}", kind_of(inner), inner.get("description", "")
        yield from keys_of(inner, f"{above}{key}.")
        yield from keys_of(inner.get("items", {}), f"{above}{key}[].")


def kind_of(told: dict[str, Any]) -> str:
    """What stands there, in a few words."""
    if "const" in told:
        return f"`{json.dumps(told['const'])}`"
    if "enum" in told:
        return " or ".join(f"`{word}`" for word in told["enum"])
    kind = told.get("type", "anything")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def settings() -> str:
    """What the environment may say: the head of the settings file."""
    said = ast.get_docstring(ast.parse(SETTINGS.read_text(encoding="utf-8"))) or ""
    return (
        f"# Settings\n\n{GENERATED}\n\nMost is set on the page *Settings* of the practice itself. "
        f"The program reads this from its environment:\n\n```text\n{said}\n```\n"
    )


def stale_pages() -> dict[Path, str]:
    """The pages that are not current, as they have to be."""
    return {
        path: text
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main(arguments: list[str]) -> int:
    """Write what is not current, or only say so."""
    is_check, stale = "--check" in arguments, stale_pages()
    for path, text in stale.items():
        if not is_check:
            path.write_text(text, encoding="utf-8")
        said = "is not current: run `make docs`" if is_check else "is written"
        print(f"{path.relative_to(ROOT)} {said}")
    if not stale:
        print("All that is generated is current.")
    return 1 if stale and is_check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
