"""A page whose blocks of Python are run: what each prints stands in the block of text below it.

`python -m tools.docs_page_runs PAGE` writes what is printed now into the page; the tests compare.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<said>.*?)```\n)?", re.DOTALL)


def runs_of(page: str) -> Iterator[tuple[str, str, str]]:
    """The code of each block, what the page says it prints, and what it prints."""
    names: dict[str, Any] = {"__name__": "page"}
    for block in BLOCK.finditer(page):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block["code"], names)  # noqa: S102  our own page
        yield block["code"], block["said"] or "", printed.getvalue()


def written(page: str) -> str:
    """The page with what its blocks print."""
    runs = runs_of(page)

    def block(found: re.Match[str]) -> str:
        code, _, printed = next(runs)
        said = f"\n```text\n{printed}```\n" if printed else ""
        return f"```python\n{code}```\n{said}"

    return BLOCK.sub(block, page)


def main(pages: list[str]) -> int:
    """Write each page anew."""
    for name in pages:
        path = Path(name)
        path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
