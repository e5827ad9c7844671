"""Where a practice lives on the disk, and whether a folder is one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lacrima import errors
from lacrima.vault import slot_file

LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # made by the desktop, not by people


@dataclass(frozen=True)
class Folder:
    """The folder of one practice. Only says where things are; opens nothing by itself."""

    root: Path

    @property
    def slots(self) -> Path:
        """The key slots: the data key, wrapped once for each way to open the practice."""
        return self.root / "vault.json"

    @property
    def slots_copy(self) -> Path:
        """The second copy of the key slots, used when the first is damaged."""
        return self.root / "vault.json.copy"

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.root / "practice.db"

    @property
    def client_keys(self) -> Path:
        """One wrapped key for each client and member; kept apart so that erasing is possible."""
        return self.root / "client-keys.json"

    @property
    def audit_head(self) -> Path:
        """The head of the audit chain, outside the database."""
        return self.root / "audit-head.json"

    @property
    def ledger(self) -> Path:
        """What was erased, as ids and dates, so that a restore erases it again."""
        return self.root / "erased.json"

    @property
    def spool(self) -> Path:
        """Sealed letters that arrived while the practice was locked."""
        return self.root / "spool"

    @property
    def drop_box(self) -> Path:
        """Where the relay is: what a locked practice needs to fetch sealed letters."""
        return self.root / "drop-box.json"

    @property
    def files(self) -> Path:
        """Sealed files."""
        return self.root / "files"

    @property
    def wills(self) -> Path:
        """Clinical wills, each sealed for the two parts of its code."""
        return self.root / "wills"

    @property
    def server_lock(self) -> Path:
        """Held by the one server of this folder."""
        return self.root / "server.lock"

    @property
    def write_lock(self) -> Path:
        """Held for the moment in which key slots or client keys are written."""
        return self.root / "write.lock"

    @property
    def backup_lock(self) -> Path:
        """Held while a backup is made."""
        return self.root / "backup.lock"

    def read_slots(self) -> slot_file.SlotFile:
        """The key slots, from the first copy that is whole.

        Raises NotAVault, NewerVault or VaultDamaged.
        """
        found = slot_file.read_first_whole(self.slots, self.slots_copy)
        if found is not None:
            return found
        if self.database.exists() or self.client_keys.exists():
            raise errors.VaultDamaged(
                "The key slots (vault.json and its copy) are missing",
                where=str(self.root),
                next_step="Put vault.json from your last backup in its place.",
            )
        raise errors.NotAVault(
            "There is no practice in this folder",
            where=str(self.root),
            expected="a folder with a file vault.json in it",
            next_step="Choose the folder of your practice, or start a new one.",
        )

    def check(self) -> None:
        """Raise NotAVault, NewerVault or VaultDamaged unless this folder holds a practice."""
        self.read_slots()

    def refuse_filled(self) -> None:
        """Raise FolderNotEmpty unless this is an empty folder, or none yet."""
        if not self.root.exists():
            return
        if not self.root.is_dir() or any(one.name not in LITTER for one in self.root.iterdir()):
            raise errors.FolderNotEmpty(
                "There is something in this folder already",
                where=str(self.root),
                expected="an empty folder, or a new name",
                next_step="Choose another folder.",
            )
