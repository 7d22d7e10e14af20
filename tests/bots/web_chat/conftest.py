"""One chat for each test; a test that needs other settings overrides `limits`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bots.web_chat.whole_chat import Chat, whole_chat


@pytest.fixture
def limits() -> dict[str, Any]:
    """Settings of a test that differ from the defaults."""
    return {}


@pytest.fixture
def chat(tmp_path: Path, limits: dict[str, Any]) -> Iterator[Chat]:
    with whole_chat(tmp_path, limits) as made:
        yield made
