"""Bank login at ДАН: there with state and PKCE bound to this browser, back to a page with one button, then asked.

The way back is a GET that changes nothing: the button posts what ДАН brought (rows L3-L7, L16 of the threat model).
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bots.link_pages import pages, settling
from bots.link_pages.settling import Vouched
from bots.link_pages.visits import Desk, Visit, browser_of, visit_of
from bots.web.forms import Form
from connectors.dan import Returned, challenge_of, new_verifier
from connectors.dan_answer import DanAnswer, DanResult
from dialogs.linking import LinkEnd
from dialogs.proofs import Way
from dialogs.services import Language
from knowledge import link_rows
from knowledge.link_ends import LIVE

RETURN = "/link/return/dan"  # a redirect URI of ДАН alone: what comes here is ДАН's (row L6)
_MOST_CHARACTERS = 6000
_ENDS = {DanResult.REFUSED: LinkEnd.REFUSED, DanResult.UNAVAILABLE: LinkEnd.FAILED, DanResult.NONSENSE: LinkEnd.FAILED}


def authorize_url(visit: Visit) -> str:
    """With a state, a verifier and a nonce of this moment; what was made before is not taken any more. Or empty."""
    parts, dan, link = visit.desk.parts, visit.desk.providers.dan, visit.link
    if dan is None or link.way != Way.BANK:
        return ""
    state, verifier, nonce = secrets.token_urlsafe(32), new_verifier(), secrets.token_urlsafe(32)
    kept = {**link.secrets, "verifier": verifier, "nonce": nonce}
    with parts.database.write() as connection:
        if not link_rows.keep_secrets(connection, parts.vault, link.id, kept, state, visit.desk.now):
            return ""
    operations = (link.operation,) if link.operation else ()
    return dan.authorize_url(state=state, challenge=challenge_of(verifier), nonce=nonce, operations=operations)


def returned_page(request: Request, desk: Desk) -> Response:
    """ДАН led the browser back. Reads only; without our cookie it is another browser (row L4)."""
    visit, query = _cookie_visit(request, desk), request.url.query
    if desk.providers.dan is None or len(query) > _MOST_CHARACTERS:
        return pages.gone()
    if visit is None or not visit.is_ours:
        return pages.message(LinkEnd.WRONG_BROWSER.value, _language(visit), again="")
    if visit.link.status not in LIVE or visit.is_late:
        return pages.over(visit)
    if visit.link.status != "begun":
        return RedirectResponse(visit.path("/number"), 303)
    if not query:  # loaded again
        return RedirectResponse(visit.path(), 303)
    cancelled = bool(_read(desk, query).error)
    return pages.show(
        "returned.html", visit.language, path="", action=RETURN, query=query, cancelled=cancelled, lang=visit.language
    )


async def returned(request: Request, desk: Desk, form: Form) -> Response:
    """The button: the state is used up by the first, everybody else is shown where it stands."""
    visit = await run_in_threadpool(_cookie_visit, request, desk, form.get("lang", ""))
    if visit is None or not visit.is_ours or desk.providers.dan is None:
        return pages.message(LinkEnd.WRONG_BROWSER.value, _language(visit), again="")
    came = _read(desk, form.get("returned", "")[:_MOST_CHARACTERS])
    taken = await run_in_threadpool(_take, visit, came)
    if taken is not None:
        await _ask(taken, came)
    return RedirectResponse(visit.path("/number"), 303)


def _take(visit: Visit, came: Returned) -> Visit | None:
    """The link as it was when its state was used up; None when the state is not this link's, or not any more."""
    parts, now = visit.desk.parts, visit.desk.now
    with parts.database.write() as connection:
        link = link_rows.find_by_state(connection, parts.vault, came.state) if came.state else None
        if link is None or link.id != visit.link.id or not link_rows.take_return(connection, link.id, now):
            return None
    return replace(visit, link=link)


async def _ask(visit: Visit, came: Returned) -> None:
    """Outside of a transaction: ДАН may take seconds. The link stands at `asking` meanwhile."""
    parts, dan, link = visit.desk.parts, visit.desk.providers.dan, visit.link
    if dan is None or not came.code:
        end = LinkEnd.CANCELLED if came.error == "access_denied" else LinkEnd.FAILED
        await run_in_threadpool(settling.finish, parts, link, end, came.error)
        return
    try:
        answer = await dan.exchange(code=came.code, verifier=link.secrets["verifier"], operation=link.operation)
    except Exception:
        await run_in_threadpool(settling.finish, parts, link, LinkEnd.FAILED, "exchange broke")
        raise
    if answer.result is not DanResult.DONE:
        await run_in_threadpool(settling.finish, parts, link, _ENDS[answer.result], answer.result.value)
        return
    await run_in_threadpool(settling.settle, parts, link, _vouched(answer))


def _vouched(answer: DanAnswer) -> Vouched:
    return Vouched(answer.register_number, answer.name, answer.level, answer.login_type, answer.rows)


def _read(desk: Desk, query: str) -> Returned:
    if desk.providers.dan is None:
        return Returned(error="malformed")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=30)
    except ValueError:
        return Returned(error="malformed")
    return desk.providers.dan.returned(pairs)


def _cookie_visit(request: Request, desk: Desk, lang: str = "") -> Visit | None:
    """The link this browser began last: its cookie names it."""
    _secret, token = browser_of(request, desk.parts.settings)
    visit = visit_of(request, desk, token, lang) if token else None
    return visit if visit and visit.link.way == Way.BANK else None


def _language(visit: Visit | None) -> Language:
    return visit.language if visit else Language.MN
