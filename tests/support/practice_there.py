"""A second practice in a process of its own: Hanna's, for tests that exchange files with it.

`python -m tests.support.practice_there FOLDER` reads one JSON object a line ({"do": ..., ...}) and
answers with one; a refusal comes back as {"error": ..., "code": ...}.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

PASSPHRASE = "another set of four words"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@dataclass
class There:
    """The other practice, as a test speaks to it."""

    process: subprocess.Popen[str]
    folder: Path

    @classmethod
    def begin(cls, folder: Path) -> There:
        """Start it, with a fresh practice in this folder."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.practice_there", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**kept, "LACRIMA_DIR": str(folder), "PYTHONPATH": os.getcwd()},
        )
        return cls(process, folder)

    def ask(self, do: str, **given: Any) -> dict[str, Any]:
        """Let something be done there; what came of it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, **given}) + "\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def open_file(self, data: bytes) -> dict[str, Any]:
        """Open a file there."""
        return self.ask("open", file=base64.b64encode(data).decode())

    def file(self, do: str, **given: Any) -> bytes:
        """A file that is made there."""
        return base64.b64decode(self.ask(do, **given)["file"])

    def end(self) -> None:
        """Let it end."""
        self.process.communicate(timeout=30)


def _serve(folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "lacrima.web.settings"
    django.setup()
    from tests.support import practice_there_does  # only after Django is set up  # noqa: PLC0415

    here = practice_there_does.begin(folder)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(here.do(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
