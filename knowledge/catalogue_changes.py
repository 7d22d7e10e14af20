"""What an import would change in the release in force, and the one new release that it becomes.

An import never overwrites an editor unasked: a service whose version in force an editor wrote, or that has an open
draft, is a conflict and stays as it is until it is named. Drafts are never touched.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import IntegrityError

from dialogs.services import Catalogue, Service
from knowledge import audit_rows, portal_entries, releases
from knowledge.catalogue_tables import row_of
from knowledge.codec import SERVICE, dumps
from knowledge.database import DatabaseError
from knowledge.releases import IMPORT_AUTHOR
from knowledge.tables import drafts

MAX_SHARED_TAG = 5  # a tag on more services than this is a label, not a name that finds one of them


class Overtaken(Exception):
    """The catalogue or its drafts changed since the comparison was made."""


@dataclass(frozen=True)
class Standing:
    """The release in force as an import finds it. `editors`: who wrote the version in force of a service, or has a
    draft of it open; nobody for what came from the files or an import."""

    catalogue: Catalogue
    editors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """What the portal knows of a service."""

    title: str
    emongolia_id: str | None
    tags: tuple[str, ...]


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class FieldChange:
    """A column of the table, before and after."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """`service` as it would become, for `gone` as it is; `editor` makes it a conflict."""

    kind: Kind
    service: Service
    fields: tuple[FieldChange, ...] = ()
    editor: str = ""


@dataclass(frozen=True)
class Changes:
    """`unplaced`: titles the portal lists without an id, which no service of ours bears; they cannot be made."""

    all: tuple[Change, ...]
    same: int
    unplaced: tuple[str, ...] = ()

    def of(self, kind: Kind) -> list[Change]:
        return [change for change in self.all if change.kind is kind and not change.editor]

    @property
    def conflicts(self) -> list[Change]:
        return [change for change in self.all if change.editor]

    def chosen(self, take_theirs: Collection[str], remove_gone: bool) -> list[Change]:
        """What is to be applied. Raises ValueError for an id in `take_theirs` that is no conflict."""
        if strangers := sorted(set(take_theirs) - {change.service.id for change in self.conflicts}):
            raise ValueError(f"no conflict: {', '.join(strangers)}")
        wanted = [change for change in self.all if not change.editor or change.service.id in take_theirs]
        return [change for change in wanted if remove_gone or change.kind is not Kind.GONE]


def standing(connection: Connection, own_authors: Collection[str]) -> Standing:
    """`own_authors` are no editors. Raises `DatabaseError` when no catalogue was ever loaded."""
    if not inspect(connection).has_table(drafts.name) or not (number := releases.current_number(connection)):
        raise DatabaseError("the database holds no catalogue yet; `tuslakh migrate` loads it")
    versions = releases.versions(connection, number)
    wrote = {key: f"published by {row.author}" for key, row in versions.items() if row.author not in own_authors}
    query = select(drafts.c.service_id, drafts.c.author)
    drafted = {row.service_id: f"draft of {row.author}" for row in connection.execute(query)}
    return Standing(releases.load(connection, number), wrote | drafted)


def compare(standing: Standing, incoming: Iterable[Service]) -> Changes:
    """With a file, which holds everything: what it does not hold is gone."""
    coming = {service.id: service for service in incoming}
    return _changes(standing, coming, standing.catalogue.services.keys() - coming.keys())


def compare_portal(standing: Standing, listed: Iterable[Listed], day: str) -> Changes:
    """With E-Mongolia's list, which knows titles, ids and tags; `day` is written into new entries. A service is known
    by its id, else by its title. Gone is only what was seen on the portal before."""
    rows = list(listed)
    shared = Counter(_folded(tag) for row in rows for tag in {*row.tags})
    ids = {row.emongolia_id for row in rows if row.emongolia_id}
    by_id = {each.emongolia_id: each for each in standing.catalogue.services.values() if each.emongolia_id}
    by_title = _by_title(standing.catalogue.services.values(), rows, ids)
    coming: dict[str, Service] = {}
    unplaced = []
    for row in rows:
        ours = by_id.get(row.emongolia_id or "") or by_title.get(_folded(row.title))
        names = tuple(tag for tag in row.tags if shared[_folded(tag)] <= MAX_SHARED_TAG)
        if ours is None and row.emongolia_id is None:
            unplaced.append(f"{row.title}: its address holds no id")
            continue
        entry = ours or portal_entries.service(row.title, row.emongolia_id or "", day)
        told = _told(entry, row, names)
        if told != coming.setdefault(told.id, told):
            unplaced.append(f"{row.title}: the list has it twice and not alike; the first counts")
    gone = {each.id for each in by_id.values()} - coming.keys()
    return _changes(standing, coming, gone, tuple(unplaced))


def apply(
    connection: Connection,
    seen: Standing,
    chosen: Iterable[Change],
    own_authors: Collection[str],
    note: str,
    now: datetime,
) -> int:
    """One new release; what was not chosen stays in it as it is. Raises `Overtaken`; nothing is written then."""
    current = standing(connection, own_authors)
    if (current.catalogue.release, current.editors) != (seen.catalogue.release, seen.editors):
        raise Overtaken
    versions = {key: row.id for key, row in releases.versions(connection, current.catalogue.release).items()}
    organisations = dict(current.catalogue.organisations)
    for change in chosen:
        service = change.service
        if change.kind is Kind.GONE:
            del versions[service.id]
            continue
        versions[service.id] = releases.add_version(connection, service.id, dumps(SERVICE, service), IMPORT_AUTHOR, now)
        if service.organisation == portal_entries.ORGANISATION_ID:
            unknown = portal_entries.organisation(now.date().isoformat())
            organisations.setdefault(portal_entries.ORGANISATION_ID, unknown)
    try:
        number = releases.publish(connection, versions, organisations, IMPORT_AUTHOR, note, now)
    except IntegrityError as error:  # somebody published in this very moment
        raise Overtaken from error
    audit_rows.record(connection, "system", "catalogue.imported", f"release {number}", now, note)
    return number


def _changes(
    standing: Standing, coming: Mapping[str, Service], gone: Iterable[str], unplaced: tuple[str, ...] = ()
) -> Changes:
    before, editors = standing.catalogue.services, standing.editors
    found = []
    for service in coming.values():
        old, editor = before.get(service.id), editors.get(service.id, "")
        if old is None:
            found.append(Change(Kind.NEW, service, editor=editor))
        elif old != service:
            found.append(Change(Kind.CHANGED, service, _differences(old, service), editor))
    same = sum(before.get(service.id) == service for service in coming.values())
    found += [Change(Kind.GONE, before[key], editor=editors.get(key, "")) for key in sorted(gone)]
    return Changes(tuple(found), same, unplaced)


def _differences(old: Service, new: Service) -> tuple[FieldChange, ...]:
    before, after = row_of(old), row_of(new)
    return tuple(FieldChange(name, before[name], after[name]) for name in before if before[name] != after[name])


def _by_title(ours: Iterable[Service], rows: list[Listed], ids: Collection[str]) -> dict[str, Service]:
    """Services that the list can only know by title: a title that both sides have once, an id it does not list."""
    listed = Counter(_folded(row.title) for row in rows)
    bearing: defaultdict[str, list[Service]] = defaultdict(list)
    for service in ours:
        bearing[_folded(service.title.mn)].append(service)
    once = {title: found[0] for title, found in bearing.items() if len(found) == 1 and listed[title] == 1}
    return {title: service for title, service in once.items() if service.emongolia_id not in ids}


def _told(ours: Service, row: Listed, tags: Iterable[str]) -> Service:
    """Ours with what the portal says; the other facts and every name of ours stay."""
    title = ours.title if _plain(ours.title.mn) == _plain(row.title) else replace(ours.title, mn=row.title)
    names = ours.names
    known = {_folded(name) for name in (*names.mn, *names.latin, *names.en, *names.other, ours.title.mn, ours.title.en)}
    new = {_folded(tag): tag for tag in tags if _folded(tag) not in known}
    names = replace(names, mn=(*names.mn, *new.values()))
    return replace(ours, title=title, names=names, emongolia_id=row.emongolia_id or ours.emongolia_id)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _folded(text: str) -> str:
    return _plain(text).casefold()
