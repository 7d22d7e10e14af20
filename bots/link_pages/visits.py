"""One request to a page of a link: the link, the chat that asked, the browser that asks, and the language to show."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bots.link_pages.providers import Providers
from bots.parts import Parts
from config.settings import Settings
from dialogs.proofs import LINK_WAYS
from dialogs.services import Language
from knowledge import conversation_rows, link_rows
from knowledge.conversation_rows import StoredConversation
from knowledge.link_rows import Link

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in urlsafe base64
_COOKIE = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Desk:
    """What every page of links works with."""

    parts: Parts
    providers: Providers

    @property
    def now(self) -> datetime:
        return self.parts.clock()


@dataclass(frozen=True)
class Visit:
    """`browser`: the secret of the browser's cookie, empty when it began another link or none."""

    request: Request
    desk: Desk
    token: str
    link: Link
    chat: StoredConversation | None
    browser: str
    language: Language

    @property
    def is_ours(self) -> bool:
        """Whether this browser is the one that began."""
        return link_rows.is_browser(self.desk.parts.vault, self.link, self.browser)

    @property
    def is_late(self) -> bool:
        """Not yet proven and past its time, whether or not somebody wrote that down already."""
        waits = self.link.status in ("open", "begun", "asking")
        return waits and self.desk.now >= self.link.expires_at

    def path(self, place: str = "") -> str:
        return f"/link/{self.token}{place}?lang={self.language.value}"


def visit_of(request: Request, desk: Desk, token: str, lang: str = "") -> Visit | None:
    """None for a token that is unknown or no page of proof. Reads only."""
    if not _TOKEN.fullmatch(token):
        return None
    vault = desk.parts.vault
    with desk.parts.database.read() as connection:
        link = link_rows.find_by_token(connection, vault, token)
        if link is None or link.way not in {way.value for way in LINK_WAYS}:
            return None
        chat = conversation_rows.read(connection, vault, link.conversation_id)
    secret, began = browser_of(request, desk.parts.settings)
    asked = lang or request.query_params.get("lang", "") or link.secrets.get("lang") or link.result.get("lang", "")
    return Visit(request, desk, token, link, chat, secret if began == token else "", _language(asked, chat))


def cookie_name(settings: Settings) -> str:
    """With https the browser itself refuses such a cookie from anywhere but this host."""
    return "__Host-tuslakh_link" if settings.secure_cookies else "tuslakh_link"


def browser_of(request: Request, settings: Settings) -> tuple[str, str]:
    """(secret, token of the link it began) of the cookie; empty ones without it."""
    found = _COOKIE.fullmatch(request.cookies.get(cookie_name(settings), ""))
    return (found[1], found[2]) if found else ("", "")


def new_browser() -> str:
    return secrets.token_urlsafe(32)


def remember(response: Response, settings: Settings, secret: str, token: str) -> None:
    """Ends with the browser. Lax: it comes along when the other side leads the browser back."""
    name, value, secure = cookie_name(settings), f"{secret}.{token}", settings.secure_cookies
    response.set_cookie(name, value, path="/", httponly=True, samesite="lax", secure=secure)


def _language(asked: str, chat: StoredConversation | None) -> Language:
    if asked in (Language.MN.value, Language.EN.value):
        return Language(asked)
    return chat.state.language if chat else Language.MN
