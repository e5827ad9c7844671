"""The reference of what leaves: every table and column, from the rows' own definitions."""

from __future__ import annotations

import os
import tempfile

import django
from django.apps import apps

from lacrima.formats.dictionary import KIND_SENTENCES, Column, Kind, Shape

HEAD = """# Exports

{generated}

What stands in the files of `lacrima export` and of *Take data with you*. How to make them:
[Take your data with you](../how-to/take-your-data-with-you.md).

Every export is a zip with

- `manifest.json`: `schema` (`lacrima.export/1`), `kind` (`practice`, `client` or `rows`), when it
  was made and by which version, `format`, `is_simulated`, `rows` by table, `left_out` with reasons,
  `warnings`, `losses` (what the format cannot keep), and `files`, each with its size and SHA-256;
- `tables/NAME.csv` (or `.parquet`, `.json`), and `dictionary.csv` and `dictionary.json`, which say
  of each column what this page says;
- `README.txt`: the same for people.

A copy of one client has `read-me.html` and `fhir/bundle.json` besides. In the layouts `bids` and
`redcap` the files are those of these formats, with `manifest.json` and `README`.

`lacrima import` takes back exports of the kind `practice`. It refuses names with folders above or
drive letters, links, more than 2000 files or 512 MB unpacked, a file that the manifest does not
list or whose hash differs, an id that is there twice, a column it does not know, and a newer
format.

## How cells are written

- **CSV**: RFC 4180, UTF-8, lines end in CR LF. A text that begins with `=`, `+`, `-`, `@`, a tab, a
  carriage return or an apostrophe has one apostrophe more in front, so that no spreadsheet takes it
  for a formula; take it off when you read. An empty cell is missing, in columns of text it is an
  empty text.
- **JSON**: `{{"schema": "lacrima.table/1", "table": NAME, "rows": [...]}}`. Missing is `null`.
- **Parquet**: lists and objects are JSON in a text column. Missing is null.

| kind | |
|---|---|
{kinds}
"""


def export_format(generated: str) -> str:
    """The whole page."""
    set_up()
    from lacrima.practice.export_rows_shape import SHAPES  # noqa: PLC0415  needs Django set up
    from lacrima.practice.export_shape import shapes  # noqa: PLC0415

    kinds = "\n".join(f"| `{kind}` | {KIND_SENTENCES[kind]} |" for kind in Kind)
    parts = [HEAD.format(generated=generated, kinds=kinds)]
    parts.append("## A practice, and one client\n")
    parts += map(_table, shapes())
    parts.append("## Rows without names\n")
    parts += map(_table, SHAPES)
    return "\n".join(parts).rstrip() + "\n"


def set_up() -> None:
    """Make Django ready, where it is not."""
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lacrima.web.settings")
        os.environ.setdefault("LACRIMA_DIR", tempfile.gettempdir())
        django.setup()


def _table(shape: Shape) -> str:
    rows = "\n".join(_row(column) for column in shape.columns)
    head = "| column | kind | meaning | missing |\n|---|---|---|---|"
    return f"### {shape.name}\n\nOne row: {shape.a_row_is}.\n\n{head}\n{rows}\n"


def _row(column: Column) -> str:
    limits = [str(limit) for limit in (column.minimum, column.maximum) if limit is not None]
    told = [
        column.meaning,
        f"in {column.unit}" if column.unit else "",
        f"from {limits[0]}" if len(limits) == 1 else " to ".join(limits),
        f"an id of `{column.points_to}`" if column.points_to else "",
        f"coarser: {column.coarsened}" if column.coarsened else "",
        ", ".join(f"`{word.value}` ({word.meaning})" for word in column.words),
    ]
    meaning = "; ".join(part for part in told if part).replace("|", "\\|")
    return f"| `{column.name}` | {column.kind} | {meaning} | {column.missing} |"
