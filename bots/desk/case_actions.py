"""What an agent does with a case.

The owner number seen on the page fences every action, and a key makes a repeat harmless.
"""

from __future__ import annotations

import re
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bots.assistant import DESK_CHANNEL
from bots.desk.case_page import Typed, case_page, not_found
from bots.desk.reach import shown_reach
from bots.parts import Parts
from bots.signals import DESK
from bots.web.forms import Form
from dialogs.linking import AgentAskedProof
from dialogs.messages import AgentSaid, CaseTaken, Event, GivenBack
from dialogs.outcomes import Outcome
from dialogs.services import Level, Text
from dialogs.verification.asking_for_codes import asks_for_code
from knowledge import audit_rows, case_rows, inbox_rows, transcript_rows
from knowledge.case_rows import CaseRow
from knowledge.staff_rows import StaffSession

MAX_TEXT = 4000  # characters of an answer or note; Telegram takes 4,096
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_EMPTY = Text("Хоосон байна: эхлээд бичнэ үү.", "Nothing is written yet.")
_STALE = Text("Энэ хуудас хуучирсан байсан тул юу ч хийгээгүй. Доор одоогийн байдал байна.",
              "The page was out of date, so nothing was done. Below is how it stands now.")  # fmt: skip


ASKED_LEVELS = {level.value: level for level in (Level.PHONE, Level.BANK, Level.SIGNATURE)}
_NO_LEVEL = Text("Ямар түвшнээр баталгаажуулахыг сонгоно уу.", "Choose how well the citizen is to prove who they are.")
_NOT_ASKED = (Outcome.AGENT_REFUSED, Outcome.IGNORED)


_ASKS_FOR_CODE = Text(
    "Код, нууц үг, дугаарыг чатаар асууж болохгүй тул илгээгээгүй. «Баталгаажуулахыг хүсэх»-ийг ашиглана уу.",
    "Not sent: codes and passwords are never asked for in a chat. Use “Ask to prove who they are” instead.",
)


def take(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """One wins; the other is told who. A second click of the winner changes nothing."""
    case = _find(parts, request)
    if case is None:
        return not_found(request, staff)
    if _is_mine(case, staff):
        return _back(case, "taken")
    if case.status == "closed" or _is_stale(case, form):
        return _refuse(parts, request, staff, _who_has_it(case))
    if _apply(parts, case, staff, form, "take", CaseTaken(staff.member.id, staff.member.alias)) is Outcome.TAKE_REFUSED:
        return _refuse(parts, request, staff, _who_has_it(_find(parts, request)))
    return _back(case, "taken")


def answer(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """Only the owner's words go out; what was typed stays on the page when they did not."""
    case = _find(parts, request)
    if case is None:
        return not_found(request, staff)
    text = form.get("text", "").strip()
    typed = Typed(answer=text)
    if problem := _unfit(text):
        return _refuse(parts, request, staff, problem, typed, 422)
    if asks_for_code(text):
        return _refuse(parts, request, staff, _ASKS_FOR_CODE, typed, 422)
    if _is_stale(case, form):
        return _refuse(parts, request, staff, _who_has_it(case), typed)
    if why := _not_reached(parts, case):
        return _refuse(parts, request, staff, why, typed)
    if _apply(parts, case, staff, form, "answer", AgentSaid(staff.member.id, text)) is Outcome.AGENT_REFUSED:
        return _refuse(parts, request, staff, _who_has_it(case), typed)
    return _back(case, "answered", "answer")


def note(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """For staff only; once for each key."""
    case = _find(parts, request)
    if case is None:
        return not_found(request, staff)
    text = form.get("text", "").strip()
    problem = _unfit(text) or (_who_has_it(case) if _is_stale(case, form) else None)
    if problem:
        return _refuse(parts, request, staff, problem, Typed(note=text), 422 if _unfit(text) else 409)
    _write_note(parts, case, staff, text, _key(staff, form, "note"))
    parts.signals.send(DESK)
    return _back(case, "noted")


def ask_proof(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """The citizen is asked to prove who they are; who has the conversation may ask."""
    case = _find(parts, request)
    if case is None:
        return not_found(request, staff)
    try:
        level = ASKED_LEVELS[form.get("level", "")]
    except KeyError:
        return _refuse(parts, request, staff, _NO_LEVEL, status=422)
    if _is_stale(case, form):
        return _refuse(parts, request, staff, _who_has_it(case))
    if why := _not_reached(parts, case):
        return _refuse(parts, request, staff, why)
    if _apply(parts, case, staff, form, f"prove-{level}", AgentAskedProof(staff.member.id, level)) in _NOT_ASKED:
        return _refuse(parts, request, staff, _who_has_it(_find(parts, request)))
    return _back(case, "proof-asked")


def give_back(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    return _end(parts, request, staff, form, close=False)


def close(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """A case nobody took is taken and closed in one go, so that the citizen hears who closed it."""
    return _end(parts, request, staff, form, close=True)


def _end(parts: Parts, request: Request, staff: StaffSession, form: Form, close: bool) -> Response:
    case = _find(parts, request)
    if case is None:
        return not_found(request, staff)
    done = "closed" if close else "given-back"
    if case.status == "closed":
        return _back(case, done)
    if _is_stale(case, form):
        return _refuse(parts, request, staff, _who_has_it(case))
    me = staff.member
    if close and case.status == "waiting":  # when somebody else is quicker, what follows is refused
        _apply(parts, case, staff, form, "take-to-close", CaseTaken(me.id, me.alias))
    if _apply(parts, case, staff, form, done, GivenBack(me.id, close)) is Outcome.AGENT_REFUSED:
        return _refuse(parts, request, staff, _who_has_it(_find(parts, request)))
    return _back(case, done)


def _apply(parts: Parts, case: CaseRow, staff: StaffSession, form: Form, act: str, event: Event) -> Outcome:
    return parts.assistant.apply(case.conversation_id, event, _key(staff, form, act), staff.member.id).outcome


def _not_reached(parts: Parts, case: CaseRow) -> Text | None:
    """Why an answer would not arrive now; None when it would."""
    with parts.database.read() as connection:
        reach = shown_reach(connection, case.conversation_id, parts.clock())
    return reach.warning if reach.shut else None


def _write_note(parts: Parts, case: CaseRow, staff: StaffSession, text: str, key: str) -> None:
    now, me, chat = parts.clock(), staff.member.id, case.conversation_id
    with parts.database.write() as connection:
        if not inbox_rows.accept(connection, parts.vault, DESK_CHANNEL, key, chat, "", now):
            return
        transcript_rows.append(connection, parts.vault, chat, "note", text, now, agent_id=me)
        audit_rows.record(connection, me, "case.noted", case.id, now)
        inbox_rows.finish_by_key(connection, DESK_CHANNEL, key, "noted", now)


def _find(parts: Parts, request: Request) -> CaseRow | None:
    with parts.database.read() as connection:
        return case_rows.find(connection, request.path_params["case_id"])


def _is_mine(case: CaseRow, staff: StaffSession) -> bool:
    return case.status == "taken" and case.agent_id == staff.member.id


def _is_stale(case: CaseRow, form: Form) -> bool:
    return form.get("owner_number") != str(case.owner_number) or not _KEY.fullmatch(form.get("key", ""))


def _key(staff: StaffSession, form: Form, act: str) -> str:
    """Of this person, this rendering of the page and these words: other words on an old page are no repeat."""
    words = sha256(form.get("text", "").encode("utf-8", "replace")).hexdigest()[:16]
    return f"{staff.member.id}:{act}:{form['key']}:{words}"


def _unfit(text: str) -> Text | None:
    if not text:
        return _EMPTY
    if len(text) <= MAX_TEXT:
        return None
    mn = f"Хэт урт байна: {len(text)} тэмдэгт. {MAX_TEXT} хүртэл болгож богиносгоно уу."
    return Text(mn, f"Too long: {len(text)} characters, at most {MAX_TEXT}.")


def _who_has_it(case: CaseRow | None) -> Text:
    if case and case.status == "taken" and case.agent_alias:
        name = case.agent_alias
        return Text(f"Энэ яриаг одоо {name} хариуцаж байгаа тул таны үйлдэл хийгдсэнгүй.",
                    f"{name} has this conversation now, so nothing was done.")  # fmt: skip
    return _STALE


def _refuse(
    parts: Parts, request: Request, staff: StaffSession, why: Text, typed: Typed | None = None, status: int = 409
) -> Response:
    return case_page(parts, request, staff, status, refusal=why, typed=typed)


def _back(case: CaseRow, done: str, place: str = "talk") -> Response:
    return RedirectResponse(f"/desk/cases/{case.id}?done={done}#{place}", status_code=303)
