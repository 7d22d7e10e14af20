"""One server for each test of the pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bots.link_pages.house import House, a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path, {"link_chat_proof": "preferred"}) as made:
        yield made
