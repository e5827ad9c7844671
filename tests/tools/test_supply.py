"""The list of parts from others is whole, and made without asking anybody."""

from __future__ import annotations

import json
import tomllib

import pytest

from tools import audit, sbom, uv_here
from tools.finding import ROOT


@pytest.fixture(scope="module")
def parts() -> dict[str, str]:
    """Name and version of each part in the list."""
    told = json.loads(sbom.sbom())
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    return {one["name"]: one["version"] for one in told["components"] if "version" in one}


def test_the_list_of_parts_names_everything_that_the_lock_holds(parts: dict[str, str]) -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    versions = {(one["name"], one.get("version")) for one in locked}
    assert {"django", "sqlcipher3", "cryptography", "gunicorn", "keyring"} <= parts.keys()
    assert [one for one in parts.items() if one not in versions and one[0] != "lacrima"] == []


def test_tools_of_developers_are_not_in_it(parts: dict[str, str]) -> None:
    assert not {"pytest", "ruff", "mypy"} & parts.keys()


def test_the_question_about_known_holes_says_first_that_it_asks_somebody(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "find_uv", lambda: "/bin/echo")
    assert audit.main([]) == 0
    told = capfd.readouterr().out
    assert "over the network" in told.splitlines()[0]
    assert "audit --frozen" in told


def test_without_uv_a_plain_word_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uv_here.shutil, "which", lambda _name: None)
    monkeypatch.setattr(uv_here, "ROOT", ROOT / "nowhere")
    with pytest.raises(SystemExit, match="uv is not here"):
        uv_here.find_uv()
