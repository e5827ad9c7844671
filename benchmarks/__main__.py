"""Measure everything and print it.

python -m benchmarks [--only NAME] [--quick] [--results FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import (
    arrays,
    calibration,
    clinic,
    course,
    huge,
    importing,
    letters,
    models,
    pages,
    peers,
    relay,
    sizes,
    starting,
)
from benchmarks.figures import Figure
from drills.house import temporary_house
from lacrima import __version__

PARTS = {
    "starting": starting,
    "arrays": arrays,
    "importing": importing,
    "pages": pages,
    "clinic": clinic,
    "relay": relay,
    "letters": letters,
    "models": models,
    "peers": peers,
    "sizes": sizes,
    "calibration": calibration,
    "course": course,
    "huge": huge,
}
PACKAGES = (
    "django",
    "sqlcipher3",
    "cryptography",
    "waitress",
    "gunicorn",
    "psycopg",
    "numpy",
    "numba",
    "duckdb",
    "statsmodels",
    "mixedlm_rs",
)
IN_R = ("lme4", "lmerTest", "pbkrtest", "nlme", "glmmTMB")


def as_results(figures: Sequence[Figure]) -> dict[str, Any]:
    """The figures with the day, the machine, and what was installed."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "lacrima": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
        "packages": {package: version(package) for package in PACKAGES if find_spec(package)},
        "in_r": versions_in_r(),
        "figures": [{**asdict(figure), "reached": figure.reached} for figure in figures],
    }


def versions_in_r() -> str:
    """R and the packages that stood beside; empty where R is not installed."""
    if shutil.which("Rscript") is None:
        return ""
    told = "cat('', 'NAME', tryCatch(format(packageVersion('NAME')), error=function(e) 'absent'));"
    asked = "".join(told.replace("NAME", name) for name in IN_R)
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", f"cat(R.version.string);{asked}"],
        capture_output=True,
        text=True,
    )
    return done.stdout


def main() -> int:
    """Measure; exit code 1 when a figure to reach was not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(PARTS))
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    parser.add_argument("--results", type=Path, help="write the figures here as JSON")
    asked = parser.parse_args()
    figures: list[Figure] = []
    for name in [asked.only] if asked.only else PARTS:
        with temporary_house() as house:
            part = PARTS[name]
            measure = (
                getattr(part, "measure_quickly", part.measure) if asked.quick else part.measure
            )
            for figure in measure(house):
                print(figure.line(), flush=True)
                figures.append(figure)
        if asked.results:  # after each part, so that who stops it keeps what was measured
            asked.results.write_text(json.dumps(as_results(figures), indent=1) + "\n")
    return 1 if any(figure.reached is False for figure in figures) else 0


if __name__ == "__main__":
    raise SystemExit(main())
