"""The elections (`elections.yaml`), read strictly: what the fields are stands in `dialogs.elections`.

A date stands here only when it was decided and seen; every error names file, line and field.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from dialogs.elections import Election, ElectionStatus, Turnout
from knowledge.catalogue_files import CatalogueError
from knowledge.missions_file import FOLDER, common_rules, read_entries

ELECTIONS = FOLDER / "elections.yaml"


def load(path: Path = ELECTIONS) -> tuple[Election, ...]:
    """Every election, oldest first. Raises `CatalogueError` with every problem."""
    entries, problems = read_entries(path, "elections", Election, _rules)
    if problems:
        raise CatalogueError(problems)
    return tuple(sorted(entries, key=lambda one: (one.year, one.id)))


def _rules(election: Election) -> Iterator[tuple[str, str]]:
    yield from common_rules(election)
    yield from _date_rules(election)
    yield from _figure_rules(election.turnout)


def _date_rules(election: Election) -> Iterator[tuple[str, str]]:
    days, window = election.polling, election.registration
    if election.status is ElectionStatus.NOT_YET_SET:
        if days or window or election.hours or election.polling_at_home or election.turnout:
            yield "status", "`not-yet-set` has no dates, hours or figures"
        if election.ask is None:
            yield "ask", "who will tell the dates"
        return
    if not days:
        yield "polling", "the days abroad, or the status `not-yet-set`"
    if election.status is ElectionStatus.SET and (window is None or election.hours is None):
        yield "status", "`set` needs the registration window and the hours"
    if list(days) != [min(days) + timedelta(number) for number in range(len(days))] if days else False:
        yield "polling", "days in order, none left out"
    if any(day.year != election.year for day in days):
        yield "polling", f"not in {election.year}"
    if window is not None and (window.closes < window.opens or (days and window.closes >= days[0])):
        yield "registration", "opens before it closes, and closes before the first polling day"
    if election.hours is not None and election.hours.closes <= election.hours.opens:
        yield "hours", "opens before it closes"
    if election.polling_at_home is not None and days and election.polling_at_home < days[-1]:
        yield "polling_at_home", "not before the vote abroad"


def _figure_rules(turnout: Turnout | None) -> Iterator[tuple[str, str]]:
    """The figure most often told wrong is the turnout: it is a share of the registered, not of the entitled."""
    if turnout is None:
        return
    if turnout.registered <= 0 or (turnout.voted is not None and not 0 <= turnout.voted <= turnout.registered):
        yield "turnout.voted", "no more voted than were registered"
    if turnout.entitled is not None and turnout.entitled < turnout.registered:
        yield "turnout.entitled", "no fewer than the registered"
