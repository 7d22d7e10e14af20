"""The catalogue as files: one YAML file an organisation, read strictly, every error with its file, line and field.

The format is described in `knowledge/catalogue/README.md`; the fields are those of `dialogs.services`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from dialogs.services import Catalogue, Organisation, Provenance, Service

FOLDER = Path(__file__).parent / "catalogue"
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
EMONGOLIA_ID = re.compile(r"[0-9a-f]{24}")
_SERVICE = TypeAdapter(Service)
_SERVICE_FIELDS = frozenset(field.name for field in fields(Service)) - {"organisation"}
_ORGANISATION = TypeAdapter(Organisation)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class CatalogueProblem:
    """One thing wrong in a file; `line` counts from 1."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class CatalogueError(Exception):
    """The files cannot be loaded; `problems` names every reason."""

    def __init__(self, problems: list[CatalogueProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class OrganisationFile:
    path: Path
    organisation: Organisation
    services: tuple[Service, ...]


def load(folder: Path = FOLDER, release: int = 1) -> Catalogue:
    """Every file of the folder as one catalogue. Raises `CatalogueError` naming every problem found."""
    files, problems = read_files(sorted(folder.glob("*.yaml")))
    problems += _cross_problems(files)
    if problems:
        raise CatalogueError(problems)
    return Catalogue(
        release=release,
        services={service.id: service for file in files for service in file.services},
        organisations={file.organisation.id: file.organisation for file in files},
    )


def read_files(paths: Iterable[Path]) -> tuple[list[OrganisationFile], list[CatalogueProblem]]:
    """Each file on its own; what does not read becomes a problem, the rest is returned."""
    files: list[OrganisationFile] = []
    problems: list[CatalogueProblem] = []
    for path in paths:
        found, file = _read_file(path)
        problems += found
        if file is not None:
            files.append(file)
    return files, problems


def _read_file(path: Path) -> tuple[list[CatalogueProblem], OrganisationFile | None]:
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        return [CatalogueProblem(path.name, mark.line + 1 if mark else 1, "file", str(error))], None
    if not isinstance(data, dict) or not isinstance(data.get("services"), list):
        return [CatalogueProblem(path.name, 1, "file", "wants `organisation` and a list of `services`")], None
    lines = _Lines(text)
    problems: list[CatalogueProblem] = []
    organisation = _read_organisation(path, data, lines, problems)
    services = tuple(_read_services(path, data["services"], organisation, lines, problems))
    if organisation is None:
        return problems, None
    return problems, OrganisationFile(path, organisation, services)


def _read_organisation(path: Path, data: Any, lines: _Lines, problems: list[CatalogueProblem]) -> Organisation | None:
    try:
        return _ORGANISATION.validate_python(data.get("organisation"))
    except ValidationError as error:
        problems += _problems(path, error, ("organisation",), lines)
        return None


def _read_services(
    path: Path, rows: list[Any], organisation: Organisation | None, lines: _Lines, problems: list[CatalogueProblem]
) -> Iterator[Service]:
    for number, row in enumerate(rows):
        at = ("services", number)
        if not isinstance(row, dict):
            problems.append(CatalogueProblem(path.name, lines.of(at), "services", "a service is a mapping"))
            continue
        try:
            service = _SERVICE.validate_python({**row, "organisation": organisation.id if organisation else "?"})
        except ValidationError as error:
            problems += [_no_such_field(path, lines, at, (key,)) for key in sorted(row.keys() - _SERVICE_FIELDS)]
            problems += _problems(path, error, at, lines)
            continue
        problems += [_no_such_field(path, lines, at, where) for where in unknown_fields(row, service)]
        for field, message in rules(service):
            problems.append(CatalogueProblem(path.name, lines.of((*at, field)), field, message))
        yield service


def rules(service: Service) -> Iterator[tuple[str, str]]:
    """What the types cannot say."""
    if not ID.fullmatch(service.id):
        yield "id", "small letters, digits and single hyphens only"
    if service.emongolia_id is not None and not EMONGOLIA_ID.fullmatch(service.emongolia_id):
        yield "emongolia_id", "24 hexadecimal digits"
    if service.source.kind is Provenance.E_MONGOLIA and service.emongolia_id is None:
        yield "source", "`e-mongolia` needs the `emongolia_id` that was seen"
    if service.source.kind is Provenance.PUBLIC_PAGE and not service.source.ref.startswith("https://"):
        yield "source", "`public-page` needs the page's https address"
    if not service.says:
        yield "says", "at least one message a citizen would send"
    for field, text in (("title", service.title), ("summary", service.summary)):
        if not text.mn.strip() or not text.en.strip():
            yield field, "both languages are needed"


def unknown_fields(raw: Any, read: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Keys that no field has, at any depth: `{mn: a, b}` is the text "a" and an unknown field "b"."""
    if isinstance(raw, dict) and is_dataclass(read):
        known = {field.name for field in fields(read)}
        for key, value in raw.items():
            if key in known:
                yield from unknown_fields(value, getattr(read, key), (*at, key))
            else:
                yield (*at, str(key))
    elif isinstance(raw, list) and isinstance(read, tuple):
        for place, (value, item) in enumerate(zip(raw, read, strict=True)):
            yield from unknown_fields(value, item, (*at, place))


def _no_such_field(
    path: Path, lines: _Lines, at: tuple[str | int, ...], where: tuple[str | int, ...]
) -> CatalogueProblem:
    hint = " (a text with a comma stands in quotes)" if len(where) > 1 else ""
    return CatalogueProblem(path.name, lines.of((*at, *where)), _dotted(where), f"no such field{hint}")


def _dotted(where: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in where)


def _cross_problems(files: list[OrganisationFile]) -> list[CatalogueProblem]:
    problems: list[CatalogueProblem] = []
    seen: dict[tuple[str, str], str] = {}
    for file in files:
        keys = [("organisation", file.organisation.id)]
        keys += [("id", service.id) for service in file.services]
        keys += [("emongolia_id", service.emongolia_id) for service in file.services if service.emongolia_id]
        for key in keys:
            if key in seen:
                line = _line_of(file.path, key)
                problems.append(CatalogueProblem(file.path.name, line, key[0], f"{key[1]} stands in {seen[key]} too"))
            seen[key] = file.path.name
    return problems


def _line_of(path: Path, key: tuple[str, str]) -> int:
    """Where an id stands last in a file: the one that came second."""
    name = "id" if key[0] == "organisation" else key[0]
    wanted = re.compile(rf"^\s*-?\s*{name}:\s*[\"']?{re.escape(key[1])}[\"']?\s*(#.*)?$")
    rows = path.read_text(encoding="utf-8").splitlines()
    return max((number for number, row in enumerate(rows, 1) if wanted.match(row)), default=1)


def _problems(
    path: Path, error: ValidationError, at: tuple[str | int, ...], lines: _Lines
) -> Iterator[CatalogueProblem]:
    for entry in error.errors(include_url=False):
        where = (*at, *entry["loc"])
        field = _dotted(entry["loc"]) or str(at[0])
        yield CatalogueProblem(path.name, lines.of(where), field, entry["msg"])


class _Lines:
    """Where a field stands in the text; the tree with marks is built only when something is wrong (it is slow)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root: yaml.Node | None = None

    def of(self, path: tuple[str | int, ...]) -> int:
        self._root = self._root or yaml.compose(self._text, Loader=_LOADER)
        node, line = self._root, 1
        for part in path:
            step = _child(node, part)
            if step is None:
                break
            node = step
            line = node.start_mark.line + 1
        return line


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: yaml.Node = node.value[part]
        return child
    return None


if __name__ == "__main__":
    chosen = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.yaml"))
    loaded, wrong = read_files(chosen)
    wrong += _cross_problems(loaded)
    for problem in wrong:
        print(problem)
    print(f"{len(loaded)} files, {sum(len(file.services) for file in loaded)} services, {len(wrong)} problems")
    sys.exit(1 if wrong else 0)
