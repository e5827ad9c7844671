"""Finds imports that hide inside functions: something stands on the wrong floor there.

The one exception is the command line's table of verbs, so that `lacrima --help` is quick. A
library that is not on every computer (an extra, a part of one system) may be asked for by
`import_module`: that hides no room of ours.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.finding import ROOT, Finding, report

SOURCE = ROOT / "src" / "lacrima"
EXCEPTION = Path("cli/main.py")


def hidden_in(text: str, path: Path) -> Iterator[Finding]:
    """The imports below a function in one file, also those by a literal name."""
    try:
        tree = ast.parse(text)
    except SyntaxError as trouble:
        yield Finding(path, trouble.lineno or 0, "cannot be read as Python")
        return
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from below(function, path)


def below(function: ast.AST, path: Path) -> Iterator[Finding]:
    """The imports below one function."""
    for node in ast.walk(function):
        name = imported_by(node)
        if name:
            yield Finding(path, getattr(node, "lineno", 0), f"import of {name} in a function")


def imported_by(node: ast.AST) -> str:
    """The module that this piece of code imports, or nothing."""
    if isinstance(node, ast.Import):
        return ", ".join(alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return "." * node.level + (node.module or "")
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = ast.unparse(node.func).rpartition(".")[2]
        name = str(node.args[0].value)
        is_ours = name.startswith((".", "lacrima"))
        return name if called in ("import_module", "__import__") and is_ours else ""
    return ""


def check(source: Path = SOURCE) -> list[Finding]:
    """Every hidden import in the package, each once."""
    found: set[Finding] = set()
    for path in sorted(source.rglob("*.py")):
        if path.relative_to(source) != EXCEPTION:
            found.update(hidden_in(path.read_text(encoding="utf-8"), path))
    return sorted(found)


if __name__ == "__main__":
    sys.exit(report(check(), fine="No import hides in a function."))
