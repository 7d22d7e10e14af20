"""The ESIGN client: a program on the citizen's computer that signs for pages over a WebSocket.

The real one listens on ws://127.0.0.1:59001, is asked `{"type": "e457cb50ed64bde0", "data": "<text>"}` and answers
`{"certificate": <base64 DER>, "signature": <base64>}`. How it refuses is not public: here `{"error": "<why>"}`.
"""

from __future__ import annotations

import base64
import json

from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bots.sandbox.people import BY_REGISTER_NUMBER
from bots.sandbox.pki import Pki
from bots.sandbox.signing import bare_signature
from bots.sandbox.switches import Switches

PATH = "/sandbox/esign"
SIGN = "e457cb50ed64bde0"
MAX_CHARS = 64 * 1024
_UNSUPPORTED_DATA, _POLICY_VIOLATION = 1003, 1008


def esign_routes(pki: Pki, switches: Switches) -> list[WebSocketRoute]:
    """Signs as the person whose token is plugged in on the signing page; for pages of this server only."""

    async def serve(socket: WebSocket) -> None:
        if not _is_own_page(socket):
            await socket.close(_POLICY_VIOLATION)
            return
        await socket.accept()
        try:
            while True:
                asked = await socket.receive_text()
                await socket.send_json(await run_in_threadpool(_answer, pki, switches, asked))
        except WebSocketDisconnect:
            return
        except KeyError:  # a frame of bytes
            await socket.close(_UNSUPPORTED_DATA)

    return [WebSocketRoute(PATH, serve)]


def _answer(pki: Pki, switches: Switches, asked: str) -> dict[str, str]:
    data = _data(asked)
    if data is None:
        return {"error": "bad request"}
    person = BY_REGISTER_NUMBER.get(switches.plugged_in)
    issued = pki.issued_to(person) if person else None
    if issued is None:
        return {"error": "no token"}
    return {
        "certificate": base64.b64encode(issued.der).decode(),
        "signature": base64.b64encode(bare_signature(issued, data.encode())).decode(),
    }


def _data(asked: str) -> str | None:
    try:
        fields = json.loads(asked) if len(asked) <= MAX_CHARS else None
    except (ValueError, RecursionError):
        return None
    match fields:
        case {"type": kind, "data": str(data)} if kind == SIGN and data:
            return data
    return None


def _is_own_page(socket: WebSocket) -> bool:
    """Browsers always say whose page opens the socket."""
    scheme = "https" if socket.url.scheme == "wss" else "http"
    return socket.headers.get("origin") == f"{scheme}://{socket.headers.get('host', '')}"
