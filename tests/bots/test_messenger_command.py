"""`tuslakh messenger set-up` against a Graph API on loopback."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from bots.commands import messenger
from connectors.messenger import FIELDS
from tests.fakes.graph_api import APP, PAGE, TOKEN, FakeGraph, Fault


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGraph]:
    """The settings of a page whose Graph API is here."""
    with FakeGraph() as fake:
        for name, value in {
            "MESSENGER_PAGE_ID": PAGE,
            "MESSENGER_APP_ID": APP,
            "MESSENGER_PAGE_TOKEN": TOKEN,
            "MESSENGER_APP_SECRETS": "new-secret,old-secret",
            "MESSENGER_VERIFY_TOKEN": "verify-me",
            "MESSENGER_API_URL": fake.url,
        }.items():
            monkeypatch.setenv(name, value)
        yield fake


def run() -> int:
    root = argparse.ArgumentParser()
    messenger.add(root.add_subparsers())
    chosen = root.parse_args(["messenger", "set-up"])
    status: int = chosen.work(chosen)
    return status


def test_the_page_is_set_up_and_its_events_are_asked_for(graph: FakeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert graph.profile["get_started"] == {"payload": "GET_STARTED"}
    assert graph.fields == set(FIELDS)
    assert TOKEN not in capsys.readouterr().out


def test_what_meta_refuses_is_told_without_its_words(graph: FakeGraph) -> None:
    graph.fail("messenger_profile", Fault(status=400, code=190))
    with pytest.raises(ValueError, match="TokenInvalid"):
        run()


def test_without_a_page_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESSENGER_PAGE_ID", "")
    with pytest.raises(ValueError, match="MESSENGER_PAGE_ID"):
        run()
