"""The reference of `import lacrima`, from the functions' own signatures and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

import lacrima
from lacrima import library

HEAD = """# Lacrima from Python

{generated}

`import lacrima` gives these functions; each is loaded when it is first named. Begin with the
tutorial [in Python](../tutorials/in-python.md). A *table* is a mapping of arrays or lists by
column, a data frame of pandas or polars, or a table of PyArrow. Missing is NaN, None, or what that
library has for it. Results are frozen values. Every error is a `lacrima.LacrimaError` and says what
was found, where, and what was expected.

"""


def library_page(generated: str) -> str:
    """Every function: how it is called, what it asks, takes, gives and refuses, and an example."""
    names = [name for name in lacrima.LIBRARY if name[0].islower()]
    return HEAD.format(generated=generated) + "\n".join(map(_function, names))


def _function(name: str) -> str:
    function = getattr(library, name)
    said = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join([f"## {name}", f"```py\n{_call(name)}\n```", *map(_paragraph, said)]) + "\n"


def _call(name: str) -> str:
    """One line an argument, without the types of results' insides."""
    signature = inspect.signature(getattr(library, name))
    lines = (f"    {one}," for one in _with_star(signature.parameters.values()))
    return f"lacrima.{name}(\n" + "\n".join(lines) + f"\n) -> {signature.return_annotation}"


def _with_star(parameters: Iterable[inspect.Parameter]) -> Iterator[str]:
    """The arguments as they are written, with the star before those that need their name."""
    is_after = False
    for one in parameters:
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not is_after:
            is_after = True
            yield "*"
        mark = "**" if one.kind is inspect.Parameter.VAR_KEYWORD else ""
        default = "" if one.default is inspect.Parameter.empty else f" = {one.default!r}"
        yield f"{mark}{one.name}: {one.annotation}{default}"


def _paragraph(text: str) -> str:
    return f"```text\n{text}\n```" if text.startswith(">>>") else text
