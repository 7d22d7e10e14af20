"""E-Mongolia's public catalogue: the list its own search page loads, no sign-in needed.

It knows a service's title, the address of its page and its tags, nothing more. The list is taken whole or not at all:
one row that cannot be read means that the address changed its shape, and half a list would make services look gone.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

ADDRESS = "https://e-mongolia.mn/portal/main-portal/api/content/search"
PAGE_SIZE = 5000  # about 1,460 rows stood there in October 2026
MAX_BYTES = 16 * 2**20
MAX_SECONDS = 60.0  # for the whole answer
STEP_SECONDS = 15.0  # for connecting and for each piece
MAX_TITLE = 500
MAX_TAGS = 100
_SERVICE = "SERVICE"
_ID = re.compile(r"/service/([0-9a-f]{24})/?")


@dataclass(frozen=True)
class PortalService:
    """One service as the portal lists it. `emongolia_id` is None where its page is named by words instead of an id."""

    title: str
    path: str
    tags: tuple[str, ...] = ()

    @property
    def emongolia_id(self) -> str | None:
        found = _ID.fullmatch(self.path)
        return found[1] if found else None


class PortalProblem(Exception):
    """The list could not be had; `rows` names each row that was wrong, counted from 1, and the text says what."""

    def __init__(self, message: str, rows: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.rows = rows


class EmongoliaCatalogue:
    """The wire to the public list. Raises ValueError for an address that is neither https nor on this machine."""

    def __init__(
        self,
        address: str = ADDRESS,
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
        step_seconds: float = STEP_SECONDS,
    ) -> None:
        if not _may_be_asked(address):
            raise ValueError("the catalogue's address is https (or http on this machine)")
        self._url = httpx.URL(address, params={"currentPage": 0, "pageSize": PAGE_SIZE, "query": ""})
        self._max_bytes, self._max_seconds, self._step_seconds = max_bytes, max_seconds, step_seconds

    async def services(self, progress: Callable[[int], None] = lambda _: None) -> list[PortalService]:
        """Every row that is a service; `progress` hears how many bytes have come. Raises `PortalProblem`."""
        return read_list(await self._answer(progress))

    async def _answer(self, progress: Callable[[int], None]) -> bytes:
        """The one place where foreign errors become ours."""
        try:
            async with asyncio.timeout(self._max_seconds):
                return await self._fetch(progress)
        except TimeoutError as error:
            raise PortalProblem(f"E-Mongolia took longer than {self._max_seconds:g} seconds") from error
        except httpx.TimeoutException as error:
            raise PortalProblem(f"E-Mongolia was silent for {self._step_seconds:g} seconds") from error
        except httpx.HTTPError as error:
            raise PortalProblem(f"E-Mongolia could not be reached or broke off ({type(error).__name__})") from error

    async def _fetch(self, progress: Callable[[int], None]) -> bytes:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}  # nothing that swells when unpacked
        async with (
            httpx.AsyncClient(timeout=self._step_seconds, follow_redirects=False) as client,
            client.stream("GET", self._url, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise PortalProblem(f"E-Mongolia answered with status {response.status_code}")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise PortalProblem("E-Mongolia sent a packed answer, which was not asked for")
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                progress(len(body))
                if len(body) > self._max_bytes:
                    raise PortalProblem(f"E-Mongolia's list is larger than {self._max_bytes:,} bytes")
            return bytes(body)


def read_list(body: bytes) -> list[PortalService]:
    """`{"data": {"list": [{contentType, title, path, tags}]}}`; what is no service is passed over."""
    try:
        answer = json.loads(body.decode("utf-8"))
        rows = answer["data"]["list"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise PortalProblem("E-Mongolia's answer is no list of services any more") from error
    if not isinstance(rows, list):
        raise PortalProblem("E-Mongolia's answer is no list of services any more")
    if len(rows) >= PAGE_SIZE:
        raise PortalProblem(f"E-Mongolia's list has {PAGE_SIZE:,} rows or more; some may be missing")
    wrong = tuple(f"row {number}: {problem}" for number, row in enumerate(rows, 1) for problem in _problems(row))
    if wrong:
        raise PortalProblem(f"{len(wrong):,} faults in E-Mongolia's list", wrong)
    services = [_service(row) for row in rows if row["contentType"] == _SERVICE]
    if not services:
        raise PortalProblem("E-Mongolia's list is empty")
    return services


def _service(row: dict[str, Any]) -> PortalService:
    tags = (" ".join(tag.split()) for tag in row.get("tags") or ())
    return PortalService(" ".join(row["title"].split()), row["path"], tuple(tag for tag in tags if tag))


def _problems(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "is no mapping"
        return
    if not isinstance(row.get("contentType"), str):
        yield "contentType: wants a text"
    if row.get("contentType") != _SERVICE:
        return
    title, path, tags = row.get("title"), row.get("path"), row.get("tags")
    if not (isinstance(title, str) and title.strip() and len(title) <= MAX_TITLE and _can_be_kept(title)):
        yield f"title: wants a text of 1 to {MAX_TITLE} characters"
    if not (isinstance(path, str) and path.startswith("/") and len(path) <= MAX_TITLE and _can_be_kept(path)):
        yield "path: wants an address that starts with /"
    if not (tags is None or (isinstance(tags, list) and len(tags) <= MAX_TAGS and all(map(_is_tag, tags)))):
        yield f"tags: wants a list of at most {MAX_TAGS} texts"


def _is_tag(tag: object) -> bool:
    return isinstance(tag, str) and len(tag) <= MAX_TITLE and _can_be_kept(tag)


def _can_be_kept(text: str) -> bool:
    """Half a surrogate pair, which JSON can spell, is no text."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _may_be_asked(address: str) -> bool:
    try:
        url = httpx.URL(address)
        here = url.host == "localhost" or ipaddress.ip_address(url.host).is_loopback
    except httpx.InvalidURL:
        return False
    except ValueError:
        here = False
    return bool(url.host) and (url.scheme == "https" or (url.scheme == "http" and here))
