"""What could not be handled or sent: events that were set aside, to be tried again or dropped, and troubled sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bots.desk.words import CHANNELS, SHARED, named
from bots.parts import Parts
from bots.signals import DESK, INBOX
from bots.web.forms import Form
from bots.web.pages import masked, render
from connectors.channel import Channel
from dialogs.incoming import Edited, Incoming, Pressed, Shared, SpokenElsewhere, Started, Words
from dialogs.services import Text
from knowledge import audit_rows, conversation_rows, delivery_rows, inbox_rows
from knowledge.database import Connection
from knowledge.delivery_rows import TroubledSend
from knowledge.inbox_rows import AsideRow
from knowledge.staff_rows import StaffSession

Channels = Mapping[str, Channel]
Change = Callable[[Connection, int, datetime], bool]

PLACE = "/desk/aside"
MOST = 100  # rows of each table
MAX_WORDS = 300  # characters of a message that are shown
MAX_READ = 65_536  # characters of a body that are read: who knows what is in a larger one
SENDS_SHOWN = timedelta(days=7)
MAX_ROW_ID = 2**63 - 1  # larger ones no database takes
BY_ID = ("registry", "desk")  # channels whose address is the conversation's id
WIRES = {**CHANNELS, "registry": Text("ХУР", "ХУР"), "desk": Text("Ажлын самбар", "Desk")}
DONE = {
    "again": Text("Дахин оролдохоор дараалалд орлоо.", "It waits in the queue again."),
    "dropped": Text("Хаялаа. Агуулга нь устсан.", "Dropped; what it said is wiped."),
    "gone": Text("Өөр хүн аль хэдийн шийдсэн байна, юу ч хийгээгүй.", "Somebody had done it already; nothing changed."),
}
STATUSES = {
    "unknown": Text("Хүрсэн эсэх нь тодорхойгүй", "May not have arrived"),
    "failed": Text("Хүрээгүй", "Did not arrive"),
    "shut": Text("Бичих хугацаа дууссан", "The time to write was over"),
}
KINDS = {
    "reply": Text("Туслахын хариу", "The bot's answer"),
    "notice": Text("Мэдэгдэл", "Notice"),
    "person": Text("Ажилтны үг", "An agent's words"),
    "amend": Text("Мессеж засах", "Changing a message"),
    "hide": Text("Мессеж нуух", "Hiding a message"),
    "fetch": Text("Файл татах", "Fetching a file"),
    "request-code": Text("ХУР-аас код хүсэх", "Asking ХУР for a code"),
    "read-record": Text("ХУР-аас мэдээлэл авах", "Reading from ХУР"),
}
_UNREADABLE = Text("Уншигдахгүй", "Unreadable")
_PRESSED = Text("Товч дарсан", "A button was pressed")
_STARTED = Text("Яриа эхлүүлсэн", "The conversation was started")
_OTHER = Text("Үг биш зүйл", "No words")


@dataclass(frozen=True)
class AsideLine:
    """`words`: what a citizen wrote, masked; otherwise `what` says what it was. `size`: characters of the body."""

    row: AsideRow
    channel: Text
    words: str
    what: Text | None
    size: int
    case_id: str | None


@dataclass(frozen=True)
class SendLine:
    send: TroubledSend
    channel: Text
    kind: Text
    status: Text


def show_aside(parts: Parts, channels: Channels, request: Request, staff: StaffSession) -> Response:
    """Looking at citizens' words is recorded first."""
    now = parts.clock()
    with parts.database.write() as connection:
        rows = inbox_rows.aside_rows(connection, parts.vault, MOST)
        if rows:
            audit_rows.record(connection, staff.member.id, "aside.viewed", "inbox", now)
        lines = [_line(connection, channels, row) for row in rows]
        sends = [_send_line(send) for send in delivery_rows.troubled(connection, now - SENDS_SHOWN, MOST)]
    done = request.query_params.get("done", "")
    context = {"lines": lines, "sends": sends, "done": DONE.get(done), "good": done != "gone", "most": MOST}
    return render(request, "desk/aside.html", 200, staff=staff, **context)


def try_again(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    done = _change(parts, request, staff, "aside.retried", inbox_rows.retry_aside)
    parts.signals.send(INBOX)
    return _back("again" if done else "gone")


def drop(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """What it said is wiped, that it was there stays."""
    return _back("dropped" if _change(parts, request, staff, "aside.dropped", inbox_rows.drop_aside) else "gone")


def _change(parts: Parts, request: Request, staff: StaffSession, action: str, change: Change) -> bool:
    """In one transaction with its record; False when the row is not set aside any more."""
    row_id, now = int(request.path_params["number"]), parts.clock()
    if row_id > MAX_ROW_ID:
        return False
    with parts.database.write() as connection:
        done = change(connection, row_id, now)
        if done:
            audit_rows.record(connection, staff.member.id, action, f"inbox {row_id}", now)
    parts.signals.send(DESK)
    return done


def _back(done: str) -> Response:
    return RedirectResponse(f"{PLACE}?done={done}", status_code=303)


def _line(connection: Connection, channels: Channels, row: AsideRow) -> AsideLine:
    words, what = read_words(channels.get(row.channel), row.body)
    conversation = row.address if row.channel in BY_ID else conversation_rows.find(connection, row.channel, row.address)
    case_id = delivery_rows.newest_case(connection, conversation) if conversation else None
    return AsideLine(row, named(WIRES, row.channel), words, what, len(row.body), case_id)


def _send_line(send: TroubledSend) -> SendLine:
    return SendLine(send, named(WIRES, send.wire), named(KINDS, send.kind), named(STATUSES, send.status))


def read_words(channel: Channel | None, body: str) -> tuple[str, Text | None]:
    """A citizen's words, masked; or what it was instead. It was set aside for a reason, so reading it may fail."""
    if channel is None:
        return "", _OTHER
    if not body or len(body) > MAX_READ:
        return "", _UNREADABLE
    try:
        return _words_of(channel.read(body).event)
    except Exception:
        return "", _UNREADABLE


def _words_of(event: Incoming) -> tuple[str, Text | None]:
    match event:
        case Words(text=text) | Edited(text=text) | SpokenElsewhere(text=text):
            shown = masked(text)  # before it is cut: half a number is not known for one
            return (shown if len(shown) <= MAX_WORDS else f"{shown[:MAX_WORDS]}…"), None
        case Pressed():
            return "", _PRESSED
        case Started():
            return "", _STARTED
        case Shared(what=what):
            return "", Text(SHARED.get(f"[{what}]", _OTHER.mn), str(what))
        case _:
            return "", _OTHER
