"""What a citizen's message meant, as the agent who has the conversation knows: kept for editors, with consent only."""

from __future__ import annotations

from hashlib import sha256
from itertools import islice

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bots.desk.case_page import case_page, not_found
from bots.editor.search import Search, matching
from bots.parts import Parts
from bots.web.forms import Form
from bots.web.pages import masked, render
from dialogs.learning import Consent
from dialogs.messages import Corrected
from dialogs.outcomes import Outcome
from dialogs.services import Text
from knowledge import audit_rows, case_rows, conversation_rows, transcript_rows
from knowledge.case_rows import CaseRow
from knowledge.staff_rows import StaffSession
from knowledge.transcript_rows import Entry

FOUND = 20  # services of a search
_NOT_YOURS = Text("Зөвхөн яриаг хариуцаж буй ажилтан, иргэн зөвшөөрсөн үед утгыг тэмдэглэнэ.",
                  "Only who has the conversation can do this, and only with the citizen's consent.")  # fmt: skip
_NOT_KEPT = Text("Хадгалсангүй: иргэн зөвшөөрөөгүй, эсвэл мессежид хувийн дугаар байна.",
                 "Not kept: without the citizen's consent, or with a personal number in it, nothing is.")  # fmt: skip


def show_meaning(parts: Parts, request: Request, staff: StaffSession) -> Response:
    """The message with a search for the service; looking at it is recorded."""
    case, entry = _read(parts, request, staff)
    if case is None or entry is None:
        return not_found(request, staff) if case is None else case_page(parts, request, staff, 409, refusal=_NOT_YOURS)
    search = Search.of(request.query_params)
    with parts.database.read() as connection:
        catalogue = parts.catalogue.current(connection).catalogue
    found = list(islice(matching(search, catalogue, set()), FOUND)) if search.words else []
    context = {"case": case, "entry": entry, "words": masked(entry.body), "search": search, "found": found}
    return render(request, "desk/meaning.html", 200, staff=staff, catalogue=catalogue, **context)


def mark(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """The chosen service; the same choice for the same message is kept once."""
    case, entry = _read(parts, request, staff)
    if case is None:
        return not_found(request, staff)
    if entry is None or form.get("owner_number") != str(case.owner_number):
        return case_page(parts, request, staff, 409, refusal=_NOT_YOURS)
    service_id = form.get("service_id", "")
    event = Corrected(staff.member.id, entry.body, service_id)
    key = f"{staff.member.id}:meant:{entry.id}:{sha256(service_id.encode('utf-8', 'replace')).hexdigest()[:16]}"
    applied = parts.assistant.apply(case.conversation_id, event, key, staff.member.id)
    if applied.fresh and applied.outcome is not Outcome.CORRECTED:
        return case_page(parts, request, staff, 409, refusal=_NOT_KEPT)
    return RedirectResponse(f"/desk/cases/{case.id}?done=meant#entry-{entry.id}", status_code=303)


def _read(parts: Parts, request: Request, staff: StaffSession) -> tuple[CaseRow | None, Entry | None]:
    """The case, and the message when this agent may say what it meant."""
    case_id, entry_id = request.path_params["case_id"], request.path_params["entry_id"]
    with parts.database.write() as connection:
        case = case_rows.find(connection, case_id)
        if case is None:
            return None, None
        audit_rows.record(connection, staff.member.id, "case.viewed", case_id, parts.clock())
        stored = conversation_rows.read(connection, parts.vault, case.conversation_id)
        entry = transcript_rows.find(connection, parts.vault, case.conversation_id, entry_id)
        mine = case.status == "taken" and case.agent_id == staff.member.id
        allowed = stored is not None and stored.state.consent is Consent.GIVEN
        typed = entry is not None and entry.author == "citizen" and entry.ref != ""
        return case, entry if mine and allowed and typed else None
