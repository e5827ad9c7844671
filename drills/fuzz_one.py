"""Fuzz one parser, following coverage, and note all that went wrong.

python -m drills.fuzz_one NAME [--seconds N] [--seed N] [--folder FOLDER]

The folder keeps the inputs that led to new places (the next run begins with them), and each fault
with its bytes. The last line says in JSON what came of it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import logging
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from drills import fuzz_shapes

MODULES = {
    "tables": ("csv", "parquet", "score_map", "moment_map", "diary", "instrument"),
    "forms": (
        "calendar", "filled_table", "filled_json", "fhir_json", "fhir_xml", "wording",
        "expectation",
    ),
    "keys": (
        "slot_file", "client_keys", "ledger", "manifest", "spool", "letter", "seal",
        "sealed_file", "recovery_code", "share_code", "personal_key",
    ),
    "shares": ("share_file", "share", "answer"),
    "relay": ("relay_request", "relay_address"),
    "letters": (
        "box_letter", "box_content", "box_brief", "box_brief_content", "relay_list", "relay_code",
        "keeper_piece", "keeper_file", "keeper_key", "keeper_code",
    ),
    "whole": ("archive", "whole_json", "whole_csv", "audit_head", "own_care", "weighing"),
}  # fmt: skip
NAMES = {name: module for module, names in MODULES.items() for name in names}
INSTRUMENTED = [
    "lacrima", "icalendar", "dateutil", "defusedxml", "tomllib", "zipfile", "waitress",
]  # fmt: skip
OWN = f"{os.sep}src{os.sep}lacrima{os.sep}"
AT_MOST_S = 20
NOTED_EVERY_S = 2.0
MB = 1024 * 1024
RESULT = "result.json"


@dataclass
class Notes:
    """What came of it until now: how often read and refused, and the place of each fault."""

    folder: Path
    refusal: type[Exception]
    counts: dict[str, int] = field(default_factory=lambda: {"read": 0, "refused": 0})
    faults: dict[str, str] = field(default_factory=dict)
    written_at: float = 0.0

    def look(self, read: Callable[[bytes], object], data: bytes) -> None:
        """Let it be read. A fault is kept once for each place in our code."""
        try:
            read(data)
            self.counts["read"] += 1
        except self.refusal as refused:
            self.counts["refused"] += 1
            if getattr(refused, "code", "") == "our-fault":
                self.keep(refused, data)
        except Exception as other:  # anything else is what we look for
            self.keep(other, data)
        if time.monotonic() - self.written_at > NOTED_EVERY_S:
            self.write()

    def keep(self, fault: Exception, data: bytes) -> None:
        """Keep the bytes of the first fault of its kind and place."""
        where = place_of(fault)
        if where in self.faults:
            return
        name = f"fault-{hashlib.sha256(where.encode()).hexdigest()[:12]}"
        (self.folder / f"{name}.bytes").write_bytes(data)
        (self.folder / f"{name}.txt").write_text("".join(traceback.format_exception(fault)))
        self.faults[where] = f"{where}; its bytes: {name}.bytes ({len(data)})"
        self.write()

    def write(self) -> None:
        """Note it for whoever started this process, which the fuzzer may end at any moment."""
        told = {**self.counts, "faults": list(self.faults.values())}
        (self.folder / RESULT).write_text(json.dumps(told))
        self.written_at = time.monotonic()


def place_of(fault: Exception) -> str:
    """The kind of a fault, and the innermost line of our own that it came from."""
    frames = traceback.extract_tb(fault.__traceback__)
    own = [frame for frame in frames if OWN in frame.filename] or list(frames)
    last = own[-1]
    return f"{type(fault).__name__} in {last.filename.rpartition(OWN)[2]}, line {last.lineno}"


def targets_of(module: str, atheris: Any) -> ModuleType:
    """The module with the targets, and all that it imports, instrumented."""
    for name in [name for name in sys.modules if name.partition(".")[0] in INSTRUMENTED[1:]]:
        del sys.modules[name]
    with atheris.instrument_imports(include=INSTRUMENTED):
        return importlib.import_module(f"drills.fuzz_targets.{module}")


def _mutate_of(atheris: Any) -> fuzz_shapes.Mutate:
    """The fuzzer's own way to alter bytes, which is put into its place when it begins."""

    def mutate(data: bytes, most_bytes: int) -> bytes:
        altered: bytes = atheris.Mutate(data, most_bytes)
        return altered

    return mutate


def place_for_files(folder: Path) -> None:
    """What the targets write on disk lies here, and the next run begins without it."""
    place = folder / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    tempfile.tempdir = str(place)


def prepare(folder: Path, seeds: tuple[bytes, ...]) -> None:
    """The first files and the words in them, where the fuzzer finds them."""
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for old in folder.glob("fault-*"):
        old.unlink()
    (folder / "words.dict").write_text(fuzz_shapes.dictionary(seeds))
    for seed in seeds:
        (folder / "corpus" / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


def main() -> None:
    """Fuzz until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(NAMES))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder: Path = (given.folder or Path(".fuzz") / given.name).resolve()
    place_for_files(folder)
    atheris = importlib.import_module("atheris")
    logging.disable()  # libraries warn about what they read; nobody looks
    target = targets_of(NAMES[given.name], atheris).TARGETS[given.name]
    prepare(folder, target.seeds)
    resource.setrlimit(resource.RLIMIT_AS, (4 * target.memory_mb * MB, resource.RLIM_INFINITY))
    notes = Notes(folder, importlib.import_module("lacrima.errors").LacrimaError)
    notes.write()
    options = {
        "max_total_time": given.seconds,
        "seed": given.seed % 2**31 or 1,
        "rss_limit_mb": target.memory_mb,
        "timeout": AT_MOST_S,
        "report_slow_units": AT_MOST_S,
        "max_len": target.most_bytes,
        "artifact_prefix": f"{folder}/fault-",
        "dict": folder / "words.dict",
        "print_final_stats": 1,
    }
    told = [f"-{name}={value}" for name, value in options.items()]
    more = {"custom_mutator": fuzz_shapes.mutator(_mutate_of(atheris))} if target.is_json else {}
    atheris.Setup(
        [sys.argv[0], *told, str(folder / "corpus")],
        lambda data: notes.look(target.read, data),
        **more,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
