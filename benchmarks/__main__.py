"""Measure everything and print it.

python -m benchmarks [--only NAME] [--quick] [--results FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

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
    "huge": huge,
    "sizes": sizes,
    "calibration": calibration,
    "course": course,
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
)


def main() -> int:
    """Measure; exit code 1 when a figure to reach was not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(PARTS))
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    parser.add_argument("--results", type=Path, help="write the figures here as JSON")
    asked = parser.parse_args()
    figures = []
    for name in [asked.only] if asked.only else PARTS:
        with temporary_house() as house:
            part = PARTS[name]
            measure = (
                getattr(part, "measure_quickly", part.measure) if asked.quick else part.measure
            )
            for figure in measure(house):
                print(figure.line(), flush=True)
                figures.append(figure)
    if asked.results:
        about = {
            "date": datetime.now(UTC).date().isoformat(),
            "lacrima": __version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
            "packages": {package: version(package) for package in PACKAGES},
        }
        rows = [{**asdict(figure), "reached": figure.reached} for figure in figures]
        asked.results.write_text(json.dumps({**about, "figures": rows}, indent=1) + "\n")
    return 1 if any(figure.reached is False for figure in figures) else 0


if __name__ == "__main__":
    raise SystemExit(main())
