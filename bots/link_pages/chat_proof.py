"""Whether the chat app itself vouches that the person at this page is the one of the chat that asked (rule 1 of 1.3).

Web chat: the browser's own chat is the asking one. Telegram: signed `initData`. Messenger: an account-linking token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bots.link_pages.visits import Desk, Visit
from bots.web_chat.session import known_session
from knowledge import seen_rows

WEB, TELEGRAM, MESSENGER = "web", "telegram", "messenger"
INIT_DATA, LINKING_TOKEN = "init_data", "account_linking_token"


class NotThisChat(Exception):
    """`kind`: other-chat (it vouches for somebody else) or not-vouched (nobody vouches and somebody has to)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class _Said:
    """`address` of the person's chat; with a `mark` it is taken once."""

    address: str
    mark: str = ""
    until: datetime | None = None


async def chat_proof(visit: Visit, form: Mapping[str, str]) -> str:
    """Who vouched: web, telegram, messenger, or empty where nobody has to. Raises `NotThisChat`."""
    said = await _said(visit, form)
    if said is not None and _is_asking(visit, said.address):
        if await run_in_threadpool(_take, visit.desk, said):
            return visit.link.channel
        said = None  # it was used before
    elif said is not None and not visit.link.chat_proof and _is_strict(visit):
        raise NotThisChat("other-chat")
    if visit.link.chat_proof or not _must_be_vouched(visit):
        return visit.link.chat_proof
    raise NotThisChat("not-vouched")


def _is_strict(visit: Visit) -> bool:
    return visit.desk.parts.settings.link_chat_proof == "required"


def _must_be_vouched(visit: Visit) -> bool:
    """A web chat in a page of another site cannot show its cookie here; platforms can vouch where they reach us."""
    settings = visit.desk.parts.settings
    return _is_strict(visit) and bool(settings.public_url) and visit.link.channel in (TELEGRAM, MESSENGER)


async def _said(visit: Visit, form: Mapping[str, str]) -> _Said | None:
    providers, channel = visit.desk.providers, visit.link.channel
    if channel == WEB:
        return _web(visit.request, visit.desk)
    if channel == TELEGRAM and providers.telegram and form.get(INIT_DATA):
        vouched = providers.telegram.check(form[INIT_DATA], visit.desk.now)
        return _Said(vouched.user_id, f"telegram {vouched.mark}", vouched.until) if vouched else None
    if channel == MESSENGER and providers.messenger and form.get(LINKING_TOKEN):
        recipient = await providers.messenger.recipient(form[LINKING_TOKEN])
        return _Said(recipient) if recipient else None  # Meta itself takes its token for five minutes only
    return None


def _web(request: Request, desk: Desk) -> _Said | None:
    session = known_session(request, desk.parts.vault)
    return _Said(session.address) if session else None


def _is_asking(visit: Visit, address: str) -> bool:
    return visit.chat is not None and compare_digest(address.encode(), visit.chat.address.encode())


def _take(desk: Desk, said: _Said) -> bool:
    if not said.mark or said.until is None:
        return True
    with desk.parts.database.write() as connection:
        return seen_rows.take_once(connection, said.mark, said.until, desk.now)
