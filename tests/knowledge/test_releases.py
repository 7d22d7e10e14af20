"""Catalogue releases: drafts, publishing, rolling back, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.services import Catalogue, Fee, Money
from knowledge import releases
from knowledge.database import Database
from knowledge.migrate import migrate
from tests.bots.wired import CATALOGUE

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FILES = "catalogue files"


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
