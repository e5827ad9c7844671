"""`lacrima import`: scores, sessions and moments from a table into a practice, and out again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import import_whole, loading
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.cli.progress import Progress
from lacrima.cli.said import say
from lacrima.errors import BadInput, UsageError
from lacrima.formats.score_map import ScoreMap, read_map
from lacrima.formats.table import Table, read_table

app = verb()

SHOWN_REFUSALS = 20

File = Annotated[Path | None, typer.Argument(metavar="FILE", help="The table: CSV or Parquet.")]
Map = Annotated[
    Path | None,
    typer.Option("--map", metavar="MAP.toml", help="Which column is what; see the how-to."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")
]
Undo = Annotated[
    str, typer.Option("--undo", metavar="BATCH", help="Take back a whole import instead.")
]


@app.command()
def import_scores(
    where: PracticeDir,
    file: File = None,
    map_file: Map = None,
    dry_run: DryRun = False,
    undo: Undo = "",
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Bring a table into a practice: scores, sessions, moments and voices; all of it, or none.

    The table is CSV, TSV or Parquet, wide or long; a map says which column is what. The same
    file a second time adds nothing. Where one cell cannot be used, nothing comes in and every
    such cell is listed, with its row and column (exit code 3).
    """
    if undo:
        if file or map_file or dry_run:
            raise UsageError("--undo together with a file to bring in", expected="one of the two")
        return _take_back(where, undo, passphrase_file, as_json=as_json)
    if file is not None and map_file is None and import_whole.is_export(file):
        return import_whole.bring_in(where, file, passphrase_file, dry_run=dry_run, as_json=as_json)
    if file is None or map_file is None:
        raise UsageError("no table or no map", expected="FILE --map MAP.toml, or --undo BATCH")
    score_map = read_map(map_file)
    table = read_table(file, score_map.reading)
    return _bring_in(where, table, score_map, passphrase_file, dry_run=dry_run, as_json=as_json)


def _bring_in(
    where: Path,
    table: Table,
    score_map: ScoreMap,
    passphrase_file: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    lines: dict[str, Progress] = {}
    with opened(where, passphrase_file):
        transfer, owner = loading.practice("transfer"), loading.practice("people").owner()
        outcome = transfer.bring_in(
            table,
            score_map,
            by=owner,
            dry_run=dry_run,
            on_progress=lambda what, done: lines.setdefault(what, Progress(what)).at(done),
        )
    for line in lines.values():
        line.end()
    result = outcome.as_json()
    say("import", result, as_json=as_json, text=_text(result, where))
    return BadInput.exit_code if result["refused_count"] else 0


def _take_back(where: Path, batch: str, passphrase_file: str, *, as_json: bool) -> int:
    with opened(where, passphrase_file):
        transfer, owner = loading.practice("transfer"), loading.practice("people").owner()
        result = transfer.undo_batch(batch, by=owner).as_json()
    say("import-undo", result, as_json=as_json, text=_undo_text(result))
    return 0


def _text(result: dict[str, Any], where: Path) -> str:
    counts = f"{_kinds(result)} in {result['rows']} rows"
    if result["refused_count"]:
        return f"{counts}. Nothing came in:\n{_refusals(result)}"
    completed = f"{result['completed']} completed, " if result["completed"] else ""
    what = f"{counts}: {result['added']} new, {completed}{result['unchanged']} here already."
    what += _unused(result)
    if result["dry_run"]:
        return f"{what} This was a dry run; nothing was changed."
    if result["batch"] is None:
        return f"{what} There was nothing to bring in."
    return f"{what}\nTo take it back: lacrima import --undo {result['batch']} --dir {where}"


def _kinds(result: dict[str, Any]) -> str:
    """`12 scores, 4 sessions and 3 moments`: what was found, without what there was none of."""
    found = {kind: count["read"] for kind, count in result["counts"].items() if count["read"]}
    if set(found) <= {"scores"}:
        return f"{result['read']} scores"
    *first, last = [f"{number} {kind}" for kind, number in found.items()]
    return f"{', '.join(first)} and {last}" if first else last


def _unused(result: dict[str, Any]) -> str:
    names = result["unused_columns"]
    if not names:
        return ""
    more = f" and {len(names) - SHOWN_REFUSALS} more" if len(names) > SHOWN_REFUSALS else ""
    return f" Not used: {', '.join(names[:SHOWN_REFUSALS])}{more}."


def _refusals(result: dict[str, Any]) -> str:
    shown = [
        f"  row {cell['row']}, column {cell['column']}: {cell['found']}. "
        f"Expected: {cell['expected']}."
        for cell in result["refused"][:SHOWN_REFUSALS]
    ]
    more = result["refused_count"] - len(shown)
    return "\n".join([*shown, f"  and {more} more"] if more else shown)


def _undo_text(result: dict[str, Any]) -> str:
    kept = f" {result['kept']} stay, because somebody worked with them." if result["kept"] else ""
    kinds = [f"{result['counts'][kind]} {kind}" for kind in ("moments", "voices")]
    more = [said for said in kinds if not said.startswith("0 ")]
    gone = ", ".join([f"{result['counts']['scores']} scores", *more])
    return (
        f"{gone} are taken back, with {result['sessions_removed']} sessions "
        f"and {result['clients_removed']} clients that had nothing else.{kept}"
    )
