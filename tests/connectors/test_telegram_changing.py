"""Telegram beyond plain messages: amended in place, pinned, typing, searched, introduced."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import pytest_asyncio

from connectors.channel import SendResult, Sent, UnreadableArrival
from connectors.telegram import Telegram
from connectors.telegram_inline import MAX_RESULTS, Found, InlineQuery, Labels, inline_query, is_inline
from connectors.telegram_requests import Limits, TelegramProblem
from dialogs.introducing import introduction
from dialogs.rendering import Block, Button, Rendered, Style
from dialogs.services import Language
from tests.connectors.telegram_samples import BAT, message, update
from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind

ASKED = Rendered((Block(Style.TITLE, "Код илгээлээ 😀"),), (Button("Дахин илгээх", "3.0"),))
ACCEPTED = Rendered((Block(Style.TEXT, "Код зөв байна."),))
PINNED = replace(ASKED, pinned=True)
QUICK = Limits(connect_seconds=0.5, read_seconds=0.3, write_seconds=0.5, pool_seconds=0.3, part_pause_seconds=0)
LABELS = Labels("Туслахаас асуух", "Туслахаар нээх")


@pytest.fixture(scope="module")
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def api(server: FakeTelegram) -> FakeTelegram:
    server.forget()
    return server


@pytest_asyncio.fixture
async def telegram(api: FakeTelegram) -> AsyncIterator[Telegram]:
    wire = Telegram(TOKEN, api.url, limits=QUICK)
    await wire.initialize()
    yield wire
    await wire.close()


# --- amended -------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_message_is_changed_in_place_and_loses_its_buttons(api: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send("77", ASKED)
    assert await telegram.amend("77", sent.ref, ACCEPTED) == sent
    (seen,) = api.shown
    assert (seen.text, seen.buttons, seen.entities) == ("Код зөв байна.", [], [])


@pytest.mark.asyncio
async def test_a_message_can_be_given_other_buttons(api: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send("77", ASKED)
    await telegram.amend("77", sent.ref, replace(ASKED, buttons=(Button("Болих", "4.0"),)))
    assert api.shown[0].buttons == [[{"text": "Болих", "callback_data": "4.0"}]]


@pytest.mark.asyncio
async def test_a_message_that_is_already_so_counts_as_changed(telegram: Telegram) -> None:
    sent = await telegram.send("77", ASKED)
    assert await telegram.amend("77", sent.ref, ASKED) == sent


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("address", "ref", "rendered"),
    [
        ("77", "1", ACCEPTED),
        ("77", "", ACCEPTED),
        ("77", "x", ACCEPTED),
        ("unknown", "1000", ACCEPTED),
        ("77", "1000", Rendered((Block(Style.TEXT, " "),))),
        ("77", "1000", Rendered((Block(Style.TEXT, "үг " * 3000),))),
    ],
)
async def test_what_cannot_be_changed_is_refused(
    telegram: Telegram, address: str, ref: str, rendered: Rendered
) -> None:
    assert (await telegram.amend(address, ref, rendered)).result is SendResult.REFUSED


@pytest.mark.asyncio
async def test_who_blocked_the_bot_is_gone_for_a_change_too(api: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send("77", ASKED)
    api.fail("editMessageText", FaultKind.BLOCKED)
    assert (await telegram.amend("77", sent.ref, ACCEPTED)).result is SendResult.GONE


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", list(FaultKind))
async def test_a_change_that_fails_is_told_and_not_raised(
    api: FakeTelegram, telegram: Telegram, kind: FaultKind
) -> None:
    sent = await telegram.send("77", ASKED)
    api.fail("editMessageText", kind)
    assert (await telegram.amend("77", sent.ref, ACCEPTED)).result is not SendResult.SENT


# --- pinned, typing ------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_pinned_card_is_pinned_without_a_sound_and_taken_down_when_it_is_over(
    api: FakeTelegram, telegram: Telegram
) -> None:
    sent = await telegram.send("77", PINNED)
    assert api.pinned == [(77, int(sent.ref))]
    assert api.calls("pinChatMessage")[0]["disable_notification"] == "true"
    await telegram.amend("77", sent.ref, ACCEPTED)
    assert api.pinned == []


@pytest.mark.asyncio
async def test_a_card_that_stays_pinned_is_not_taken_down_by_a_change(api: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send("77", PINNED)
    await telegram.amend("77", sent.ref, replace(ACCEPTED, pinned=True))
    assert api.pinned == [(77, int(sent.ref))]


@pytest.mark.asyncio
async def test_an_ordinary_message_is_not_pinned(api: FakeTelegram, telegram: Telegram) -> None:
    await telegram.send("77", ASKED)
    assert api.calls("pinChatMessage") == []


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", list(FaultKind))
async def test_pinning_that_fails_does_not_make_the_message_unsent(
    api: FakeTelegram, telegram: Telegram, kind: FaultKind
) -> None:
    for method in ("pinChatMessage", "unpinChatMessage"):
        api.fail(method, kind)
    sent = await telegram.send("77", PINNED)
    assert sent.result is SendResult.SENT
    assert (await telegram.amend("77", sent.ref, ACCEPTED)).result is SendResult.SENT


@pytest.mark.asyncio
async def test_typing_is_shown(api: FakeTelegram, telegram: Telegram) -> None:
    assert (await telegram.show_typing("77")).result is SendResult.SENT
    assert api.typing == [77]


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", list(FaultKind))
async def test_typing_that_cannot_be_shown_is_told_and_not_raised(
    api: FakeTelegram, telegram: Telegram, kind: FaultKind
) -> None:
    api.fail("sendChatAction", kind)
    assert (await telegram.show_typing("77")).result is not SendResult.SENT


@pytest.mark.asyncio
async def test_who_speaks_and_how_late_makes_no_difference(api: FakeTelegram, telegram: Telegram) -> None:
    assert (await telegram.send("77", ASKED, by_person=True, late=True)).result is SendResult.SENT


# --- inline search -------------------------------------------------------------------------------------------------

SEARCH = {"id": "s1", "from": BAT, "query": "паспорт", "offset": ""}


def found(id_: str, title: str = "Паспорт") -> Found:
    return Found(id_, title, "Гадаад паспорт олгоно. " * 20, ASKED, "s1-abc")


@pytest.mark.parametrize(
    ("body", "inline"),
    [
        (update(inline_query=SEARCH), True),
        (update(inline_query={}), True),
        (update(message=message(text='"inline_query"')), False),
        (update(message=message(text="x"), inline_query=SEARCH), False),
        ('{"inline_query"', False),
        ('["inline_query"]', False),
        ("", False),
    ],
)
def test_a_search_is_told_apart_from_what_belongs_to_a_conversation(body: str, inline: bool) -> None:
    assert is_inline(body) is inline


def test_a_search_is_read_with_who_asks_and_in_which_language() -> None:
    assert inline_query(update(inline_query=SEARCH)) == InlineQuery("s1", "77", "паспорт", "mn")


@pytest.mark.parametrize("field", ["id", "from", "query"])
def test_a_search_that_lacks_something_is_none(field: str) -> None:
    assert inline_query(update(inline_query={name: SEARCH[name] for name in SEARCH if name != field})) is None


def test_what_is_no_update_is_unreadable_as_a_search() -> None:
    with pytest.raises(UnreadableArrival):
        inline_query("x")


@pytest.mark.asyncio
async def test_each_service_that_was_found_is_shown_once_with_a_link_to_the_bot(
    api: FakeTelegram, telegram: Telegram
) -> None:
    await telegram.username()
    many = [found(f"service-{number % 15}") for number in range(40)] + [found("ү" * 60)]
    assert (await telegram.answer_inline("s1", many, LABELS, "s1-abc")).result is SendResult.SENT
    results = json.loads(api.searches["s1"]["results"])
    assert [result["id"] for result in results] == [f"service-{number}" for number in range(MAX_RESULTS)]
    link = "https://t.me/tuslakh_test_bot?start=s1-abc"
    assert results[0]["reply_markup"] == {"inline_keyboard": [[{"text": "Туслахаар нээх", "url": link}]]}


@pytest.mark.asyncio
async def test_the_answer_is_cached_for_that_person_only_as_the_language_is_theirs(
    api: FakeTelegram, telegram: Telegram
) -> None:
    await telegram.answer_inline("s1", [found("x")], LABELS, "ask")
    assert api.searches["s1"]["is_personal"] == "true"


@pytest.mark.asyncio
async def test_nothing_found_still_leads_to_the_assistant(api: FakeTelegram, telegram: Telegram) -> None:
    await telegram.answer_inline("s1", [], LABELS, "ask")
    assert json.loads(api.searches["s1"]["button"]) == {"text": "Туслахаас асуух", "start_parameter": "ask"}


@pytest.mark.asyncio
async def test_an_id_longer_than_telegram_takes_is_shortened_and_a_nameless_bot_has_no_link(
    api: FakeTelegram, telegram: Telegram
) -> None:
    await telegram.answer_inline("s1", [found("ү" * 60), found("ү" * 61)], LABELS, "ask")
    results = json.loads(api.searches["s1"]["results"])
    assert len({result["id"] for result in results}) == 2
    assert "reply_markup" not in results[0]


@pytest.mark.asyncio
async def test_a_search_that_is_over_is_told_and_not_raised(api: FakeTelegram, telegram: Telegram) -> None:
    api.stale_presses.add("s1")
    assert await telegram.answer_inline("s1", [], LABELS, "ask") == Sent(SendResult.REFUSED, problem="BadRequest")


# --- introduced ----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_bot_is_introduced_in_mongolian_to_everybody_and_in_english_to_who_reads_it(
    api: FakeTelegram, telegram: Telegram
) -> None:
    await telegram.set_up({"": introduction(Language.MN), "en": introduction(Language.EN)})
    kinds = {"commands", "description", "short_description"}
    assert set(api.about) == {(kind, code) for kind in kinds for code in ("", "en")}
    assert api.about["description", "en"] == introduction(Language.EN).description


@pytest.mark.parametrize("language", list(Language))
def test_every_command_of_the_list_is_read(telegram_reads: Telegram, language: Language) -> None:
    for name, _ in introduction(language).commands:
        event = telegram_reads.read(update(message=message(text=f"/{name}"))).event
        assert event.kind in ("started", "words")


@pytest.fixture
def telegram_reads() -> Telegram:
    return Telegram(TOKEN)


@pytest.mark.asyncio
async def test_an_introduction_telegram_does_not_take_is_a_problem(api: FakeTelegram, telegram: Telegram) -> None:
    words = replace(introduction(Language.MN), short="ү" * 121)
    with pytest.raises(TelegramProblem):
        await telegram.set_up({"": words})
