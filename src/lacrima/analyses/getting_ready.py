"""Makes machine code ready for what pages and verbs ask, once a machine and once a version.

    python -m lacrima.analyses.getting_ready

The first answer of each kind would take some twenty seconds, nearly all of it a compiler's. A
server starts this beside itself, with the least claim on the processor, and answers without
machine code until it is started the next time (`stats.compiled`). The questions are asked of a
simulated panel: no client's data are in this process.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from lacrima.analyses.after_file import answer_of_columns, names_in
from lacrima.analyses.caseload_alliance import caseload_alliance
from lacrima.analyses.caseload_course import caseload_course
from lacrima.analyses.course_values import CourseRules, Score
from lacrima.analyses.effects import EffectsRules, effects
from lacrima.analyses.formula_reading import read_formula
from lacrima.analyses.model_columns import Columns, columns_of_arrays
from lacrima.analyses.simulated_panel import PanelTruth, simulate_panel
from lacrima.stats.compiled import FOLDER, is_compiled, mark_of_ready

BEGUN = "being-made"
GIVEN_UP_AFTER_S = 300.0
SCALE = CourseRules(0, 27)
FORMULA = "next(score) ~ within(shed, client) + score + (1 + within(shed, client) | client)"


def get_ready(folder: Path) -> bool:
    """Ask everything once; False where another process is at it, or has been.

    folder: where machine code is kept, and where it is marked as ready at the end.
    """
    if mark_of_ready(folder).exists() or not _is_mine(folder / BEGUN):
        return False
    try:
        ask_everything()
        mark_of_ready(folder).touch()
    finally:
        (folder / BEGUN).unlink(missing_ok=True)
    return True


def _is_mine(begun: Path) -> bool:
    """Whether this process may begin: nobody has, or somebody who must have been stopped."""
    with suppress(OSError):
        if time.time() - begun.stat().st_mtime > GIVEN_UP_AFTER_S:
            begun.unlink(missing_ok=True)
    try:
        begun.touch(exist_ok=False)
    except OSError:
        return False
    return True


def ask_everything() -> None:
    """What came after, with all checks; where scores are expected; a model with each option."""
    truth = PanelTruth(1, 40, 12, therapists=4, clinics=1, effect=0.3)
    panel = simulate_panel(truth).columns
    arrays = {
        name: each / 100 if name in {"score", "score_first", "heavy"} else each
        for name, each in panel.items()
    }
    names, ids = names_in(arrays)
    for leave_out in ({"therapist", "clinic"}, {"clinic"}):
        kept = [name for name in names if name not in leave_out]
        columns = columns_of_arrays(arrays, names=kept, ids=ids)
        answer_of_columns(columns, exposure="shed")
    columns = columns_of_arrays(arrays, names=list(arrays), ids=ids)
    _ask_models(columns)
    _ask_courses(arrays["score"].tolist())


def _ask_models(columns: Columns) -> None:
    for formula in (FORMULA, f"{FORMULA} + (1 | therapist)"):
        question = read_formula(formula)
        for rules in (
            EffectsRules(order="session"),
            EffectsRules(order="session", df="kenward-roger"),
            EffectsRules(order="session", ar1=True),
        ):
            effects(question, columns, rules)


def _ask_courses(standing: Sequence[float]) -> None:
    """standing: in standard deviations of the norm, higher is better."""
    scores = [
        Score(str(place // 12), place % 12, float(min(max(round(13 - 5 * each), 0), 27)))
        for place, each in enumerate(standing)
    ]
    caseload_course(scores, SCALE).prompts()
    caseload_alliance(scores, SCALE)


def main() -> int:
    """Get ready where machine code can be made and kept; nothing is said."""
    if is_compiled() and FOLDER is not None:
        if hasattr(os, "nice"):
            os.nice(19)
        get_ready(FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
