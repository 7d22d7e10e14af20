"""What the buttons of the first page do: begin in this browser, "this is not me", move on, cancel."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from bots.link_pages import bank, pages, settling, signing
from bots.link_pages.asking import asking_page, facts
from bots.link_pages.chat_proof import NotThisChat, chat_proof
from bots.link_pages.visits import Visit, new_browser, remember
from bots.web.forms import Form
from connectors.messenger_linking import way_back
from dialogs.linking import LinkEnd
from dialogs.proofs import Way
from knowledge import link_rows
from knowledge.link_ends import LIVE


async def look(visit: Visit) -> Response:
    """GET of the page: shows where it stands and changes nothing, however often and whoever asks (row L5)."""
    status = visit.link.status
    if status not in LIVE or visit.is_late:
        return pages.over(visit)
    if status == "open":
        return await run_in_threadpool(asking_page, visit)
    if not visit.is_ours:
        return pages.refuse(visit, LinkEnd.WRONG_BROWSER.value)
    if status != "begun":
        return RedirectResponse(visit.path("/number"), 303)
    if visit.link.way == Way.SIGNATURE:
        return RedirectResponse(visit.path("/sign"), 303)
    return await run_in_threadpool(_resume, visit)


async def begin(visit: Visit, form: Form) -> Response:
    """This browser has the link from now on; who has it already goes on."""
    if visit.link.status not in LIVE or visit.is_late:
        return pages.over(visit)
    if visit.link.status != "open":
        return await _onward(visit) if visit.is_ours else pages.refuse(visit, LinkEnd.WRONG_BROWSER.value)
    try:
        proof = await chat_proof(visit, form)
    except NotThisChat as refused:
        return pages.refuse(visit, refused.kind)
    browser = new_browser()
    moved, back = form.get("moved", "") == "1", way_back(form.get("redirect_uri", ""))
    begun = await run_in_threadpool(_begin, visit, browser, proof, moved, back)
    if not begun:
        return pages.refuse(visit, LinkEnd.WRONG_BROWSER.value)  # another browser was faster
    response = await _onward(begun)
    remember(response, visit.desk.parts.settings, browser, visit.token)
    return response


async def move(visit: Visit, form: Form) -> Response:
    """The code for another device, shown only where the chat app vouched if it has to."""
    if visit.link.status != "open" or visit.is_late:
        return await look(visit)
    try:
        proof = await chat_proof(visit, form)
    except NotThisChat as refused:
        return pages.refuse(visit, refused.kind)
    if proof and proof != visit.link.chat_proof:
        await run_in_threadpool(_write, visit, partial(link_rows.chat_prove, link_id=visit.link.id, chat_proof=proof))
    return await run_in_threadpool(asking_page, visit, True)


async def deny(visit: Visit) -> Response:
    """Whoever has the link may stop it, also another browser than the one that began: it does no harm."""
    if visit.link.status in LIVE:
        await run_in_threadpool(settling.finish, visit.desk.parts, visit.link, LinkEnd.DENIED)
        return pages.message(LinkEnd.DENIED.value, visit.language)
    return pages.over(visit)


async def cancel(visit: Visit) -> Response:
    """Only the browser that began."""
    if visit.link.status not in LIVE or not visit.is_ours:
        return await look(visit)
    await run_in_threadpool(settling.finish, visit.desk.parts, visit.link, LinkEnd.CANCELLED)
    return pages.message(LinkEnd.CANCELLED.value, visit.language)


async def _onward(visit: Visit) -> Response:
    """To ДАН or to the text that is signed; a link that cannot go on is looked at anew."""
    if visit.link.status != "begun":
        return RedirectResponse(visit.path(), 303)
    if visit.link.way == Way.SIGNATURE:
        return RedirectResponse(visit.path("/sign"), 303)
    url = await run_in_threadpool(bank.authorize_url, visit)
    if url:
        return pages.safe(RedirectResponse(url, 303))
    await run_in_threadpool(settling.finish, visit.desk.parts, visit.link, LinkEnd.FAILED, "not wired")
    return pages.message(LinkEnd.FAILED.value, visit.language)


def _begin(visit: Visit, browser: str, proof: str, moved: bool, back: str) -> Visit | None:
    """None when another browser has it."""
    parts, now = visit.desk.parts, visit.desk.now
    with parts.database.write() as connection:
        if not link_rows.begin(connection, parts.vault, visit.link.id, browser, proof, moved, now):
            return None
        kept = {"lang": visit.language.value, "back": back}
        if visit.link.way == Way.SIGNATURE:
            kept["text"] = signing.text_of(visit)
        link_rows.keep_secrets(connection, parts.vault, visit.link.id, kept, None, now)
        link = link_rows.find(connection, parts.vault, visit.link.id, visit.link.conversation_id)
    return replace(visit, link=link, browser=browser) if link else None


def _resume(visit: Visit) -> Response:
    return pages.show(
        "resume.html",
        visit.language,
        leads_to=visit.desk.providers.dan_origin,
        path=visit.path(),
        facts=facts(visit),
        begin=visit.path("/begin"),
        cancel=visit.path("/cancel"),
        denies=visit.path("/deny"),
    )


def _write(visit: Visit, change: partial[bool]) -> None:
    with visit.desk.parts.database.write() as connection:
        change(connection, now=visit.desk.now)
