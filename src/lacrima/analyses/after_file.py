"""The same question of a panel file: looked at when it is given, at no set day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from lacrima.analyses.after_check import Check
from lacrima.analyses.after_checks import all_checks
from lacrima.analyses.after_json import answer_as_json
from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_outcomes import can_be_outcomes, outcome_of
from lacrima.analyses.after_table import EXPOSURES, SCORES, Yardstick
from lacrima.analyses.after_table_of_file import HEARD, check_needed, table_of_columns
from lacrima.analyses.model_columns import Columns
from lacrima.analyses.what_came_after import Answer, OwnAnswer, what_came_after
from lacrima.errors import BadInput, UsageError

IDS = ("client", "therapist", "clinic")
NUMBERS = (
    *SCORES, *EXPOSURES, *HEARD, "session", "heavy", "heavy_after", "ending_announced",
    "no_return", "is_order_known",
)  # fmt: skip
UNIT = Yardstick("norm SDs")
AGAINST_NONE = "The checks below compare with all other sessions, not only with near tears."


def names_in(there: Collection[str]) -> tuple[list[str], tuple[str, ...]]:
    """The columns of a file that are read, and which of them name somebody."""
    return [name for name in (*IDS, *NUMBERS) if name in there], IDS


def answer_of_columns(
    columns: Columns,
    *,
    exposure: str,
    outcome: str = "",
    client: str = "",
    at: Callable[[int], None] = lambda done: None,
) -> tuple[dict[str, Any], str]:
    """The keys of `lacrima came-after`, and the same in words.

    columns: see `after_table_of_file`. outcome: a measure with a norm; without it the scores
    stand in norm SDs, more is better. client: one client, by the file's own word. at: is told how
    many checks are done.
    Raises UsageError for an unknown exposure or measure; BadInput for columns that do not fit, a
    file without a column of the exposure, and a client who is not in it.
    """
    if exposure not in set(Exposure):
        raise UsageError("an exposure of another name", expected=", ".join(Exposure))
    chosen = Exposure(exposure)
    check_needed(columns)
    _check_exposure(columns, chosen)
    table = table_of_columns(columns, _yardstick(outcome))
    found = what_came_after(table, chosen, is_pool=table.is_pool)
    own = _own(found.of_client(client), table.client.levels) if client else None
    result = answer_as_json(found, own)
    told = all_checks(found, at=at)
    result["checks"] = [one.as_json() for one in told]
    sentence = str(own.sentence if own else found.sentence)
    return result, "\n".join([sentence, *checks_told(found, told)])


def checks_told(found: Answer, told: Sequence[Check]) -> list[str]:
    """Each check in a line; before them what they compare with, where the answer does otherwise."""
    is_near = found.pool is not None and found.pool.is_near
    return [*([AGAINST_NONE] if told and is_near else []), *(f"  {one.sentence}" for one in told)]


def _check_exposure(columns: Columns, exposure: Exposure) -> None:
    wanted = ("csh", "ctears_first") if exposure is Exposure.CLIENT_SHED else (exposure.column,)
    if not any(name in columns for name in wanted):
        raise BadInput(
            "no column of this exposure", where="panel", expected=f"a column {wanted[0]!r}, 0 or 1"
        )


def _yardstick(outcome: str) -> Yardstick:
    if not outcome:
        return UNIT
    found = outcome_of(outcome)
    if found is None:
        raise UsageError(
            "a measure without a norm of which the spread is known",
            where="--outcome",
            expected=", ".join(can_be_outcomes()),
        )
    return found.yardstick


def _own(own: OwnAnswer, there: Collection[str]) -> OwnAnswer:
    if own.client not in there:
        raise BadInput("a client who is not in the file", where="--client", expected="one who is")
    return own
