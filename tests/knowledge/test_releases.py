"""Catalogue releases: drafts, publishing, rolling back, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.services import Catalogue, Fee, Money, Service
from knowledge import portal_entries, releases
from knowledge.codec import SERVICE, dumps
from knowledge.database import Database
from knowledge.migrate import migrate
from knowledge.releases import IMPORT_AUTHOR as IMPORT
from tests.bots.wired import CATALOGUE

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FILES = "catalogue files"
PORTAL = portal_entries.organisation("2026-11-23")
NEW = portal_entries.service("Төрсний лавлагаа", "a" * 24, "2026-11-23")


@pytest.fixture
def database(database_url: str) -> Database:
    made = Database(database_url)
    migrate(made)
    with made.write() as connection:
        releases.publish_files(connection, CATALOGUE, "d1", FILES, "", NOW)
    return made


def publish_fee(database: Database, amount: float, author: str = "oyun") -> int:
    with database.write() as connection:
        service = releases.load(connection).services["passport"]
        base = releases.version_id(connection, "passport") or 0
        changed = replace(service, fee=Fee(Money(amount, "MNT"), source=service.source))
        releases.save_draft(connection, changed, base, author, NOW)
        return releases.publish_draft(connection, "passport", author, "үнэ", NOW)


def fee(catalogue: Catalogue) -> float:
    base = catalogue.services["passport"].fee.base
    assert base is not None
    return base.amount


def test_what_was_published_is_what_is_loaded(database: Database) -> None:
    with database.read() as connection:
        assert releases.load(connection).services == CATALOGUE.services


def test_a_published_draft_is_a_new_release(database: Database) -> None:
    assert publish_fee(database, 60_000) == 2
    with database.read() as connection:
        assert fee(releases.load(connection)) == 60_000


def test_an_older_release_can_still_be_read(database: Database) -> None:
    publish_fee(database, 60_000)
    with database.read() as connection:
        assert fee(releases.load(connection, 1)) == 50_000


def test_rolling_back_makes_a_new_release_that_says_what_the_old_one_said(database: Database) -> None:
    publish_fee(database, 60_000)
    with database.write() as connection:
        assert releases.roll_back(connection, 1, "oyun", NOW) == 3
        assert fee(releases.load(connection)) == 50_000


def test_a_draft_begun_before_another_publication_is_refused(database: Database) -> None:
    with database.write() as connection:
        service = releases.load(connection).services["passport"]
        base = releases.version_id(connection, "passport") or 0
    publish_fee(database, 60_000)
    with database.write() as connection:
        releases.save_draft(connection, service, base, "bat", NOW)
        with pytest.raises(releases.StaleDraft) as caught:
            releases.publish_draft(connection, "passport", "bat", "", NOW)
    assert caught.value.author == "oyun"


def test_loading_changed_files_keeps_what_an_editor_changed(database: Database) -> None:
    publish_fee(database, 60_000)
    changed = {key: replace(each, says=("шинэ",)) for key, each in CATALOGUE.services.items()}
    with database.write() as connection:
        releases.publish_files(connection, replace(CATALOGUE, services=changed), "d2", FILES, "", NOW)
        after = releases.load(connection)
    assert fee(after) == 60_000
    assert after.services["marriage"].says == ("шинэ",)


def test_the_history_names_who(database: Database) -> None:
    publish_fee(database, 60_000, "oyun")
    with database.read() as connection:
        assert [row.author for row in releases.history(connection)] == ["oyun", FILES]
        assert [row.author for row in releases.versions_of(connection, "passport")] == ["oyun", FILES]


def test_a_release_that_never_was_cannot_be_rolled_back_to(database: Database) -> None:
    with database.write() as connection, pytest.raises(releases.NoSuchRelease):
        releases.roll_back(connection, 99, "oyun", NOW)


def imported(database: Database, *services: Service) -> None:
    """What an import would publish: these beside, or instead of, what is in force."""
    with database.write() as connection:
        number = releases.current_number(connection)
        chosen = {key: each.id for key, each in releases.versions(connection, number).items()}
        for service in services:
            chosen[service.id] = releases.add_version(connection, service.id, dumps(SERVICE, service), IMPORT, NOW)
        organisations = {**releases.load(connection).organisations, PORTAL.id: PORTAL}
        releases.publish(connection, chosen, organisations, IMPORT, "", NOW)


def loaded(database: Database, services: dict[str, Service]) -> Catalogue:
    with database.write() as connection:
        releases.publish_files(connection, replace(CATALOGUE, services=services), "d2", FILES, "", NOW)
        return releases.load(connection)


def test_loading_files_keeps_what_stands_only_in_the_database_with_its_organisation(database: Database) -> None:
    imported(database, NEW)
    after = loaded(database, dict(CATALOGUE.services))
    assert after.services == {**CATALOGUE.services, NEW.id: NEW}
    assert after.organisations == {**CATALOGUE.organisations, PORTAL.id: PORTAL}


def test_an_import_does_not_freeze_a_service_of_the_files(database: Database) -> None:
    imported(database, replace(CATALOGUE.services["passport"], operation="imported"))
    changed = replace(CATALOGUE.services["passport"], operation="of the files")
    assert loaded(database, {**CATALOGUE.services, "passport": changed}).services["passport"] == changed


def test_a_service_taken_out_of_the_files_goes(database: Database) -> None:
    rest = {key: each for key, each in CATALOGUE.services.items() if key != "marriage"}
    assert loaded(database, rest).services == rest


def test_a_service_that_an_editor_published_stays_when_the_files_no_longer_hold_it(database: Database) -> None:
    publish_fee(database, 60_000)
    rest = {key: each for key, each in CATALOGUE.services.items() if key != "passport"}
    assert fee(loaded(database, rest)) == 60_000


def test_an_imported_page_goes_when_the_files_hold_it_under_a_name_of_its_own(database: Database) -> None:
    imported(database, NEW)
    written = replace(NEW, id="birth-reference", organisation=CATALOGUE.services["passport"].organisation)
    after = loaded(database, {**CATALOGUE.services, written.id: written})
    assert after.services == {**CATALOGUE.services, written.id: written}
    assert PORTAL.id not in after.organisations


def test_the_version_in_force_of_one_service_is_found(database: Database) -> None:
    publish_fee(database, 60_000)
    with database.read() as connection:
        in_force = releases.versions(connection, 2)
        assert {key: releases.version_id(connection, key) for key in in_force} == {
            key: each.id for key, each in in_force.items()
        }
        assert releases.version_id(connection, "no-such-service") is None
