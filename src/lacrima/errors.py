"""The one tree of errors: what was found, where, what was expected, what to do next.

    LacrimaError                          exit  code
    ├── UsageError                          2   usage
    ├── BadInput                            3   bad-input
    │   ├── BadTable                        3   bad-table
    │   ├── BadMap                          3   bad-map
    │   ├── BadFormula                      3   bad-formula
    │   ├── BadInstrument                   3   bad-instrument
    │   ├── BadEvidence                     3   bad-evidence
    │   ├── BadCalendar                     3   bad-calendar
    │   ├── BadForm                         3   bad-form
    │   ├── BadShare                        3   bad-share
    │   ├── BadLetter                       3   bad-letter
    │   ├── OutOfRange                      3   out-of-range
    │   ├── NotAVault                       3   not-a-vault
    │   ├── NewerVault                      3   newer-vault
    │   ├── FolderNotEmpty                  3   folder-not-empty
    │   ├── OnHold                          3   on-hold
    │   └── EditConflict                    3   edit-conflict
    ├── NoResult                            4   no-result
    ├── NotReady                            4   not-ready
    │   └── RelayAway                       4   relay-away
    ├── Locked                              5   locked
    │   ├── WrongPassphrase                 5   wrong-passphrase
    │   ├── WrongRecoveryCode               5   wrong-recovery-code
    │   ├── WrongPin                        5   wrong-pin
    │   ├── KeyGone                         5   key-gone
    │   └── PersonalThingsClosed            5   personal-things-closed
    ├── Damaged                             6   damaged
    │   ├── VaultDamaged                    6   vault-damaged
    │   ├── SealBroken                      6   seal-broken
    │   ├── BackupDamaged                   6   backup-damaged
    │   └── AuditBroken                     6   audit-broken
    ├── NotAllowed                          7   not-allowed
    │   ├── NotFound                        7   not-found
    │   ├── NoConsent                       7   no-consent
    │   └── FolderInUse                     7   folder-in-use
    └── OurFault                           70   our-fault
        ├── NoCipher                       70   no-cipher
        ├── DatabaseAway                   70   database-away
        └── FullDisk                       70   full-disk

A message never holds a client's words, name or scores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

_in_language: Callable[[str], str] = str


def say_in(in_language: Callable[[str], str]) -> None:
    """From now on the sentences of errors are said through this (the pages: gettext)."""
    global _in_language  # noqa: PLW0603  one process speaks through one catalogue
    _in_language = in_language


def _said(words: str) -> str:
    return _in_language(words) if words else ""


class LacrimaError(Exception):
    """Anything Lacrima refuses or cannot do, said so that a person can go on."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 70

    def __init__(
        self, found: str, *, where: str = "", expected: str = "", next_step: str = ""
    ) -> None:
        """Say what was found; where; what was expected; and what to do next."""
        self._found = found
        self.where = where
        self._expected = expected
        self._next_step = next_step
        super().__init__(found)

    @property
    def found(self) -> str:
        """What was found, in the language of whoever reads."""
        return _said(self._found)

    @property
    def expected(self) -> str:
        """What was expected; empty where nothing helps to say it."""
        return _said(self._expected)

    @property
    def next_step(self) -> str:
        """What to do next; empty where there is nothing to do."""
        return _said(self._next_step)

    def __str__(self) -> str:
        """The readable line."""
        return self.sentence()

    def sentence(self) -> str:
        """All four parts in one readable line, the empty ones left out."""
        parts = [f"{self.where}: {self.found}" if self.where else self.found]
        if self.expected:
            parts.append(f"Expected: {self.expected}")
        if self.next_step:
            parts.append(self.next_step)
        return " ".join(part if part[-1:] in ".?:" else f"{part}." for part in parts)

    def as_json(self) -> dict[str, str]:
        """The same for a program (the command line's contract)."""
        return {
            "code": self.code,
            "found": self.found,
            "where": self.where,
            "expected": self.expected,
            "next": self.next_step,
        }


class UsageError(LacrimaError):
    """The command or its options do not fit together."""

    code = "usage"
    exit_code = 2


class BadInput(LacrimaError):
    """What was handed in cannot be used as it is."""

    code = "bad-input"
    exit_code = 3


class BadTable(BadInput):
    """A table of scores cannot be read, or a cell in it is wrong."""

    code = "bad-table"


class BadMap(BadInput):
    """The file that says which column is what does not fit."""

    code = "bad-map"


class BadFormula(BadInput):
    """The formula of a model cannot be read, or asks for what there is not."""

    code = "bad-formula"


class BadInstrument(BadInput):
    """An instrument's data file has a mistake in it."""

    code = "bad-instrument"


class BadEvidence(BadInput):
    """A data file of the evidence library has a mistake in it."""

    code = "bad-evidence"


class BadCalendar(BadInput):
    """A calendar file cannot be read."""

    code = "bad-calendar"


class BadForm(BadInput):
    """A filled questionnaire cannot be read, or does not fit its instrument."""

    code = "bad-form"


class BadShare(BadInput):
    """A share file cannot be opened here: damaged, altered, newer, or for somebody else."""

    code = "bad-share"


class BadLetter(BadInput):
    """A letter of the drop-box cannot be opened, or does not say what a letter may say."""

    code = "bad-letter"


class OutOfRange(BadInput):
    """A value lies outside what the field allows."""

    code = "out-of-range"


class NotAVault(BadInput):
    """The folder is not a Lacrima practice."""

    code = "not-a-vault"


class NewerVault(BadInput):
    """The practice was written by a newer Lacrima than this one."""

    code = "newer-vault"


class FolderNotEmpty(BadInput):
    """A new practice, or a restored one, needs an empty folder."""

    code = "folder-not-empty"


class OnHold(BadInput):
    """Nothing about this client may be deleted now."""

    code = "on-hold"


class EditConflict(BadInput):
    """Somebody, or another window, changed this since it was opened."""

    code = "edit-conflict"


class NoResult(LacrimaError):
    """The question is fair, but these data give no answer."""

    code = "no-result"
    exit_code = 4


class NotReady(LacrimaError):
    """A clinic's server is not set up so that it may serve."""

    code = "not-ready"
    exit_code = 4


class RelayAway(NotReady):
    """The relay of the drop-box cannot be reached, or does not answer as a relay does."""

    code = "relay-away"


class Locked(LacrimaError):
    """The practice is locked."""

    code = "locked"
    exit_code = 5


class WrongPassphrase(Locked):
    """The passphrase does not open this practice."""

    code = "wrong-passphrase"


class WrongRecoveryCode(Locked):
    """The recovery code does not open this practice."""

    code = "wrong-recovery-code"


class WrongPin(Locked):
    """The PIN is not the one of this day."""

    code = "wrong-pin"


class KeyGone(Locked):
    """The key that sealed this was erased, so nobody can read it any more."""

    code = "key-gone"


class PersonalThingsClosed(Locked):
    """In a clinic: what is hers alone, and she has not opened it in this browser."""

    code = "personal-things-closed"


class Damaged(LacrimaError):
    """Something that was written whole is no longer whole."""

    code = "damaged"
    exit_code = 6


class VaultDamaged(Damaged):
    """The practice's files are damaged."""

    code = "vault-damaged"


class SealBroken(Damaged):
    """A sealed piece was altered, cut short, or moved to another place."""

    code = "seal-broken"


class BackupDamaged(Damaged):
    """A backup does not open or is not whole."""

    code = "backup-damaged"


class AuditBroken(Damaged):
    """The audit log does not fit together."""

    code = "audit-broken"


class NotAllowed(LacrimaError):
    """This person may not do this."""

    code = "not-allowed"
    exit_code = 7


class NotFound(NotAllowed):
    """There is no such thing, or it is not this person's to see: we do not say which."""

    code = "not-found"


class NoConsent(NotAllowed):
    """Somebody whom this is about has not agreed to what it is for."""

    code = "no-consent"


class FolderInUse(NotAllowed):
    """Another Lacrima serves this folder already."""

    code = "folder-in-use"


class OurFault(LacrimaError):
    """A mistake of ours, or of the machine; never of the person."""

    code = "our-fault"
    exit_code = 70


class NoCipher(OurFault):
    """The database engine here cannot encrypt, so nothing is opened."""

    code = "no-cipher"


class DatabaseAway(OurFault):
    """The clinic's database does not answer, or broke off."""

    code = "database-away"


class FullDisk(OurFault):
    """There is no room left to write."""

    code = "full-disk"
