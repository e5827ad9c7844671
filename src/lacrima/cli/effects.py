"""`lacrima effects`: a multilevel model of a table of sessions, by its formula.

Needs no practice and no Django: a table goes in, a result comes out.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.analyses.default_priors import read_priors
from lacrima.analyses.effects import EffectsRules, effects
from lacrima.analyses.formula import Formula
from lacrima.analyses.formula_reading import read_formula
from lacrima.analyses.model_columns import Columns, columns_of_arrays, columns_of_table
from lacrima.analyses.waiting import tell_of_waiting
from lacrima.cli.beside import write_new
from lacrima.cli.options import AsJson, verb
from lacrima.cli.progress import note
from lacrima.cli.said import say
from lacrima.errors import BadInput
from lacrima.formats.columns_in import is_parquet_file, parquet_columns
from lacrima.formats.table import read_table

app = verb()

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A long table, CSV or Parquet: one row a session."),
]
FormulaText = Annotated[
    str,
    typer.Option(
        "--formula",
        metavar="F",
        help="Such as 'next(score) ~ within(shed, client) + score + (1 | client)'.",
    ),
]
MethodName = Annotated[
    str, typer.Option("--method", metavar="reml|ml|bayes", help="How it is estimated.")
]
Df = Annotated[
    str | None,
    typer.Option(
        metavar="satterthwaite|kenward-roger|none",
        help="How degrees of freedom are found, of reml and ml; else satterthwaite.",
    ),
]
Ar1 = Annotated[
    bool, typer.Option("--ar1", help="Residuals of a client remember the session before.")
]
Order = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Along which sessions of a client follow each other, a number or a date; for "
        "next(), prior() and --ar1.",
    ),
]
Confidence = Annotated[float, typer.Option(metavar="NUMBER", help="Of the intervals, 0 to 1.")]
NormSd = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help="Of bayes: the standard deviation of the outcome's norm, on which priors stand.",
    ),
]
PriorsFile = Annotated[
    Path | None, typer.Option("--priors", metavar="FILE", help="Of bayes: other priors, TOML.")
]


SumsOut = Annotated[
    Path | None,
    typer.Option(
        metavar="S",
        help="Keep the sums of this model in a new file: all that it needs to know of the rows, "
        "with the ids of the groups.",
    ),
]


@app.command("effects")
def answer_formula(
    file: File,
    formula: FormulaText,
    method: MethodName = "reml",
    df: Df = None,
    ar1: Ar1 = False,
    order: Order = None,
    confidence: Confidence = 0.95,
    norm_sd: NormSd = None,
    priors: PriorsFile = None,
    sums_out: SumsOut = None,
    as_json: AsJson = False,
) -> int:
    """How does an outcome go with something, within clients, and how does that differ?

    A Gaussian multilevel model: REML, ML, or a posterior with its prior beside it. Groups lie one
    in the other (client in therapist in clinic). Nobody is left out silently: rows that cannot
    be used are counted by reason. Coefficients say what goes together, never what causes it.
    """
    asked = read_formula(formula)
    rules = EffectsRules(
        method=method,
        df=df,
        ar1=ar1,
        order=order,
        confidence=confidence,
        norm_sd=norm_sd,
        priors=None if priors is None else read_priors(_text_of(priors)),
    )
    if sums_out is not None:
        _refuse_existing(sums_out)
    tell_of_waiting(note)
    begun = time.perf_counter()
    columns = _columns(file, asked, order)
    took_s = time.perf_counter() - begun
    found = effects(asked, columns, rules)
    result: dict[str, Any] = dict(found.result)
    result["seconds"] = {**result["seconds"], "read": took_s}
    if sums_out is not None:
        write_new(sums_out, found.sums_file())
    result["sums_file"] = None if sums_out is None else str(sums_out.absolute())
    say("effects", result, as_json=as_json, text=found.text)
    return 0


def _columns(file: Path, formula: Formula, order: str | None) -> Columns:
    names = list(dict.fromkeys([*formula.columns(), *([order] if order else [])]))
    ids = {name for group in formula.named_groups() for name in group}
    if file.is_file() and is_parquet_file(file):
        return columns_of_arrays(parquet_columns(file, names, ids=ids), names=names, ids=ids)
    return columns_of_table(read_table(file), names=names, ids=ids)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            "a file of priors that cannot be read", where=str(path), expected="a TOML file, UTF-8"
        ) from None


def _refuse_existing(path: Path) -> None:
    if path.exists() or not path.parent.is_dir():
        raise BadInput(
            "a file that is there already" if path.exists() else "a folder that is not there",
            where=str(path),
            expected="the name of a new file in a folder that is there",
        )
