"""The missions and place names that are shipped, recounted from their files, and what is said about a wrong one."""

from __future__ import annotations

import re
import zoneinfo
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bots.__main__ import parser
from bots.commands import around
from dialogs.missions import MissionKind, Missions
from knowledge import missions_file
from knowledge.catalogue_files import CatalogueError, CatalogueProblem

COUNTS = {"embassy": 36, "permanent-mission": 2, "consulate-general": 9, "consulate": 4, "office": 1}
"""The annex of resolution 442 of 2019 as amended to 2024, the consulate in Chicago (2022) and the office in Taipei."""
ONE_MISSION = """\
missions:
  - id: test-embassy
    kind: embassy
    city: {mn: Туршилт, en: Test}
    country: {mn: Туршилт улс, en: Testland}
    iso: "TT"
    time_zone: Europe/Berlin
    serves:
      - {country: "NO", source: {kind: mission, ref: "https://seoul.embassy.mn/page/1", date: "2026-11-23"}}
    website: {address: "https://seoul.embassy.mn", seen: "https://seoul.embassy.mn/page/1"}
    note: {mn: Тэмдэглэл., en: A note.}
    valid_from: 2022-03-09
    source: {kind: public-page, ref: "https://legalinfo.mn/mn/detail?lawId=210392", date: "2026-11-23"}
"""
PLACES = "place\tcountry\tmission\tmn\tlatin\ten\tother\nTT\tTT\t\tТуршилт улс\tturshilt\ttestland\tТест\n"


@pytest.fixture(scope="module")
def known() -> Missions:
    return missions_file.load()


@pytest.fixture(scope="module")
def raw() -> Any:
    return yaml.safe_load(missions_file.MISSIONS.read_text(encoding="utf-8"))


def test_the_counts_are_those_of_the_resolution(raw: Any, known: Missions) -> None:
    assert Counter(row["kind"] for row in raw["missions"]) == COUNTS
    assert Counter(mission.kind.value for mission in known.missions) == COUNTS
    assert len(known.missions) == len(raw["missions"]) == 52


def test_every_kind_is_in_use() -> None:
    assert set(COUNTS) == {kind.value for kind in MissionKind}


def test_every_time_zone_exists(known: Missions) -> None:
    zones = zoneinfo.available_timezones()
    assert [mission.id for mission in known.missions if mission.time_zone not in zones] == []


@pytest.mark.parametrize(
    ("mission", "hours"),
    [("seoul-embassy", 9), ("canberra-embassy", 11), ("kabul-embassy", 4.5), ("delhi-embassy", 5.5),
     ("kyzyl-consulate-general", 7), ("astana-embassy", 5), ("san-francisco-consulate-general", -8),
     ("chicago-consulate", -6), ("brasilia-embassy", -3), ("istanbul-consulate-general", 3)],
)  # fmt: skip
def test_a_mission_lives_in_its_citys_time(mission: str, hours: float, known: Missions) -> None:
    zone = next(one.time_zone for one in known.missions if one.id == mission)
    offset = datetime(2026, 12, 1, tzinfo=UTC).astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
    assert offset is not None
    assert offset.total_seconds() / 3600 == hours


def test_an_id_names_city_and_kind(known: Missions) -> None:
    wrong = [mission.id for mission in known.missions if not mission.id.endswith(f"-{mission.kind.value}")]
    assert wrong == []


def test_each_capital_has_one_embassy(known: Missions) -> None:
    hosts = Counter(mission.iso for mission in known.missions if mission.kind is MissionKind.EMBASSY)
    assert set(hosts.values()) == {1}


def test_every_mission_has_a_city_row_and_every_host_a_country_row(known: Missions) -> None:
    cities = {place.mission for place in known.places}
    assert [mission.id for mission in known.missions if mission.id not in cities | {"new-york-permanent-mission"}] == []
    countries = {place.id for place in known.places if place.is_country}
    served = {served.country for mission in known.missions for served in mission.serves}
    assert ({mission.iso for mission in known.missions} | served) - countries == set()


def test_a_city_is_sent_to_a_mission_of_its_own_country(known: Missions) -> None:
    hosts = {mission.id: {mission.iso, *(one.country for one in mission.serves)} for mission in known.missions}
    assert [place.id for place in known.places if place.mission and place.country not in hosts[place.mission]] == []


def test_a_city_elsewhere_is_sent_only_where_the_district_has_a_source(known: Missions) -> None:
    sent = Counter(place.mission for place in known.places if place.mission)
    with_district = {mission.id for mission in known.missions if mission.district}
    assert [mission for mission, cities in sent.items() if cities > 1 and mission not in with_district] == []


def test_a_website_is_a_name_of_the_state_and_was_seen(known: Missions) -> None:
    for mission in known.missions:
        if mission.website:
            assert re.fullmatch(r"https://([a-z]+\.(embassy|consul)|taipei)\.mn", mission.website.address), mission.id
            assert mission.website.seen.startswith(mission.website.address), mission.id


def test_what_is_not_sure_is_said(known: Missions) -> None:
    noted = {mission.id for mission in known.missions if mission.note}
    assert noted >= {"kabul-embassy", "manzhouli-consulate", "new-york-permanent-mission"}


def test_the_file_that_the_broken_ones_are_made_of_is_good(tmp_path: Path) -> None:
    assert _problems(tmp_path, ONE_MISSION, PLACES) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "marked", "message"),
    [
        ("kind: embassy", "kind: embasy", "kind", "kind: embasy", "Input should be 'embassy'"),
        ("id: test-embassy", "id: Test_Embassy", "id", "id: Test_Embassy", "small letters"),
        ('iso: "TT"', "iso: tt", "iso", "iso: tt", "two capital letters"),
        ('iso: "TT"', "iso: NO", "iso", "iso: NO", "valid string"),
        ("Europe/Berlin", "Europe/Berlim", "time_zone", "time_zone:", "no IANA time zone"),
        ("Europe/Berlin", "CET", "time_zone", "time_zone:", "no IANA time zone"),
        ('country: "NO"', "country: NO", "serves.0.country", "country: NO", "valid string"),
        ('country: "NO"', 'country: "TT"', "serves.0", 'country: "TT"', "another country than the own"),
        ('address: "https://seoul.embassy.mn"', 'address: "http://embassymon.at"', "website", "website:", "was seen"),
        ('seen: "https://seoul', 'seen: "https://prague', "website", "website:", "was seen"),
        ("en: A note.", 'en: ""', "note", "note:", "both languages"),
        ("valid_from: 2022-03-09", "valid_from: 0", "valid_from", "valid_from:", "a day"),
        ("valid_from: 2022-03-09", "valid_from: soon", "valid_from", "valid_from:", "valid date"),
        ("valid_from: 2022-03-09", "valid_form: 2022-03-09", "valid_form", "valid_form:", "no such field"),
        ("2022-03-09", "2022-03-09\n    valid_to: 2022-03-08", "valid_to", "valid_to:", "before"),
        ("note: {mn: Тэмдэглэл., ", "note: {mn: Тэмдэглэл, нэг, ", "note.нэг", "note:", "no such field"),
        ('date: "2026-11-23"}\n', 'date: "today"}\n', "source.date", "public-page", "a day"),
        ('ref: "https://legalinfo', 'ref: "legalinfo', "source.ref", "public-page", "address"),
        ("    iso:", "    kind: office\n    iso:", "kind", "kind: embassy", "stands twice"),
        ("missions:\n", "missions:\n  - words\n", "entry", "- words", "is a mapping"),
        ("    time_zone: Europe/Berlin\n", "", "time_zone", "- id: test-embassy", "Field required"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_field(
    tmp_path: Path, old: str, new: str, field: str, marked: str, message: str
) -> None:
    if field == "source.date":  # the last one, not the one of `serves`
        text = new.join(ONE_MISSION.rsplit(old, 1))
    else:
        assert old in ONE_MISSION
        text = ONE_MISSION.replace(old, new, 1)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if marked in row)
    found = [one for one in _problems(tmp_path, text, PLACES) if one.field == field]
    assert [(one.file, one.line) for one in found][:1] == [("missions.yaml", line)]
    assert message in found[0].message


def test_an_id_used_twice_is_named(tmp_path: Path) -> None:
    text = ONE_MISSION + ONE_MISSION.split("missions:\n")[1]
    (problem,) = _problems(tmp_path, text, PLACES)
    assert (problem.line, problem.field, problem.message) == (14, "id", "test-embassy stands twice")


@pytest.mark.parametrize("text", ["", "- a\n", "missions: {}\n", "missions: []\nmore: 1\n", "missions: [\n", "\0"])
def test_a_file_of_another_shape_is_named(tmp_path: Path, text: str) -> None:
    problem = _problems(tmp_path, text, PLACES)[0]
    assert (problem.file, problem.field) == ("missions.yaml", "file")


def test_bytes_that_are_not_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "missions.yaml").write_bytes(b"\xff")
    (tmp_path / "place_names.tsv").write_bytes(b"\xff")
    with pytest.raises(CatalogueError) as caught:
        missions_file.load(tmp_path / "missions.yaml", tmp_path / "place_names.tsv")
    assert [(one.file, one.field) for one in caught.value.problems] == [
        ("missions.yaml", "file"),
        ("place_names.tsv", "file"),
    ]


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ("XX\tXX\t\tНэр\tner\tname", "row", "7 columns"),
        ("XX\tXX\t\t\t\t\t", "names", "at least one name"),
        ("xx\tXX\t\tНэр\t\t\t", "country", "no row of its own"),
        ("Xx\tTT\t\tНэр\t\t\t", "place", "city in small letters"),
        ("TT\tTT\t\tНэр\t\t\t", "place", "stands twice"),
        ("city\tTT\tno-embassy\tНэр\t\t\t", "mission", "is no mission"),
        ("city\tTT\t\tName\t\t\t", "mn", "no name in this alphabet"),
        ("city\tTT\t\tНэр\tнэр\t\t", "latin", "no name in this alphabet"),
        ("city\tTT\t\tНэр\tner, , nar\t\t", "latin", "no name in this alphabet"),
        ("city\tTT\t\tтуршилт УЛС\t\t\t", "names", "is TT too"),
    ],
)
def test_a_wrong_place_is_named_with_its_line(tmp_path: Path, row: str, field: str, message: str) -> None:
    found = [one for one in _problems(tmp_path, ONE_MISSION, PLACES + row + "\n") if one.field == field]
    assert [(one.file, one.line) for one in found] == [("place_names.tsv", 3)]
    assert message in found[0].message


@pytest.mark.parametrize("text", ["", "# only a comment\n", "place\tcountry\n", PLACES.replace("\t", " ")])
def test_a_table_without_its_head_is_named(tmp_path: Path, text: str) -> None:
    problem = _problems(tmp_path, ONE_MISSION, text)[0]
    assert (problem.file, problem.field) == ("place_names.tsv", "file")


@pytest.mark.parametrize(
    ("place", "status", "told"),
    [
        ([], 0, "52 missions"),
        (["солонгост"], 0, "https://seoul.embassy.mn"),
        (["bi", "chicagod", "bna"], 0, "Chicago"),
        (["kabul"], 0, "whether it works today is not known"),
        (["ирландад"], 1, "no mission is known"),
        (["юу", "ч", "биш"], 1, "no country or city is recognised"),
    ],
)
def test_the_command_prints_a_table_or_says_what_it_does_not_know(
    place: list[str], status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = _around(["missions", *place])
    assert arguments.work(arguments) == status
    assert told in capsys.readouterr().out


def _around(words: list[str]) -> Any:
    """Parsed by the verbs of this module alone; `bots.__main__` adds them to the others."""
    verbs = type(parser())(prog="tuslakh").add_subparsers(dest="verb")
    around.add(verbs)
    return verbs.choices[words[0]].parse_args(words[1:])


def _problems(folder: Path, missions: str, places: str) -> list[CatalogueProblem]:
    (folder / "missions.yaml").write_text(missions, encoding="utf-8")
    (folder / "place_names.tsv").write_text(places, encoding="utf-8")
    try:
        missions_file.load(folder / "missions.yaml", folder / "place_names.tsv")
    except CatalogueError as error:
        return error.problems
    return []
