"""The elections that are shipped, what is told of them at a moment, and what is said about a wrong file."""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bots.commands import around
from dialogs.elections import (
    ULAANBAATAR,
    Election,
    ElectionKind,
    ElectionStatus,
    Hours,
    RegistrationState,
    Window,
    next_election,
    polling_times,
    registration_open,
    registration_state,
)
from knowledge import elections_file, missions_file
from knowledge.catalogue_files import CatalogueError, CatalogueProblem

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE_ELECTION = """\
elections:
  - id: test-2030
    kind: presidential
    year: 2030
    status: set
    title: {mn: Сонгууль, en: Election}
    who: {mn: Иргэн., en: Citizens.}
    registration: {opens: 2030-04-20, closes: 2030-05-09}
    polling: [2030-05-30, 2030-05-31]
    polling_at_home: 2030-06-09
    hours: {opens: "07:00", closes: "22:00"}
    turnout:
      registered: 100
      voted: 75
      entitled: 1000
      source: {kind: public-page, ref: "https://gec.gov.mn", date: "2026-11-23"}
    source: {kind: public-page, ref: "https://gec.gov.mn/blog/1", date: "2026-11-23"}
"""


@pytest.fixture(scope="module")
def elections() -> tuple[Election, ...]:
    return elections_file.load()


@pytest.fixture(scope="module")
def by_id(elections: tuple[Election, ...]) -> dict[str, Election]:
    return {election.id: election for election in elections}


@pytest.fixture
def announced(by_id: dict[str, Election]) -> Election:
    """The election of 2027 as an editor would enter it; these dates are invented."""
    return replace(
        by_id["presidential-2027"],
        status=ElectionStatus.SET,
        registration=Window(date(2027, 4, 20), date(2027, 5, 9)),
        polling=(date(2027, 5, 30), date(2027, 5, 31)),
        hours=Hours(time(7), time(22)),
    )


def test_nothing_falls_out_of_the_file(elections: tuple[Election, ...]) -> None:
    raw: Any = yaml.safe_load(elections_file.ELECTIONS.read_text(encoding="utf-8"))
    assert sorted(election.id for election in elections) == sorted(row["id"] for row in raw["elections"])
    assert len(elections) == 6


@pytest.mark.parametrize(
    ("election", "window", "days"),
    [
        ("presidential-2013", ("2013-05-05", "2013-05-29"), ("2013-06-14", "2013-06-15", "2013-06-16")),
        ("presidential-2017", ("2017-05-01", "2017-05-20"), ("2017-06-10", "2017-06-11")),
        ("presidential-2021", ("2021-04-20", "2021-05-09"), ("2021-05-30", "2021-05-31")),
        ("parliament-2024", ("2024-05-06", "2024-06-15"), ("2024-06-20", "2024-06-21", "2024-06-22", "2024-06-23")),
    ],
)
def test_past_elections_have_their_true_days(
    election: str, window: tuple[str, str], days: tuple[str, ...], by_id: dict[str, Election]
) -> None:
    found = by_id[election]
    assert found.status is ElectionStatus.PAST
    assert found.registration is not None
    assert (str(found.registration.opens), str(found.registration.closes)) == window
    assert tuple(map(str, found.polling)) == days


def test_registration_of_2024_closed_five_days_before_the_polls(by_id: dict[str, Election]) -> None:
    election = by_id["parliament-2024"]
    assert election.registration is not None
    assert election.polling[0] - election.registration.closes == timedelta(days=5)


def test_three_quarters_is_a_share_of_the_registered_not_of_the_entitled(by_id: dict[str, Election]) -> None:
    """A source reads as if 75 % of 187 thousand had voted; 9,760 of 13,095 did."""
    turnout = by_id["parliament-2024"].turnout
    assert turnout is not None
    assert (turnout.entitled, turnout.registered, turnout.voted) == (187_000, 13_095, 9_760)
    assert turnout.of_registered == pytest.approx(0.745, abs=0.0005)
    assert turnout.of_entitled == pytest.approx(0.052, abs=0.0005)
    assert turnout.note is not None
    assert turnout.note.en == (
        "74.5 percent is the share of the 13,095 who were registered. "
        "Of the about 187 thousand abroad with the right to vote it is about 5 percent."
    )
    assert "74.5 хувь нь бүртгүүлсэн 13,095 хүнээс" in turnout.note.mn
    assert "5 хувь орчим" in turnout.note.mn


def test_no_sentence_sets_the_turnout_beside_the_entitled_alone() -> None:
    text = elections_file.ELECTIONS.read_text(encoding="utf-8")
    assert re.search(r"7[45][^.]{0,20}(хувь|percent|%)[^.]{0,60}187", text) is None


@pytest.mark.parametrize(("election", "share"), [("presidential-2021", 0.76), ("presidential-2017", 0.661)])
def test_other_turnouts_are_counted_from_their_figures(election: str, share: float, by_id: dict[str, Election]) -> None:
    turnout = by_id[election].turnout
    assert turnout is not None
    assert turnout.of_registered == pytest.approx(share, abs=0.0005)


def test_a_turnout_nobody_counted_is_none(by_id: dict[str, Election]) -> None:
    turnout = by_id["presidential-2013"].turnout
    assert turnout is not None
    assert (turnout.of_registered, turnout.of_entitled) == (None, None)


def test_the_next_elections_are_known_and_their_dates_are_not(elections: tuple[Election, ...]) -> None:
    for kind, year in ((ElectionKind.PRESIDENTIAL, 2027), (ElectionKind.PARLIAMENT, 2028)):
        found = next_election(elections, NOW, kind)
        assert found is not None
        assert (found.year, found.status, found.polling, found.registration) == (
            year, ElectionStatus.NOT_YET_SET, (), None,
        )  # fmt: skip
        assert registration_state(found, NOW) is RegistrationState.NOT_SET
        assert not registration_open(found, NOW)
    assert next_election(elections, NOW) == next_election(elections, NOW, ElectionKind.PRESIDENTIAL)


def test_what_is_not_set_is_told_so_without_a_date_of_it(elections: tuple[Election, ...]) -> None:
    told = around.coming(elections, NOW)
    assert "not set (as of 2026-11-23)" in told
    assert "https://gec.gov.mn" in told
    assert re.findall(r"20\d\d-\d\d-\d\d", told) == ["2026-11-23"]


def test_an_election_nobody_entered_is_told_as_none(elections: tuple[Election, ...]) -> None:
    later = datetime(2029, 1, 1, tzinfo=UTC)
    assert next_election(elections, later) is None
    assert "none is entered" in around.coming(elections, later)


def test_what_is_expected_holds_no_date_in_any_field(elections: tuple[Election, ...]) -> None:
    for election in elections:
        if election.status is ElectionStatus.NOT_YET_SET:
            assert election.source.kind == "editorial"
            assert (election.polling_at_home, election.hours, election.turnout) == (None, None, None)
            assert election.note is not None
            assert re.search(r"\d\d-р сар|сарын|June|July|May", f"{election.note.mn} {election.note.en}") is None


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2027-04-19T23:59+08:00", RegistrationState.NOT_YET),
        ("2027-04-20T00:00+08:00", RegistrationState.OPEN),
        ("2027-05-09T23:59+08:00", RegistrationState.OPEN),
        ("2027-05-10T00:00+08:00", RegistrationState.CLOSED),
        ("2027-05-09T12:00-05:00", RegistrationState.CLOSED),  # Chicago's 9 May is Ulaanbaatar's 10 May
        ("2027-05-31T21:59-07:00", RegistrationState.CLOSED),
        ("2027-06-01T22:00+12:00", RegistrationState.OVER),
    ],
)
def test_registration_is_open_in_its_window_only(moment: str, state: RegistrationState, announced: Election) -> None:
    now = datetime.fromisoformat(moment)
    assert registration_state(announced, now) is state
    assert registration_open(announced, now) is (state is RegistrationState.OPEN)


def test_an_announced_election_is_told_with_its_own_dates(announced: Election) -> None:
    told = [around.coming([announced], datetime(2027, month, 1, tzinfo=UTC)) for month in (4, 5)]
    assert "registration has not begun: 2027-04-20 to 2027-05-09" in told[0]
    assert "registration is open until 2027-05-09" in told[1]


def test_an_election_stays_the_next_one_until_the_last_poll_on_earth_has_closed(announced: Election) -> None:
    in_san_francisco = datetime(2027, 5, 31, 21, 59, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert next_election([announced], in_san_francisco) == announced
    assert next_election([announced], in_san_francisco + timedelta(hours=6)) is None


def test_a_past_election_is_over_whatever_the_clock_says(by_id: dict[str, Election]) -> None:
    in_its_window = datetime(2024, 5, 20, tzinfo=UTC)
    assert registration_state(by_id["parliament-2024"], in_its_window) is RegistrationState.OVER


@pytest.mark.parametrize(
    ("mission", "place", "told"),
    [("canberra-embassy", 0, "2021-05-30 05:00"), ("san-francisco-consulate-general", -1, "2021-06-01 13:00")],
)
def test_polls_of_2021_opened_and_closed_in_ulaanbaatar_time_as_reported(
    mission: str, place: int, told: str, by_id: dict[str, Election]
) -> None:
    """First in Canberra, last in San Francisco: http://theubposts.com/voting-ends-for-citizens-living-abroad/."""
    zone = next(one.time_zone for one in missions_file.load().missions if one.id == mission)
    opens, closes = polling_times(by_id["presidential-2021"], ZoneInfo(zone))[place]
    moment = opens if place == 0 else closes
    assert f"{moment.astimezone(ULAANBAATAR):%Y-%m-%d %H:%M}" == told


def test_an_election_without_hours_has_no_polling_times(by_id: dict[str, Election]) -> None:
    assert polling_times(by_id["presidential-2013"], UTC) == ()
    assert polling_times(by_id["presidential-2027"], UTC) == ()


def test_the_command_prints_every_election_and_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert around.elections(Namespace()) == 0
    printed = capsys.readouterr().out
    assert "13,095" in printed
    assert "74.5%" in printed
    assert printed.splitlines()[-1].startswith("next: ")


def test_the_file_that_the_broken_ones_are_made_of_is_good(tmp_path: Path) -> None:
    assert _problems(tmp_path, ONE_ELECTION) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "marked", "message"),
    [
        ("kind: presidential", "kind: local", "kind", "kind: local", "Input should be 'parliament'"),
        ("status: set", "status: not-yet-set", "status", "status:", "has no dates"),
        ("status: set", "status: not-yet-set", "ask", "- id: test-2030", "who will tell"),
        ('    hours: {opens: "07:00", closes: "22:00"}\n', "", "status", "status:", "needs the registration window"),
        ('closes: "22:00"', "closes: 22:00", "hours.closes", "hours:", "in quotes"),
        ('closes: "22:00"', 'closes: "22:00Z"', "hours.closes", "hours:", "in quotes"),
        ('opens: "07:00"', 'opens: "23:00"', "hours", "hours:", "opens before it closes"),
        ("year: 2030", "year: 2031", "polling", "polling:", "not in 2031"),
        ("year: 2030", 'year: "2030"', "year", "year:", "a whole number"),
        ("2030-05-30, 2030-05-31", "2030-05-29, 2030-05-31", "polling", "polling:", "none left out"),
        ("2030-05-30, 2030-05-31", "2030-05-31, 2030-05-30", "polling", "polling:", "in order"),
        ("[2030-05-30, 2030-05-31]", "[]", "polling", "polling:", "the days abroad"),
        ("closes: 2030-05-09", "closes: 2030-05-30", "registration", "registration:", "before the first polling day"),
        ("closes: 2030-05-09", "closes: 2030-04-01", "registration", "registration:", "opens before it closes"),
        ("home: 2030-06-09", "home: 2030-05-01", "polling_at_home", "polling_at_home", "not before"),
        ("voted: 75", "voted: 101", "turnout.voted", "voted:", "no more voted than were registered"),
        ("voted: 75", "voted: true", "turnout.voted", "voted:", "a whole number"),
        ("entitled: 1000", "entitled: 99", "turnout.entitled", "entitled:", "no fewer"),
        ("    polling:", "    poling: []\n    polling:", "poling", "poling:", "no such field"),
        ('blog/1", date: "2026-11-23"', 'blog/1", date: 2026-11-23', "source.date", "blog/1", "valid string"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_field(
    tmp_path: Path, old: str, new: str, field: str, marked: str, message: str
) -> None:
    assert old in ONE_ELECTION
    text = ONE_ELECTION.replace(old, new, 1)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if marked in row)
    found = [one for one in _problems(tmp_path, text) if one.field == field]
    assert [(one.file, one.line) for one in found] == [("elections.yaml", line)]
    assert message in found[0].message


def _problems(folder: Path, text: str) -> list[CatalogueProblem]:
    path = folder / "elections.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        elections_file.load(path)
    except CatalogueError as error:
        return error.problems
    return []
