"""What a chat is told that is held about it."""

from __future__ import annotations

import json

from knowledge import held_rows, transcript_rows
from knowledge.database import Database
from tests.knowledge.chats import NOW, VAULT, new_chat
from tests.knowledge.full_chat import Canary, fill

MINE = Canary("Миний үг", "ЦЧ90010112", "99221133")
ANOTHER = Canary("Өөр хүний үг", "ЦЧ90010113", "99221134")


def test_every_kind_is_counted_with_its_times(shared: Database) -> None:
    with shared.write() as connection:
        fill(connection, ANOTHER, NOW)
        things = fill(connection, MINE, NOW)
        held = held_rows.summary(connection, things.chat)
    counts = {each.kind: each.count for each in held}
    assert counts == {"messages": 2, "files": 1, "proofs": 1, "pages": 1, "codes": 1, "sms": 1, "cases": 1}
    assert {(each.first, each.last) for each in held} == {(NOW, NOW)}


def test_a_chat_of_which_nothing_is_held_is_told_so(shared: Database) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        assert {each.count for each in held_rows.summary(connection, chat)} == {0}
        assert held_rows.export(connection, VAULT, "nobody") == {}


def test_the_export_has_everything_of_the_chat_as_json_and_nothing_of_others(shared: Database) -> None:
    with shared.write() as connection:
        fill(connection, ANOTHER, NOW)
        things = fill(connection, MINE, NOW)
        told = json.dumps(held_rows.export(connection, VAULT, things.chat), ensure_ascii=False)
    assert f"би {MINE.word}" in told
    assert all(
        f'"{name}"' in told for name in ("chat", "messages", "files", "proofs", "pages", "codes", "sms", "cases")
    )
    assert not any(word in told for word in ANOTHER.all())


def test_the_export_names_no_member_of_the_staff(shared: Database) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        transcript_rows.append(connection, VAULT, chat, "agent", "Сайн байна уу", NOW, agent_id="agent-7")
        told = held_rows.export(connection, VAULT, chat)
    assert told["messages"] == [{"at": NOW.isoformat(), "author": "agent", "text": "Сайн байна уу"}]
