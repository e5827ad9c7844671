"""The cast that every test knows, in one practice with an open vault and a clock that stands.

Ana is the therapist and the practice is hers. Berta is her colleague with clients of her own,
Hanna is Ana's supervisor, Stella works here too and has nothing to do with anybody. Mia comes
to Ana and answers at the door; she has no account. Clara comes to Berta.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from lacrima.practice import care, people, sessions
from lacrima.records import clock
from lacrima.records.models import Client, Episode, Member, Participant, Role, Session
from lacrima.vault import create, kdf
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState
from tests.support.remembered import Remembered
from tests.support.still_clock import StillClock

PASSPHRASE = "copper lantern meadow seventeen"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # a Tuesday; 13:00 in Madrid
ZONE = "Europe/Madrid"
NO_KEYS: list[bytes] = []  # the keys file as it is made: each test begins with that one


@dataclass(frozen=True)
class Cast:
    """Everybody, and one course of care each of Ana's and Berta's."""

    ana: Member
    berta: Member
    hanna: Member
    stella: Member
    mia: Client
    clara: Client
    care_of_mia: Episode
    care_of_clara: Episode

    def place_of(self, who: Member | Client, episode: Episode) -> Participant:
        """Somebody's place in a course of care."""
        is_client = isinstance(who, Client)
        return episode.participants.get(**{"client" if is_client else "member": who})

    def session(self, number: int = 1, **fields: Any) -> Session:
        """A session of Ana's with Mia, some days ago."""
        start = fields.pop("start", NOON - timedelta(days=70 - 7 * number))
        return sessions.add_session(
            self.care_of_mia, by=self.ana, number=number, start=start, **fields
        )


@contextmanager
def cheaper_keys() -> Iterator[None]:
    """While this lasts a passphrase is turned into a key with the least work that is taken."""
    usual, kdf.STANDARD = kdf.STANDARD, kdf.FLOOR
    try:
        yield
    finally:
        kdf.STANDARD = usual


@pytest.fixture(scope="session")
def vault_folder() -> Folder:
    """The practice's folder, with its vault open."""
    folder = Folder(settings.LACRIMA_DIR)
    with cheaper_keys():
        create(folder, PASSPHRASE, now=NOON)
    NO_KEYS.append(folder.client_keys.read_bytes())
    VAULT.unlock(folder, PASSPHRASE)
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(vault_folder: Folder) -> None:
    """Before the test database is made: the vault is open, and the file is in the folder."""
    if settings.DATABASES["default"]["ENGINE"] == "lacrima.vault.sqlcipher":
        settings.DATABASES["default"]["TEST"]["NAME"] = str(vault_folder.database)


@pytest.fixture(autouse=True)
def _vault_is_open_for_rows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test with rows begins with an open vault without keys of clients or an audit chain."""
    if not _uses_rows(request):
        yield
        return
    folder: Folder = request.getfixturevalue("vault_folder")
    open_again(folder)
    for left in (folder.audit_head, folder.ledger):
        left.unlink(missing_ok=True)
    folder.client_keys.write_bytes(NO_KEYS[0])
    yield
    open_again(folder)


def _uses_rows(request: pytest.FixtureRequest) -> bool:
    names = {"db", "transactional_db", "django_db_setup", "live_server"}
    is_marked = request.node.get_closest_marker("django_db") is not None
    return is_marked or bool(names & set(request.fixturenames))


def open_again(folder: Folder) -> None:
    """Unlock, when a test locked it."""
    if VAULT.state is not LockState.OPEN or VAULT.folder != folder:
        VAULT.unlock(folder, PASSPHRASE)


@pytest.fixture
def passphrase() -> str:
    """What opens the practice of the tests."""
    return PASSPHRASE


@pytest.fixture
def still_clock() -> Iterator[StillClock]:
    """It is noon (UTC) on Tuesday 10 March 2026, and stays so."""
    standing = StillClock(NOON)
    with ExitStack() as stack:
        stack.enter_context(clock.driven_by(standing))
        yield standing


_CAST: Remembered[Cast] = Remembered()


@pytest.fixture
def cast(db: None, still_clock: StillClock, vault_folder: Folder) -> Cast:
    """The cast in its practice."""
    return _CAST.made(make_cast, folder=vault_folder, clock=still_clock)


@pytest.fixture
def committed_cast(transactional_db: None, still_clock: StillClock) -> Cast:
    """The same, with every change really committed (slower)."""
    return make_cast()


def make_cast() -> Cast:
    """Open the practice and let everybody in."""
    ana = people.open_practice(
        owner_name="Ana Ruiz",
        practice_name="Practice at the Green",
        zone=ZONE,
        country="ES",
        crisis_contacts="024, at any hour",
    )
    berta = people.add_member(by=ana, name="Berta Sol", role=Role.COLLEAGUE)
    hanna = people.add_member(by=ana, name="Hanna Weiss", role=Role.SUPERVISOR)
    stella = people.add_member(by=ana, name="Stella Fuchs", role=Role.THERAPIST)
    care_of_mia = _care_for(ana, "M 01", "Mia L.")
    care_of_clara = _care_for(berta, "C 07", "Clara P.")
    return Cast(
        ana=ana,
        berta=berta,
        hanna=hanna,
        stella=stella,
        mia=Client.objects.get(code="M 01"),
        clara=Client.objects.get(code="C 07"),
        care_of_mia=care_of_mia,
        care_of_clara=care_of_clara,
    )


def _care_for(by: Member, code: str, name: str) -> Episode:
    return care.start_episode(
        by=by,
        kind="individual",
        clients=[care.NewClient(code=code, name=name)],
        started_on=date(2026, 1, 6),
    )
