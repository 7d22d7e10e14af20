"""Whose chat it is: a signed random token in a cookie, and whether a request comes from our own page."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bots.web_chat.refusals import FOREIGN, Refused
from connectors.web_chat import address_of
from knowledge.vault import Vault

COOKIE = "tuslakh_chat"
LASTS_SECONDS = 30 * 24 * 3600  # counted from the last visit of the page
_TOKEN_BYTES = 32
_SIGNED = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})")  # each 32 bytes in urlsafe base64
_PURPOSE = "web chat session"


@dataclass(frozen=True)
class ChatSession:
    """The token is the only key to the chat; the database has its digest. `fresh`: the browser does not know it yet."""

    token: str
    fresh: bool

    @property
    def address(self) -> str:
        return address_of(self.token)


def known_session(request: Request, vault: Vault) -> ChatSession | None:
    """What the cookie names; None without one that we signed."""
    found = _SIGNED.fullmatch(request.cookies.get(COOKIE, ""))
    return ChatSession(found[1], fresh=False) if found and vault.is_signed(_PURPOSE, *found.groups()) else None


def session_of(request: Request, vault: Vault) -> ChatSession:
    """The cookie's session, else a new one: nobody but us can make up a chat."""
    return known_session(request, vault) or ChatSession(secrets.token_urlsafe(_TOKEN_BYTES), fresh=True)


def remember(response: Response, session: ChatSession, vault: Vault, secure: bool) -> None:
    """Puts the cookie on a response.

    Inside an iframe of another site a browser only sends a cookie that is `SameSite=None; Secure`, and keeps one
    jar for each embedding site when it is `Partitioned`. That needs https, so it is what `secure` gives; without
    https the cookie is `SameSite=Lax` and the chat works as a page of its own only. Requests of other sites are
    kept out by `require_own_page` in both cases.
    """
    rules = "SameSite=None; Secure; Partitioned" if secure else "SameSite=Lax"
    value = f"{session.token}.{vault.sign(_PURPOSE, session.token)}"
    cookie = f"{COOKIE}={value}; Path=/; Max-Age={LASTS_SECONDS}; HttpOnly; {rules}"
    response.headers.append("Set-Cookie", cookie)


def require_own_page(request: Request, base_url: str) -> None:
    """Raises `Refused` (403) unless our own page sent it: the browser says so, or the origin is ours."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        own = site in ("same-origin", "none")
    else:
        own = _is_ours(request.headers.get("origin", ""), request.headers.get("host", ""), base_url)
    if not own:
        raise Refused(FOREIGN)


def _is_ours(origin: str, host: str, base_url: str) -> bool:
    if origin == base_url:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc == host


def language_hint(request: Request) -> str:
    """What the browser asks for: `mn` when it is anywhere among its languages, else the first."""
    asked = request.headers.get("accept-language", "").lower().split(",")[:10]
    tags = [tag.split(";")[0].strip().split("-")[0] for tag in asked]
    return "mn" if "mn" in tags else tags[0][:8]
