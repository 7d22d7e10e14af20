"""A migrated database of each kind for a whole module: its tests make chats of their own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from knowledge.database import Database
from knowledge.migrate import migrate
from tests.conftest import new_postgres


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('shared')}/test.db"
    else:
        url = new_postgres(request.getfixturevalue("postgres_server"))
    made = Database(url)
    migrate(made)
    yield made
    made.close()
