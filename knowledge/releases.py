"""Catalogue releases: what citizens see is the newest one, whole. Editors change drafts; publishing makes a release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from dialogs.services import Catalogue, Organisation, Service
from knowledge.codec import ORGANISATIONS, SERVICE, dumps
from knowledge.tables import drafts, release_services, releases, service_versions

IMPORT_AUTHOR = "catalogue import"  # no person: its versions give way like those of the files


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


class Version(NamedTuple):
    """`content`: the service as JSON, as it is stored."""

    id: int
    author: str
    content: str


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
    """A release from the files. What an editor published stays as the editor left it, what only the database holds
    stays too; an import's version of a service that the files hold gives way to theirs."""
    number = current_number(connection)
    before = versions(connection, number)
    kept = {key: old for key, old in before.items() if _stays(key, old, catalogue, author)}
    chosen = {key: old.id for key, old in kept.items()}
    for service in catalogue.services.values():
        content = dumps(SERVICE, service)
        old = before.get(service.id)
        if old is not None and old.content == content:
            chosen[service.id] = old.id
        elif service.id not in chosen:
            chosen[service.id] = add_version(connection, service.id, content, author, now)
    organisations = dict(catalogue.organisations)
    if needed := {SERVICE.validate_json(old.content).organisation for old in kept.values()} - organisations.keys():
        organisations |= {key: each for key, each in _organisations(connection, number).items() if key in needed}
    return publish(connection, chosen, organisations, author, note, now, digest)


def _stays(service_id: str, old: Version, catalogue: Catalogue, author: str) -> bool:
    """An editor's version always; an import's only where the files have nothing, under another id neither."""
    if old.author not in (author, IMPORT_AUTHOR):
        return True
    if old.author == author or service_id in catalogue.services:
        return False
    page = SERVICE.validate_json(old.content).emongolia_id
    return page is None or all(service.emongolia_id != page for service in catalogue.services.values())


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
    before = versions(connection, number)
    if service_id in before and before[service_id].id != draft.base_version_id:
        raise StaleDraft(before[service_id].author)
    version = add_version(connection, service_id, dumps(SERVICE, draft.service), author, now)
    discard_draft(connection, service_id)
    chosen = {key: value.id for key, value in before.items()} | {service_id: version}
    return publish(connection, chosen, _organisations(connection, number), author, note, now)


def roll_back(connection: Connection, number: int, author: str, now: datetime) -> int:
    """A new release that is the same as an old one. Raises `NoSuchRelease`."""
    chosen = {key: value.id for key, value in versions(connection, number).items()}
    if not chosen:
        raise NoSuchRelease(number)
    return publish(connection, chosen, _organisations(connection, number), author, f"#{number}", now)


def history(connection: Connection, limit: int = 50) -> list[ReleaseRow]:
    """Newest first."""
    query = select(releases).order_by(releases.c.number.desc()).limit(limit)
    return [ReleaseRow(row.number, row.at, row.author, row.note) for row in connection.execute(query)]


def version_id(connection: Connection, service_id: str) -> int | None:
    """The version of a service in the release in force."""
    query = select(release_services.c.version_id).where(
        release_services.c.release == current_number(connection), release_services.c.service_id == service_id
    )
    return connection.execute(query).scalar()


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


def versions(connection: Connection, number: int) -> dict[str, Version]:
    """Of each service of a release, by the service's id."""
    query = (
        select(
            service_versions.c.service_id, service_versions.c.id, service_versions.c.author, service_versions.c.content
        )
        .join(release_services, release_services.c.version_id == service_versions.c.id)
        .where(release_services.c.release == number)
    )
    return {row.service_id: Version(row.id, row.author, row.content) for row in connection.execute(query)}


def _organisations(connection: Connection, number: int) -> dict[str, Organisation]:
    query = select(releases.c.organisations).where(releases.c.number == number)
    return ORGANISATIONS.validate_json(connection.execute(query).scalar_one())


def add_version(connection: Connection, service_id: str, content: str, author: str, now: datetime) -> int:
    """The id of a new version, which no release holds yet."""
    values = {"service_id": service_id, "at": now, "author": author, "content": content}
    result = connection.execute(insert(service_versions).values(**values).returning(service_versions.c.id))
    return int(result.scalar_one())


def publish(
    connection: Connection,
    chosen: dict[str, int],
    organisations: dict[str, Organisation],
    author: str,
    note: str,
    now: datetime,
    digest: str | None = None,
) -> int:
    """A new release that holds these versions (service id to version id) and nothing else; its number."""
    number = current_number(connection) + 1
    content = dumps(ORGANISATIONS, organisations)
    values = {"number": number, "at": now, "author": author, "note": note[:500], "files_digest": digest}
    connection.execute(insert(releases).values(**values, organisations=content))
    rows = [{"release": number, "service_id": key, "version_id": version} for key, version in chosen.items()]
    if rows:
        connection.execute(insert(release_services), rows)
    return number
