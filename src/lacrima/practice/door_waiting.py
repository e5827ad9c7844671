"""Answers given while the practice was locked wait sealed in the spool, and are kept at unlock."""

from __future__ import annotations

import logging

from lacrima.errors import LacrimaError
from lacrima.practice.door_answering import Word, keep, word_from
from lacrima.vault import spool
from lacrima.vault.folder import Folder

KIND = "door-answer"
_log = logging.getLogger("lacrima.door")


def put_by(folder: Folder, word: Word) -> None:
    """Seal it for the practice; only the open practice reads it. It is on the disk afterwards."""
    spool.put(folder, KIND, word.as_json())


def take_in(folder: Folder) -> int:
    """Keep every letter of the door; how many. One that cannot be kept stays where it is.

    A power cut between keeping and removing is no harm: its key makes the second time nothing.
    """
    kept = 0
    for letter_id in spool.names(folder):
        try:
            if spool.kind_of(folder, letter_id) != KIND:
                continue
            keep(word_from(spool.take(folder, KIND, letter_id)))
        except LacrimaError as error:
            _log.warning("a letter of the door stays aside: %s", type(error).__name__)
            continue
        spool.remove(folder, letter_id)
        kept += 1
    return kept
