"""Adds up what a plain install brings, and holds it against the promised size.

Only what `pip install lacrima` would bring counts: no extras, no developers' tools. Compiled
Python files are counted as large as their sources, whether or not they were written yet.
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distributions

from tools.finding import ROOT, Finding, report
from tools.lock import as_name
from tools.locked import PROJECT, runtime_names

LIMIT_MB = 550
MB = 1_000_000


def size_bytes(package: Distribution) -> int:
    """The size on disk of one installed package."""
    total = 0
    for name in package.files or []:
        path = package.locate_file(name)
        size = path.stat().st_size if path.is_file() else 0  # type: ignore[attr-defined]
        if name.suffix != ".pyc":
            total += size * 2 if name.suffix == ".py" else size
    return total


def own_size_bytes() -> int:
    """Our own package, which is installed as a pointer to its source."""
    files = (path for path in (ROOT / "src").rglob("*") if path.is_file())
    return sum(
        p.stat().st_size * (2 if p.suffix == ".py" else 1) for p in files if p.suffix != ".pyc"
    )


def sizes_mb() -> dict[str, float]:
    """The size of each package of a plain install that is installed here."""
    wanted = runtime_names(with_extras=False)
    sizes = {PROJECT: own_size_bytes() / MB}
    for package in distributions():
        name = as_name(package.metadata["Name"])
        if name in wanted:
            sizes[name] = size_bytes(package) / MB
    return sizes


def check(sizes: dict[str, float], limit_mb: float = LIMIT_MB) -> list[Finding]:
    """Whether the sum is above the limit; the largest five are named then."""
    total = sum(sizes.values())
    if total < limit_mb:
        return []
    largest = sorted(sizes, key=lambda name: -sizes[name])[:5]
    named = ", ".join(f"{name} {sizes[name]:.0f} MB" for name in largest)
    text = f"a plain install is {total:.0f} MB, promised below {limit_mb:.0f} MB; largest: {named}"
    return [Finding(ROOT / "pyproject.toml", 0, text)]


def main() -> int:
    """Measure and report."""
    sizes = sizes_mb()
    fine = f"A plain install is {sum(sizes.values()):.0f} MB (promised below {LIMIT_MB} MB)."
    return report(check(sizes), fine=fine)


if __name__ == "__main__":
    sys.exit(main())
