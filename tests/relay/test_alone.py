"""The relay stands alone: nothing but the standard library, waitress and our errors."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from lacrima import relay
from lacrima.relay import limits
from tests.cli.conftest import environment

SOURCE = Path(relay.__file__).parent
CIPHERS = {"ssl", "cryptography", "sqlcipher3"}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            assert node.module is not None
            yield from (
                f"{node.module}.{one.name}" if node.module == "lacrima" else node.module
                for one in node.names
            )


def test_it_imports_the_standard_library_waitress_and_our_errors_alone() -> None:
    for path in SOURCE.rglob("*.py"):
        for name in imported(path):
            top = name.partition(".")[0]
            is_ours = name == "lacrima.errors" or name.startswith("lacrima.relay")
            assert is_ours or top == "waitress" or top in sys.stdlib_module_names, f"{path}: {name}"
            assert top not in CIPHERS, f"{path} could open something"


def test_a_running_relay_loads_nothing_of_the_practice() -> None:
    program = "import lacrima.relay.__main__, sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    loaded = {name for name in done.stdout.split() if name.startswith("lacrima")}
    assert {one for one in loaded if not one.startswith("lacrima.relay")} == {
        "lacrima",
        "lacrima.errors",
    }
    for name in ("django", "cryptography", "typer", "sqlcipher3", "numpy"):
        assert name not in done.stdout.split()


def test_the_sizes_are_those_of_the_contract() -> None:
    assert limits.LETTER_BYTES == (4096, 16384, 65536)
    assert limits.BRIEF_BYTES == (8192, 16384, 32768, 65536)
    assert max(*limits.LETTER_BYTES, *limits.BRIEF_BYTES) == limits.MOST_BODY_BYTES
