"""Arrays in, arrays out: scoring, change and sudden gains over many people; the verbs beside.

The scores are drawn with a fixed seed. Where R is installed, change is measured beside the same
rule in vectorised base R (`change_in_r.R`) in the same run, and both must count alike. The verbs
read and write files of the same people in a process of their own; for these no goal was set.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.figures import Figure, middle
from drills.house import House
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring_many import score_many
from lacrima.stats.change import CATEGORIES, classify, cut_off, reliable_change
from lacrima.stats.gains import sudden_gains

FORMS, PEOPLE, COURSES, SESSIONS = 1_000_000, 1_000_000, 100_000, 13
TIMES = 7
IN_R = Path(__file__).with_name("change_in_r.R")

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Drawn:
    """What is measured over."""

    forms: Numbers
    pre: Numbers
    post: Numbers
    courses: Numbers


def draw() -> Drawn:
    """Whole points, as questionnaires have them; some answers and scores missing."""
    chance = np.random.default_rng(7)
    forms = chance.integers(0, 4, (FORMS, len(shipped()["phq-9"].items))).astype(np.float64)
    forms[chance.random(forms.shape) < 0.02] = np.nan
    pre = np.clip(np.rint(chance.normal(16, 5, PEOPLE)), 0, 27)
    post = np.clip(np.rint(pre - chance.normal(4, 6, PEOPLE)), 0, 27)
    fall = np.cumsum(chance.normal(1, 4, (COURSES, SESSIONS)), axis=1)
    courses = np.clip(np.rint(30 - fall), 0, 63)
    courses[chance.random(courses.shape) < 0.1] = np.nan
    return Drawn(forms, pre, post, courses)


def seconds(work: Callable[[], object]) -> list[float]:
    """Of each of several times, after one that does not count."""
    work()
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return taken


def judge(drawn: Drawn) -> npt.NDArray[np.int8]:
    """Reliable change, cut-off c and the five outcomes: what the verb asks of the arrays."""
    result = reliable_change(drawn.pre, drawn.post, reliability=0.86)
    cut = cut_off(
        "c",
        functional_mean=4,
        functional_sd=3,
        clinical_mean=float(np.mean(drawn.pre)),
        clinical_sd=result.sd_pre,
    )
    return classify(drawn.pre, drawn.post, critical=result.critical_change, cut=cut)


def arrays(drawn: Drawn, root: Path) -> list[Figure]:
    """The three goals, and the peer."""
    phq_9 = shipped()["phq-9"]
    scored = middle(seconds(lambda: score_many(phq_9, drawn.forms)))
    judged = middle(seconds(lambda: judge(drawn)))
    found = middle(seconds(lambda: sudden_gains(drawn.courses, cut=7)))
    return [
        Figure("score of 1,000,000 PHQ-9 forms, median", scored, "s", at_most=1.5),
        Figure("change of 1,000,000 people, median", judged, "s", at_most=1),
        *beside_r(drawn, judged, root),
        Figure("gains in 100,000 courses of 13, median", found, "s", at_most=2),
    ]


def beside_r(drawn: Drawn, judged: float, root: Path) -> list[Figure]:
    """The same in base R, and how many times as long; nothing where R is not installed."""
    if shutil.which("Rscript") is None:
        print("R is not installed here: change is not measured beside it", flush=True)
        return []
    files = root / "pre.bin", root / "post.bin"
    for path, scores in zip(files, (drawn.pre, drawn.post), strict=True):
        path.write_bytes(scores.astype("<f8").tobytes())
    done = subprocess.run(
        ["Rscript", "--vanilla", str(IN_R), *map(str, files), str(TIMES + 1)],
        capture_output=True,
        text=True,
        check=True,
    )
    counts, times = (list(map(float, line.split())) for line in done.stdout.strip().splitlines())
    ours = np.bincount(judge(drawn), minlength=len(CATEGORIES)).tolist()
    assert counts == ours, "R and Lacrima do not count alike"
    in_r = middle(times[1:])
    return [
        Figure("the same in vectorised base R, median", in_r, "s"),
        Figure("change over base R, medians", judged / in_r, "x"),
    ]


def verbs(drawn: Drawn, root: Path) -> list[Figure]:
    """The verbs over files of the same people, the start of the program counted."""
    change, courses = root / "change.csv", root / "courses.csv"
    write(change, "client,session,score", rows_of_pairs(drawn))
    write(courses, "client," + ",".join(f"s{each}" for each in range(SESSIONS)), rows_of(drawn))
    columns = ["--person", "client", "--time", "session", "--score", "score"]
    times = ["--pre", "1", "--post", "2", "--reliability", "0.86"]
    norms = ["--functional-mean", "4", "--functional-sd", "3"]
    course = ["--person", "client", "--scores", f"s0..s{SESSIONS - 1}", "--cut", "7"]
    return [
        Figure(
            "lacrima change, CSV of 2,000,000 rows",
            run("change", change, *columns, *times, *norms),
            "s",
        ),
        Figure("lacrima gains, CSV of 100,000 rows", run("gains", courses, *course), "s"),
    ]


def write(path: Path, head: str, rows: Iterable[str]) -> None:
    """A table as a spreadsheet would save it."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{head}\n")
        file.writelines(rows)


def rows_of_pairs(drawn: Drawn) -> Iterable[str]:
    """One row a person and time."""
    pairs = zip(drawn.pre.tolist(), drawn.post.tolist(), strict=True)
    for person, (before, after) in enumerate(pairs):
        yield f"P{person},1,{before:g}\nP{person},2,{after:g}\n"


def rows_of(drawn: Drawn) -> Iterable[str]:
    """One row a person."""
    for person, scores in enumerate(drawn.courses.tolist()):
        cells = ("" if score != score else f"{score:g}" for score in scores)
        yield f"P{person},{','.join(cells)}\n"


def run(verb: str, table: Path, *arguments: str) -> float:
    """Seconds of one verb, as a whole process, its JSON thrown away."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "lacrima", verb, str(table), *arguments, "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def measure_quickly(house: House) -> list[Figure]:
    """The arrays alone."""
    return arrays(draw(), house.root)


def measure(house: House) -> list[Figure]:
    """All figures of arrays, and of the verbs over them."""
    drawn = draw()
    return [*arrays(drawn, house.root), *verbs(drawn, house.root)]
