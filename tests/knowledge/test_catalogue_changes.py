"""What an import would change: told field by field, editors' work kept, and published as one release."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.services import Catalogue, Fee, Level, Money, Names, Provenance, Service, Text
from knowledge import catalogue_changes, portal_entries, releases
from knowledge.catalogue_changes import Kind, Listed, Overtaken, Standing
from knowledge.catalogue_tables import from_json, to_json
from knowledge.database import Database, DatabaseError
from knowledge.migrate import migrate
from knowledge.portal_entries import ORGANISATION_ID
from knowledge.releases import IMPORT_AUTHOR
from tests.bots.wired import CATALOGUE
from tests.bots.wired import service as simple

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
DAY = "2026-11-24"
FILES = "catalogue files"
OWN = {FILES, IMPORT_AUTHOR}
A, B = "a" * 24, "b" * 24
OURS = dict(CATALOGUE.services)
PASSPORT = OURS["passport"]
DEARER = replace(PASSPORT, fee=Fee(Money(60_000, "MNT"), source=PASSPORT.source))


def files(**others: Service) -> Standing:
    return Standing(Catalogue(1, OURS | others, CATALOGUE.organisations))


def listed(title: str, emongolia_id: str | None = None, *tags: str) -> Listed:
    return Listed(title, emongolia_id, tags)


# --- a file ---


def test_a_file_that_is_the_same_changes_nothing() -> None:
    changes = catalogue_changes.compare(files(), OURS.values())
    assert (changes.all, changes.same) == ((), 3)


def test_a_change_is_told_field_by_field() -> None:
    (change,) = catalogue_changes.compare(files(), (OURS | {"passport": DEARER}).values()).all
    told = [(each.column, each.before, each.after) for each in change.fields]
    assert (change.kind, told) == (Kind.CHANGED, [("fee.base.amount", "50000", "60000")])


def test_what_only_the_file_has_is_new_and_what_it_lacks_is_gone() -> None:
    new = simple("birth", "Төрсний лавлагаа", "Birth reference")
    changes = catalogue_changes.compare(files(), [PASSPORT, new])
    assert [change.service.id for change in changes.of(Kind.NEW)] == ["birth"]
    assert [change.service.id for change in changes.of(Kind.GONE)] == ["id-card", "marriage"]


def test_gone_services_stay_unless_asked_for() -> None:
    changes = catalogue_changes.compare(files(), [PASSPORT])
    assert changes.chosen((), remove_gone=False) == []
    assert len(changes.chosen((), remove_gone=True)) == 2


def test_taking_theirs_where_nothing_conflicts_is_refused() -> None:
    with pytest.raises(ValueError, match="no conflict: pasport"):
        catalogue_changes.compare(files(), [DEARER]).chosen(["pasport"], remove_gone=False)


@pytest.mark.parametrize("there", [True, False])
def test_an_editors_service_is_a_conflict_whether_changed_or_gone(there: bool) -> None:
    standing = replace(files(), editors={"passport": "published by Оюун (oyun)"})
    changes = catalogue_changes.compare(
        standing, (OURS | {"passport": DEARER}).values() if there else [OURS["id-card"]]
    )
    assert [change.service.id for change in changes.conflicts] == ["passport"]
    assert "passport" not in [change.service.id for change in changes.chosen((), remove_gone=True)]
    assert "passport" in [change.service.id for change in changes.chosen(["passport"], remove_gone=True)]


def test_an_editors_service_that_the_file_leaves_alone_is_no_conflict() -> None:
    standing = replace(files(), editors={"passport": "published by Оюун (oyun)"})
    assert catalogue_changes.compare(standing, OURS.values()).all == ()


# --- E-Mongolia's list ---


def test_a_title_that_changed_is_told_and_nothing_else_of_ours_changes() -> None:
    standing = files(passport=replace(PASSPORT, emongolia_id=A))
    (change,) = catalogue_changes.compare_portal(standing, [listed("Паспорт сунгах", A)], DAY).all
    assert change.service == replace(PASSPORT, emongolia_id=A, title=Text("Паспорт сунгах", PASSPORT.title.en))


def test_spaces_and_the_way_letters_are_put_together_are_no_change_of_a_title() -> None:
    standing = files(passport=replace(PASSPORT, emongolia_id=A, title=Text("Цахим  й", "x")))
    assert catalogue_changes.compare_portal(standing, [listed("Цахим и\u0306", A)], DAY).all == ()


def test_a_service_without_an_id_is_known_by_its_title_and_gets_the_id() -> None:
    (change,) = catalogue_changes.compare_portal(files(), [listed(PASSPORT.title.mn.upper(), A)], DAY).all
    assert change.service.emongolia_id == A
    assert change.service.id == "passport"


def test_a_title_that_two_rows_bear_names_no_service_of_ours() -> None:
    rows = [listed(PASSPORT.title.mn, A), listed(PASSPORT.title.mn, B)]
    changes = catalogue_changes.compare_portal(files(), rows, DAY)
    assert [change.service.emongolia_id for change in changes.of(Kind.NEW)] == [A, B]


def test_tags_join_the_names_but_labels_that_many_services_bear_do_not() -> None:
    standing = files(passport=replace(PASSPORT, emongolia_id=A, names=Names(mn=("загран",))))
    rows = [listed(PASSPORT.title.mn, A, "Загран", "гадаад бичиг", "лавлагаа")]
    rows += [listed(f"x{number}", f"{number:024x}", "лавлагаа") for number in range(6)]
    (change,) = catalogue_changes.compare_portal(standing, rows, DAY).of(Kind.CHANGED)
    assert change.service.names.mn == ("загран", "гадаад бичиг")


def test_a_new_service_says_no_more_than_was_seen() -> None:
    (change,) = catalogue_changes.compare_portal(files(), [listed("Шинэ үйлчилгээ", A, "шинэ")], DAY).of(Kind.NEW)
    made = change.service
    assert (made.source.kind, made.source.date, made.emongolia_id) == (Provenance.E_MONGOLIA, DAY, A)
    assert (made.fee, made.duration, made.documents, made.law, made.proof) == (Fee(), None, (), None, Level.UNKNOWN)
    assert made.organisation == ORGANISATION_ID
    assert made.names.mn == ("шинэ",)


def test_a_new_service_follows_the_rules_of_the_files() -> None:
    changes = catalogue_changes.compare_portal(files(), [listed("Шинэ", A)], DAY)
    made = [change.service for change in changes.of(Kind.NEW)]
    assert from_json(to_json(made).encode(), {ORGANISATION_ID}) == made


def test_only_what_was_on_the_portal_can_be_gone_from_it() -> None:
    standing = files(passport=replace(PASSPORT, emongolia_id=A))
    changes = catalogue_changes.compare_portal(standing, [listed("x", B)], DAY)
    assert [change.service.id for change in changes.of(Kind.GONE)] == ["passport"]


def test_a_page_without_an_id_cannot_be_made() -> None:
    changes = catalogue_changes.compare_portal(files(), [listed("Барилга")], DAY)
    assert (changes.all, changes.unplaced) == ((), ("Барилга: its address holds no id",))


def test_an_id_listed_twice_counts_once_and_is_told() -> None:
    changes = catalogue_changes.compare_portal(files(), [listed("x", A), listed("x", A), listed("y", A)], DAY)
    assert [change.service.title.mn for change in changes.of(Kind.NEW)] == ["x"]
    assert len(changes.unplaced) == 1


def test_taking_the_same_list_again_changes_nothing() -> None:
    rows = [listed("x", A, "нэг"), listed(PASSPORT.title.mn, B, "хоёр")]
    first = catalogue_changes.compare_portal(files(), rows, DAY)
    after = files(**{change.service.id: change.service for change in first.all})
    assert catalogue_changes.compare_portal(after, rows, "2027-01-01").all == ()


# --- in the database ---


@pytest.fixture
def database(database_url: str) -> Database:
    made = Database(database_url)
    migrate(made)
    with made.write() as connection:
        releases.publish_files(connection, CATALOGUE, "d1", FILES, "", NOW)
    return made


def standing(database: Database) -> Standing:
    with database.read() as connection:
        return catalogue_changes.standing(connection, OWN)


def draft(database: Database, service: Service, publish: bool = False) -> None:
    with database.write() as connection:
        base = releases.version_id(connection, service.id) or 0
        releases.save_draft(connection, service, base, "oyun", NOW)
        if publish:
            releases.publish_draft(connection, service.id, "oyun", "", NOW)


def apply(database: Database, seen: Standing, *services: Service, remove_gone: bool = False) -> int:
    chosen = catalogue_changes.compare(seen, services).chosen((), remove_gone)
    with database.write() as connection:
        return catalogue_changes.apply(connection, seen, chosen, OWN, "test", NOW)


def test_a_database_without_a_catalogue_is_told_in_one_line(database_url: str) -> None:
    with pytest.raises(DatabaseError, match="tuslakh migrate"), Database(database_url).write() as connection:
        catalogue_changes.standing(connection, OWN)


def test_all_changes_are_one_release_and_the_rest_stays(database: Database) -> None:
    new = simple("birth", "Төрсний лавлагаа", "Birth reference")
    assert apply(database, standing(database), DEARER, new) == 2
    with database.read() as connection:
        assert releases.load(connection).services == OURS | {"passport": DEARER, "birth": new}
        assert releases.load(connection, 1).services == OURS
        assert releases.history(connection)[0].author == IMPORT_AUTHOR


def test_an_import_is_no_editors_work_for_the_next_import(database: Database) -> None:
    apply(database, standing(database), DEARER)
    assert standing(database).editors == {}


def test_services_are_removed_only_from_the_new_release(database: Database) -> None:
    apply(database, standing(database), PASSPORT, remove_gone=True)
    with database.read() as connection:
        assert list(releases.load(connection).services) == ["passport"]


def test_who_edited_is_known_from_versions_and_drafts(database: Database) -> None:
    draft(database, DEARER, publish=True)
    draft(database, replace(OURS["marriage"], operation="x"))
    assert standing(database).editors == {"passport": "published by oyun", "marriage": "draft of oyun"}


def test_an_open_draft_outlives_an_import_that_takes_the_other_side(database: Database) -> None:
    draft(database, replace(PASSPORT, operation="x"))
    seen = standing(database)
    chosen = catalogue_changes.compare(seen, [DEARER]).chosen(["passport"], remove_gone=False)
    with database.write() as connection:
        catalogue_changes.apply(connection, seen, chosen, OWN, "", NOW)
        assert releases.draft_ids(connection) == {"passport"}
        assert releases.load(connection).services["passport"] == DEARER


@pytest.mark.parametrize("publish", [True, False])
def test_what_an_editor_does_between_looking_and_applying_stops_the_import(database: Database, publish: bool) -> None:
    seen = standing(database)
    draft(database, replace(PASSPORT, operation="x"), publish)
    with pytest.raises(Overtaken):
        apply(database, seen, DEARER)
    with database.read() as connection:
        assert releases.load(connection).services["passport"] != DEARER


def test_the_unknown_organisation_bears_the_day_of_the_import(database: Database) -> None:
    seen = standing(database)
    chosen = catalogue_changes.compare_portal(seen, [listed("Шинэ", A)], "2027-03-04").chosen((), remove_gone=False)
    with database.write() as connection:
        catalogue_changes.apply(connection, seen, chosen, OWN, "", datetime(2027, 3, 4, tzinfo=UTC))
        assert releases.load(connection).organisations[ORGANISATION_ID].source.date == "2027-03-04"


def test_the_unknown_organisation_joins_the_release_with_the_first_service_that_needs_it(database: Database) -> None:
    seen = standing(database)
    chosen = catalogue_changes.compare_portal(seen, [listed("Шинэ", A)], DAY).chosen((), remove_gone=False)
    with database.write() as connection:
        catalogue_changes.apply(connection, seen, chosen, OWN, "", NOW)
        organisations = releases.load(connection).organisations
    assert organisations == {**CATALOGUE.organisations, ORGANISATION_ID: portal_entries.organisation(DAY)}
