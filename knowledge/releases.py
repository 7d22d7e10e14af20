"""Catalogue releases: what citizens see is the newest one, whole. Editors change drafts; publishing makes a release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from dialogs.services import Catalogue, Organisation, Service
from knowledge.codec import ORGANISATIONS, SERVICE, dumps
from knowledge.tables import drafts, release_services, releases, service_versions


class StaleDraft(Exception):
    """The service was published by somebody else since the draft was begun; `author` is who."""

    def __init__(self, author: str) -> None:
        super().__init__("the service changed since the draft was begun")
        self.author = author


class NoSuchRelease(LookupError):
    """There is no release of that number."""


@dataclass(frozen=True)
class ReleaseRow:
    number: int
    at: datetime
    author: str
    note: str


@dataclass(frozen=True)
class VersionRow:
    """One version of a service and the first release it stood in."""

    id: int
    at: datetime
    author: str
    service: Service
    release: int | None


@dataclass(frozen=True)
class Draft:
    service: Service
    author: str
    at: datetime
    base_version_id: int


def current_number(connection: Connection) -> int:
    """The release in force; 0 when nothing was ever loaded."""
    return connection.execute(select(func.max(releases.c.number))).scalar() or 0


def load(connection: Connection, number: int | None = None) -> Catalogue:
    """A release whole; the one in force without a number. Raises `NoSuchRelease`."""
    number = number or current_number(connection)
    organisations = connection.execute(select(releases.c.organisations).where(releases.c.number == number)).scalar()
    if organisations is None:
        raise NoSuchRelease(number)
    query = (
        select(service_versions.c.content)
        .join(release_services, release_services.c.version_id == service_versions.c.id)
        .where(release_services.c.release == number)
        .order_by(service_versions.c.service_id)
    )
    services = [SERVICE.validate_json(content) for content in connection.execute(query).scalars()]
    return Catalogue(number, {s.id: s for s in services}, ORGANISATIONS.validate_json(organisations))


def publish_files(
    connection: Connection, catalogue: Catalogue, digest: str, author: str, note: str, now: datetime
) -> int:
    """A release from the files. What an editor changed since the last loading stays as the editor left it."""
    before = _versions(connection, current_number(connection))
    chosen: dict[str, int] = {}
    for service in catalogue.services.values():
        old = before.get(service.id)
        content = dumps(SERVICE, service)
        keep = old is not None and (old[1] != author or old[2] == content)
        chosen[service.id] = old[0] if old and keep else _add_version(connection, service.id, content, author, now)
    return _release(connection, chosen, dict(catalogue.organisations), author, note, now, digest)


def loaded_digest(connection: Connection) -> str | None:
    """Of the files the last loading read."""
    query = select(releases.c.files_digest).where(releases.c.files_digest.is_not(None))
    return connection.execute(query.order_by(releases.c.number.desc()).limit(1)).scalar()


def save_draft(connection: Connection, service: Service, base_version_id: int, author: str, now: datetime) -> None:
    connection.execute(delete(drafts).where(drafts.c.service_id == service.id))
    values = {"service_id": service.id, "base_version_id": base_version_id, "author": author, "at": now}
    connection.execute(insert(drafts).values(**values, content=dumps(SERVICE, service)))


def discard_draft(connection: Connection, service_id: str) -> None:
    connection.execute(delete(drafts).where(drafts.c.service_id == service_id))


def find_draft(connection: Connection, service_id: str) -> Draft | None:
    row = connection.execute(select(drafts).where(drafts.c.service_id == service_id)).one_or_none()
    return Draft(SERVICE.validate_json(row.content), row.author, row.at, row.base_version_id) if row else None


def draft_ids(connection: Connection) -> set[str]:
    return set(connection.execute(select(drafts.c.service_id)).scalars())


def publish_draft(connection: Connection, service_id: str, author: str, note: str, now: datetime) -> int:
    """The draft becomes part of a new release. Raises `StaleDraft` when the service moved on, else `LookupError`."""
    draft = find_draft(connection, service_id)
    if draft is None:
        raise LookupError(service_id)
    number = current_number(connection)
    before = _versions(connection, number)
    if service_id in before and before[service_id][0] != draft.base_version_id:
        raise StaleDraft(before[service_id][1])
    version = _add_version(connection, service_id, dumps(SERVICE, draft.service), author, now)
    discard_draft(connection, service_id)
    chosen = {key: value[0] for key, value in before.items()} | {service_id: version}
    return _release(connection, chosen, _organisations(connection, number), author, note, now)


def roll_back(connection: Connection, number: int, author: str, now: datetime) -> int:
    """A new release that is the same as an old one. Raises `NoSuchRelease`."""
    chosen = {key: value[0] for key, value in _versions(connection, number).items()}
    if not chosen:
        raise NoSuchRelease(number)
    return _release(connection, chosen, _organisations(connection, number), author, f"#{number}", now)


def history(connection: Connection, limit: int = 50) -> list[ReleaseRow]:
    """Newest first."""
    query = select(releases).order_by(releases.c.number.desc()).limit(limit)
    return [ReleaseRow(row.number, row.at, row.author, row.note) for row in connection.execute(query)]


def version_id(connection: Connection, service_id: str) -> int | None:
    """The version of a service in the release in force."""
    return _versions(connection, current_number(connection)).get(service_id, (None,))[0]


def versions_of(connection: Connection, service_id: str) -> list[VersionRow]:
    """Every version of one service, newest first."""
    first = (
        select(func.min(release_services.c.release))
        .where(release_services.c.version_id == service_versions.c.id)
        .scalar_subquery()
    )
    query = select(service_versions, first.label("release")).where(service_versions.c.service_id == service_id)
    rows = connection.execute(query.order_by(service_versions.c.id.desc())).all()
    return [VersionRow(row.id, row.at, row.author, SERVICE.validate_json(row.content), row.release) for row in rows]


def _versions(connection: Connection, number: int) -> dict[str, tuple[int, str, str]]:
    """service id -> (version id, author, content) of a release."""
    query = (
        select(
            service_versions.c.service_id, service_versions.c.id, service_versions.c.author, service_versions.c.content
        )
        .join(release_services, release_services.c.version_id == service_versions.c.id)
        .where(release_services.c.release == number)
    )
    return {row.service_id: (row.id, row.author, row.content) for row in connection.execute(query)}


def _organisations(connection: Connection, number: int) -> dict[str, Organisation]:
    query = select(releases.c.organisations).where(releases.c.number == number)
    return ORGANISATIONS.validate_json(connection.execute(query).scalar_one())


def _add_version(connection: Connection, service_id: str, content: str, author: str, now: datetime) -> int:
    values = {"service_id": service_id, "at": now, "author": author, "content": content}
    result = connection.execute(insert(service_versions).values(**values).returning(service_versions.c.id))
    return int(result.scalar_one())


def _release(
    connection: Connection,
    chosen: dict[str, int],
    organisations: dict[str, Organisation],
    author: str,
    note: str,
    now: datetime,
    digest: str | None = None,
) -> int:
    number = current_number(connection) + 1
    content = dumps(ORGANISATIONS, organisations)
    values = {"number": number, "at": now, "author": author, "note": note[:500], "files_digest": digest}
    connection.execute(insert(releases).values(**values, organisations=content))
    rows = [{"release": number, "service_id": key, "version_id": version} for key, version in chosen.items()]
    if rows:
        connection.execute(insert(release_services), rows)
    return number
