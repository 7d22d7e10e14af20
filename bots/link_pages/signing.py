"""Digital signature: the text that names this very chat, the ways to sign it, and what comes back.

A signature may come from this browser or, without our cookie, from an app: it counts either way, as the text it stands
under names the chat; but the number for the chat is shown to the browser that began only.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from bots.link_pages import pages, settling
from bots.link_pages.asking import CHANNELS, service_title
from bots.link_pages.posts import is_own_page
from bots.link_pages.settling import Vouched
from bots.link_pages.visits import Visit
from bots.web.forms import Form
from bots.web.pages import masked_name
from connectors.approvals import SignedApproval
from connectors.signature_checks import Checked, SignatureResult
from dialogs.linking import LinkEnd, Rows
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.services import Level
from dialogs.verification.signing_text import signing_text
from knowledge import link_rows
from knowledge.link_ends import LIVE

ESIGN_TYPE = "e457cb50ed64bde0"  # what the ESIGN client calls "sign this" (domain.md §3.3)
APPROVED_WITHIN = timedelta(minutes=2)  # a person types a PIN in between
_NONCE_BYTES = 16
_KINDS = {
    SignatureResult.BAD: "bad",
    SignatureResult.UNSURE: "unsure",
    SignatureResult.TOO_LARGE: "too-large",
    SignatureResult.REVOKED: LinkEnd.REFUSED.value,
    SignatureResult.NOBODY: LinkEnd.REFUSED.value,
}


@dataclass(frozen=True)
class Posted:
    """One signature as it came; `approval` is the ESIGN client's second one, for ХУР."""

    format: str
    signature: bytes = field(repr=False)
    certificate: bytes = field(default=b"", repr=False)
    approval: str = field(default="", repr=False)
    approved_at: int = 0


def text_of(visit: Visit) -> str:
    """Made anew for every beginning: its nonce is used up with the link."""
    link, parts, title = visit.link, visit.desk.parts, service_title(visit)
    return signing_text(
        audience=parts.settings.base_url,
        service_mn=title.mn,
        service_en=title.en,
        channel=CHANNELS.get(link.channel, link.channel),
        chat_name=masked_name(visit.chat.name) if visit.chat else "",
        chat_ref=parts.vault.digest("chat reference", link.conversation_id)[:12],
        asked_at=link.opened_at,
        expires_at=link.expires_at,
        nonce=secrets.token_hex(_NONCE_BYTES),
    )


def sign_page(visit: Visit, problem: str = "") -> Response:
    """`problem`: a key of the texts; nothing was used up."""
    if visit.link.status not in LIVE or visit.is_late:
        return pages.over(visit)
    if not visit.is_ours:
        return pages.refuse(visit, LinkEnd.WRONG_BROWSER.value)
    if visit.link.status != "begun" or visit.link.way != Way.SIGNATURE:
        return RedirectResponse(visit.path("/number"), 303)
    wired, base = visit.desk.providers, f"{visit.desk.parts.settings.base_url}/link/{visit.token}"
    app_link = _app_link(wired.signature_app_link, base) if wired.signatures else ""
    return pages.show(
        "sign.html",
        visit.language,
        pages.STATUS.get(problem, 422 if problem else 200),
        connect=wired.esign_url,
        path=visit.path("/sign"),
        problem=problem,
        values={"largest": visit.desk.parts.settings.signature_max_bytes // 1024},
        text=visit.link.secrets.get("text", ""),
        esign_url=wired.esign_url if wired.signatures else "",
        esign_type=ESIGN_TYPE,
        approval_url=visit.path("/approval") if visit.link.operation else "",
        app_link=app_link,
        app_qr=pages.qr(app_link) if app_link else "",
        takes_file=wired.signatures is not None,
        challenge=f"/link/{visit.token}/challenge",
        signed_url=visit.path("/signed"),
        status_url=visit.path("/status"),
        cancel=visit.path("/cancel"),
        denies=visit.path("/deny"),
    )


def challenge(visit: Visit) -> Response:
    """The text as a signing app fetches it: only while it may be signed, and without any effect."""
    text = visit.link.secrets.get("text", "")
    if visit.link.status != "begun" or visit.is_late or not text:
        return pages.safe(PlainTextResponse("", 404))
    response = PlainTextResponse(text)
    response.headers["Content-Disposition"] = 'attachment; filename="tuslakh.txt"'
    return pages.safe(response)


async def approval(visit: Visit, form: Form) -> Response:
    """To our own page: `{approve}`, what ХУР wants signed by who signed the text; or `{problem}`."""
    posted = _posted({**form, "format": "esign"})
    if not _may_sign(visit) or not visit.is_ours or posted is None or not visit.link.operation:
        return pages.safe(JSONResponse({"problem": "gone"}, 409))
    checked = await _check(visit, posted)
    if checked.result is not SignatureResult.GOOD:
        return pages.safe(JSONResponse({"problem": _KINDS[checked.result]}, 422))
    moment = int(visit.desk.now.timestamp())
    return pages.safe(JSONResponse({"approve": f"{checked.register_number}.{moment}", "at": moment}))


async def signed(visit: Visit, form: Form) -> Response:
    """Checked first and used up only when it is good, so that what does not fit can be tried again."""
    ours = visit.is_ours and is_own_page(visit.request, visit.desk.parts.settings)
    if not _may_sign(visit):
        return RedirectResponse(visit.path("/number"), 303) if ours else pages.over(visit)
    posted = _posted(form)
    checked = await _check(visit, posted) if posted else Checked(SignatureResult.BAD, "unreadable")
    if checked.result in (SignatureResult.REVOKED, SignatureResult.NOBODY):
        await run_in_threadpool(settling.finish, visit.desk.parts, visit.link, LinkEnd.REFUSED, checked.reason)
        return pages.message(LinkEnd.REFUSED.value, visit.language, 422)
    if posted is None or checked.result is not SignatureResult.GOOD:
        return await _again(visit, ours, _KINDS[checked.result])
    await _good(visit, posted, checked)
    return RedirectResponse(visit.path("/number"), 303) if ours else pages.message("app-signed", visit.language)


async def _again(visit: Visit, ours: bool, kind: str) -> Response:
    if ours:
        return await run_in_threadpool(sign_page, visit, kind)
    largest = visit.desk.parts.settings.signature_max_bytes // 1024
    return pages.message(kind, visit.language, pages.STATUS.get(kind, 422), values={"largest": largest})


async def _good(visit: Visit, posted: Posted, checked: Checked) -> None:
    """The nonce is used up by the first; then what was approved is read, then it is proven."""
    if not await run_in_threadpool(_take, visit):
        return
    try:
        rows = await _read(visit, posted, checked)
    except Exception:
        await run_in_threadpool(settling.finish, visit.desk.parts, visit.link, LinkEnd.FAILED, "reading broke")
        raise
    vouched = Vouched(checked.register_number, checked.name, Level.SIGNATURE, posted.format, rows)
    await run_in_threadpool(settling.settle, visit.desk.parts, visit.link, vouched)


def _take(visit: Visit) -> bool:
    with visit.desk.parts.database.write() as connection:
        return link_rows.take_return(connection, visit.link.id, visit.desk.now)


async def _read(visit: Visit, posted: Posted, checked: Checked) -> Rows:
    """With the citizen's own approval; empty where there is none, or ХУР does not take it: the chat asks on then."""
    age = visit.desk.now.timestamp() - posted.approved_at
    if not (visit.link.operation and posted.approval and 0 <= age <= APPROVED_WITHIN.total_seconds()):
        return ()
    signed_by = SignedApproval(checked.certificate_serial, posted.approved_at, posted.approval)
    result, rows = await visit.desk.providers.registry.read_signed(
        checked.register_number, signed_by, visit.link.operation
    )
    return rows if result is RegistryResult.DONE else ()


def _may_sign(visit: Visit) -> bool:
    begun = visit.link.status == "begun" and visit.link.way == Way.SIGNATURE and not visit.is_late
    return begun and visit.desk.providers.signatures is not None


async def _check(visit: Visit, posted: Posted) -> Checked:
    signatures, content = visit.desk.providers.signatures, visit.link.secrets.get("text", "").encode()
    if signatures is None or not content:
        return Checked(SignatureResult.UNSURE, "not-wired")
    if posted.format == "esign":
        return await signatures.check_bare(content, posted.certificate, posted.signature, visit.desk.now)
    check = signatures.check_jws if posted.format == "jws" else signatures.check_cms
    return await check(content, posted.signature, visit.desk.now)


def _posted(form: Form) -> Posted | None:
    """None when it is no signature of a form that is known."""
    kind, at = form.get("format", "cms"), form.get("approved_at", "")
    signature, certificate = _decoded(form.get("signature", "")), _decoded(form.get("certificate", ""))
    approval = form.get("approval", "") if _decoded(form.get("approval", "")) else ""
    if kind not in ("cms", "jws", "esign") or not signature or certificate is None:
        return None
    moment = int(at) if at.isascii() and at.isdigit() and len(at) < 12 else 0
    return Posted(kind, signature, certificate, approval, moment)


def _decoded(text: str) -> bytes | None:
    """Of base64, also with blanks in it; None when it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _app_link(template: str, base: str) -> str:
    """The texts of our addresses are put in percent-encoded."""
    if not template:
        return ""
    link = template.replace("{challenge}", quote(f"{base}/challenge", safe=""))
    return link.replace("{back}", quote(f"{base}/signed", safe=""))
