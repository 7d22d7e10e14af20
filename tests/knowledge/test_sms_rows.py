"""The ledger of SMS on SQLite and PostgreSQL: caps that hold in parallel, conversion, receipts (rows O4, O5, O13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from dialogs.services import Language
from dialogs.verification.sms_caps import Cap, DaySoFar, NumberSoFar, PhoneNumber, SmsRules, check_number
from knowledge import challenge_rows, conversation_rows, sms_rows
from knowledge.database import Connection, Database
from knowledge.migrate import migrate
from knowledge.sms_rows import SmsAsked
from knowledge.vault import Vault

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
RULES = SmsRules()
VAULT = Vault([Fernet.generate_key().decode()])
VICTIM = PhoneNumber("976", "99112233")
PRICE = 110_000
REQUESTS = 600  # row O4 by hand: 5,000


@pytest.fixture
def database(database_url: str) -> Database:
    made = Database(database_url)
    migrate(made)
    return made


def chat(database: Database, address: str = "a") -> str:
    with database.write() as connection:
        return conversation_rows.create(connection, VAULT, "web", address, Language.MN, "", NOW).state.id


def send(
    database: Database, conversation_id: str, number: PhoneNumber = VICTIM, now: datetime = NOW, rules: SmsRules = RULES
) -> str | Cap:
    """The row that was reserved, or the cap that was reached; as the carry-out does it."""
    with database.write() as connection:
        sms_rows.hold(connection)
        day, so_far = histories(connection, conversation_id, number, now, rules)
        if cap := check_number(rules, number, PRICE, day, so_far, now):
            if cap is Cap.CONVERSION:
                sms_rows.turn_off(connection, number.prefix, now + rules.off_for, cap)
            return cap
        asked = SmsAsked(conversation_id, str(uuid4()), number, 2, PRICE, "g")
        return sms_rows.reserve(connection, VAULT, asked, now)


def histories(
    connection: Connection, conversation_id: str, number: PhoneNumber, now: datetime, rules: SmsRules = RULES
) -> tuple[DaySoFar, NumberSoFar]:
    day = sms_rows.day_so_far(connection, conversation_id, "", now)
    return day, sms_rows.number_so_far(connection, VAULT, number, rules, now)


def test_what_was_reserved_counts_before_it_is_sent(database: Database) -> None:
    mine = chat(database)
    send(database, mine)
    with database.read() as connection:
        day, so_far = histories(connection, mine, VICTIM, NOW)
    assert (day.sent, day.spent) == (1, PRICE)
    assert (so_far.in_ten_minutes, so_far.today, so_far.prefix_this_hour, so_far.country_this_hour) == (1, 1, 1, 1)


def test_row_o6_a_chat_is_counted_by_what_it_asked_and_not_by_what_was_sent(database: Database) -> None:
    mine = chat(database)
    with database.write() as connection:
        opened = [
            challenge_rows.open_challenge(connection, mine, "web", identity, "mydata", NOW, way)
            for identity, way in (("a", "own-sms"), ("b", "own-sms"), ("c", "sms"))
        ]
        assert sms_rows.day_so_far(connection, mine, opened[1], NOW).by_chat == 1
        assert sms_rows.day_so_far(connection, mine, "", NOW + timedelta(days=1)).by_chat == 0


def test_a_clear_no_costs_nothing(database: Database) -> None:
    mine = chat(database)
    sms_id = send(database, mine)
    with database.write() as connection:
        assert sms_rows.end(connection, str(sms_id), "refused", "")
        assert sms_rows.day_so_far(connection, mine, "", NOW) == DaySoFar()


def test_row_o5_fifty_chats_of_which_all_type_one_number_cause_five_sms_in_a_day(database: Database) -> None:
    chats = [chat(database, f"c{place}") for place in range(50)]
    times = [NOW + timedelta(minutes=28 * place) for place in range(50)]  # all through the day
    sent = [send(database, mine, now=now) for mine, now in zip(chats, times, strict=True)]
    assert sum(not isinstance(one, Cap) for one in sent) == 5


def test_three_in_ten_minutes_even_when_twenty_ask_at_once(database: Database) -> None:
    chats = [chat(database, f"c{place}") for place in range(20)]
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda mine: send(database, mine), chats))
    assert sum(not isinstance(one, Cap) for one in sent) == 3


def test_row_o4_the_money_of_a_day_is_not_exceeded_in_parallel(database: Database) -> None:
    mine, rules = chat(database), SmsRules(money_a_day=10 * PRICE, a_chat_a_day=1000)
    numbers = [PhoneNumber("976", f"88{place:02d}0000") for place in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: send(database, mine, number, rules=rules), numbers))
    with database.read() as connection:
        assert sms_rows.day_so_far(connection, mine, "", NOW).spent == 10 * PRICE


def test_a_prefix_whose_codes_nobody_types_is_off_for_twelve_hours_and_then_watched_anew(database: Database) -> None:
    mine, rules = chat(database), SmsRules(sends_watched=5, a_chat_a_day=1000)
    for place in range(5):
        send(database, mine, PhoneNumber("976", f"9911000{place}"), rules=rules)
    later = NOW + timedelta(minutes=5)
    assert send(database, mine, VICTIM, later, rules) is Cap.CONVERSION
    assert send(database, mine, VICTIM, later + timedelta(hours=11, minutes=59), rules) is Cap.PREFIX_OFF
    assert send(database, mine, PhoneNumber("976", "88112233"), later, rules) not in list(Cap)
    assert send(database, mine, VICTIM, later + timedelta(hours=12), rules) not in list(Cap)


def test_row_o4_a_days_pumping_of_ten_prefixes_is_stopped_and_leaves_the_others_alone(database: Database) -> None:
    """Requests of 24 hours, four of five of them pumping; a fraud ring types no code, others do after a minute."""
    rules = SmsRules(a_chat_a_day=10**6, money_a_day=REQUESTS // 2 * PRICE, sends_watched=min(50, REQUESTS // 60))
    mine = chat(database)
    sent, lost, off = dict[str, int](), 0, dict[str, timedelta]()
    with database.write() as connection:
        for place in range(REQUESTS):
            now, pumping = NOW + timedelta(days=place / REQUESTS), place % 5 != 0
            national = f"99{place % 10:02d}{place // 10:04d}" if pumping else f"88{place % 97:02d}{place:04d}"
            number, challenge_id = PhoneNumber("976", national), str(place)
            day, so_far = histories(connection, mine, number, now, rules)
            cap = check_number(rules, number, PRICE, day, so_far, now)
            if cap is Cap.CONVERSION:
                sms_rows.turn_off(connection, number.prefix, now + rules.off_for, cap)
            if cap is None:
                asked = SmsAsked(mine, challenge_id, number, 2, PRICE, "g")
                sms_rows.reserve(connection, VAULT, asked, now)
                sent[number.prefix] = sent.get(number.prefix, 0) + 1
            elif pumping:
                off.setdefault(number.prefix, now - NOW)
            lost += cap is not None and not pumping
            if cap is None and not pumping:
                sms_rows.converted(connection, challenge_id, now + timedelta(minutes=1))
        spent = sms_rows.day_so_far(connection, mine, "", NOW + timedelta(days=1)).spent
    pumped = [count for prefix, count in sent.items() if prefix.startswith("97699")]
    assert lost == 0
    assert max(pumped) <= 2 * (rules.sends_watched + 2)  # and who may still be typing
    assert len(off) == len(pumped)
    assert spent <= rules.money_a_day


def test_codes_that_are_typed_keep_a_prefix_on(database: Database) -> None:
    mine, rules = chat(database), SmsRules(sends_watched=5, a_chat_a_day=1000)
    with database.write() as connection:
        for place in range(5):
            asked = SmsAsked(mine, f"ch{place}", PhoneNumber("976", f"9911000{place}"), 2, PRICE, "g")
            sms_rows.reserve(connection, VAULT, asked, NOW)
        sms_rows.converted(connection, "ch0", NOW)
        sms_rows.converted(connection, "ch1", NOW)
    assert send(database, mine, VICTIM, NOW + timedelta(minutes=5), rules) not in list(Cap)


def test_who_may_still_be_typing_is_not_held_against_a_prefix(database: Database) -> None:
    mine, rules = chat(database), SmsRules(sends_watched=5, a_chat_a_day=1000)
    for place in range(5):
        send(database, mine, PhoneNumber("976", f"9911000{place}"), rules=rules)
    assert send(database, mine, VICTIM, NOW + timedelta(minutes=2), rules) not in list(Cap)


def test_a_block_is_renewed_for_the_same_prefix(database: Database) -> None:
    with database.write() as connection:
        sms_rows.turn_off(connection, "9769911", NOW, "a")
        sms_rows.turn_off(connection, "9769911", NOW + timedelta(hours=1), "b")
        so_far = sms_rows.number_so_far(connection, VAULT, VICTIM, RULES, NOW)
    assert so_far.prefix_off_until == NOW + timedelta(hours=1)


def test_row_o13_a_receipt_changes_the_word_of_one_accepted_message_once(database: Database) -> None:
    sms_id = str(send(database, chat(database)))
    with database.write() as connection:
        assert not sms_rows.take_receipt(connection, "g", "", True, NOW)
        assert not sms_rows.take_receipt(connection, "g", "m1", True, NOW)  # nothing was accepted under it yet
        sms_rows.end(connection, sms_id, "accepted", "m1")
        assert not sms_rows.take_receipt(connection, "other", "m1", True, NOW)
        assert not sms_rows.take_receipt(connection, "g", "m2", True, NOW)
        assert not sms_rows.take_receipt(connection, "g", "m1", True, NOW + timedelta(days=8))
        assert sms_rows.take_receipt(connection, "g", "m1", True, NOW)
        assert not sms_rows.take_receipt(connection, "g", "m1", False, NOW)


def test_an_end_is_recorded_once(database: Database) -> None:
    sms_id = str(send(database, chat(database)))
    with database.write() as connection:
        assert sms_rows.end(connection, sms_id, "unknown", "")
        assert not sms_rows.end(connection, sms_id, "refused", "")
    with pytest.raises(ValueError, match="no end"), database.write() as connection:
        sms_rows.end(connection, sms_id, "delivered", "")


def test_no_phone_number_stands_in_the_ledger(database: Database) -> None:
    send(database, chat(database))
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sms").all()
    assert VICTIM.national not in repr(rows)
