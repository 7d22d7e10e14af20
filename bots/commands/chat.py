"""`tuslakh chat`: a whole conversation in the terminal, on the same way as every channel.

It has a database and a sandbox of its own beside the server's, so that both can run at once; the code that the sandbox
ХУР sends is printed as the phone would show it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bots.app import build_parts
from bots.commands import Verbs
from bots.commands.release import release_in_force
from bots.first_data import FILES_AUTHOR
from bots.pace import LocalPace
from bots.parts import Parts
from bots.sandbox.people import PEOPLE
from bots.sandbox.world import Box, SandboxWorld
from bots.signals import LocalSignals
from bots.stores import open_vault
from bots.world import meet_world
from config import logs
from config.settings import Settings
from connectors.web_chat import WebChat, arrival
from dialogs.redacting import redact
from dialogs.rendering import Rendered, Style
from knowledge import conversation_rows, feed_rows, releases
from knowledge.codec import RENDERED

CHANNEL = "terminal"
START_SECONDS = 10.0  # longest wait for the sandbox's own server
ROUNDS = 20  # turn, send, answer, turn ...: a citizen's message never needs more


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("chat", help="talk to the assistant in the terminal")
    verb.set_defaults(work=work)


def work(_arguments: argparse.Namespace) -> int:
    logs.configure("ERROR", redact)
    common = Settings()
    own = {
        "database_url": "sqlite:///var/terminal.db",
        "sandbox_file": Path("var/terminal-sandbox.sealed"),
        "staff_accounts": "none",
    }
    settings = common.model_copy(update=own)
    vault, port = open_vault(settings), _free_port()
    met = meet_world(settings, vault, f"http://127.0.0.1:{port}")
    world = replace(met, chat=WebChat(CHANNEL), telegram=None, messenger=None)
    parts = build_parts(settings, vault, LocalSignals(), world, LocalPace({}))
    _take_release(common, parts)
    with _serve(world.sandbox_routes, port):
        asyncio.run(Talk(parts, world.sandbox).run())
    parts.database.close()
    return 0


class Talk:
    """One citizen at a keyboard. A number presses that button of the last message."""

    def __init__(self, parts: Parts, sandbox: SandboxWorld | None) -> None:
        self._parts, self._sandbox = parts, sandbox
        self._address, self._shown, self._sms_seen = uuid4().hex, 0, 0
        self._buttons: tuple[str, ...] = ()

    async def run(self) -> None:
        print("Ярианаас гарах / to leave: Ctrl+D\n")
        await self._put({"start": True})
        for row in sys.stdin:
            typed = row.rstrip("\r\n")
            pressed = typed.isascii() and typed.isdigit() and 0 < int(typed[:4]) <= len(self._buttons)
            await self._put({"button": self._buttons[int(typed) - 1]} if pressed else {"text": typed})

    async def _put(self, event: dict[str, object]) -> None:
        """Through all eight hops, then whatever they said."""
        self._parts.inbox.accept([arrival(CHANNEL, self._address, uuid4().hex, event)])
        for _ in range(ROUNDS):
            while self._parts.assistant.run_next():
                pass
            busy = await self._parts.outbox.run_due()
            await self._parts.outbox.finish_under_way()
            self._show()
            if not busy:
                break
        self._show_phone()

    def _show(self) -> None:
        parts = self._parts
        with parts.database.read() as connection:
            found = conversation_rows.find(connection, CHANNEL, self._address)
            items = feed_rows.after(connection, parts.vault, found, self._shown) if found else []
        for item in items:
            self._shown = item.position
            if item.author in ("bot", "agent") and item.body:
                self._print(RENDERED.validate_json(item.body))

    def _print(self, rendered: Rendered) -> None:
        for block in rendered.blocks:
            mark = "* " if block.style is Style.TITLE else "  "
            label = f"{block.label}: " if block.label else ""
            print(f"{mark}{label}{block.text}{' ' + block.url if block.url else ''}")
        if rendered.buttons:
            self._buttons = tuple(button.payload for button in rendered.buttons)
        for place, button in enumerate(rendered.buttons, 1):
            print(f"    {place}) {button.label}")
        print(flush=True)

    def _show_phone(self) -> None:
        """What arrived on the invented phones since the last look."""
        if self._sandbox is None:
            return
        texts = [(got.at, box, got.text) for person in PEOPLE for box in Box for got in self._sandbox.box(person, box)]
        texts.sort()
        for _, box, text in texts[self._sms_seen :] if self._sms_seen else texts[-1:]:
            print(f"  [{box.upper()}] {text}\n", flush=True)
        self._sms_seen = len(texts)


def _take_release(common: Settings, parts: Parts) -> None:
    """The terminal speaks of the release that the server has in force."""
    catalogue = release_in_force(common)
    with parts.database.write() as connection:
        if releases.load(connection).services != dict(catalogue.services):
            releases.publish_files(connection, catalogue, "", FILES_AUTHOR, "as in force", parts.clock())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _serve(routes: Sequence[BaseRoute], port: int) -> Iterator[None]:
    """The sandbox ХУР on loopback while the conversation lasts; nothing when the registry is live."""
    if not routes:
        yield
        return
    config = uvicorn.Config(
        Starlette(routes=list(routes)), host="127.0.0.1", port=port, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
