"""Finds packages and bundled libraries whose licence was not looked at, or may not be here.

Three questions, over what a plain install and its extras bring (read from the lock):

- has each package an allowed licence (by its own metadata, or read by hand);
- is each library that a wheel carries as a file of its own known, with its licence;
- is it known what is linked into each compiled package, where nobody sees it.

Developers' tools are asked only the second: they reach nobody's computer with Lacrima.
`--list` prints every package with its licence.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePath
from typing import Any

from tools.finding import Finding, report
from tools.lock import as_name
from tools.locked import LOCK, runtime_names

TABLE = Path(__file__).with_name("licences.toml")
NATIVE = re.compile(r"\.(?:so(?:\.\d+)*|dylib|dll)$")
EXTENSION = re.compile(r"\.(?:cpython-[\w-]+|abi3|cp\d+-[\w-]+)\.(?:so|pyd)$|\.pyd$")


@dataclass(frozen=True)
class Known:
    """What people have looked at: licences.toml as a value."""

    allowed: frozenset[str]
    spellings: Mapping[str, str]
    by_hand: Mapping[str, Mapping[str, str]]
    exceptions: Mapping[str, Mapping[str, str]]
    compiled: Mapping[str, Mapping[str, str]]
    bundled: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, path: Path = TABLE) -> Known:
        """The table from its file."""
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(**{**raw, "allowed": frozenset(raw["allowed"])})

    def allows(self, expression: str) -> bool:
        """Whether a licence expression can be met with allowed licences alone.

        >>> known = Known(frozenset({"MIT"}), {}, {}, {}, {}, {})
        >>> known.allows("MIT OR GPL-3.0-only"), known.allows("MIT AND GPL-3.0-only")
        (True, False)
        """
        bare = expression.replace("(", " ").replace(")", " ")
        if "(" in expression and " OR " in bare and " AND " in bare:
            return False  # both, nested: a person reads that one
        choices = bare.split(" OR ")
        return any(
            all(part.strip() in self.allowed for part in choice.split(" AND "))
            for choice in choices
        )


@dataclass(frozen=True)
class Package:
    """One installed package: its name, its licence in one spelling, and its native files."""

    name: str
    licence: str
    libraries: tuple[str, ...]
    is_compiled: bool


def installed(known: Known) -> dict[str, Package]:
    """Every package of this environment."""
    packages = (as_package(found, known) for found in distributions())
    return {package.name: package for package in packages}


def as_package(found: Distribution, known: Known) -> Package:
    """One installed package, read from its own metadata and list of files."""
    files = [PurePath(name) for name in found.files or []]
    extensions = [path for path in files if EXTENSION.search(path.name)]
    native = [path for path in files if NATIVE.search(path.name) and path not in extensions]
    return Package(
        name=as_name(found.metadata["Name"]),
        licence=stated_licence(found, known),
        libraries=tuple(sorted({stem(path.name) for path in native})),
        is_compiled=bool(extensions),
    )


def stem(file_name: str) -> str:
    """A library's name without version, checksum and ending.

    >>> stem("libquadmath-96973f99-934c22de.so.0.0.0"), stem("libpq.so.5")
    ('libquadmath', 'libpq')
    """
    return re.split(r"[-.]", file_name, maxsplit=1)[0]


def stated_licence(found: Distribution, known: Known) -> str:
    """The licence as the package states it: expression, then field, then classifiers."""
    expressions = found.metadata.get_all("License-Expression") or []
    fields = [field.strip() for field in found.metadata.get_all("License") or []]
    spelled = [field for field in fields if field in known.allowed or field in known.spellings]
    stated = [
        line.rpartition(" :: ")[2]
        for line in found.metadata.get_all("Classifier") or []
        if line.startswith("License :: OSI Approved :: ")
    ]
    says = expressions or spelled or stated
    return " AND ".join(known.spellings.get(one, one) for one in says)


def wrong_packages(names: set[str], here: Mapping[str, Package], known: Known) -> Iterator[Finding]:
    """Packages that reach people's computers with a licence that was not agreed to."""
    for name in sorted(names):
        licence = licence_of(name, here, known)
        exception = known.exceptions.get(name)
        if not licence:
            yield Finding(LOCK, 0, f"{name}: no licence stated; read it and add it to by_hand")
        elif exception is not None and exception["licence"] == licence:
            continue
        elif not known.allows(licence):
            yield Finding(LOCK, 0, f"{name}: {licence} is not among the allowed licences")


def licence_of(name: str, here: Mapping[str, Package], known: Known) -> str:
    """What the package states; what was read by hand where it states nothing or is not here."""
    stated = here[name].licence if name in here else ""
    return stated or known.by_hand.get(name, {}).get("licence", "")


def wrong_libraries(
    names: set[str], here: Mapping[str, Package], known: Known
) -> Iterator[Finding]:
    """Native files that nobody has looked at, or that may not reach people's computers."""
    for package in here.values():
        for library in package.libraries:
            entry = known.bundled.get(library)
            if entry is None:
                yield Finding(TABLE, 0, f"{package.name} bundles {library}: not known yet")
            elif package.name in names and not (
                known.allows(entry["licence"]) or "reason" in entry
            ):
                text = f"{package.name} bundles {library}: {entry['licence']} needs a reason"
                yield Finding(TABLE, 0, text)
        if package.is_compiled and package.name in names and package.name not in known.compiled:
            text = f"{package.name} is compiled: say under [compiled] what is linked into it"
            yield Finding(TABLE, 0, text)


def wrong_exceptions(known: Known) -> Iterator[Finding]:
    """Exceptions that may not be made: GPL without its run-time exception, or no reason."""
    entries = {**known.exceptions, **{k: v for k, v in known.bundled.items() if "reason" in v}}
    for name, entry in entries.items():
        is_gpl = re.search(r"(?<!L)GPL", entry["licence"]) and " WITH " not in entry["licence"]
        if is_gpl or not entry.get("reason"):
            yield Finding(TABLE, 0, f"{name}: {entry['licence']} cannot be excepted like this")


def check(names: set[str], here: Mapping[str, Package], known: Known) -> list[Finding]:
    """All three questions, over the packages `names` that reach people's computers."""
    return [
        *wrong_packages(names, here, known),
        *wrong_libraries(names, here, known),
        *wrong_exceptions(known),
    ]


def main(arguments: list[str]) -> int:
    """Ask the questions of this environment, or list it."""
    known = Known.read()
    here = installed(known)
    names = runtime_names(with_extras=True)
    if "--list" in arguments:
        for name in sorted(names):
            print(f"{name:<22} {licence_of(name, here, known)}")
        return 0
    return report(check(names, here, known), fine=f"The licences of {len(names)} packages fit.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
