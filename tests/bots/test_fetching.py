"""Files through the outbox: fetched, tried again, refused with a word to the conversation."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bots.outbox import SendRules
from connectors.channel import Fetched, SendResult
from dialogs.incoming import FileOffer, SharedKind
from knowledge import file_rows, outbox_rows
from knowledge.tables import files
from tests.bots.owed import Owed, owed

LOST = Fetched(SendResult.UNKNOWN, problem="ReadTimeout")


@pytest.fixture
def box(tmp_path: Path) -> Owed:
    return owed(tmp_path, rules=SendRules(8, 10.0, 4))


def owe_file(box: Owed) -> None:
    chat = box.chat()
    offer = FileOffer("photo-1")
    with box.database.write() as connection:
        file_id = file_rows.owe(connection, box.vault, chat, SharedKind.PHOTO, "5", offer, box.clock())
    box.owe_body(chat, "fetch", {"file": file_id})


def picture() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (8, 8), "red").save(kept, "PNG")
    return kept.getvalue()


def file_statuses(box: Owed) -> list[str]:
    with box.database.read() as connection:
        return [row.status for row in connection.execute(files.select())]


def test_a_file_is_fetched_by_its_channels_name_and_kept(box: Owed) -> None:
    box.wire.files = [Fetched(SendResult.SENT, picture())]
    owe_file(box)
    box.run()
    assert [words for _, what, _, words in box.wire.calls if what == "fetch"] == ["photo-1"]
    assert (file_statuses(box), box.statuses(), box.came_in()) == (["kept"], {"sent": 1}, [])


def test_a_file_that_is_not_kept_is_told_to_the_conversation(box: Owed) -> None:
    box.wire.files = [Fetched(SendResult.SENT, b"MZ not a picture")]
    owe_file(box)
    box.run()
    assert box.came_in() == [{"kind": "file-refused", "problem": "wrong-kind", "largest": 10}]
    assert box.statuses() == {"failed": 1}


def test_a_file_that_did_not_come_is_fetched_again(box: Owed) -> None:
    box.wire.files = [LOST, Fetched(SendResult.NOT_SENT), Fetched(SendResult.SENT, picture())]
    owe_file(box)
    box.run()
    box.run_for(40, 10)
    assert file_statuses(box) == ["kept"]


def test_a_file_that_never_comes_is_given_up_after_four_tries_and_said_so(box: Owed) -> None:
    box.wire.files = [LOST] * 9
    owe_file(box)
    box.run()
    box.run_for(100, 10)
    assert len(box.wire.calls) == 4
    assert [said["problem"] for said in box.came_in()] == ["not-fetched"]


def test_a_file_that_is_too_large_is_not_fetched_again(box: Owed) -> None:
    box.wire.files = [Fetched(SendResult.NOT_SENT, too_large=True)]
    owe_file(box)
    box.run()
    assert [said["problem"] for said in box.came_in()] == ["too-large"]


def test_a_file_whose_fetcher_died_is_fetched_again(box: Owed) -> None:
    box.wire.files = [Fetched(SendResult.SENT, picture())]
    owe_file(box)
    with box.database.write() as connection:
        assert outbox_rows.take_due(connection, box.vault, box.clock(), ("telegram",))
    box.outbox.recover(all_of_them=True)
    box.run_for(10, 10)
    assert file_statuses(box) == ["kept"]


def test_a_file_that_is_owed_no_more_is_not_fetched(box: Owed) -> None:
    owe_file(box)
    with box.database.write() as connection:
        connection.execute(files.update().values(status="wiped", source_sealed=None))
    box.run()
    assert (box.wire.calls, box.statuses()) == ([], {"sent": 1})
