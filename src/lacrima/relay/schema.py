"""The tables of a relay: mailboxes, briefs, letters. No column for who wrote or from where."""

from __future__ import annotations

import sqlite3

from lacrima import errors

VERSION = 1
# `bytes` follows by itself: no change of the program can forget it. `last_n` only rises, so a
# practice that lists after the last number it saw misses nothing, and learns of no other mailbox.
TABLES = """
CREATE TABLE mailboxes (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    fetch_hash BLOB NOT NULL UNIQUE,
    manage_hash BLOB NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    last_n INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE briefs (
    name BLOB PRIMARY KEY,
    mailbox INTEGER NOT NULL REFERENCES mailboxes (key),
    until INTEGER NOT NULL,
    brief BLOB NOT NULL
);
CREATE INDEX briefs_of ON briefs (mailbox);
CREATE INDEX briefs_until ON briefs (until);
CREATE TABLE letters (
    key INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL REFERENCES mailboxes (key),
    n INTEGER NOT NULL,
    name BLOB NOT NULL,
    id BLOB NOT NULL,
    stored_at INTEGER NOT NULL,
    forget_at INTEGER NOT NULL,
    letter BLOB NOT NULL
);
CREATE UNIQUE INDEX letters_listed ON letters (mailbox, n);
CREATE UNIQUE INDEX letters_once ON letters (mailbox, name, id);
CREATE INDEX letters_by_id ON letters (mailbox, id);
CREATE INDEX letters_forget_at ON letters (forget_at);
CREATE TRIGGER brief_in AFTER INSERT ON briefs BEGIN
    UPDATE mailboxes SET bytes = bytes + length(NEW.brief) WHERE key = NEW.mailbox;
END;
CREATE TRIGGER brief_out AFTER DELETE ON briefs BEGIN
    UPDATE mailboxes SET bytes = bytes - length(OLD.brief) WHERE key = OLD.mailbox;
END;
CREATE TRIGGER letter_in AFTER INSERT ON letters BEGIN
    UPDATE mailboxes SET bytes = bytes + length(NEW.letter) WHERE key = NEW.mailbox;
END;
CREATE TRIGGER letter_out AFTER DELETE ON letters BEGIN
    UPDATE mailboxes SET bytes = bytes - length(OLD.letter) WHERE key = OLD.mailbox;
END;
"""


def make(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file. Raises BadInput where a newer relay has written."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if found > VERSION:
            raise errors.BadInput(
                "This relay's file was written by a newer Lacrima",
                where="relay.db",
                next_step="Update Lacrima here.",
            )
        if found == 0:
            for statement in _statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _statements() -> list[str]:
    statements, begun = [], ""
    for line in TABLES.strip().splitlines():
        begun += f"{line}\n"
        if sqlite3.complete_statement(begun):
            statements.append(begun)
            begun = ""
    return statements
