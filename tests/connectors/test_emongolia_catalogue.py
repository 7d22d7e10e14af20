"""E-Mongolia's public list over a real connection to a local server of its shape."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.emongolia_catalogue import PAGE_SIZE, EmongoliaCatalogue, PortalProblem, PortalService, read_list
from tests.fakes.emongolia_portal import SERVICES, FakePortal, Fault, row


@pytest.fixture
def portal() -> Iterator[FakePortal]:
    with FakePortal() as made:
        yield made


def listed(portal: FakePortal, max_bytes: int = 10**7, seconds: float = 5.0, step: float = 5.0) -> list[PortalService]:
    return asyncio.run(EmongoliaCatalogue(portal.address, max_bytes, seconds, step).services())


def refusal(portal: FakePortal, **limits: Any) -> PortalProblem:
    with pytest.raises(PortalProblem) as caught:
        listed(portal, **limits)
    return caught.value


def test_the_whole_list_is_read_and_what_is_no_service_is_passed_over(portal: FakePortal) -> None:
    assert len(listed(portal)) == SERVICES


def test_the_list_is_asked_for_in_one_page(portal: FakePortal) -> None:
    listed(portal)
    assert portal.asked == [{"currentPage": ["0"], "pageSize": ["5000"], "query": [""]}]


def test_a_row_keeps_its_title_tags_and_id(portal: FakePortal) -> None:
    portal.rows = [row("  Иргэний  үнэмлэхийн лавлагаа ", 0x5F, ("үнэмлэх", " "))]
    (service,) = listed(portal)
    assert service == PortalService("Иргэний үнэмлэхийн лавлагаа", f"/service/{0x5F:024x}", ("үнэмлэх",))
    assert service.emongolia_id == f"{0x5F:024x}"


def test_a_page_named_by_words_has_no_id() -> None:
    assert PortalService("x", "/service/barilga-baiguulamj").emongolia_id is None


def test_missing_tags_are_no_tags(portal: FakePortal) -> None:
    portal.rows = [{**row("a", 1), "tags": None}, {k: v for k, v in row("b", 2).items() if k != "tags"}]
    assert [service.tags for service in listed(portal)] == [(), ()]


def test_progress_hears_the_bytes_that_came(portal: FakePortal) -> None:
    heard: list[int] = []
    asyncio.run(EmongoliaCatalogue(portal.address).services(heard.append))
    assert heard == sorted(heard)
    assert heard[-1] > 100_000


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.ERROR, "status 500"),
        (Fault.MOVED, "status 302"),
        (Fault.HTML, "no list of services"),
        (Fault.CUT_OFF, "broke off"),
        (Fault.PACKED, "packed answer"),
    ],
)
def test_a_broken_answer_is_told_in_our_words(portal: FakePortal, fault: Fault, said: str) -> None:
    portal.fault = fault
    assert said in str(refusal(portal))


def test_a_server_that_drips_is_left_at_the_limit_for_the_whole_answer(portal: FakePortal) -> None:
    portal.fault, began = Fault.SLOW, time.monotonic()
    assert "longer than 0.4 seconds" in str(refusal(portal, seconds=0.4))
    assert time.monotonic() - began < 3


def test_a_silent_server_is_left_at_the_limit_for_a_step(portal: FakePortal) -> None:
    portal.fault = Fault.SILENT
    assert "silent for 0.3 seconds" in str(refusal(portal, step=0.3))


def test_nobody_there_is_told() -> None:
    with FakePortal() as gone:
        pass
    assert "could not be reached" in str(refusal(gone))


def test_a_list_over_the_limit_is_not_read_to_its_end(portal: FakePortal) -> None:
    assert "larger than 50,000 bytes" in str(refusal(portal, max_bytes=50_000))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": 5}, "row 2: title: wants a text of 1 to 500 characters"),
        ({"title": " "}, "row 2: title: wants a text of 1 to 500 characters"),
        ({"title": "x" * 501}, "row 2: title: wants a text of 1 to 500 characters"),
        ({"title": "\ud800"}, "row 2: title: wants a text of 1 to 500 characters"),
        ({"path": None}, "row 2: path: wants an address that starts with /"),
        ({"path": "javascript:alert(1)"}, "row 2: path: wants an address that starts with /"),
        ({"tags": "үнэмлэх"}, "row 2: tags: wants a list of at most 100 texts"),
        ({"tags": [1]}, "row 2: tags: wants a list of at most 100 texts"),
        ({"contentType": 1}, "row 2: contentType: wants a text"),
    ],
)
def test_one_wrong_row_refuses_the_list_and_is_named(wrong: dict[str, object], said: str) -> None:
    rows = [row("a", 1), {**row("b", 2), **wrong}, row("c", 3)]
    with pytest.raises(PortalProblem) as caught:
        read_list(json.dumps({"data": {"list": rows}}).encode())
    assert caught.value.rows == (said,)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b'{"data": null}', b'{"data": {"list": {}}}', b'{"data": {"list": [', b"\xff\xfe",
     b"[" * 100_000, b'{"data": {"list": []}}', b"9" * 5000],
)  # fmt: skip
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(PortalProblem):
        read_list(body)


def test_a_full_page_may_be_cut_off_and_is_refused() -> None:
    rows = [row("a", number) for number in range(PAGE_SIZE)]
    with pytest.raises(PortalProblem, match="some may be missing"):
        read_list(json.dumps({"data": {"list": rows}}).encode())


@pytest.mark.parametrize(
    "address", ["http://e-mongolia.mn/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "", "https://"]
)
def test_an_address_that_is_not_safe_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        EmongoliaCatalogue(address)
