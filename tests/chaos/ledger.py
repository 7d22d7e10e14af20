"""The Bot API and the Graph API of a storm: faults at random, and one ledger of what people saw, when, and which sends
were ambiguous."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from tests.fakes import graph_api
from tests.fakes.graph_api import FakeGraph
from tests.fakes.telegram_api import FakeTelegram, Fault, FaultKind, Json

AMBIGUOUS = (FaultKind.HANG, FaultKind.RESET, FaultKind.GARBAGE)  # shown, and the sender cannot know
HANG_SECONDS = 5.0  # longer than any sender here waits


@dataclass(frozen=True)
class Faults:
    """Shares of the sends that meet each."""

    flood: float = 0.003
    error: float = 0.01
    hang: float = 0.002
    reset: float = 0.01
    garbage: float = 0.01

    def draw(self, dice: random.Random) -> Fault | None:
        drawn = dice.random()
        shares = (
            (FaultKind.FLOOD, self.flood),
            (FaultKind.ERROR, self.error),
            (FaultKind.HANG, self.hang),
            (FaultKind.RESET, self.reset),
            (FaultKind.GARBAGE, self.garbage),
        )
        for kind, share in shares:
            if drawn < share:
                return Fault(kind, 1 if kind is FaultKind.FLOOD else None)
            drawn -= share
        return None


NO_FAULTS = Faults(0, 0, 0, 0, 0)
_TEMPORARY = 2  # Meta's code for "try again"; what became of the message it does not say


@dataclass
class Seen:
    """A message in somebody's chat; `ambiguous`: the fault its sender met after it was shown."""

    chat: int
    text: str
    at: float
    ambiguous: str = ""


@dataclass
class Ledger(FakeTelegram):
    """`seen` is shared by the wires of a storm; `met` counts the injected faults."""

    faults: Faults = field(default_factory=Faults)
    seed: int = 0
    seen: list[Seen] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Ledger:
        super().__enter__()
        return self

    def __post_init__(self) -> None:
        super().__post_init__()
        self._dice = random.Random(self.seed)
        self._by_id: dict[int, Seen] = {}

    async def _answer(self, request: Request) -> Response:
        if request.path_params["method"] == "sendMessage":
            fault = self.faults.draw(self._dice)
            self._faults["sendMessage"].append(fault)
            self.met.update([fault.kind.value] if fault else [])
        try:
            return await super()._answer(request)
        except ClientDisconnect:
            return Response(status_code=400)  # its sender was killed in the middle of asking

    def _show(self, params: Json) -> Json:
        result = super()._show(params)
        self._by_id[result["message_id"]] = Seen(int(params["chat_id"]), params["text"], time.monotonic())
        self.seen.append(self._by_id[result["message_id"]])
        return result

    async def _deliver(self, fault: Fault | None, request: Request, result: object) -> Response:
        if fault and fault.kind in AMBIGUOUS and isinstance(result, dict):
            self._by_id[result["message_id"]].ambiguous = fault.kind.value
        if fault and fault.kind is FaultKind.HANG:
            await asyncio.sleep(HANG_SECONDS)
            fault = None
        return await super()._deliver(fault, request, result)


@dataclass
class GraphLedger(FakeGraph):
    """The same for Messenger."""

    drawn: Faults = field(default_factory=Faults)
    seed: int = 0
    seen: list[Seen] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._dice = random.Random(self.seed)
        self._by_mid: dict[str, Seen] = {}

    async def _answer(self, request: Request) -> Response:
        if request.method == "POST" and request.path_params["edge"] == "messages":
            fault = self.drawn.draw(self._dice)
            self._faults["messages"].append(_graph_fault(fault.kind) if fault else None)
            self.met.update([fault.kind.value] if fault else [])
        try:
            return await super()._answer(request)
        except ClientDisconnect:
            return Response(status_code=400)  # its sender was killed in the middle of asking

    def _say(self, body: Json) -> Json:
        result = super()._say(body)
        if "message_id" in result and (text := body["message"].get("text", "")):
            self._by_mid[result["message_id"]] = Seen(int(body["recipient"]["id"]), text, time.monotonic())
            self.seen.append(self._by_mid[result["message_id"]])
        return result

    async def _delivered(self, fault: graph_api.Fault | None, request: Request, result: Json) -> Response:
        mid = result.get("message_id", "")
        if fault and fault.kind is not graph_api.FaultKind.REFUSED and mid in self._by_mid:
            self._by_mid[mid].ambiguous = fault.kind.value
        if fault and fault.kind is graph_api.FaultKind.HANG:
            await asyncio.sleep(HANG_SECONDS)
            fault = None
        return await super()._delivered(fault, request, result)


def _graph_fault(kind: FaultKind) -> graph_api.Fault:
    """Meta's form of it: a flood is code 613, an error says that trying again may help."""
    match kind:
        case FaultKind.FLOOD:
            return graph_api.Fault(status=400, code=613)
        case FaultKind.ERROR:
            return graph_api.Fault(status=500, code=_TEMPORARY)
        case _:
            return graph_api.Fault(graph_api.FaultKind(kind.value))
