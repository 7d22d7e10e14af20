"""The words for Mongolia's missions abroad, and which of them serve a place.

Pure: the data (`knowledge.missions_file`) and the day are passed in. Where no mission is known, none is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from dialogs.places import NamedPlace, PlaceNames
from dialogs.services import Source, Text


class MissionKind(StrEnum):
    """In the order a citizen is sent to them."""

    EMBASSY = "embassy"
    CONSULATE_GENERAL = "consulate-general"
    CONSULATE = "consulate"
    OFFICE = "office"  # a trade and economic office where there are no diplomatic relations
    PERMANENT_MISSION = "permanent-mission"


@dataclass(frozen=True)
class Served:
    """A country (ISO 3166 code) beside the own one that a source says the mission serves."""

    country: str
    source: Source


@dataclass(frozen=True)
class Website:
    """`seen` is the page of it that was seen."""

    address: str
    seen: str


@dataclass(frozen=True)
class District:
    """The consular district: the part of the country that is served."""

    text: Text
    source: Source


@dataclass(frozen=True)
class Mission:
    """`iso` is the host country's ISO code. `valid_from` and `valid_to` are its first and last day; None: not known."""

    id: str
    kind: MissionKind
    city: Text
    country: Text
    iso: str
    time_zone: str
    source: Source
    serves: tuple[Served, ...] = ()
    district: District | None = None
    website: Website | None = None
    note: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Nearest:
    """`place` is None when no place was recognised; `missions` is empty when none is known for it. Best first."""

    place: NamedPlace | None
    missions: tuple[Mission, ...]


@dataclass(frozen=True)
class Missions:
    """All missions and place names that are known."""

    missions: tuple[Mission, ...]
    places: tuple[NamedPlace, ...]

    @cached_property
    def names(self) -> PlaceNames:
        return PlaceNames(self.places)


def nearest_missions(place: str, known: Missions, day: date) -> Nearest:
    """The missions for a place as people write it: "солонгост", "germand", "chicago", "서울", "KR", or a whole message.

    By country and consular district, not by distance: first the city's own, then the country's, then from elsewhere.
    """
    found = known.names.find(place)
    if found is None:
        return Nearest(None, ())
    return Nearest(found, nearest_to(found, known, day))


def nearest_to(found: NamedPlace, known: Missions, day: date) -> tuple[Mission, ...]:
    """The missions for a place, best first."""
    open_then = [mission for mission in known.missions if is_valid(mission, day)]
    ranked = sorted((rank, number) for number, mission in enumerate(open_then) if (rank := _rank(mission, found)))
    return tuple(open_then[number] for _, number in ranked)


def is_valid(mission: Mission, day: date) -> bool:
    """Both the first and the last day of an entry count."""
    first, last = mission.valid_from or day, mission.valid_to or day
    return first <= day <= last


def _rank(mission: Mission, place: NamedPlace) -> tuple[int, int] | None:
    kind = list(MissionKind).index(mission.kind)
    if mission.id == place.mission:
        return 0, kind
    if mission.iso == place.country:
        return 1, kind
    return (2, kind) if any(served.country == place.country for served in mission.serves) else None
