"""Files of citizens, from the addresses in Meta's events: only from Meta's own file servers, over https.

The addresses come in a signed event, but nothing else on the internet or in our own network is ever fetched.
"""

from __future__ import annotations

import asyncio
import re

import httpx

from connectors.channel import Fetched, SendResult

FILE_HOSTS = (".fbcdn.net", ".fbsbx.com", ".facebook.com")
_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class MessengerFiles:
    """`hosts`: a name that begins with a dot stands for all names under it, any other for itself alone.

    A host that is named itself may be spoken to over plain http: that is for loopback addresses.
    """

    def __init__(self, hosts: tuple[str, ...] = FILE_HOSTS) -> None:
        self._hosts = hosts
        # A client of its own: the page's token is never sent to a file server.
        self._client = httpx.AsyncClient(follow_redirects=False, headers={"Accept-Encoding": "identity"})

    async def close(self) -> None:
        await self._client.aclose()

    async def fetch(self, address: str, largest: int, seconds: float) -> Fetched:
        """At most `largest` bytes within `seconds`. Nothing happens at Meta: a failure there may be tried again."""
        if not self._is_allowed(address):
            return Fetched(SendResult.REFUSED, problem="HostNotAllowed")
        try:
            async with asyncio.timeout(seconds):
                return await self._download(address, largest)
        except (TimeoutError, httpx.HTTPError) as error:
            return Fetched(SendResult.NOT_SENT, problem=type(error).__name__)

    def _is_allowed(self, address: str) -> bool:
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            return False
        if url.userinfo or _NAME.fullmatch(url.host) is None:
            return False
        if url.host in self._hosts:
            return url.scheme in ("http", "https")
        under = any(url.host.endswith(host) for host in self._hosts if host.startswith("."))
        return under and url.scheme == "https" and url.port is None

    async def _download(self, address: str, largest: int) -> Fetched:
        """Read as it came, so that a small packed answer cannot become a large one here."""
        async with self._client.stream("GET", address) as answer:
            if problem := _problem(answer):
                return problem
            content = bytearray()
            async for chunk in answer.aiter_raw():
                content += chunk
                if len(content) > largest:
                    return Fetched(SendResult.REFUSED, too_large=True)
        return Fetched(SendResult.SENT, bytes(content))


def _problem(answer: httpx.Response) -> Fetched | None:
    """A redirect leads elsewhere and a 4xx says that the address is over: neither gets better by trying again."""
    status = answer.status_code
    if status == httpx.codes.OK and answer.headers.get("content-encoding", "identity") == "identity":
        return None
    later = status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS
    return Fetched(SendResult.NOT_SENT if later else SendResult.REFUSED, problem=f"Status{status}")
