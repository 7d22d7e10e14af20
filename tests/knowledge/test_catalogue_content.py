"""The catalogue that is shipped, recounted from its files, and what the reader says about a file that is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bots.commands.catalogue import counts
from dialogs.services import Catalogue, Level, Provenance, Service, Usable
from knowledge.catalogue_files import FOLDER, CatalogueError, CatalogueProblem, load, read_files
from tests.evaluation.sets import kept_apart

PATHS = tuple(sorted(FOLDER.glob("*.yaml")))
FIELDS = {
    "organisation": {"id", "title", "short", "phone", "website", "source"},
    "abroad": {"usable", "how"},
    "fee": {"base", "mission", "note", "source"},
    "base": {"amount", "currency"},
    "mission": {"amount", "currency"},
    "duration": {"text", "source"},
    "source": {"kind", "ref", "date", "note"},
    "names": {"mn", "latin", "en", "other"},
} | {key: {"mn", "en"} for key in ("title", "summary", "how", "note", "text", "law", "documents", "steps", "limits")}

ONE_SERVICE = """\
organisation:
  id: test-office
  title: {mn: Туршилтын газар, en: Test Office}
  source: {kind: editorial, ref: test, date: "2026-11-23"}
services:
  - id: test-reference
    emongolia_id: 0123456789abcdef01234567
    title: {mn: Туршилтын лавлагаа, en: Test reference}
    summary: {mn: Лавлагаа юм. Шууд гарна., en: A reference. It comes at once.}
    category: archive
    audience: [citizen]
    abroad:
      usable: fully
      how: {mn: Хаанаас ч авна., en: From anywhere.}
    proof: unknown
    delivery: instant
    says: [turshiltiin lavlagaa avya]
    source: {kind: e-mongolia, ref: "https://e-mongolia.mn/service/0123456789abcdef01234567", date: "2026-11-23"}
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="module")
def services(catalogue: Catalogue) -> tuple[Service, ...]:
    return tuple(catalogue.services.values())


def test_every_file_reads_without_a_problem() -> None:
    files, problems = read_files(PATHS)
    assert problems == []
    assert len(files) == len(PATHS)


def test_the_whole_loads_and_nothing_falls_out(catalogue: Catalogue) -> None:
    written = sum(len(_raw(path)["services"]) for path in PATHS)
    assert len(catalogue.services) == written
    assert len(catalogue.organisations) == len(PATHS)
    assert {service.organisation for service in catalogue.services.values()} <= set(catalogue.organisations)


def test_the_portal_s_published_counts_are_met_recounted_from_the_files() -> None:
    """1,263 services of 87 organisations, 816 of them usable from abroad: montsame.mn/en/read/359776 (2025-01-16)."""
    rows = [row for path in PATHS for row in _raw(path)["services"]]
    abroad = [row for row in rows if row["abroad"]["usable"] in ("fully", "partly")]
    assert (len(rows), len(PATHS), len(abroad)) == (1_263, 87, 816)


def test_the_readme_shows_the_counts(catalogue: Catalogue) -> None:
    readme = (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
    counted = counts(catalogue)
    kinds = counted["by_provenance"]
    assert isinstance(kinds, dict)
    by_kind = [kinds[kind] for kind in ("e-mongolia", "khur", "mission", "public-page", "editorial")]
    cells = [counted["services"], counted["organisations"], counted["abroad"], *by_kind]
    assert f"| {' | '.join(map(str, cells))} |" in readme


def test_the_aimags_and_the_capital_have_no_more_rows_than_the_portal_once_listed_for_them() -> None:
    """498 services of aimags at the end of 2021 (montsame, ema.gov.mn)."""
    local = [path for path in PATHS if path.stem.endswith("-aimag") or path.stem == "capital-governor"]
    assert len(local) == 22
    assert sum(len(_raw(path)["services"]) for path in local) <= 498


def test_what_matters_most_abroad_is_described_by_many_messages(services: tuple[Service, ...]) -> None:
    many = [service for service in services if len(service.says) >= 8 and service.abroad.usable is not Usable.NO]
    assert len(many) >= 200


def test_a_tenth_of_the_messages_is_kept_apart_and_stands_in_no_file(services: tuple[Service, ...]) -> None:
    apart = kept_apart()
    said = {_folded(message) for service in services for message in service.says}
    assert 0.095 <= len(apart) / (len(apart) + len(said)) <= 0.105
    assert [message for _, message in apart if _folded(message) in said] == []
    assert {service_id for service_id, _ in apart} <= {service.id for service in services}


def test_a_file_is_named_after_its_organisation() -> None:
    assert [path.stem for path in PATHS if _raw(path)["organisation"]["id"] != path.stem] == []


def test_ids_are_unique() -> None:
    assert _twice(row["id"] for path in PATHS for row in _raw(path)["services"]) == []


def test_every_emongolia_id_is_used_once_and_named_in_its_source(services: tuple[Service, ...]) -> None:
    assert _twice(service.emongolia_id for service in services if service.emongolia_id) == []
    assert [
        service.id
        for service in services
        if service.source.kind is Provenance.E_MONGOLIA and service.source.ref != service.link
    ] == []


def test_no_operation_stands_on_two_services(services: tuple[Service, ...]) -> None:
    assert _twice(service.operation for service in services if service.operation) == []
    assert [
        service.id
        for service in services
        if service.source.kind is Provenance.KHUR and service.source.ref != service.operation
    ] == []


def test_no_title_stands_twice(services: tuple[Service, ...]) -> None:
    assert _twice(_folded(service.title.mn) for service in services) == []
    assert _twice(_folded(service.title.en) for service in services) == []


def test_no_message_stands_twice_in_the_whole_catalogue(services: tuple[Service, ...]) -> None:
    assert _twice(_folded(message) for service in services for message in service.says) == []


def test_every_service_has_at_least_three_messages(services: tuple[Service, ...]) -> None:
    assert {service.id: len(service.says) for service in services if len(service.says) < 3} == {}


def test_every_service_has_at_least_three_names_and_shares_none(services: tuple[Service, ...]) -> None:
    names = {service.id: _all_names(service) for service in services}
    assert [key for key, own in names.items() if len(own) < 3] == []
    assert _twice(name for own in names.values() for name in own) == []


def test_what_is_editorial_has_no_emongolia_id(services: tuple[Service, ...]) -> None:
    assert [
        service.id for service in services if service.source.kind is Provenance.EDITORIAL and service.emongolia_id
    ] == []


def test_a_fee_with_figures_carries_its_source(services: tuple[Service, ...]) -> None:
    figures = [service for service in services if service.fee.base or service.fee.mission]
    assert figures
    assert [service.id for service in figures if service.fee.source is None] == []
    with_figures_in_words = [
        service.id
        for service in services
        if service.fee.note and re.search(r"\d", service.fee.note.mn) and service.fee.source is None
    ]
    assert with_figures_in_words == []


def test_a_duration_carries_its_source(services: tuple[Service, ...]) -> None:
    assert [service.id for service in services if service.duration and service.duration.source is None] == []


def test_no_sign_in_is_claimed_only_where_nothing_of_the_portal_is_needed(services: tuple[Service, ...]) -> None:
    assert [service.id for service in services if service.proof is Level.NONE and service.emongolia_id] == []


def test_dates_are_days() -> None:
    dates = [found for path in PATHS for found in _values(_raw(path), "date")]
    assert [date for date in dates if not re.fullmatch(r"20\d\d-\d\d-\d\d", str(date))] == []


def test_no_comma_cuts_a_text_short() -> None:
    """`{mn: a, b, en: c}` without quotes reads as `a`, and `b` becomes a key that nobody reads."""
    strange = [f"{path.name}: {where}" for path in PATHS for where in _strange_keys(_raw(path))]
    assert strange == []


def test_whole_sentences_end_as_sentences(services: tuple[Service, ...]) -> None:
    assert [
        (service.id, text)
        for service in services
        for both in (service.summary, service.abroad.how, *service.steps, *service.limits)
        for text in (both.mn, both.en)
        if not text.endswith((".", "!", "?"))
    ] == []


def test_the_file_that_the_broken_ones_are_made_of_is_good(tmp_path: Path) -> None:
    (tmp_path / "test-office.yaml").write_text(ONE_SERVICE, encoding="utf-8")
    assert list(load(tmp_path).services) == ["test-reference"]


@pytest.mark.parametrize(
    ("old", "new", "field", "marked", "message"),
    [
        ("category: archive", "category: archives", "category", "category: archives", "Input should be 'passport'"),
        ("usable: fully", "usable: mostly", "abroad.usable", "usable: mostly", "Input should be 'fully'"),
        ("usable: fully", "usable: no", "abroad.usable", "usable: no", "Input should be 'fully'"),
        ("proof: unknown", "prof: unknown", "prof", "prof: unknown", "no such field"),
        ("proof: unknown", "prof: unknown", "proof", "- id: test-reference", "Field required"),
        ("    says: [turshiltiin lavlagaa avya]\n", "", "says", "- id: test-reference", "at least one message"),
        ("says: [turshiltiin lavlagaa avya]", "says: []", "says", "says: []", "at least one message"),
        ("id: test-reference", "id: Test_Reference", "id", "id: Test_Reference", "small letters"),
        ("abcdef01234567\n", "abcdef0123456x\n", "emongolia_id", "emongolia_id:", "24 hexadecimal digits"),
        ("    emongolia_id: 0123456789abcdef01234567\n", "", "source", "kind: e-mongolia", "needs the `emongolia_id`"),
        ("kind: e-mongolia, ref: \"https", "kind: public-page, ref: \"http", "source", "public-page", "https address"),
        ("title: {mn: Туршилтын лавлагаа, ", "title: {", "title.mn", "title: {en: Test reference}", "Field required"),
        ("mn: Лавлагаа юм. Шууд гарна.", 'mn: " "', "summary", 'summary: {mn: " "', "both languages"),
        ("title: {mn: Туршилтын газар, ", "title: {", "title.mn", "title: {en: Test Office}", "Field required"),
        ("    proof: unknown", "    fee: {base: {amount: free, currency: MNT}}\n    proof: unknown", "fee.base.amount",
         "fee: {base", "valid number"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_field(
    tmp_path: Path, old: str, new: str, field: str, marked: str, message: str
) -> None:
    assert old in ONE_SERVICE
    text = ONE_SERVICE.replace(old, new, 1)
    problems = _problems_of(tmp_path, {"test-office.yaml": text})
    found = [problem for problem in problems if problem.field == field]
    assert [(problem.file, problem.line) for problem in found] == [("test-office.yaml", _line(text, marked))]
    assert message in found[0].message
    assert str(found[0]).startswith(f"test-office.yaml:{found[0].line}: {field}: ")


def test_yaml_that_does_not_parse_is_named_with_its_line(tmp_path: Path) -> None:
    text = ONE_SERVICE.replace("audience: [citizen]", "audience: [citizen")
    (problem,) = _problems_of(tmp_path, {"test-office.yaml": text})
    assert (problem.file, problem.field) == ("test-office.yaml", "file")
    assert problem.line >= _line(text, "audience: [citizen")


@pytest.mark.parametrize("text", ["", "- one\n- two\n", "organisation: {id: a}\n", "services: {}\n"])
def test_a_file_of_another_shape_is_named(tmp_path: Path, text: str) -> None:
    (problem,) = _problems_of(tmp_path, {"test-office.yaml": text})
    assert (problem.file, problem.line, problem.field) == ("test-office.yaml", 1, "file")


def test_bytes_that_are_not_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "test-office.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path)
    assert [(problem.file, problem.field) for problem in caught.value.problems] == [("test-office.yaml", "file")]


def test_a_service_that_is_not_a_mapping_is_named_with_its_line(tmp_path: Path) -> None:
    text = ONE_SERVICE + "  - only words\n"
    (problem,) = _problems_of(tmp_path, {"test-office.yaml": text})
    assert (problem.file, problem.line, problem.field) == ("test-office.yaml", _line(text, "only words"), "services")


def test_ids_used_twice_are_named_with_both_files(tmp_path: Path) -> None:
    problems = _problems_of(tmp_path, {"a-office.yaml": ONE_SERVICE, "b-office.yaml": ONE_SERVICE})
    assert {problem.field for problem in problems} == {"organisation", "id", "emongolia_id"}
    assert {problem.file for problem in problems} == {"b-office.yaml"}
    assert all("a-office.yaml" in problem.message for problem in problems)


def test_an_id_used_twice_in_one_file_is_named(tmp_path: Path) -> None:
    once_more = ONE_SERVICE.split("services:\n")[1].replace("    emongolia_id: 0123456789abcdef01234567\n", "")
    once_more = once_more.replace("kind: e-mongolia", "kind: editorial")
    (problem,) = _problems_of(tmp_path, {"test-office.yaml": ONE_SERVICE + once_more})
    assert (problem.file, problem.field) == ("test-office.yaml", "id")


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    problems = _problems_of(
        tmp_path,
        {
            "a-office.yaml": ONE_SERVICE.replace("category: archive", "category: nothing"),
            "b-office.yaml": ONE_SERVICE.replace("delivery: instant", "delivery: soon"),
        },
    )
    assert {(problem.file, problem.field) for problem in problems} >= {
        ("a-office.yaml", "category"),
        ("b-office.yaml", "delivery"),
    }


@cache
def _raw(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[^\w+]+", " ", text).lower().split())


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def _all_names(service: Service) -> set[str]:
    names = service.names
    return {_folded(name) for name in (*names.mn, *names.latin, *names.en, *names.other)}


def _values(node: Any, key: str) -> Iterator[Any]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            else:
                yield from _values(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from _values(value, key)


def _strange_keys(node: Any, field: str = "", where: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for name in node.keys() - FIELDS.get(field, node.keys()):
            yield f"{where}: {name}"
        for name, value in node.items():
            yield from _strange_keys(value, str(name), f"{where}.{name}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            own = value.get("id", number) if isinstance(value, dict) else number
            yield from _strange_keys(value, field, f"{where}.{own}")


def _problems_of(folder: Path, files: dict[str, str]) -> list[CatalogueProblem]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    return caught.value.problems


def _line(text: str, marked: str) -> int:
    """Where the words stand first, counted from 1."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if marked in line)
