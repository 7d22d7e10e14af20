"""The missions (`missions.yaml`) and the places people name (`place_names.tsv`), read strictly.

Every error names file, line and field. `read_entries` reads a list of dataclasses out of a YAML file; the elections
are read with it too. The fields are those of `dialogs.missions` and `dialogs.places`.
"""

from __future__ import annotations

import re
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from dialogs.missions import Mission, Missions, Website
from dialogs.places import NamedPlace, all_names, words_of
from dialogs.services import Names, Provenance, Source, Text
from knowledge.catalogue_files import CatalogueError, CatalogueProblem

FOLDER = Path(__file__).parent
MISSIONS, PLACES = FOLDER / "missions.yaml", FOLDER / "place_names.tsv"
COLUMNS = ("place", "country", "mission", "mn", "latin", "en", "other")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_DAY = re.compile(r"20\d\d-\d\d-\d\d")
# A page of the state itself: another name may have lapsed and be somebody else's by now.
_WEBSITE = re.compile(r"https://(www\.)?([a-z]+\.(embassy|consul)\.mn|taipei\.mn)")
_ALPHABETS = {
    "mn": re.compile(r"[\u0400-\u04ff \-]+"),
    "latin": re.compile(r"[a-z \-]+"),
    "en": re.compile(r"[a-z \-]+"),
}
Steps = tuple[str | int, ...]
"""From an entry down to a field."""
Entry = TypeVar("Entry")
Rules = Callable[[Any], Iterator[tuple[str, str]]]


def load(missions: Path = MISSIONS, places: Path = PLACES) -> Missions:
    """Both files as one value. Raises `CatalogueError` with every problem."""
    entries, problems = read_entries(missions, "missions", Mission, _mission_rules)
    rows, row_problems = _read_places(places, frozenset(mission.id for mission in entries))
    if problems or row_problems:
        raise CatalogueError(problems + row_problems)
    return Missions(tuple(entries), rows)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _mission_rules(mission: Mission) -> Iterator[tuple[str, str]]:
    """What the types cannot say."""
    yield from common_rules(mission)
    if not _COUNTRY.fullmatch(mission.iso):
        yield "iso", "two capital letters"
    if mission.time_zone not in _zones() or "/" not in mission.time_zone:
        yield "time_zone", f"{mission.time_zone} is no IANA time zone"
    for number, served in enumerate(mission.serves):
        if not _COUNTRY.fullmatch(served.country) or served.country == mission.iso:
            yield f"serves.{number}", "two capital letters, another country than the own"
    if mission.website is not None and not _is_seen(mission.website):
        yield "website", "the https address of an embassy.mn or consul.mn name, with a page of it that was seen"


def _is_seen(website: Website) -> bool:
    address = _WEBSITE.fullmatch(website.address)
    return address is not None and re.sub(r"^https?://(www\.)?", "", website.seen).startswith(
        re.sub(r"^https?://(www\.)?", "", website.address)
    )


def common_rules(entry: Any) -> Iterator[tuple[str, str]]:
    """For missions and elections: an id, both languages everywhere, days in order, a source with an address and day."""
    if not _ID.fullmatch(entry.id):
        yield "id", "small letters, digits and single hyphens only"
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        yield "valid_to", "before `valid_from`"
    for where, value in _parts(entry):
        if isinstance(value, Text) and not (value.mn.strip() and value.en.strip()):
            yield where, "both languages are needed"
        if isinstance(value, Source) and not _DAY.fullmatch(value.date):
            yield f"{where}.date", "a day, as 2026-11-23"
        if isinstance(value, Source) and value.kind is not Provenance.EDITORIAL and not value.ref.startswith("http"):
            yield f"{where}.ref", "the address of the page"


def _parts(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every dataclass in a value with its dotted field."""
    if is_dataclass(value):
        if where:
            yield where, value
        for field in fields(value):
            yield from _parts(getattr(value, field.name), f"{where}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _parts(item, f"{where}.{number}")


def read_entries(path: Path, key: str, kind: type[Entry], rules: Rules) -> tuple[list[Entry], list[CatalogueProblem]]:
    """The list `key`, the only key of the file beside `source`: the source of every entry that has none of its own.

    `rules` yields (dotted field, message) for what the types of `kind` cannot say.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data, root = yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        return [], [_at(path, mark.line + 1 if mark else 1, "file", str(error))]
    if not isinstance(data, dict) or not isinstance(data.get(key), list) or data.keys() - {key, "source"}:
        return [], [_at(path, 1, "file", f"wants a list of `{key}`, and `source` for all if there is one")]
    problems = [_at(path, line, name, "stands twice") for line, name in _double_keys(root)]
    entries: list[Entry] = []
    seen: set[str] = set()
    for number, row in enumerate(data[key]):
        wrong: list[tuple[Steps, str]] = [((), "an entry is a mapping")]
        if isinstance(row, dict):
            entry, wrong = _read_entry({"source": data.get("source"), **row}, kind, rules)
            entries += [entry] if entry is not None else []
            if (name := str(row.get("id"))) in seen:
                wrong.append((("id",), f"{name} stands twice"))
            seen.add(name)
        problems += [_at(path, _line(root, (key, number, *where)), _dotted(where), what) for where, what in wrong]
    return entries, problems


def _read_entry(row: dict[str, Any], kind: type[Entry], rules: Rules) -> tuple[Entry | None, list[tuple[Steps, str]]]:
    try:
        entry = TypeAdapter(kind).validate_python(row)
    except ValidationError as error:
        unknown = row.keys() - {field.name for field in fields(kind)}  # type: ignore[arg-type]
        wrong: list[tuple[Steps, str]] = [((str(name),), "no such field") for name in sorted(map(str, unknown))]
        return None, wrong + [(found["loc"], found["msg"]) for found in error.errors(include_url=False)]
    bent = list(_misread(row, entry))
    return entry, bent or [(tuple(_steps(field)), message) for field, message in rules(entry)]


def _steps(dotted: str) -> Iterator[str | int]:
    yield from (int(step) if step.isdigit() else step for step in dotted.split("."))


def _at(path: Path, line: int, field: str, message: str) -> CatalogueProblem:
    return CatalogueProblem(path.name, line, field, message)


def _misread(raw: Any, read: Any, at: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Fields that do not exist, and values that were bent to fit: `22:00` without quotes is the number 1320."""
    if isinstance(raw, dict) and is_dataclass(read):
        known = {field.name for field in fields(read)}
        for name, value in raw.items():
            if name in known:
                yield from _misread(value, getattr(read, name), (*at, name))
            else:
                yield (*at, str(name)), "no such field"
    elif isinstance(raw, list) and isinstance(read, tuple):
        for number, (value, item) in enumerate(zip(raw, read, strict=True)):
            yield from _misread(value, item, (*at, number))
    elif isinstance(read, time) and not (isinstance(raw, str) and re.fullmatch(r"\d\d:\d\d", raw)):
        yield at, 'a time stands in quotes: "07:00"'
    elif isinstance(read, date) and type(raw) is not date:
        yield at, "a day, as 2024-06-20"
    elif isinstance(read, int) and type(raw) is not int:
        yield at, "a whole number"


def _double_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Keys written twice in one mapping, of which YAML would keep the last."""
    if isinstance(node, yaml.MappingNode):
        times = Counter(key.value for key, _ in node.value)
        yield from ((key.start_mark.line + 1, key.value) for key, _ in node.value if times[key.value] > 1)
        for _, value in node.value:
            yield from _double_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _double_keys(item)


def _line(node: yaml.Node | None, where: Steps) -> int:
    """Where a field stands, or what it would stand in; counted from 1."""
    line = 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            node = None
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _dotted(where: Steps) -> str:
    return ".".join(map(str, where)) or "entry"


def _read_places(path: Path, missions: frozenset[str]) -> tuple[tuple[NamedPlace, ...], list[CatalogueProblem]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return (), [_at(path, 1, "file", str(error))]
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    if not rows or tuple(rows[0][1]) != COLUMNS:
        return (), [_at(path, rows[0][0] if rows else 1, "file", f"the first row is {' '.join(COLUMNS)}, with tabs")]
    places: list[NamedPlace] = []
    problems: list[CatalogueProblem] = []
    owners: dict[tuple[str, ...], str] = {}
    countries = {cells[0] for _, cells in rows if _COUNTRY.fullmatch(cells[0])}
    for number, cells in rows[1:]:
        if len(cells) != len(COLUMNS):
            problems.append(_at(path, number, "row", f"{len(COLUMNS)} columns with a tab between, not {len(cells)}"))
            continue
        place = _place(cells)
        wrong = [*_place_rules(place, missions, countries, {known.id for known in places})]
        wrong += [("names", f"{' '.join(name)} is {owners[name]} too") for name in _keys(place) if name in owners]
        problems += [_at(path, number, field, message) for field, message in wrong]
        owners |= dict.fromkeys(_keys(place), place.id)
        places.append(place)
    return tuple(places), problems


def _place(cells: list[str]) -> NamedPlace:
    mn, latin, en, other = (tuple(name for name in cell.split(", ") if name or cell) for cell in cells[3:])
    return NamedPlace(cells[0], cells[1], cells[2] or None, Names(mn, latin, en, other))


def _keys(place: NamedPlace) -> frozenset[tuple[str, ...]]:
    return frozenset(words_of(name) for name in all_names(place))


def _place_rules(
    place: NamedPlace, missions: frozenset[str], countries: set[str], seen: set[str]
) -> Iterator[tuple[str, str]]:
    if not (_COUNTRY if place.is_country else _ID).fullmatch(place.id):
        yield "place", "the country's ISO code, or a city in small letters"
    if place.id in seen:
        yield "place", f"{place.id} stands twice"
    if place.country not in countries:
        yield "country", f"{place.country} has no row of its own"
    if place.mission is not None and place.mission not in missions:
        yield "mission", f"{place.mission} is no mission"
    if not all_names(place):
        yield "names", "at least one name"
    for column in ("mn", "latin", "en", "other"):
        for name in getattr(place.names, column):
            alphabet = _ALPHABETS.get(column)
            if not name.strip() or name != name.strip() or (alphabet and not alphabet.fullmatch(name.lower())):
                yield column, f"`{name}` is no name in this alphabet"
