"""A practice that an older release has written opens in this one, whole."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.embedded  # about the encrypted folder, so once is enough

KEPT = sorted((ROOT / "tests" / "fixtures").glob("vault-*"))


def test_at_least_one_release_is_kept() -> None:
    assert KEPT


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
def test_a_practice_of_an_older_release_opens_whole(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept / "practice", tmp_path / "practice")
    command = [sys.executable, "-m", "tests.support.release", str(tmp_path / "practice")]
    done = subprocess.run(
        [*command, str(kept / "passphrase.txt")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found, expected = json.loads(done.stdout), json.loads((kept / "expected.json").read_text())
    for table, rows in expected["rows"].items():
        assert found["rows"][table] == rows, table
    assert (found["words"], found["totals"]) == (expected["words"], expected["totals"])
    assert found["chain"] >= expected["chain"]


def test_it_does_not_open_with_another_passphrase(tmp_path: Path) -> None:
    shutil.copytree(KEPT[-1] / "practice", tmp_path / "practice")
    (tmp_path / "wrong.txt").write_text("not the one of this practice")
    command = [sys.executable, "-m", "lacrima", "audit", "verify", "--dir"]
    given = [str(tmp_path / "practice"), "--passphrase-file", str(tmp_path / "wrong.txt")]
    done = subprocess.run([*command, *given], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 5
