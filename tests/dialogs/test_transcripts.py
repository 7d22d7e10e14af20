"""Whole conversations, word for word: what people see is written in `transcripts/`, one file a conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogs.replay import replay

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert replay(written) == written


def test_a_changed_word_is_noticed() -> None:
    written = (Path(__file__).parent / "transcripts" / "sure.txt").read_text(encoding="utf-8")
    assert replay(written) != written.replace("110,000", "110,001")
