"""Who may know whom: every Python file of the six rooms is read and held against `docs/architecture.md`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
ROOMS = ("bots", "config", "connectors", "dialogs", "knowledge", "nlu")
MAY_IMPORT = {
    "bots": frozenset(ROOMS),
    "config": frozenset({"config"}),
    "connectors": frozenset({"connectors", "dialogs"}),
    "dialogs": frozenset({"dialogs"}),
    "knowledge": frozenset({"knowledge", "dialogs"}),
    "nlu": frozenset({"nlu", "dialogs"}),
}
SQL = frozenset({"sqlalchemy", "sqlite3", "pysqlite3", "psycopg", "asyncpg"})
WIRES = frozenset({"httpx", "requests", "aiohttp", "telegram", "xyp", "urllib.request", "http.client"})
FORBIDDEN_NAMES = frozenset({"utils", "helpers", "common", "core", "manager"})
MAX_LINES = 300
IMPURE_MODULES = frozenset({"random", "secrets", "uuid", "asyncio"})
IMPURE_CALLS = frozenset({
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.monotonic",
    "time.sleep", "os.urandom", "os.environ", "os.getenv", "open", "print", "input",
})  # fmt: skip


@dataclass(frozen=True)
class Import:
    """`typing_only`: seen by the type checker, never run."""

    module: str
    line: int
    typing_only: bool = False


def files(project: Path) -> list[Path]:
    return sorted(path for room in ROOMS for path in (project / room).rglob("*.py"))


def imports(tree: ast.Module, package: str) -> Iterator[Import]:
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, id(node) in typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            names = (f"{module}.{alias.name}" for alias in node.names)
            yield from (Import(name, node.lineno, id(node) in typing_only) for name in names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("__import__", "importlib.import_module"):
            yield from (Import(str(arg.value), node.lineno) for arg in node.args[:1] if isinstance(arg, ast.Constant))


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parent = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join((*parent, node.module) if node.module else parent)


def problems(project: Path) -> list[str]:
    """Everything that breaks a rule, as `path:line: what`."""
    return [problem for path in files(project) for problem in _file_problems(path, path.relative_to(project))]


def _file_problems(path: Path, place: Path) -> Iterator[str]:
    room, source = place.parts[0], path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    for found in imports(tree, ".".join(place.parent.parts)):
        yield from (f"{place}:{found.line}: {problem}" for problem in _import_problems(room, found))
    if place.stem in FORBIDDEN_NAMES or FORBIDDEN_NAMES & set(place.parts):
        yield f"{place}:1: a name that says nothing"
    if room == "dialogs":
        yield from (f"{place}:{line}: {what} in the pure room" for line, what in _impure(tree))


def _import_problems(room: str, found: Import) -> Iterator[str]:
    top = found.module.split(".")[0]
    if top in ROOMS and top not in MAY_IMPORT[room]:
        yield f"{room} may not know {top}"
    if room == "dialogs" and top not in ROOMS and top not in sys.stdlib_module_names:
        yield f"dialogs may not know {top}"
    if room == "dialogs" and top in IMPURE_MODULES:
        yield f"{top} in the pure room"
    if room != "knowledge" and not found.typing_only and _is_one_of(found.module, SQL):
        yield f"SQL ({top}) belongs in knowledge"
    if room != "connectors" and not found.typing_only and _is_one_of(found.module, WIRES):
        yield f"wires ({top}) belong in connectors"


def _is_one_of(module: str, names: frozenset[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def _impure(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Await | ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith):
            yield node.lineno, "await"
        elif isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in IMPURE_CALLS:
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Name) and node.id in IMPURE_CALLS:
            yield node.lineno, node.id


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_whom_it_may_know(room: str) -> None:
    assert [problem for problem in problems(PROJECT) if problem.startswith(f"{room}/")] == []


def test_the_walk_sees_the_rooms() -> None:
    assert PROJECT / "dialogs" / "engine.py" in files(PROJECT)


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_is_longer_than_the_ceiling(room: str) -> None:
    long = [path for path in files(PROJECT) if path.relative_to(PROJECT).parts[0] == room and _lines(path) > MAX_LINES]
    assert [f"{path.relative_to(PROJECT)}: {_lines(path)} lines" for path in long] == []


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("place", "source", "problem"),
    [
        ("dialogs/plan.py", "import pydantic", "dialogs may not know pydantic"),
        ("dialogs/plan.py", "from knowledge import codec", "dialogs may not know knowledge"),
        ("dialogs/plan.py", "def f():\n    from nlu import reading", "dialogs may not know nlu"),
        ("dialogs/flows/plan.py", "from ...knowledge import codec", "dialogs may not know knowledge"),
        ("dialogs/plan.py", "import importlib\nimportlib.import_module('bots')", "dialogs may not know bots"),
        ("dialogs/plan.py", "import secrets", "secrets in the pure room"),
        ("dialogs/plan.py", "from uuid import uuid4", "uuid in the pure room"),
        ("dialogs/plan.py", "from datetime import datetime\nnow = datetime.now()", "datetime.now in the pure room"),
        ("dialogs/plan.py", "import datetime\nnow = datetime.datetime.now()", "datetime.datetime.now in the pure room"),
        ("dialogs/plan.py", "import time\nnow = time.time()", "time.time in the pure room"),
        ("dialogs/plan.py", "async def f(g):\n    await g", "await in the pure room"),
        ("config/plan.py", "import dialogs.services", "config may not know dialogs"),
        ("nlu/plan.py", "from knowledge import catalogue_files", "nlu may not know knowledge"),
        ("connectors/plan.py", "from config import settings", "connectors may not know config"),
        ("knowledge/plan.py", "import bots", "knowledge may not know bots"),
        ("bots/plan.py", "from sqlalchemy import text", "SQL (sqlalchemy) belongs in knowledge"),
        ("nlu/plan.py", "import sqlite3", "SQL (sqlite3) belongs in knowledge"),
        ("bots/plan.py", "import httpx", "wires (httpx) belong in connectors"),
        ("bots/plan.py", "from urllib import request", "wires (urllib) belong in connectors"),
        ("knowledge/plan.py", "from telegram.ext import Application", "wires (telegram) belong in connectors"),
        ("nlu/utils.py", "", "a name that says nothing"),
        ("bots/core/plan.py", "", "a name that says nothing"),
    ],
)
def test_a_planted_violation_is_caught(tmp_path: Path, place: str, source: str, problem: str) -> None:
    _plant(tmp_path, place, source)
    assert any(found.endswith(problem) for found in problems(tmp_path))


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("dialogs/plan.py", "from datetime import datetime, timedelta\nfrom dialogs.messages import Line"),
        ("dialogs/flows/plan.py", "from ..messages import Line"),
        ("bots/plan.py", "from config import settings\nfrom knowledge import codec\nimport starlette"),
        ("knowledge/plan.py", "import sqlalchemy\nimport pydantic\nfrom dialogs.services import Service"),
        ("connectors/plan.py", "import httpx\nimport xyp\nfrom connectors.channel import Heard"),
        ("config/plan.py", "from pydantic_settings import BaseSettings"),
        ("bots/plan.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from httpx import Response"),
    ],
)
def test_what_is_allowed_is_left_alone(tmp_path: Path, place: str, source: str) -> None:
    _plant(tmp_path, place, source)
    assert problems(tmp_path) == []


def _plant(project: Path, place: str, source: str) -> None:
    path = project / place
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
