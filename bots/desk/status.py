"""How the channels, the queues and the sum rule stand, and when nobody was there: for agents and editors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bots.balance import Balance
from bots.channel_watch_absences import LossWindow, loss_windows
from bots.channel_watch_findings import FindingWords, words_of
from bots.desk.words import CHANNELS, named
from bots.parts import Parts
from bots.watch import ChannelState, Standing, Watch, lately
from bots.web.access import AGENT, EDITOR, Endpoint, Show, fragment, page, session_of
from bots.web.pages import render
from dialogs.services import Text
from knowledge import mark_rows, outbox_rows
from knowledge.mark_rows import Absence
from knowledge.staff_rows import StaffSession

ABSENCES_SHOWN = timedelta(days=30)
STATES = {
    "well": Text("Хэвийн", "Well"),
    "unwell": Text("Анхаарах зүйл бий", "Needs a look"),
    "unchecked": Text("Хараахан шалгаагүй", "Not checked yet"),
}
IN = (
    ("done", Text("Боловсруулсан", "Done")),
    ("aside", Text("Хойш тавьсан", "Set aside")),
    ("in_flight", Text("Явж байгаа", "In flight")),
    ("expired", Text("Хугацаа дууссан", "Expired")),
    ("dropped", Text("Хаясан", "Dropped")),
)
OUT = {
    "waiting": Text("Хүлээж байгаа", "Waiting"),
    "sending": Text("Илгээж байгаа", "Being sent"),
    "sent": Text("Илгээсэн", "Sent"),
    "cancelled": Text("Цуцалсан", "Cancelled"),
    "unknown": Text("Хүрсэн эсэх тодорхойгүй", "May not have arrived"),
    "failed": Text("Хүрээгүй", "Did not arrive"),
    "shut": Text("Бичих хугацаа дууссан", "The time to write was over"),
}
MENDED = {
    True: Text("Өөрөө засагдсан.", "Put right by itself."),
    False: Text("Өөрөө засаж чадсангүй.", "Could not be put right by itself."),
}


@dataclass(frozen=True)
class FindingLine:
    """`detail`: what the platform said, if anything. `at`: since when, or when it was last so."""

    words: FindingWords
    at: datetime
    channel: Text
    detail: str = ""
    mended: Text | None = None


@dataclass(frozen=True)
class ChannelCard:
    state: ChannelState
    name: Text
    word: Text
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True)
class AbsenceLine:
    absence: Absence
    lost: tuple[tuple[Text, LossWindow], ...]


@dataclass(frozen=True)
class StatusView:
    """`came` and `went`: the events and the sends by what became of them."""

    channels: tuple[ChannelCard, ...]
    lately: tuple[FindingLine, ...]
    balance: Balance
    came: tuple[tuple[Text, int], ...]
    went: tuple[tuple[Text, int], ...]
    absences: tuple[AbsenceLine, ...]
    now: datetime

    @property
    def troubles(self) -> int:
        """How many things need a look."""
        return sum(len(card.findings) for card in self.channels) + (not self.balance.holds) + (self.balance.aside > 0)


def status_page(parts: Parts, watch: Watch) -> Endpoint:
    def show(request: Request, staff: StaffSession) -> Response:
        return render(request, "desk/status.html", staff=staff, view=read_status(parts, watch))

    return for_staff(parts, show)


def status_fragment(parts: Parts, watch: Watch) -> Endpoint:
    def show(request: Request, staff: StaffSession) -> Response:
        return render(request, "desk/_status.html", staff=staff, view=read_status(parts, watch))

    return for_staff(parts, show, live=True)


def for_staff(parts: Parts, show: Show, live: bool = False) -> Endpoint:
    """Open to agents and editors alike; `live`: a piece that the page fetches by itself."""
    kind = fragment if live else page
    by_role = {role: kind(parts, role, show) for role in (AGENT, EDITOR)}

    async def endpoint(request: Request) -> Response:
        session = await run_in_threadpool(session_of, request, parts, False)
        return await by_role[session.member.role if session else AGENT](request)

    return endpoint


def read_status(parts: Parts, watch: Watch) -> StatusView:
    now = parts.clock()
    balance = watch.balances.at(now)
    with parts.database.read() as connection:
        sends = outbox_rows.counts(connection)
        seen = lately(connection, now)
        absences = mark_rows.recent_absences(connection, now - ABSENCES_SHOWN)
    standing = {(state.name, each.finding.key) for state in watch.states for each in state.findings}
    return StatusView(
        channels=tuple(_card(state) for state in watch.states),
        lately=tuple(
            FindingLine(words_of(key), at, named(CHANNELS, channel))
            for channel, key, at in seen
            if (channel, key) not in standing
        ),
        balance=balance,
        came=tuple((label, getattr(balance, name)) for name, label in IN),
        went=_went(sends),
        absences=tuple(_absence(each, watch.states) for each in absences),
        now=now,
    )


def _went(sends: Mapping[str, int]) -> tuple[tuple[Text, int], ...]:
    """In their usual order; a status nobody has put words to is shown too."""
    order = [*OUT, *sorted(sends.keys() - OUT.keys())]
    return tuple((named(OUT, status), sends.get(status, 0)) for status in order)


def _card(state: ChannelState) -> ChannelCard:
    channel = named(CHANNELS, state.name)
    findings = tuple(_finding(each, channel) for each in state.findings)
    return ChannelCard(state, channel, STATES[state.word], findings)


def _finding(standing: Standing, channel: Text) -> FindingLine:
    found = standing.finding
    mended = None if found.repaired is None else MENDED[found.repaired]
    return FindingLine(words_of(found.key), standing.since, channel, found.detail, mended)


def _absence(absence: Absence, states: tuple[ChannelState, ...]) -> AbsenceLine:
    """Of the channels this house has."""
    ours = {state.name for state in states}
    lost = tuple((named(CHANNELS, each.channel), each) for each in loss_windows(absence) if each.channel in ours)
    return AbsenceLine(absence, lost)
