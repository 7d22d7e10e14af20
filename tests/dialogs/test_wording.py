"""Every sentence the code names is written in both languages, with the values it is given."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import dialogs
from dialogs.outcomes import LABELS, Outcome
from dialogs.rendering import render
from dialogs.sayings import Facts, Line, Message, Moment
from dialogs.services import Language
from dialogs.verification.codes import UNTIMED, Refusal
from dialogs.wording import check, needed_keys, placeholders, sentence, texts
from tests.dialogs.services import CATALOGUE

ROOM = Path(dialogs.__file__).parent
STEMS = {path.stem for path in (ROOM / "texts").glob("*.toml")}
KEY = re.compile(r"[a-z]+\.[a-z][a-z-]*")
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOM.rglob("*.py")):
        yield path.relative_to(ROOM).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def written_keys() -> list[tuple[str, str]]:
    """Every literal that is a key, given to `line`, `Line`, `Moment`, `Choice`, or chosen by a condition before."""
    return [
        (f"{place}:{node.lineno}", node.value)
        for place, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value)
        if node.value.split(".")[0] in STEMS
    ]


def calls() -> list[tuple[str, str, frozenset[str]]]:
    """(place, key, names of the values) of every call that says a sentence whose key is a literal."""
    return [
        (f"{place}:{node.lineno}", key, frozenset(values))
        for place, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for key, values in _said(node)
    ]


def _said(node: ast.Call) -> Iterator[tuple[str, set[str]]]:
    name = ast.unparse(node.func).split(".")[-1]
    keys = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in ("line", "Line") and keys:
        yield keys[0], {keyword.arg or "" for keyword in node.keywords}
    elif name == "Moment" and keys:
        yield keys[0], {"time"}
    elif name == "sentence" and keys and len(node.args) <= 3:
        given = node.args[2].keys if len(node.args) == 3 and isinstance(node.args[2], ast.Dict) else []
        yield keys[0], {str(key.value) for key in given if isinstance(key, ast.Constant)}
    elif name == "Choice":
        yield from ((key, set()) for key in keys)


@pytest.mark.parametrize(("place", "key"), written_keys())
def test_a_sentence_the_code_names_exists(place: str, key: str) -> None:
    assert key in texts(), place


@pytest.mark.parametrize(("place", "key", "values"), calls(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_sentence_gets_the_values_it_has_places_for(place: str, key: str, values: frozenset[str]) -> None:
    assert placeholders(texts()[key][Language.MN]) == values, place


def test_the_walk_sees_the_sentences_of_the_flows() -> None:
    assert {"greeting.hello", "proving.wrong-code", "button.person"} <= {key for _, key, _ in calls()}


def test_no_sentence_is_kept_for_nothing() -> None:
    assert set(texts()) - set(needed_keys()) - {key for _, key in written_keys()} == set()


def test_a_refusal_has_a_place_for_its_time_when_waiting_helps() -> None:
    timed = {key for key in texts() if placeholders(texts()[key][Language.MN]) == {"time"}}
    helped = {f"refused.{reason}" for reason in Refusal if reason not in UNTIMED}
    assert timed == helped | {"proving.number-too-soon", "late.since", "linking.until"}


def test_no_sentence_is_longer_than_a_short_paragraph() -> None:
    assert [key for key, entry in texts().items() if any(len(text) > 200 for text in entry.values())] == []


@pytest.mark.parametrize("language", list(Language))
def test_the_greeting_is_three_sentences(language: Language) -> None:
    said = " ".join(sentence(f"greeting.{part}", language) for part in ("hello", "automatic", "can"))
    assert len(re.findall(r"[.!?](?=\s|$)", said)) == 3


def test_the_labels_of_buttons_fit_the_narrowest_channel() -> None:
    labels = [text for key, entry in texts().items() if key.startswith("button.") for text in entry.values()]
    assert [label for label in labels if len(label) > 30] == []


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_label_for_staff_in_both_languages(outcome: Outcome) -> None:
    assert LABELS[outcome].mn
    assert LABELS[outcome].en


def test_the_texts_are_whole() -> None:
    check()


def test_a_sentence_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentence("greeting.nobody-wrote-this", Language.MN)


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentence("proving.wrong-code", Language.MN)


def test_braces_in_a_value_are_shown_as_they_are() -> None:
    assert "{left}" in sentence("person.taken", Language.EN, {"name": "{left}"})


@pytest.mark.parametrize(
    ("wait", "told"),
    [
        (timedelta(seconds=-5), "1 минутын дараа (Улаанбаатарын цагаар 19:59)"),
        (timedelta(seconds=30), "1 минутын дараа (Улаанбаатарын цагаар 20:00)"),
        (timedelta(seconds=61), "2 минутын дараа (Улаанбаатарын цагаар 20:01)"),
        (timedelta(minutes=119), "119 минутын дараа (Улаанбаатарын цагаар 21:59)"),
        (timedelta(hours=2), "2 цагийн дараа (Улаанбаатарын цагаар 22:00)"),
        (timedelta(hours=2, seconds=1), "3 цагийн дараа (Улаанбаатарын цагаар 22:00)"),
        (timedelta(hours=23), "23 цагийн дараа (Улаанбаатарын цагаар маргааш 19:00)"),
        (timedelta(hours=30), "30 цагийн дараа (Улаанбаатарын цагаар 2026-11-04 02:00)"),
    ],
)
def test_a_time_is_told_from_now_and_in_ulaanbaatar(wait: timedelta, told: str) -> None:
    shown = render(Message((Moment("refused.locked", NOON + wait),)), Language.MN, CATALOGUE, NOON)
    assert told in shown.plain


def test_a_line_is_shown_with_its_values() -> None:
    shown = render(Message((Line("person.taken", (("name", "<b>Бат</b>"),)),)), Language.EN, CATALOGUE, NOON)
    assert shown.plain.startswith("<b>Бат</b>, a member of our staff, is talking with you now.")


@pytest.mark.parametrize(
    ("value", "language", "told"),
    [
        ("Эмэгтэй", Language.EN, "Female"),
        ("эрэгтэй", Language.EN, "Male"),
        ("Эмэгтэй", Language.MN, "Эмэгтэй"),
        ("F", Language.EN, "F"),
    ],
)
def test_the_sex_is_told_in_the_language_of_the_chat(value: str, language: Language, told: str) -> None:
    shown = render(Message((Facts((("field.sex", value),)),)), language, CATALOGUE, NOON)
    assert shown.blocks[0].text == told


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("chat.toml", '[only-mn]\nmn = "За."\n', "chat.only-mn: no en"),
        ("chat.toml", '[only-en]\nen = "Well."\n', "chat.only-en: no mn"),
        ("chat.toml", '[blank]\nmn = " "\nen = "Well."\n', "chat.blank: no mn"),
        ("chat.toml", '[uneven]\nmn = "{a}"\nen = "{b}"\n', "chat.uneven: the placeholders differ"),
        ("chat.toml", '[one-more]\nmn = "{a} {b}"\nen = "{a}"\n', "chat.one-more: the placeholders differ"),
    ],
)
def test_a_text_that_is_not_whole_stops_the_start(tmp_path: Path, file: str, text: str, problem: str) -> None:
    assert problem in _checked(_copy(tmp_path), file, text)


@pytest.mark.parametrize(
    "stem", ["refused", "level", "delivery", "how", "abroad", "aspect", "source", "audience", "field"]
)
def test_a_missing_file_of_sentences_stops_the_start(tmp_path: Path, stem: str) -> None:
    room = _copy(tmp_path)
    (room / "texts" / f"{stem}.toml").unlink()
    assert f"{stem}." in _run_check(room)
    assert "no such sentence" in _run_check(room)


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOM, tmp_path / "dialogs", ignore=shutil.ignore_patterns("__pycache__")))


def _checked(room: Path, file: str, text: str) -> str:
    with (room / "texts" / file).open("a", encoding="utf-8") as texts_file:
        texts_file.write(f"\n{text}")
    return _run_check(room)


def _run_check(room: Path) -> str:
    """What `check` says in a process of its own, about a copy of the room."""
    code = "from dialogs.wording import check; check()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=room.parent, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    return done.stderr
