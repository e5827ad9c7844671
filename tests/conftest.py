"""One practice for all tests: an open vault in a folder that goes away, and no network.

`--database sqlcipher` (the default) keeps rows in an encrypted file of that folder;
`--database postgresql` starts a throw-away server. The cast stands in tests/support/cast.py.
Laws are tried on the same examples each time, without a clock: what failed once fails again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest
from pytest_socket import socket_allow_hosts

from lacrima.vault import kdf
from tests.support import postgres

pytest_plugins = [
    "tests.support.browser",
    "tests.support.long_ones_first",
    "tests.support.no_skips",
    "tests.support.once",
    "tests.support.postgres",
]

hypothesis.settings.register_profile(
    "the same each time",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("the same each time")

os.environ.setdefault("LACRIMA_NUMBA", "1")  # the loops as machine code, however small the data
AT_HOME = ["127.0.0.1", "::1"]
_folder = pytest.StashKey[Path]()
_server = pytest.StashKey[postgres.Cluster]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """On which database the rows of the tests are kept."""
    parser.addoption("--database", choices=["sqlcipher", "postgresql"], default="sqlcipher")


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder and the database before Django reads its settings.

    Who only hands out tests to other processes names nothing: they would inherit its folder.
    """
    if _hands_out(config):
        return
    config.stash[_folder] = Path(tempfile.mkdtemp(prefix="lacrima-tests-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "lacrima.web.settings"
    os.environ["LACRIMA_DIR"] = str(config.stash[_folder] / "practice")
    if config.getoption("--database") == "postgresql":
        _use_postgresql(config)
    django.setup()
    kdf.STANDARD = kdf.FLOOR  # new keys cost the least that Lacrima accepts
    for plugin in ("cast", "drop_box_phone", "own_keys", "things"):
        config.pluginmanager.import_plugin(f"tests.support.{plugin}")


def _hands_out(config: pytest.Config) -> bool:
    return bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")


def _use_postgresql(config: pytest.Config) -> None:
    if postgres.find_binaries() is None:
        raise pytest.UsageError(postgres.ABSENT)
    server = config.stash[_server] = postgres.start()
    os.environ["LACRIMA_DATABASE"] = "postgresql"
    os.environ["LACRIMA_HOSTS"] = "localhost"
    os.environ["LACRIMA_DATABASE_DSN"] = (
        f"postgresql://{postgres.USER}@/postgres?host={server.socket_folder}&port={server.port}"
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, remove the folder."""
    server = config.stash.get(_server, None)
    if server is not None:
        server.stop()
    if _folder in config.stash:
        shutil.rmtree(config.stash[_folder], ignore_errors=True)


def pytest_runtest_setup() -> None:
    """Only this computer may be asked for anything."""
    socket_allow_hosts(AT_HOME, allow_unix_socket=True)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """The throw-away server goes as a whole; nobody waits there for the last connection to end."""
    return bool(request.config.getoption("--database") == "postgresql")
