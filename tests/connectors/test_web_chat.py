"""What the page's posts say, read back from what was stored."""

from __future__ import annotations

import json

import pytest

from connectors.channel import UnreadableArrival
from connectors.web_chat import WebChat, arrival, uploaded
from dialogs.incoming import FileOffer, Incoming, Pressed, Shared, SharedKind, Started, Unsupported, Words


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        ({"start": True}, Started()),
        ({"start": True, "payload": "s1abc"}, Started("s1abc")),
        ({"text": "паспорт"}, Words("паспорт", ref="a1")),
        ({"button": "3.1"}, Pressed(3, 1)),
        ({"file": "f1", "what": "photo"}, Shared(SharedKind.PHOTO, "a1", FileOffer("web:f1"))),
        ({"file": "f1", "what": "voice"}, Shared(SharedKind.VOICE, "a1", FileOffer("web:f1"))),
        ({}, Unsupported()),
    ],
)
def test_an_event_is_read_as_it_was_posted(event: dict[str, object], heard: Incoming) -> None:
    assert WebChat().read(arrival("web", "address", "a1", event).body).event == heard


@pytest.mark.parametrize("body", ["", "[]", "7", json.dumps({"file": "f1"}), json.dumps({"file": "f1", "what": "x"})])
def test_what_no_page_of_ours_wrote_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableArrival):
        WebChat().read(body)


def test_only_a_file_that_came_with_its_content_is_here_already() -> None:
    assert uploaded(FileOffer("web:f1")) == "f1"
    assert uploaded(FileOffer("AgADweb:f1")) == ""
