"""What docs/privacy.md promises is what the job that erases goes by."""

from __future__ import annotations

from pathlib import Path

from bots.upkeep import periods_of
from config.settings import Settings
from knowledge.house_tables import metadata
from knowledge.key_ring import PURPOSES
from knowledge.retention_rows import KEPT, Periods

DOCUMENT = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
NO_CITIZENS = {"staff", "staff_sessions", "absences", "sms_blocks"}  # of the house itself
CATALOGUE = {"releases", "service_versions", "release_services", "drafts"}


def test_the_table_of_the_document_is_the_map() -> None:
    for kept in KEPT:
        setting = f"`{kept.setting.upper()}`" if kept.setting else ""
        row = f"| {kept.purpose} | {', '.join(kept.tables)} | {kept.period} | {setting} | {kept.what} |"
        assert row in DOCUMENT


def test_every_table_with_something_of_citizens_has_a_period() -> None:
    told = {table for kept in KEPT for table in kept.tables}
    assert {name for name in metadata.tables if not name.startswith("portal")} - told <= NO_CITIZENS | CATALOGUE


def test_the_defaults_of_the_settings_are_the_periods_of_the_map() -> None:
    assert periods_of(Settings(_env_file=None)) == Periods()


def test_every_purpose_of_a_key_is_told() -> None:
    assert [purpose for purpose in PURPOSES if f"`{purpose}:<44 characters>`" not in DOCUMENT] == []
