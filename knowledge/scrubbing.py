"""After erasing: what is left of it in the database's own files goes too, outside of any transaction."""

from __future__ import annotations

from knowledge.database import Database

_REWRITTEN = "transcript, feed, files, outbox, inbox, conversations, links, proofs, challenges, code_tries, identities"


def scrub(database: Database) -> bool:
    """SQLite: the write-ahead log is emptied (freed pages are overwritten by `secure_delete` as they are freed).

    PostgreSQL: dead rows are removed. False when a reader is still in the way: to be tried again.
    """
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        if database.is_sqlite:
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return busy is not None and not busy[0]
        connection.rollback()
        driver = connection.driver_connection
        assert driver is not None
        driver.autocommit = True
        try:
            cursor.execute(f"VACUUM {_REWRITTEN}")
        finally:
            driver.autocommit = False  # else the next transaction on it would be none
        return True
    finally:
        connection.close()
