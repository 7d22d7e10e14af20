"""Half a character, which a page can send when a text is cut in two, leaves nobody without an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bots.wired import wire


@pytest.mark.parametrize("text", ["паспорт\ud83d", "\ude00 гэрлэсний лавлагаа", "баярлалаа \ud83d"])
def test_half_a_character_in_a_message_is_answered(tmp_path: Path, text: str) -> None:
    assert wire(tmp_path).citizen().says(text) != ""
