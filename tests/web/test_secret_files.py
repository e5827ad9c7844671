"""Secrets come from files that nobody else can read, and what is wrong with one is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from lacrima.errors import UsageError
from lacrima.web import secret_files

pytestmark = pytest.mark.embedded

SECRET = "seven quiet chairs"


def written(path: Path, text: str = f"{SECRET}\r\nmore\n", mode: int = 0o400) -> dict[str, str]:
    """The environment that names a file with this text."""
    path.write_bytes(text.encode())
    path.chmod(mode)
    return {"LACRIMA_VAULT_PASSPHRASE_FILE": str(path)}


def test_the_first_line_of_the_named_file_is_the_secret(tmp_path: Path) -> None:
    assert secret_files.read("vault_passphrase", written(tmp_path / "secret")) == SECRET


def test_a_file_that_systemd_hands_over_is_found_by_its_name(tmp_path: Path) -> None:
    written(tmp_path / "vault-passphrase", mode=0o440)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert secret_files.read("vault_passphrase", environment) == SECRET
    assert secret_files.path_of("secret_key", environment) is None


@pytest.mark.parametrize("mode", [0o404, 0o420, 0o402, 0o444])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(UsageError, match="chmod 400"):
        secret_files.read("vault_passphrase", written(tmp_path / "secret", mode=mode))


@pytest.mark.parametrize("text", ["", "\n", "\r\nsecond line\n"])
def test_an_empty_file_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        secret_files.read("vault_passphrase", written(tmp_path / "secret", text))


def test_what_was_not_named_or_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="LACRIMA_SECRET_KEY_FILE: no file was named"):
        secret_files.read("secret_key", {})
    with pytest.raises(UsageError, match="is not there"):
        secret_files.read("secret_key", {"LACRIMA_SECRET_KEY_FILE": str(tmp_path / "none")})
    with pytest.raises(UsageError, match="cannot be read"):
        secret_files.read("secret_key", {"LACRIMA_SECRET_KEY_FILE": str(tmp_path)})
    (tmp_path / "secret").write_bytes(b"\xff\xfe\n")
    (tmp_path / "secret").chmod(0o400)
    with pytest.raises(UsageError, match="cannot be read"):
        secret_files.read("secret_key", {"LACRIMA_SECRET_KEY_FILE": str(tmp_path / "secret")})
