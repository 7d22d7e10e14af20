"""What may be taken once only: remembered by a digest until it would not be taken any more anyway."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete

from knowledge.database import insert_new
from knowledge.house_tables import marks

_PREFIX = "seen "
_DIGITS = 50  # of the digest, in hex; the name of a mark has 60 signs


def take_once(connection: Connection, what: str, until: datetime, now: datetime) -> bool:
    """True for the first who brings `what`; whatever is past its `until` is forgotten meanwhile."""
    over = marks.c.name.startswith(_PREFIX, autoescape=True) & (marks.c.at < now)
    connection.execute(delete(marks).where(over))
    name = _PREFIX + sha256(what.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
    return connection.execute(insert_new(connection, marks), {"name": name, "at": until}).rowcount == 1
