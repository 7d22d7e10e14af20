"""`tuslakh missions` and `tuslakh elections`: what stands around the services, as the files hold it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bots.commands import Verbs
from bots.world import now_utc
from dialogs.elections import ULAANBAATAR, Election, RegistrationState, next_election, registration_state
from dialogs.missions import Mission, is_valid, nearest_missions
from knowledge import elections_file, missions_file

_STATES = {
    RegistrationState.NOT_SET: "the dates of voting abroad and of registration are not set",
    RegistrationState.NOT_YET: "registration has not begun: {opens} to {closes}",
    RegistrationState.OPEN: "registration is open until {closes}",
    RegistrationState.CLOSED: "registration closed on {closes}",
    RegistrationState.OVER: "the vote abroad is over",
}


def add(verbs: Verbs) -> None:
    missions_ = verbs.add_parser("missions", help="Mongolia's missions abroad, all or those for a place")
    missions_.add_argument("place", nargs="*", help='a country or city as people write it: "солонгост", chicago, KR')
    missions_.set_defaults(work=missions)
    verbs.add_parser("elections", help="elections abroad: registration, polling days, figures").set_defaults(
        work=elections
    )


def missions(arguments: argparse.Namespace) -> int:
    """1 when the place is not recognised or no mission is known for it."""
    known, now, place = missions_file.load(), now_utc(), " ".join(arguments.place)
    day = now.astimezone(ULAANBAATAR).date()
    if not place:
        shown: Sequence[Mission] = [mission for mission in known.missions if is_valid(mission, day)]
        print(table(("kind", "city", "country", "local time", "website"), (_row(one, now) for one in shown)))
        print(f"{len(shown)} missions")
        return 0
    nearest = nearest_missions(place, known, day)
    if nearest.place is None:
        print(f"no country or city is recognised in: {place}")
        return 1
    if not nearest.missions:
        print(
            f"{nearest.place.id}: no mission is known there or for it; ask the Consular Department, https://consul.mn"
        )
        return 1
    print(table(("kind", "city", "country", "local time", "website"), (_row(one, now) for one in nearest.missions)))
    for mission in nearest.missions:
        if mission.note:
            print(f"{mission.city.en}: {mission.note.en}")
    return 0


def elections(_arguments: argparse.Namespace) -> int:
    known, now = elections_file.load(), now_utc()
    titles = ("election", "status", "registration", "voting abroad", "registered", "voted", "of the registered")
    print(table(titles, (_election_row(election) for election in known)))
    print(coming(known, now))
    return 0


def coming(known: Iterable[Election], now: datetime) -> str:
    """What is to be said of the next election, with the day the file was written; never a date it does not hold."""
    election = next_election(known, now)
    if election is None:
        return "next: none is entered; ask the General Election Commission, https://gec.gov.mn"
    window = election.registration
    values = {"opens": window.opens, "closes": window.closes} if window else {}
    told = _STATES[registration_state(election, now)].format_map(values)
    ask = f"; ask {election.ask}" if election.ask else ""
    return f"next: {election.title.en}: {told} (as of {election.source.date}){ask}"


def _row(mission: Mission, now: datetime) -> tuple[str, ...]:
    local = now.astimezone(ZoneInfo(mission.time_zone))
    website = mission.website.address if mission.website else "not seen"
    return mission.kind, mission.city.en, mission.country.en, f"{local:%H:%M} {mission.time_zone}", website


def _election_row(election: Election) -> tuple[str, ...]:
    window, days, turnout = election.registration, election.polling, election.turnout
    share = turnout.of_registered if turnout else None
    return (
        election.id,
        election.status,
        f"{window.opens} to {window.closes}" if window else "not set",
        f"{days[0]} to {days[-1]}" if days else "not set",
        f"{turnout.registered:,}" if turnout else "",
        f"{turnout.voted:,}" if turnout and turnout.voted is not None else "",
        f"{share:.1%}" if share is not None else "",
    )


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their longest cell."""
    lines = [tuple(titles), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
