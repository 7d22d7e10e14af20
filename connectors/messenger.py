"""Messenger: the wire to citizens over Meta's Graph API.

`httpx` and `httpcore` log addresses: the logging configuration keeps them at WARNING. Nothing raised or returned here
holds the token or a citizen's words.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Final, TypeVar

from connectors import messenger_events, messenger_reading
from connectors.channel import Arrival, Fetched, Heard, SendResult, Sent
from connectors.messenger_events import Page
from connectors.messenger_files import FILE_HOSTS, MessengerFiles
from connectors.messenger_format import Json, messages_of
from connectors.messenger_profile import profile
from connectors.messenger_requests import Graph, Limits, ended, problem_of
from connectors.telegram_addresses import check_server
from dialogs.rendering import Rendered

API_BASE_URL = "https://graph.facebook.com/v23.0"
# What the page tells us of. Receipts are not asked for; a batch that has them all the same is read.
FIELDS: Final = frozenset({
    "messages", "messaging_postbacks", "messaging_referrals", "messaging_optins", "message_echoes", "message_edits",
    "standby",
})  # fmt: skip
_ID = re.compile(r"[0-9]{1,32}")
_CHALLENGE = re.compile(r"[A-Za-z0-9]{1,64}")
_SIGNATURE = re.compile(rb"sha256=([0-9a-f]{64})")

Answer = TypeVar("Answer")


class Messenger:
    """One page. `app_secrets`: every secret that signs at the moment, two while one replaces the other.

    Raises ValueError for an id, secret or address that cannot work; the message names none of them.
    """

    name = messenger_events.CHANNEL

    def __init__(
        self,
        page_id: str,
        app_id: str,
        page_token: str,
        app_secrets: tuple[str, ...],
        verify_token: str,
        api_base_url: str = API_BASE_URL,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        file_hosts: tuple[str, ...] = FILE_HOSTS,
    ) -> None:
        if not _ID.fullmatch(page_id) or not _ID.fullmatch(app_id):
            raise ValueError("the ids of the page and of the app are numbers")
        if not page_token.isascii() or not page_token.isprintable() or not page_token:
            raise ValueError("the page's token is not what Meta gives out")
        if not app_secrets or not all(app_secrets) or not verify_token:
            raise ValueError("a webhook without app secret and verify token is open")
        _check_address(api_base_url)
        self._page = Page(page_id, app_id)
        self._secrets = tuple(secret.encode() for secret in app_secrets)
        self._verify_token = verify_token.encode()
        self._graph = Graph(api_base_url, page_token, limits)
        self._files = MessengerFiles(file_hosts)

    async def close(self) -> None:
        await self._graph.close()
        await self._files.close()

    # --- in ---

    def signature_is_right(self, raw: bytes, header: bytes) -> bool:
        """Whether these bytes were signed with one of our secrets: `sha256=` and hex. Constant time."""
        given = _SIGNATURE.fullmatch(header)
        if given is None:
            return False
        right = [hmac.new(secret, raw, hashlib.sha256).hexdigest().encode() for secret in self._secrets]
        return sum(hmac.compare_digest(given[1], each) for each in right) > 0  # a sum: all are compared

    def challenge(self, query: Sequence[tuple[str, str]]) -> str:
        """What to answer when Meta confirms the webhook's address; empty for anybody else. Constant time."""
        told = dict(query)
        if len(told) != len(query) or told.get("hub.mode") != "subscribe":
            return ""
        token = told.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(token, self._verify_token):
            return ""
        word = told.get("hub.challenge", "")
        return word if _CHALLENGE.fullmatch(word) else ""

    def arrivals(self, raw: bytes) -> list[Arrival]:
        """What one webhook body holds, whatever it is. Never fails."""
        return messenger_events.arrivals(raw, self._page)

    def read(self, body: str) -> Heard:
        """What an arrival says. Raises `UnreadableArrival`."""
        return messenger_reading.heard(body, self._page)

    # --- out ---

    async def send(self, address: str, rendered: Rendered, *, by_person: bool = False, late: bool = False) -> Sent:
        """Say it, in as many messages as it needs; the `ref` is that of the last one.

        `late`: more than 24 hours after the citizen's last word. Then only what a person wrote themselves goes out,
        under the tag for that; there is no other tag here. When a later message fails the earlier ones have arrived,
        so the whole is UNKNOWN whatever the reason.
        """
        messages = messages_of(rendered)
        if not _ID.fullmatch(address) or not messages:
            return Sent(SendResult.REFUSED, problem="NothingToSay" if not messages else "NoChat")
        if late and not by_person:
            return Sent(SendResult.REFUSED, problem="WindowShut")
        sent = Sent(SendResult.UNKNOWN)
        for place, message in enumerate(messages, 1):
            earlier, sent = sent, await self._send_message(address, message, late)
            if sent.result is not SendResult.SENT:
                return sent if place == 1 else Sent(SendResult.UNKNOWN, earlier.ref, problem=sent.problem)
        return sent

    async def hide(self, address: str, ref: str) -> Sent:
        """A page cannot take a person's message out of the chat."""
        return Sent(SendResult.REFUSED, problem="CannotHide")

    async def amend(self, address: str, ref: str, rendered: Rendered) -> Sent:
        """A page cannot change what it said."""
        return Sent(SendResult.REFUSED, problem="CannotAmend")

    async def show_typing(self, address: str) -> Sent:
        """Nothing depends on it."""
        if not _ID.fullmatch(address):
            return Sent(SendResult.REFUSED, problem="NoChat")
        return await self._post({"recipient": {"id": address}, "sender_action": "typing_on"})

    async def fetch(self, source: str, largest: int, seconds: float) -> Fetched:
        """A citizen's file, from the address Meta gave for it; at most `largest` bytes within `seconds`."""
        return await self._files.fetch(source, largest, seconds)

    async def _send_message(self, address: str, message: Json, late: bool) -> Sent:
        kind = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if late else {"messaging_type": "RESPONSE"}
        sent = await self._post({"recipient": {"id": address}, **kind, "message": message})
        if sent.result is SendResult.SENT and not sent.ref:
            return Sent(SendResult.UNKNOWN, problem="NoMessageId")
        return sent

    async def _post(self, body: Json) -> Sent:
        try:
            answer = await self._graph.call("POST", f"{self._page.id}/messages", body)
        except Exception as error:
            return ended(error)
        ref = answer.get("message_id")
        return Sent(SendResult.SENT, ref if isinstance(ref, str) else "")

    # --- how the page is set up ---

    async def set_up(self) -> None:
        """First button, greeting and menu. Raises `MessengerProblem`."""
        await self._ask(self._graph.call("POST", f"{self._page.id}/messenger_profile", profile()))

    async def subscription(self) -> frozenset[str] | None:
        """The fields our app gets of the page; None when it gets nothing. Raises `MessengerProblem`."""
        answer = await self._ask(self._graph.call("GET", f"{self._page.id}/subscribed_apps"))
        listed = answer.get("data")
        apps = [app for app in listed if isinstance(app, Mapping)] if isinstance(listed, list) else []
        for app in apps:
            if str(app.get("id")) == self._page.app_id:
                return _words(app.get("subscribed_fields"))
        return None

    async def subscribe(self) -> None:
        """Have the page's events sent to our app, as far as we read them. Raises `MessengerProblem`."""
        body = {"subscribed_fields": ",".join(sorted(FIELDS))}
        await self._ask(self._graph.call("POST", f"{self._page.id}/subscribed_apps", body))

    async def _ask(self, call: Awaitable[Answer]) -> Answer:
        try:
            return await call
        except Exception as error:
            problem = problem_of(error)
        raise problem  # outside the `except`: the original is not carried along


def _check_address(url: str) -> None:
    """The token goes there."""
    try:
        check_server(url)
    except ValueError:
        raise ValueError("the Graph API's address must be https; plain http is for loopback addresses only") from None


def _words(value: Any) -> frozenset[str]:
    return frozenset(word for word in value if isinstance(word, str)) if isinstance(value, list) else frozenset()
