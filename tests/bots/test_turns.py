"""One turn through the real rooms, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.web_chat import arrival
from dialogs.messages import AgentSaid, CaseTaken, GivenBack, RegistryResult
from dialogs.outcomes import Outcome
from knowledge import case_rows, conversation_rows, feed_rows, inbox_rows, outbox_rows, transcript_rows
from knowledge.tables import challenges
from tests.bots.wired import CODE, NUMBER, Citizen, Wired, wire


@pytest.fixture
def wired(database_url: str, tmp_path: Path) -> Wired:
    return wire(tmp_path, database_url)


def prove(citizen: Citizen) -> None:
    """Up to the question for the code."""
    card = citizen.put({"text": "unemlehnii lavlagaa"})[-1]
    citizen.presses(card, "Өөрийн мэдээллийг")
    citizen.says(NUMBER)


def test_a_need_in_latin_letters_is_answered_from_the_catalogue(wired: Wired) -> None:
    assert "Гадаад паспорт дахин захиалах" in wired.citizen().says("pasport sungah")


def test_the_same_event_twice_is_answered_once(wired: Wired) -> None:
    citizen = wired.citizen()
    assert len(citizen.put({"text": "pasport sungah"}, "same")) == 1
    assert citizen.put({"text": "pasport sungah"}, "same") == []


def test_who_says_where_they_are_is_named_the_mission_there(wired: Wired) -> None:
    told = wired.citizen().says("chikagod")
    assert "Консулын газар, Чикаго" in told
    assert "chicago.consul.mn" in told


def test_two_chats_do_not_share_what_is_on_the_table(wired: Wired) -> None:
    wired.citizen("one").says("pasport sungah")
    assert "Аль үйлчилгээний" in wired.citizen("two").says("хэд вэ")


def test_a_code_from_the_registry_opens_the_citizens_own_data_masked(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    answer = citizen.says(CODE)
    assert "УБ******12" in answer
    assert NUMBER not in answer


def test_a_used_code_does_not_open_anything_again(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    citizen.says(CODE)
    assert "УБ" not in citizen.says(CODE)
    assert len([call for call in wired.registry.asked if call[0] == "read"]) == 1


def test_five_wrong_codes_lock_the_person_and_a_new_code_is_not_sent(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    answers = [citizen.says(f"11111{digit}") for digit in range(5)]
    assert "4 удаа" in answers[0]
    assert "түр түгжлээ" in answers[4]
    prove(citizen)
    assert len([call for call in wired.registry.asked if call[0] == "request"]) == 1


def test_wrong_tries_go_on_counting_after_a_resend(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    for digit in range(3):
        citizen.says(f"11111{digit}")
    wired.clock.move(minutes=2)
    citizen.says("код ирсэнгүй")
    assert "1 удаа" in citizen.says("222222")


def test_wrong_tries_go_on_counting_in_another_chat(wired: Wired) -> None:
    first, second = wired.citizen("first"), wired.citizen("second")
    prove(first)
    for digit in range(4):
        first.says(f"11111{digit}")
    wired.clock.move(minutes=2)
    prove(second)
    assert "түр түгжлээ" in second.says("222222")


def test_the_right_code_after_the_lock_is_refused(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    for digit in range(5):
        citizen.says(f"11111{digit}")
    assert "УБ******12" not in citizen.says(CODE)


def test_a_code_older_than_ten_minutes_is_refused_without_asking_the_registry(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    wired.clock.move(minutes=10)
    assert "хугацаа дууссан" in citizen.says(CODE)
    assert not [call for call in wired.registry.asked if call[0] == "read"]


def test_a_code_asked_in_one_chat_does_not_open_another(wired: Wired) -> None:
    first, second = wired.citizen("first"), wired.citizen("second")
    prove(first)
    assert "УБ" not in second.says(CODE)
    assert not [call for call in wired.registry.asked if call[0] == "read"]


def test_a_newer_code_for_the_same_person_ends_the_older_one(wired: Wired) -> None:
    first, second = wired.citizen("first"), wired.citizen("second")
    prove(first)
    wired.clock.move(minutes=2)
    prove(second)
    assert "хугацаа дууссан" in first.says(CODE)


def test_an_unknown_number_is_answered_with_the_same_words_as_a_known_one(wired: Wired) -> None:
    known, unknown = wired.citizen("known"), wired.citizen("unknown")
    known.presses(known.put({"text": "unemlehnii lavlagaa"})[-1], "Өөрийн")
    answer = known.says("ТД85011212")
    wired.registry.sends = RegistryResult.NOT_FOUND
    unknown.presses(unknown.put({"text": "unemlehnii lavlagaa"})[-1], "Өөрийн")
    assert unknown.says("ТД86011212") == answer


def test_a_registry_that_is_down_is_told_and_the_step_stays_open(wired: Wired) -> None:
    citizen = wired.citizen()
    wired.registry.sends = RegistryResult.UNAVAILABLE
    prove(citizen)
    wired.registry.sends = RegistryResult.DONE
    wired.clock.move(minutes=2)
    assert "6 оронтой код" in citizen.says(NUMBER)


def test_the_record_keeps_no_register_number_and_no_code(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    citizen.says(CODE)
    parts = wired.parts
    with parts.database.read() as connection:
        entries = transcript_rows.entries(connection, parts.vault, citizen.conversation_id)
    record = "\n".join(entry.body for entry in entries)
    assert NUMBER not in record
    assert CODE not in record


def test_from_the_take_over_on_the_bot_is_silent(wired: Wired) -> None:
    citizen = wired.citizen()
    citizen.says("хүнтэй ярья")
    taken = wired.parts.assistant.apply(citizen.conversation_id, CaseTaken("a1", "Бат"), "take", "a1")
    wired.run()
    assert taken.outcome is Outcome.TAKEN
    assert "Бат" in "".join(answer.plain for answer in citizen.new())
    assert citizen.says("pasport sungah") == ""


def test_an_answer_that_was_owed_before_the_take_over_is_never_sent(wired: Wired) -> None:
    citizen = wired.citizen()
    citizen.says("хүнтэй ярья")
    parts = wired.parts
    parts.inbox.accept([arrival("web", citizen.address, "late", {"text": "pasport sungah"})])
    assert parts.assistant.run_next()
    parts.assistant.apply(citizen.conversation_id, CaseTaken("a1", "Бат"), "take", "a1")
    wired.run()
    said = "".join(answer.plain for answer in citizen.new())
    assert "паспорт" not in said
    with parts.database.read() as connection:
        assert outbox_rows.counts(connection)["cancelled"] == 1


def test_of_two_agents_one_takes_the_case_and_the_other_learns_who(wired: Wired) -> None:
    citizen = wired.citizen()
    citizen.says("хүнтэй ярья")
    first = wired.parts.assistant.apply(citizen.conversation_id, CaseTaken("a1", "Бат"), "k1", "a1")
    second = wired.parts.assistant.apply(citizen.conversation_id, CaseTaken("a2", "Сарнай"), "k2", "a2")
    assert (first.outcome, second.outcome) == (Outcome.TAKEN, Outcome.TAKE_REFUSED)
    assert second.conversation.owner.alias == "Бат"


def test_an_agents_double_click_is_sent_once(wired: Wired) -> None:
    citizen = wired.citizen()
    citizen.says("хүнтэй ярья")
    wired.parts.assistant.apply(citizen.conversation_id, CaseTaken("a1", "Бат"), "take", "a1")
    for _ in range(2):
        wired.parts.assistant.apply(citizen.conversation_id, AgentSaid("a1", "Сайн байна уу"), "say", "a1")
    wired.run()
    assert [answer.plain for answer in citizen.new()].count("Бат: Сайн байна уу") == 1


def test_after_giving_back_the_bot_says_so_and_answers_again(wired: Wired) -> None:
    citizen = wired.citizen()
    citizen.says("хүнтэй ярья")
    wired.parts.assistant.apply(citizen.conversation_id, CaseTaken("a1", "Бат"), "take", "a1")
    wired.parts.assistant.apply(citizen.conversation_id, GivenBack("a1"), "back", "a1")
    wired.run()
    assert "автомат туслах" in citizen.new()[-1].plain
    assert "паспорт" in citizen.says("pasport sungah")


def test_a_citizen_who_asks_twice_waits_once(wired: Wired) -> None:
    citizen = wired.citizen()
    citizen.says("хүнтэй ярья")
    citizen.says("hun")
    with wired.parts.database.read() as connection:
        assert len(case_rows.open_cases(connection)) == 1


def test_a_turn_that_always_fails_is_set_aside_and_the_chat_goes_on(wired: Wired) -> None:
    parts = wired.parts
    bad = arrival("web", "citizen", "bad", {"text": "x"})
    parts.inbox.accept([type(bad)(bad.channel, bad.event_id, bad.address, "not json")])
    for _ in range(inbox_rows.MAX_TRIES):
        parts.assistant.run_next()
        wired.clock.move(minutes=1)
    with parts.database.read() as connection:
        assert inbox_rows.counts(connection) == {"aside": 1}
    assert "паспорт" in wired.citizen().says("pasport sungah")


def test_events_of_a_chat_wait_behind_one_that_is_tried_again(wired: Wired) -> None:
    parts = wired.parts
    bad = arrival("web", "citizen", "bad", {"text": "x"})
    parts.inbox.accept([type(bad)(bad.channel, bad.event_id, bad.address, "not json")])
    parts.inbox.accept([arrival("web", "citizen", "good", {"text": "pasport sungah"})])
    parts.assistant.run_next()
    assert not parts.assistant.run_next()


def test_a_flood_of_one_chat_keeps_no_other_chat_waiting(wired: Wired) -> None:
    parts = wired.parts
    parts.inbox.accept([arrival("web", "flooder", f"f{n}", {"text": "хэд вэ"}) for n in range(50)])
    parts.inbox.accept([arrival("web", "quiet", "q1", {"text": "pasport sungah"})])
    for _ in range(3):
        parts.assistant.run_next()
    parts.outbox.deliver_to_feeds()
    assert "паспорт" in "".join(answer.plain for answer in wired.citizen("quiet").new())


def test_an_event_of_a_channel_that_is_not_served_waits_for_its_channel(wired: Wired) -> None:
    body = arrival("telegram", "7", "1", {"text": "x"})
    wired.parts.inbox.accept([body])
    assert not wired.parts.assistant.run_next()
    assert wired.parts.assistant.next_due() is None


def test_shown_data_leaves_the_state_in_time_without_another_message(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    citizen.says(CODE)
    wired.clock.move(minutes=5)
    parts = wired.parts
    with parts.database.write() as connection:
        assert conversation_rows.forget_due(connection, parts.vault, parts.clock()) == 1
        stored = conversation_rows.read(connection, parts.vault, citizen.conversation_id)
    assert stored is not None
    assert stored.state.shown is None


def test_an_abandoned_step_loses_its_register_number_after_a_quarter_of_an_hour(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    parts = wired.parts
    wired.clock.move(minutes=14)
    with parts.database.write() as connection:
        assert conversation_rows.forget_due(connection, parts.vault, parts.clock()) == 0
    wired.clock.move(minutes=1)
    with parts.database.write() as connection:
        conversation_rows.forget_due(connection, parts.vault, parts.clock())
        stored = conversation_rows.read(connection, parts.vault, citizen.conversation_id)
    assert stored is not None
    assert stored.state.task is None


def test_a_code_asked_for_one_purpose_does_not_serve_another(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    with wired.parts.database.write() as connection:
        connection.execute(challenges.update().values(purpose="something else"))
    assert "хугацаа дууссан" in citizen.says(CODE)


def test_a_very_long_message_keeps_no_number_behind_the_part_that_is_read(wired: Wired) -> None:
    citizen = wired.citizen()
    citizen.says("үг " * 2000 + NUMBER)
    parts = wired.parts
    with parts.database.read() as connection:
        entries = transcript_rows.entries(connection, parts.vault, citizen.conversation_id)
    assert NUMBER not in "".join(entry.body for entry in entries)


def test_a_code_with_a_slip_is_hidden_from_the_page_and_the_record(wired: Wired) -> None:
    citizen = wired.citizen()
    prove(citizen)
    citizen.says("4829139")
    parts = wired.parts
    with parts.database.read() as connection:
        record = "".join(
            entry.body for entry in transcript_rows.entries(connection, parts.vault, citizen.conversation_id)
        )
        shown = "".join(
            item.body or "" for item in feed_rows.after(connection, parts.vault, citizen.conversation_id, 0)
        )
    assert "48291" not in record + shown
