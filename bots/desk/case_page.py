"""One case: the whole conversation, why it came and where the bot stood. Every look at it is recorded first."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bots.desk.files import ShownFile, under_entries
from bots.desk.reach import ShownReach, shown_reach
from bots.desk.words import AUTHORS, CHANNELS, LANGUAGES, REASONS, SHARED, STATUSES, bot_state, last_outcome, named
from bots.parts import Parts
from bots.web.pages import NO_STORE, explain, local_time, masked, render, waited
from dialogs.learning import Consent
from dialogs.services import Text
from knowledge import audit_rows, case_rows, conversation_rows, file_rows, staff_rows, transcript_rows
from knowledge.case_rows import CaseRow
from knowledge.database import Connection
from knowledge.staff_rows import StaffMember, StaffSession
from knowledge.transcript_rows import Entry

DONE = {
    "taken": Text("Та яриаг авлаа. Туслах чимээгүй боллоо.", "You have taken it. The bot is silent."),
    "answered": Text("Хариу илгээгдлээ.", "Answer sent."),
    "noted": Text("Тэмдэглэл хадгалагдлаа.", "Note saved."),
    "proof-asked": Text("Иргэнээс баталгаажуулахыг хүслээ.", "The citizen is asked to prove who they are."),
    "given-back": Text("Яриаг туслахад буцаалаа.", "Given back to the bot."),
    "closed": Text("Хаагдлаа.", "Closed."),
    "meant": Text("Утгыг тэмдэглэлээ, редактор шийднэ.", "Kept for the editors."),
}


@dataclass(frozen=True)
class ShownEntry:
    """One line of the talk; `words` are masked."""

    id: int
    author: str
    who: Text
    at: str
    at_utc: str
    words: str
    typed: bool  # a citizen's own words, whose meaning can be told
    files: tuple[ShownFile, ...] = ()


@dataclass(frozen=True)
class CaseView:
    case: CaseRow
    name: str
    entries: tuple[ShownEntry, ...]
    state: tuple[tuple[Text, str], ...]
    waited: str
    version: str
    newer_case: str | None  # the open case of the same conversation, when this one is closed
    may_keep: bool  # the citizen allowed that words are kept as examples
    reach: ShownReach

    @property
    def words(self) -> Mapping[str, Text]:
        case = self.case
        return {
            "reason": named(REASONS, case.reason),
            "channel": named(CHANNELS, case.channel),
            "language": named(LANGUAGES, case.language),
            "status": named(STATUSES, case.status),
        }


@dataclass(frozen=True)
class Typed:
    """What somebody had typed when it could not be carried out: it is shown again."""

    answer: str = ""
    note: str = ""


def show_case(parts: Parts, request: Request, staff: StaffSession) -> Response:
    done = DONE.get(request.query_params.get("done", ""))
    return case_page(parts, request, staff, done=done)


def case_page(
    parts: Parts,
    request: Request,
    staff: StaffSession,
    status: int = 200,
    refusal: Text | None = None,
    done: Text | None = None,
    typed: Typed | None = None,
) -> Response:
    """The page as it is now. `refusal` says what did not happen."""
    view = look(parts, request.path_params["case_id"], staff.member)
    if view is None:
        return not_found(request, staff)
    context = {"staff": staff, "view": view, "done": done, "refusal": refusal, "typed": typed or Typed()}
    return render(request, "desk/case.html", status, **context, key=secrets.token_urlsafe(16), stale=False)


def show_talk(parts: Parts, request: Request, staff: StaffSession) -> Response:
    """The live part of the page; 304 when the page has seen it all, which is no look at the case."""
    case_id = request.path_params["case_id"]
    with parts.database.read() as connection:
        case = case_rows.find(connection, case_id)
        version = _version(connection, case) if case else ""
    if case and request.headers.get("if-none-match") == version:
        return Response(status_code=304, headers={"ETag": version, **NO_STORE})
    view = look(parts, case_id, staff.member)
    if view is None:
        return not_found(request, staff)
    stale = request.query_params.get("owner", "") != str(view.case.owner_number)
    response = render(request, "desk/_talk.html", staff=staff, view=view, stale=stale)
    response.headers["ETag"] = view.version
    return response


def look(parts: Parts, case_id: str, member: StaffMember) -> CaseView | None:
    """Recorded and read in one transaction: what cannot be recorded is not shown."""
    now = parts.clock()
    with parts.database.write() as connection:
        case = case_rows.find(connection, case_id)
        if case is None:
            return None
        audit_rows.record(connection, member.id, "case.viewed", case_id, now)
        stored = conversation_rows.read(connection, parts.vault, case.conversation_id)
        if stored is None:
            return None
        aliases = staff_rows.aliases(connection)
        entries = transcript_rows.entries(connection, parts.vault, case.conversation_id)
        files = under_entries(entries, file_rows.of_conversation(connection, parts.vault, case.conversation_id))
        outcome = audit_rows.last_action(connection, case.conversation_id, "turn.")
        catalogue, rules = parts.catalogue.current(connection).catalogue, parts.catalogue.around.proofs
        state = [*last_outcome(outcome), *bot_state(stored.state, catalogue, rules, now)]
        reach = shown_reach(connection, case.conversation_id, now)
        return CaseView(
            case=case,
            name=stored.name,
            entries=tuple(_shown(entry, aliases, files.get(entry.id, ())) for entry in entries),
            state=(*state, *reach.facts),
            waited=waited(now, case.opened_at),
            version=_version(connection, case),
            newer_case=_newer(connection, case),
            may_keep=stored.state.consent is Consent.GIVEN,
            reach=reach,
        )


def not_found(request: Request, staff: StaffSession) -> Response:
    return explain(request, 404, "Ийм хүсэлт алга.", "There is no such case.", staff=staff)


def _shown(entry: Entry, aliases: Mapping[str, str], files: tuple[ShownFile, ...]) -> ShownEntry:
    who = named(AUTHORS, entry.author)
    alias = aliases.get(entry.agent_id or "")
    if alias:
        who = Text(f"{who.mn}: {alias}", who.en)
    words = SHARED.get(entry.body) or masked(entry.body)
    author = entry.author if entry.author in AUTHORS else "system"
    typed = author == "citizen" and entry.ref != "" and entry.body not in SHARED
    return ShownEntry(entry.id, author, who, local_time(entry.at), entry.at.isoformat(), words, typed, files)


def _newer(connection: Connection, case: CaseRow) -> str | None:
    if case.status != "closed":
        return None
    cases = case_rows.open_cases(connection)
    return next((each.id for each in cases if each.conversation_id == case.conversation_id), None)


def _version(connection: Connection, case: CaseRow) -> str:
    last = transcript_rows.last_id(connection, case.conversation_id)
    files = file_rows.state_of(connection, case.conversation_id)
    return f'"{case.owner_number}-{case.status}-{last}-{files}"'
