"""The command line as people and scripts use it, in processes of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ODD = ["", "\ud800", "\x00", "😀😀", "\u202eabc", "x" * 100_000, "<b>", "ᠮᠣᠩᠭᠣᠯ", "123456", "a\u200bb"]


def tuslakh(folder: Path, *arguments: str, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "bots", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, input=typed, capture_output=True, timeout=120)


def asked(folder: Path, *messages: str) -> list[dict[str, object]]:
    typed = "".join(f"{message}\n" for message in messages).encode("utf-8", "surrogatepass")
    done = tuslakh(folder, "ask", "--json", typed=typed)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(row) for row in done.stdout.decode("ascii").splitlines()]


def test_ask_prints_one_json_object_a_line_in_the_documented_form(tmp_path: Path) -> None:
    first, second = asked(tmp_path, "butsah unemleh", "баярлалаа")
    assert list(first) == ["text", "language", "script", "action", "aspect", "needs"]
    assert (first["action"], second["action"]) == ("sure", "thanks")
    best = first["needs"][0]["candidates"][0]  # type: ignore[index]
    assert list(best) == ["id", "title_mn", "title_en", "organisation", "probability"]
    assert best["id"] == "return-certificate"


def test_ask_answers_odd_lines_in_order(tmp_path: Path) -> None:
    answers = asked(tmp_path, *ODD)
    assert len(answers) == len(ODD)
    assert [len(str(answer["text"])) > 50_000 for answer in answers] == [len(text) > 50_000 for text in ODD]


def test_ask_explains_itself_in_the_documented_form(tmp_path: Path) -> None:
    done = tuslakh(tmp_path, "ask", "--json", "--why", "butsah unemleh")
    answer = json.loads(done.stdout)
    documented = set(re.findall(r"^\| (.+?) \|", (ROOT / "docs" / "ask-json.md").read_text("utf-8"), re.MULTILINE))
    names = {name for line in documented for name in re.findall(r"`(\w+)`", line)}
    assert list(answer)[-1] == "why"
    assert set(answer["why"]) <= names
    assert set(answer["why"]["whole"]) <= names
    ids = [candidate["service_id"] for candidate in answer["why"]["whole"]["candidates"]]
    assert ids == [candidate["id"] for candidate in answer["needs"][0]["candidates"]]


def test_ask_explains_itself_to_people(tmp_path: Path) -> None:
    said = tuslakh(tmp_path, "ask", "--why", "butsah", "unemleh").stdout.decode()
    assert "буцах үнэмлэх" in said
    assert "settled by" in said
    assert "(return-certificate)" in said
    assert "█" in said


def test_asking_makes_no_database(tmp_path: Path) -> None:
    asked(tmp_path, "pasport")
    assert list(tmp_path.iterdir()) == []


def test_a_conversation_in_the_terminal_goes_the_whole_way_to_ones_own_data(tmp_path: Path) -> None:
    typed = "миний иргэний үнэмлэхийн лавлагаа монгол хэлээр\nхэд вэ\nхүн\n".encode()
    done = tuslakh(tmp_path, "chat", typed=typed)
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "Би бол Туслах" in said
    assert "Иргэний үнэмлэхийн лавлагаа" in said
    assert "Ажилтанд дамжууллаа" in said


def test_counting_the_catalogue_gives_numbers(tmp_path: Path) -> None:
    counted = json.loads(tuslakh(tmp_path, "catalogue", "count", "--json").stdout)
    assert counted["services"] == sum(counted["by_provenance"].values()) == sum(counted["by_level"].values())


def test_a_setting_that_is_wrong_is_named_in_one_line(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PUBLIC_URL": "http://x"}
    command = [sys.executable, "-m", "bots", "ask", "x"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert b"https" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_wrong_setting_is_told_without_the_secrets_beside_it(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PUBLIC_URL": "http://x"}
    environment |= {"TELEGRAM_TOKEN": "1:hush-hush", "DATA_KEYS": "hush-hush"}
    command = [sys.executable, "-m", "bots", "settings"]
    assert b"hush" not in subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True).stdout
    command = [sys.executable, "-m", "bots", "migrate"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout + done.stderr == b"SETTINGS: PUBLIC_URL must start with https://\n"


@pytest.mark.parametrize("verb", ["run", "ask", "chat", "catalogue", "evaluate", "migrate", "settings", "staff"])
def test_every_verb_explains_itself(tmp_path: Path, verb: str) -> None:
    assert tuslakh(tmp_path, verb, "--help").returncode == 0
