"""When something was last so, by name, and the absences: times in which no process of ours was there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from knowledge.database import hold_alone, insert_new
from knowledge.house_tables import absences, marks

ALIVE = "alive"
LONGEST_PAUSE = timedelta(minutes=5)  # a restart or a deployment takes less


@dataclass(frozen=True)
class Absence:
    """From the last sign of life to the next one."""

    away_since: datetime
    back_at: datetime


def set_mark(connection: Connection, name: str, at: datetime) -> None:
    """The mark of that name (at most 60 signs) stands at this time from now on."""
    moved = connection.execute(update(marks).where(marks.c.name == name).values(at=at)).rowcount
    if not moved:
        connection.execute(insert_new(connection, marks), {"name": name, "at": at})


def mark(connection: Connection, name: str) -> datetime | None:
    return connection.execute(select(marks.c.at).where(marks.c.name == name)).scalar()


def marks_since(connection: Connection, prefix: str, since: datetime) -> dict[str, datetime]:
    """The marks whose names begin so and that were set since then, newest first, by the rest of their names."""
    query = select(marks.c.name, marks.c.at).where(marks.c.name.startswith(prefix, autoescape=True))
    rows = connection.execute(query.where(marks.c.at >= since).order_by(marks.c.at.desc(), marks.c.name))
    return {name.removeprefix(prefix): at for name, at in rows}


def beat(connection: Connection, now: datetime, longest: timedelta = LONGEST_PAUSE) -> Absence | None:
    """A sign of life. When the one before is longer ago than that, nobody was there meanwhile, which is kept, once."""
    hold_alone(connection, ALIVE)
    before = mark(connection, ALIVE)
    set_mark(connection, ALIVE, now)
    if before is None or now - before <= longest:
        return None
    connection.execute(insert(absences).values(away_since=before, back_at=now))
    return Absence(before, now)


def recent_absences(connection: Connection, since: datetime, limit: int = 20) -> list[Absence]:
    """Those that ended since then, newest first."""
    query = select(absences.c.away_since, absences.c.back_at).where(absences.c.back_at >= since)
    rows = connection.execute(query.order_by(absences.c.back_at.desc(), absences.c.id.desc()).limit(limit))
    return [Absence(*row) for row in rows]
