"""Messenger's account linking: which person of the page an `account_linking_token` belongs to."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

import httpx

from connectors.messenger_requests import Graph, GraphRefused, Limits, UnreadableAnswer

_TOKEN = re.compile(r"[A-Za-z0-9_.\-]{1,1000}")
_MOST_CHARACTERS = 2000
_PLAIN = re.compile(r"[!-~]+")
_OURS_TO_FOLLOW = ("facebook.com", "messenger.com")  # and what lies under them


class MessengerLinking:
    """Of one page. Meta's token lives five minutes."""

    def __init__(self, *, api_base_url: str, page_token: str, limits: Limits | None = None) -> None:
        self._graph = Graph(api_base_url, page_token, limits or Limits(connections=4))

    async def close(self) -> None:
        await self._graph.close()

    async def recipient(self, token: str) -> str:
        """The page-scoped id of who opened the page; empty when Meta does not vouch or does not answer."""
        if not _TOKEN.fullmatch(token):
            return ""
        query = urlencode({"fields": "recipient", "account_linking_token": token})
        try:
            answer = await self._graph.call("GET", f"me?{query}")
        except (GraphRefused, UnreadableAnswer, httpx.HTTPError):
            return ""
        recipient = answer.get("recipient")
        return recipient if isinstance(recipient, str) and recipient.isascii() and recipient.isdigit() else ""


def way_back(redirect_uri: str) -> str:
    """The address of Messenger to go back to; empty for any other place (row L8 of the threat model).

    Browsers read backslashes, blanks and user names in ways of their own: none of them is let through.
    """
    if len(redirect_uri) > _MOST_CHARACTERS or not _PLAIN.fullmatch(redirect_uri) or "\\" in redirect_uri:
        return ""
    try:
        parts = urlsplit(redirect_uri)
        port = parts.port
    except ValueError:
        return ""
    host = parts.netloc.lower()
    known = any(host == name or host.endswith(f".{name}") for name in _OURS_TO_FOLLOW)
    plain = re.fullmatch(r"[a-z0-9.-]+", host) is not None and ".." not in host
    return redirect_uri if parts.scheme == "https" and port is None and known and plain else ""
