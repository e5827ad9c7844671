"""Single functions of the sealed page, called in a browser with what a test hands them."""

from __future__ import annotations

from importlib import resources
from typing import Any

from playwright.sync_api import Page


def source(*names: str) -> str:
    """These scripts of the page, as they stand."""
    folder = resources.files("lacrima.relay") / "page"
    return "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in names)


def called(page: Page, scripts: tuple[str, ...], body: str, argument: Any) -> Any:
    """What the body of a function gives that knows these scripts; `given` is what it is handed."""
    return page.evaluate(f"async (given) => {{ {source(*scripts)}\n{body} }}", argument)
