"""Own codes by SMS, carried out: rows O4, O6, O8, O10, O12, O14, O15 of the threat model."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.answers_in import registry_answered
from bots.asking import Asked
from bots.code_ledger import Reserved, Told, Wanted, sms_rules
from bots.own_codes import OwnCodes, Pace
from config.settings import Settings
from connectors.sms_http import Call
from dialogs.messages import RegistryResult
from dialogs.verification.codes import Refusal
from dialogs.verification.sms_caps import SmsRules
from knowledge.link_rows import Link
from knowledge.outbox_rows import OutboxRow
from knowledge.tables import inbox
from tests.bots.code_stage import AT_ONCE, CodeStage, code_in, http_gateway, stored_words
from tests.fakes.sms_gateway import FakeSmsGateway

SARAA, BOLD, NOBODY = "УБ90010112", "ТД92110824", "ХЭ77777777"
ON_ITS_WAY = Told(RegistryResult.DONE)
UNAVAILABLE = Told(RegistryResult.UNAVAILABLE)
CANARY_FLOWS = 40


@pytest.fixture
def gateway() -> Iterator[FakeSmsGateway]:
    fake = FakeSmsGateway()
    yield fake
    fake.stop()


@pytest.fixture
def stage(tmp_path: Path) -> CodeStage:
    made = CodeStage(tmp_path)
    made.phones.known = {SARAA: "99112233", BOLD: "88112233"}
    return made


def test_the_code_in_the_sms_opens_its_own_challenge_once(stage: CodeStage, gateway: FakeSmsGateway) -> None:
    row = stage.ask(stage.chat(), SARAA)
    assert stage.send(http_gateway(gateway.url), [row]) == [ON_ITS_WAY]
    ((to, text),) = gateway.delivered
    assert to == "97699112233"
    assert "Telegram С***" in text
    assert "10 минут" in text
    assert [stage.check(row, code_in(text)), stage.check(row, code_in(text))] == [True, False]
    assert stage.ledger_rows() == [("accepted", "m1")]


def test_row_o8_a_code_opens_nothing_in_another_chat_or_for_another_purpose(
    stage: CodeStage, gateway: FakeSmsGateway
) -> None:
    first = stage.ask(stage.chat("a"), SARAA, "mydata")
    second = stage.ask(stage.chat("b"), BOLD, "agent")
    stage.send(http_gateway(gateway.url), [first, second])
    codes = [code_in(text) for _, text in gateway.delivered]
    crossed = [stage.check(first, codes[1]), stage.check(second, codes[0])]
    crossed += [
        stage.check(first, codes[0], second.conversation_id),
        stage.check(second, codes[1], first.conversation_id),
    ]
    assert not any(crossed)


def test_row_o6_the_chat_hears_the_same_bytes_whether_there_is_a_person_a_phone_or_a_cap(
    stage: CodeStage, gateway: FakeSmsGateway
) -> None:
    stage.phones.known |= {"КА80010112": "", "КБ80010112": "70112233", "КВ80010112": "99112233"}
    numbers = [SARAA, NOBODY, "КА80010112", "КБ80010112"]
    rows = [stage.ask(stage.chat(number), number) for number in numbers]
    told = stage.send(http_gateway(gateway.url), rows)
    for place in range(3):  # the phone's cap is reached, by other people's chats
        rows.append(stage.ask(stage.chat(f"x{place}"), "КВ80010112"))
        told += stage.send(http_gateway(gateway.url), rows[-1:])
    gateway.behaves = "refuse"
    rows.append(stage.ask(stage.chat("y"), BOLD))
    told += stage.send(http_gateway(gateway.url), rows[-1:])
    assert len(gateway.delivered) == 3
    assert {heard(stage, row, each) for row, each in zip(rows, told, strict=True)} == {heard(stage, rows[0], told[0])}


def heard(stage: CodeStage, row: OutboxRow, told: Told) -> str:
    """The event as it comes to the chat, without the challenge's own id."""
    with stage.database.write() as connection:
        registry_answered(connection, stage.vault, row, Asked(told.result, (), told.refusal), stage.clock())
        sealed = connection.execute(inbox.select().where(inbox.c.event_id == str(row.id))).one().body_sealed
    return stage.vault.open(sealed).replace(json.loads(row.body)["challenge"], "")


@pytest.mark.parametrize("result", [RegistryResult.UNAVAILABLE, RegistryResult.UNKNOWN])
def test_a_registry_that_is_down_is_told(stage: CodeStage, gateway: FakeSmsGateway, result: RegistryResult) -> None:
    stage.phones.result = result
    assert stage.send(http_gateway(gateway.url), [stage.ask(stage.chat(), SARAA)]) == [UNAVAILABLE]
    assert gateway.asked == []


def test_without_a_gateway_nobody_is_looked_up(stage: CodeStage) -> None:
    assert stage.send(None, [stage.ask(stage.chat(), SARAA)]) == [UNAVAILABLE]
    assert stage.phones.asked == 0


def test_row_o4_nothing_is_sent_when_the_ledger_cannot_be_read(stage: CodeStage, gateway: FakeSmsGateway) -> None:
    row = stage.ask(stage.chat(), SARAA)
    with stage.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE sms")
    assert stage.send(http_gateway(gateway.url), [row]) == [UNAVAILABLE]
    assert gateway.asked == []


def test_row_o4_nothing_is_sent_when_the_blocks_cannot_be_read(stage: CodeStage, gateway: FakeSmsGateway) -> None:
    row = stage.ask(stage.chat(), SARAA)
    with stage.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE sms_blocks")
    assert stage.send(http_gateway(gateway.url), [row]) == [UNAVAILABLE]
    assert gateway.asked == []


def test_caps_that_are_the_same_for_everybody_are_told_before_anybody_is_looked_up(
    tmp_path: Path, gateway: FakeSmsGateway
) -> None:
    stage = CodeStage(tmp_path, SmsRules(a_chat_a_day=1))
    stage.phones.known = {SARAA: "99112233"}
    mine = stage.chat()
    stage.send(http_gateway(gateway.url), [stage.ask(mine, SARAA)])
    told = []
    for number in (NOBODY, SARAA):
        told += stage.send(http_gateway(gateway.url), [stage.ask(mine, number)])
    assert told == [Told(RegistryResult.UNAVAILABLE, Refusal.TOO_MANY_CODES)] * 2
    assert stage.phones.asked == 1


def test_row_o10_a_phone_that_changed_within_the_week_gets_no_code(stage: CodeStage, gateway: FakeSmsGateway) -> None:
    mine = stage.chat()
    stage.send(http_gateway(gateway.url), [stage.ask(mine, SARAA)])
    stage.phones.known[SARAA] = "88990011"
    changed = Told(RegistryResult.UNAVAILABLE, Refusal.NUMBER_CHANGED)
    stage.clock.move(days=1)
    assert stage.send(http_gateway(gateway.url), [stage.ask(mine, SARAA)]) == [changed]
    stage.clock.move(days=6, hours=23)
    assert stage.send(http_gateway(gateway.url), [stage.ask(mine, SARAA)]) == [changed]
    stage.clock.move(hours=1)
    assert stage.send(http_gateway(gateway.url), [stage.ask(mine, SARAA)]) == [ON_ITS_WAY]
    assert [to for to, _ in gateway.delivered] == ["97699112233", "97688990011"]


def test_row_o14_a_gateway_that_accepts_and_says_nothing_is_not_asked_again(
    stage: CodeStage, gateway: FakeSmsGateway
) -> None:
    gateway.behaves = "hang"
    mine = stage.chat()
    first = stage.ask(mine, SARAA)
    pace = Pace(0.0, (0.0, 0.0))
    assert stage.send(http_gateway(gateway.url, 0.3), [first, first], pace) == [ON_ITS_WAY, UNAVAILABLE]
    assert len(gateway.delivered) == 1
    gateway.behaves = "accept"
    second = stage.ask(mine, SARAA)
    stage.send(http_gateway(gateway.url), [second], pace)
    codes = [code_in(text) for _, text in gateway.delivered]
    assert stage.ledger_rows() == [("unknown", ""), ("accepted", "m2")]
    assert [stage.check(first, codes[0]), stage.check(second, codes[1])] == [False, True]


def test_what_certainly_never_left_is_tried_again_while_the_code_lives(
    stage: CodeStage, gateway: FakeSmsGateway
) -> None:
    gateway.behaves = 429
    stage.send(http_gateway(gateway.url), [stage.ask(stage.chat(), SARAA)], Pace(0.0, (0.0, 0.0)))
    assert len(gateway.asked) == 3
    assert stage.ledger_rows() == [("refused", "")]


def test_a_gateway_that_cannot_be_reached_is_left_alone_for_a_minute(stage: CodeStage, gateway: FakeSmsGateway) -> None:
    gateway.behaves = 429
    rows = [stage.ask(stage.chat("a"), SARAA), stage.ask(stage.chat("b"), NOBODY), stage.ask(stage.chat("c"), BOLD)]

    async def run() -> list[Told]:
        sms, told = http_gateway(gateway.url), []
        codes = OwnCodes(stage.ledger, sms, stage.phones, stage.clock, AT_ONCE)
        for row in rows:
            told.append(await codes.send(row))
            await codes.finish()
            stage.clock.move(seconds=40)
        await sms.close()
        return told

    assert asyncio.run(run()) == [ON_ITS_WAY, UNAVAILABLE, ON_ITS_WAY]  # the first must not tell that somebody is there
    assert stage.phones.asked == 2


def test_row_o15_after_half_an_hour_without_a_process_no_expired_code_is_sent(
    stage: CodeStage, gateway: FakeSmsGateway
) -> None:
    rows = []
    for minute in range(31):
        number = f"УБ9001{minute:04d}"
        stage.phones.known[number] = f"99{minute:02d}0000"
        rows.append(stage.ask(stage.chat(number), number))
        stage.clock.move(minutes=1)
    told = stage.send(http_gateway(gateway.url), rows)
    alive = [place for place, each in enumerate(told) if each == ON_ITS_WAY]
    assert alive == list(range(22, 31))  # those with at least a minute left
    assert len(gateway.delivered) == 9
    assert "1 минут" in gateway.delivered[0][1]


def test_row_o15_a_code_that_expires_while_the_gateway_is_away_is_not_sent(
    stage: CodeStage, gateway: FakeSmsGateway
) -> None:
    stage.phones.meanwhile = lambda: stage.clock.move(minutes=10)
    assert stage.send(http_gateway(gateway.url), [stage.ask(stage.chat(), SARAA)]) == [UNAVAILABLE]
    assert gateway.asked == []


def test_a_code_that_was_replaced_is_not_sent(stage: CodeStage, gateway: FakeSmsGateway) -> None:
    mine = stage.chat()
    rows = [stage.ask(mine, SARAA), stage.ask(mine, SARAA)]
    assert stage.send(http_gateway(gateway.url), rows) == [UNAVAILABLE, ON_ITS_WAY]
    assert len(gateway.delivered) == 1


def test_row_o14_of_eight_that_reserve_one_challenge_at_once_one_does(
    stage: CodeStage, gateway: FakeSmsGateway
) -> None:
    row = stage.ask(stage.chat(), SARAA)
    wanted = Wanted(row.conversation_id, json.loads(row.body)["challenge"], SARAA)
    sms = http_gateway(gateway.url)
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(lambda _: stage.ledger.reserve(wanted, "99112233", "004711", sms, stage.clock()), range(8))
        )
    assert sum(isinstance(one, Reserved) for one in made) == 1


def test_a_row_that_names_another_chats_challenge_sends_nothing(stage: CodeStage, gateway: FakeSmsGateway) -> None:
    row = replace(stage.ask(stage.chat("a"), SARAA), conversation_id=stage.chat("b"))
    assert stage.send(http_gateway(gateway.url), [row]) == [UNAVAILABLE]
    assert gateway.asked == []


def test_row_o5_a_row_that_names_another_person_than_its_challenge_sends_nothing(
    stage: CodeStage, gateway: FakeSmsGateway
) -> None:
    row = stage.ask(stage.chat(), SARAA)
    row = replace(row, body=json.dumps({**json.loads(row.body), "number": BOLD}))
    assert stage.send(http_gateway(gateway.url), [row]) == [UNAVAILABLE]
    assert (gateway.asked, stage.phones.asked) == ([], 0)


def test_row_o12_after_many_flows_no_code_and_no_number_is_found_anywhere(
    stage: CodeStage, gateway: FakeSmsGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # as config/logs.py does
    rows = []
    for place in range(CANARY_FLOWS):
        gateway.behaves = ("accept", "accept", "accept", "tear", "refuse")[place % 5]
        number = f"УБ90{place:06d}"
        stage.phones.known[number] = f"9{place:03d}3917"
        rows.append(stage.ask(stage.chat(number), number))
        stage.send(http_gateway(gateway.url), rows[-1:])
        stage.clock.move(seconds=10)
    sent = [json.loads(body)["text"] for body in gateway.bodies]
    codes = [code_in(text) for text in sent]
    assert len(codes) == CANARY_FLOWS
    raw = b"".join(path.read_bytes() for path in stage.path.parent.glob("codes.db*"))
    words = "\n".join([*stored_words(stage), caplog.text])
    phones = set(stage.phones.known.values())
    assert {code for code in codes if f"код {code}".encode() in raw} == set()
    assert {phone for phone in phones if phone.encode() in raw} == set()
    assert set(re.findall(r"(?<![0-9a-f])\d{6}(?![0-9a-f])", words)).isdisjoint(codes)
    assert not any(phone in words for phone in phones)


def test_the_rules_come_from_the_settings() -> None:
    rules = sms_rules(Settings(_env_file=None, sms_countries="976, 82", sms_money_a_day=1.5, sms_a_day=7))
    assert (rules.countries, rules.money_a_day, rules.a_day) == (frozenset({"976", "82"}), 1500, 7)
    assert sms_rules(Settings(_env_file=None)) == SmsRules()


def test_x6_a_clock_put_back_does_not_keep_the_gateway_resting(stage: CodeStage, gateway: FakeSmsGateway) -> None:
    gateway.behaves = 429
    first = stage.ask(stage.chat("a"), SARAA)

    async def run() -> Told:
        sms = http_gateway(gateway.url)
        codes = OwnCodes(stage.ledger, sms, stage.phones, stage.clock, AT_ONCE)
        await codes.send(first)
        await codes.finish()
        stage.clock.move(hours=-2)
        told = await codes.send(stage.ask(stage.chat("b"), BOLD))
        await codes.finish()
        await sms.close()
        return told

    assert asyncio.run(run()) == ON_ITS_WAY


def test_what_is_reserved_shows_neither_code_nor_number() -> None:
    reserved = Reserved("id", "97699112233", "123456", datetime(2026, 1, 1, tzinfo=UTC))
    shown = f"{reserved} {Wanted('chat', 'challenge', SARAA)}"
    assert not [secret for secret in ("99112233", "123456", SARAA) if secret in shown]


def test_neither_a_gateway_nor_a_page_shows_its_secrets() -> None:
    call = Call("https://sms.example/send", "POST", "form", {"apikey": "hush"}, {"x-api-key": "hush"})
    hidden = {each.name for each in fields(Link) if not each.repr}
    assert ("hush" in repr(call), hidden) == (False, {"secrets", "result"})
