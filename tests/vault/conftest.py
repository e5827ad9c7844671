"""A practice in a folder of its own, with keys that cost little, for every test of the vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lacrima.vault import create, kdf
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault
from tests.vault.given import BEN, CHEAP, MIA, NOW, PASSPHRASE, Practice


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kdf, "STANDARD", CHEAP)
    monkeypatch.setattr(kdf, "FLOOR", CHEAP)


@pytest.fixture
def closed(tmp_path: Path) -> Practice:
    """A fresh practice, fully locked."""
    folder = Folder(tmp_path / "practice")
    return Practice(folder, create(folder, PASSPHRASE, now=NOW), Vault())


@pytest.fixture
def opened(closed: Practice) -> Iterator[Practice]:
    """The same, unlocked."""
    closed.vault.unlock(closed.folder, PASSPHRASE)
    yield closed
    closed.vault.full_lock()


@pytest.fixture(scope="session")
def shared_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One open vault for the laws, which look at many examples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kdf, "STANDARD", CHEAP)
        patch.setattr(kdf, "FLOOR", CHEAP)
        folder = Folder(tmp_path_factory.mktemp("laws") / "practice")
        create(folder, PASSPHRASE, now=NOW)
        vault = Vault()
        vault.unlock(folder, PASSPHRASE)
        vault.ensure_keys([MIA, BEN])
    yield vault
    vault.full_lock()
