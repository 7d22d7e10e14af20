"""Pages opened from a chat as rows, on SQLite and PostgreSQL (rows L3, L15 and K15 of the threat model)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from knowledge import conversation_rows, erasing, link_rows
from knowledge.database import Connection, Database
from knowledge.proof_tables import links
from tests.knowledge.chats import (
    NOW,
    VAULT,
    after,
    finish_asking,
    keep_proof,
    new_chat,
    open_page,
    prove_page,
    try_number,
)


def status_of(connection: Connection, link_id: str) -> str:
    return str(connection.execute(select(links.c.status).where(links.c.id == link_id)).scalar_one())


def test_a_page_goes_from_open_to_bound_and_gives_its_result_once(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        assert prove_page(connection, link_id)
        assert try_number(connection, link_id, chat).right
        bound = link_rows.bind(connection, VAULT, link_id, chat, address, NOW)
        assert bound is not None
        assert bound.result["register_number"] == "УБ90010112"
        assert link_rows.bind(connection, VAULT, link_id, chat, address, NOW) is None


def test_the_token_is_found_by_itself_and_stands_nowhere(shared: Database) -> None:
    with shared.write() as connection:
        link_id, token = open_page(connection, *new_chat(connection))
        found = link_rows.find_by_token(connection, VAULT, token)
        assert found is not None
        assert found.id == link_id
        assert token not in str(connection.execute(select(links).where(links.c.id == link_id)).one())
        assert link_rows.find_by_token(connection, VAULT, token + "x") is None


def test_a_new_page_ends_the_chats_earlier_one(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        first, _ = open_page(connection, chat, address)
        open_page(connection, chat, address)
        assert status_of(connection, first) == "gone"
        assert link_rows.counts(connection, chat, NOW) == (1, 2)


def test_a_page_can_be_begun_by_one_browser_only(shared: Database) -> None:
    with shared.write() as connection:
        link_id, token = open_page(connection, *new_chat(connection))

    def begin(browser: int) -> bool:
        with shared.write() as connection:
            return link_rows.begin(connection, VAULT, link_id, f"browser {browser}", "web", False, NOW)

    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(begin, range(20)))
    with shared.read() as connection:
        link = link_rows.find_by_token(connection, VAULT, token)
    assert link is not None
    assert sum(begun) == 1
    assert [link_rows.is_browser(VAULT, link, f"browser {n}") for n in range(20)] == begun


def test_l3_of_20_parallel_returns_one_is_taken(shared: Database) -> None:
    with shared.write() as connection:
        link_id, _ = open_page(connection, *new_chat(connection))
        link_rows.begin(connection, VAULT, link_id, "browser", "web", False, NOW)
        link_rows.keep_secrets(connection, VAULT, link_id, {"nonce": "n"}, "a state", NOW)

    def come_back(_: int) -> bool:
        with shared.write() as connection:
            found = link_rows.find_by_state(connection, VAULT, "a state")
            return found is not None and link_rows.take_return(connection, found.id, NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(come_back, range(20))) == 1
    with shared.write() as connection:
        assert not link_rows.take_return(connection, link_id, NOW)


def test_l3_of_20_parallel_bindings_one_binds(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        prove_page(connection, link_id)
        try_number(connection, link_id, chat)

    def bind(_: int) -> bool:
        with shared.write() as connection:
            return link_rows.bind(connection, VAULT, link_id, chat, address, NOW) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(bind, range(20))) == 1


def test_of_parallel_numbers_no_more_are_compared_than_there_are_tries(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        prove_page(connection, link_id)

    def guess(number: int) -> link_rows.NumberTried:
        with shared.write() as connection:
            return try_number(connection, link_id, chat, f"{number:06}")

    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(guess, range(30)))
    assert sorted(each.left for each in tried if not each.end) == [1, 2]
    assert {each.end for each in tried} == {"", "used-up"}
    with shared.write() as connection:
        assert not try_number(connection, link_id, chat).right


def test_a_number_that_comes_after_its_time_ends_the_page(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        prove_page(connection, link_id)
        assert try_number(connection, link_id, chat, now=after(minutes=2)) == link_rows.NumberTried(False, 0, "expired")
        assert not try_number(connection, link_id, chat).right


def test_a_number_before_the_page_is_proven_costs_no_try(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        assert try_number(connection, link_id, chat) == link_rows.NumberTried(False, 3)


def test_what_is_over_keeps_no_secret_number_or_result(shared: Database) -> None:
    with shared.write() as connection:
        for end in ("denied", "bound"):
            chat, address = new_chat(connection)
            link_id, _ = open_page(connection, chat, address)
            prove_page(connection, link_id)
            try_number(connection, link_id, chat)
            if end == "bound":
                link_rows.bind(connection, VAULT, link_id, chat, address, NOW)
            else:
                link_rows.end(connection, link_id, end, NOW)
            row = connection.execute(select(links).where(links.c.id == link_id)).one()
            kept = (row.secrets_sealed, row.result_sealed, row.number_digest, row.state_digest)
            assert (row.status, *kept) == (end, None, None, "", None)


def test_what_is_over_does_not_end_again(shared: Database) -> None:
    with shared.write() as connection:
        link_id, _ = open_page(connection, *new_chat(connection))
        assert link_rows.end(connection, link_id, "denied", NOW)
        assert not link_rows.end(connection, link_id, "failed", NOW)
        assert status_of(connection, link_id) == "denied"


def test_k15_a_page_left_in_asking_by_a_kill_expires_and_binds_nobody(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        link_rows.begin(connection, VAULT, link_id, "browser", "web", False, NOW)
        link_rows.take_return(connection, link_id, NOW)
        assert (link_id, chat) not in link_rows.expire_due(connection, after(minutes=4))
        assert (link_id, chat) in link_rows.expire_due(connection, after(minutes=5))
        assert not finish_asking(connection, link_id, NOW)


@pytest.mark.parametrize(("typed", "minutes"), [(False, 2), (True, 7)])
def test_a_proven_page_expires_when_nobody_goes_on(shared: Database, typed: bool, minutes: int) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        prove_page(connection, link_id)
        if typed:
            try_number(connection, link_id, chat)
        assert (link_id, chat) not in link_rows.expire_due(connection, after(minutes=minutes - 0.1))
        assert (link_id, chat) in link_rows.expire_due(connection, after(minutes=minutes))


@pytest.mark.parametrize("step", ["begin", "keep", "return", "prove"])
def test_no_step_is_taken_after_the_page_expired(shared: Database, step: str) -> None:
    late = after(minutes=5)
    with shared.write() as connection:
        link_id, _ = open_page(connection, *new_chat(connection))
        steps: dict[str, Callable[..., bool]] = {
            "begin": lambda at: link_rows.begin(connection, VAULT, link_id, "browser", "web", False, at),
            "keep": lambda at: link_rows.keep_secrets(connection, VAULT, link_id, {}, None, at),
            "return": lambda at: link_rows.take_return(connection, link_id, at),
            "prove": lambda at: finish_asking(connection, link_id, at),
        }
        for name, take in steps.items():
            assert take(late if name == step else NOW) is (name != step)
            if name == step:
                return


def overtaken(connection: Connection, link_id: str, chat: str) -> None:
    link_rows.end_all(connection, chat, "gone", NOW)


def erased(connection: Connection, link_id: str, chat: str) -> None:
    erasing.erase(connection, VAULT, chat, NOW)


@pytest.mark.parametrize("what", [overtaken, erased])
@pytest.mark.parametrize("stage", ["begun", "asking", "proven", "matched"])
def test_l15_what_happened_since_the_start_leaves_no_stale_binding(
    shared: Database, what: Callable[[Connection, str, str], None], stage: str
) -> None:
    """8 interleavings: taken over (or signed out) and erased, each at four places of the way."""
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        steps: dict[str, Callable[[], object]] = {
            "begun": lambda: link_rows.begin(connection, VAULT, link_id, "browser", "web", False, NOW),
            "asking": lambda: link_rows.take_return(connection, link_id, NOW),
            "proven": lambda: finish_asking(connection, link_id),
            "matched": lambda: try_number(connection, link_id, chat),
        }
        for name, take in steps.items():
            take()
            if name == stage:
                what(connection, link_id, chat)
        assert link_rows.bind(connection, VAULT, link_id, chat, address, NOW) is None


def test_l15_a_chat_whose_address_changed_is_not_bound(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        prove_page(connection, link_id)
        try_number(connection, link_id, chat)
        assert link_rows.bind(connection, VAULT, link_id, chat, "another address", NOW) is None
        assert status_of(connection, link_id) == "gone"


def test_pages_of_a_persons_chats_are_counted_for_the_person(shared: Database) -> None:
    with shared.write() as connection:
        (first, address), (second, elsewhere) = new_chat(connection), new_chat(connection)
        keep_proof(connection, first, "counted 1", "УБ90010120")
        keep_proof(connection, second, "counted 2", "УБ90010120")
        open_page(connection, first, address)
        open_page(connection, second, elsewhere)
        person = VAULT.identity("УБ90010120")
        assert link_rows.identity_counts(connection, person, NOW) == (2, 2)
        assert link_rows.identity_counts(connection, person, after(hours=25)) == (0, 0)


def test_what_the_page_learnt_on_the_way_is_read_back(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        assert link_rows.record_moved(connection, link_id, NOW)
        link_rows.begin(connection, VAULT, link_id, "browser", "", True, NOW)
        assert link_rows.chat_prove(connection, link_id, "telegram", NOW)
        link_rows.keep_secrets(connection, VAULT, link_id, {"nonce": "n"}, None, NOW)
        link = link_rows.find(connection, VAULT, link_id, chat)
    assert link is not None
    assert (link.moved, link.chat_proof, link.secrets) == (True, "telegram", {"nonce": "n"})


def test_a_page_of_an_unknown_conversation_cannot_be_opened(shared: Database) -> None:
    with shared.read() as connection:
        assert conversation_rows.read(connection, VAULT, "nobody") is None
        assert link_rows.find(connection, VAULT, "nothing", "nobody") is None
