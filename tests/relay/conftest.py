"""A relay for each test, with one mailbox and one invitation."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lacrima.relay.mailboxes import Made
from lacrima.relay.store import Connection, Store
from tests.relay.given import Relay


@pytest.fixture(autouse=True)
def _nothing_stays_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every file that a test opened is closed when it is over; Python 3.13 warns of others."""
    opened: list[Connection] = []
    really = Store._opened

    def remembered(store: Store) -> Connection:
        opened.append(really(store))
        return opened[-1]

    monkeypatch.setattr(Store, "_opened", remembered)
    yield
    for one in opened:
        one.close()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A fresh relay."""
    made = Relay(tmp_path / "relay.db")
    yield made
    made.store.close()


@pytest.fixture
def ana(relay: Relay) -> Made:
    """Ana's mailbox; Mia has a link of hers."""
    made = relay.keeper.make_mailbox()
    assert relay.put(made).status == 201
    return made


@pytest.fixture
def hanna(relay: Relay) -> Made:
    """Another practice's mailbox."""
    return relay.keeper.make_mailbox()


@pytest.fixture(autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """A shell lets its background jobs ignore Ctrl+C, and what they start would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
