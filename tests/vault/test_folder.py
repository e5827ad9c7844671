"""One server a folder, advice about folders, and disks that say no."""

from __future__ import annotations

import errno
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lacrima import errors
from lacrima.vault import advice, disk, server_lock
from lacrima.vault.advice import FolderAdvice, folder_advice
from tests.vault.given import Practice

_SERVE = """
    import sys
    from pathlib import Path
    from lacrima.vault import server_lock
    from lacrima.vault.folder import Folder

    with server_lock.hold(Folder(Path(sys.argv[1]))):
        print("holding", flush=True)
        sys.stdin.read()
"""


def test_a_second_server_on_a_folder_is_refused(closed: Practice) -> None:
    with server_lock.hold(closed.folder):
        with pytest.raises(errors.FolderInUse) as caught, server_lock.hold(closed.folder):
            pass
        assert caught.value.exit_code == 7
    with server_lock.hold(closed.folder):
        pass


def test_a_killed_server_leaves_no_stale_lock(closed: Practice) -> None:
    command = [sys.executable, "-c", textwrap.dedent(_SERVE), str(closed.folder.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline().strip() == b"holding"
        with pytest.raises(errors.FolderInUse, match=str(server.pid)):
            server_lock.hold(closed.folder).__enter__()
        server.kill()
    with server_lock.hold(closed.folder):
        pass


@pytest.mark.parametrize(
    "path",
    [
        "/data/ana/Dropbox/Practice",
        "/data/ana/Library/Mobile Documents/com~apple~CloudDocs/Practice",
        "/data/ana/OneDrive - Praxis Ruiz/Lacrima",
        "/mnt/Google Drive/My Drive/x",
    ],
)
def test_a_folder_of_a_sync_service_is_warned_of(path: str) -> None:
    assert FolderAdvice.SYNCED in folder_advice(Path(path))


def test_an_ordinary_folder_needs_no_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advice, "LEAST_FREE_BYTES", 0)
    assert folder_advice(tmp_path / "not" / "yet") == ()


def test_little_space_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice, "LEAST_FREE_BYTES", 1 << 60)
    assert FolderAdvice.LITTLE_SPACE in folder_advice(tmp_path)


def test_a_network_share_is_found_by_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "//nas/home /mnt/nas\\040box cifs rw 0 0\n"
        "/dev/sdb1 /mnt/nas\\040box/local ext4 rw 0 0\n\n"
    )
    assert advice.is_on_share(Path("/mnt/nas box/practice"), mounts)
    assert not advice.is_on_share(Path("/mnt/nas box/local/practice"), mounts)
    assert not advice.is_on_share(Path("/home/ana"), mounts)
    assert not advice.is_on_share(Path("/home/ana"), tmp_path / "absent")
    assert advice.is_on_share(Path("//nas/home"), mounts)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (errno.ENOSPC, errors.FullDisk),
        (errno.EROFS, errors.BadInput),
        (errno.EACCES, errors.BadInput),
        (errno.EIO, errors.OurFault),
    ],
)
def test_what_a_disk_says_becomes_a_clear_error(
    tmp_path: Path, code: int, expected: type[errors.LacrimaError]
) -> None:
    with pytest.raises(expected), disk.clear_errors(tmp_path):
        raise OSError(code, "no")


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    disk.write_atomically(path, b"old")

    def fails(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(disk.os, "fsync", fails)
    with pytest.raises(errors.FullDisk):
        disk.write_atomically(path, b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("file", b"old")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_core_dumps_can_be_forbidden() -> None:
    script = (
        "import resource; from lacrima.vault.core_dumps import forbid_core_dumps as f; f(); "
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"(0, 0)"
