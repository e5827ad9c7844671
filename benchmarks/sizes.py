"""What estimates cost, from a thousand sessions to ten million, and how far the machine could go.

The model of `benchmarks.models` (three levels, two random coefficients of a client). Processor
seconds of one thread, rows in order of clients, numba's cache warm, the least of a few times. The
limit is what reading the same bytes once would cost at the rate at which memory gives one thread
half a gigabyte that is in no cache (a dot product).

    python -m benchmarks.sizes                 measure up to a million, write JSON, picture, table
    python -m benchmarks.sizes --most 10000000 up to ten million
    python -m benchmarks.sizes --draw          draw and write again what was measured
    python -m benchmarks.sizes --one ROWS      one size in this process, as JSON
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from benchmarks.models import MODELS, ONE_THREAD, draw
from benchmarks.sizes_picture import MEASURED, drawn
from drills.house import House
from lacrima.analyses.panel import PanelTable
from lacrima.analyses.panel_sums import sums_in_engine
from lacrima.formats.engine_table import engine_over_arrays
from lacrima.stats.model import Rows
from lacrima.stats.multilevel import fit_sums
from lacrima.stats.sums import sums_of

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
MODEL = MODELS["default"]
STREAMED_BYTES = 512_000_000
NEEDED = ("score", "shed", "prior", "session")


def least(work: Callable[[], Any], times: int) -> float:
    """Processor seconds: the least of several times after one that does not count."""
    work()
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def one_size(n: int) -> dict[str, Any]:
    """All of one size, in this process."""
    rows = draw(n)
    times = 3 if n > 1_000_000 else 7
    rows = Rows({name: rows.columns[name] for name in NEEDED}, rows.ids)
    size = sum(each.nbytes for each in (*rows.columns.values(), *rows.ids.values()))
    sums = sums_of(rows, MODEL)
    with engine_over_arrays({**rows.columns, **rows.ids}) as table:
        panel = PanelTable(table.name, table.kinds)
        in_engine = least(lambda: sums_in_engine(table.ask, panel, MODEL), times)
    fits = [fit_sums(sums, MODEL, df="kenward-roger") for _ in range(times)]
    return {
        "rows": rows.n,
        "clients": int(sums.cross.shape[0]),
        "limit_s": size / streamed_bytes_per_s(),
        "sums_s": least(lambda: sums_of(rows, MODEL), times),
        "engine_s": in_engine,
        "fit_s": least(lambda: fit_sums(sums, MODEL, df="none"), times),
        "kenward_roger_wall_s": min(each.seconds.df for each in fits),
        "bytes": size,
    }


def streamed_bytes_per_s() -> float:
    """How fast one thread reads what is in no cache."""
    many = np.ones(STREAMED_BYTES // 8)
    return STREAMED_BYTES / least(lambda: np.dot(many, many), 9)


def measured(most: int) -> dict[str, Any]:
    """Each size in a process of its own with one thread, and on what."""
    points = []
    for n in (size for size in SIZES if size <= most):
        command = [sys.executable, "-m", "benchmarks.sizes", "--one", str(n)]
        environment = {**os.environ, **ONE_THREAD}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        points.append(json.loads(done.stdout))
        print(line_of(points[-1]), flush=True)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "packages": {
            name: version(name) for name in ("numpy", "numba", "duckdb", "ibis-framework")
        },
        "points": points,
    }


def line_of(point: dict[str, Any]) -> str:
    """One size in one line, with the distance to the limit."""
    return (
        f"{point['rows']:>11,} rows: sums {point['sums_s'] * 1000:9.2f} ms, "
        f"{point['sums_s'] / point['limit_s']:5.1f} times reading once "
        f"({point['bytes'] / point['limit_s'] / 1e9:.1f} GB/s); in DuckDB "
        f"{point['engine_s'] * 1000:9.2f} ms; fit {point['fit_s'] * 1000:9.2f} ms; "
        f"Kenward-Roger {point['kenward_roger_wall_s'] * 1000:9.2f} ms"
    )


def measure_quickly(house: House) -> Iterator[Figure]:
    """Up to a hundred thousand."""
    yield from _figures(100_000)


def measure(house: House) -> Iterator[Figure]:
    """Up to a million."""
    yield from _figures(1_000_000)


def _figures(most: int) -> Iterator[Figure]:
    for point in measured(most)["points"]:
        at = f"{point['rows']:,} rows"
        yield Figure(
            f"{at}, sums over reading memory once", point["sums_s"] / point["limit_s"], "x"
        )
        yield Figure(f"{at}, sums and estimates", point["sums_s"] + point["fit_s"], "s")


def main() -> int:
    """Measure and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--one", type=int)
    parser.add_argument("--draw", action="store_true")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one_size(asked.one)))
        return 0
    if not asked.draw:
        MEASURED.write_text(json.dumps(measured(asked.most), indent=1) + "\n", encoding="utf-8")
    for path, text in drawn().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
