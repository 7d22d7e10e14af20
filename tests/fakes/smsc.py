"""An SMS centre (SMPP 3.4) of a few lines, written from the specification and not with the library under test."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field

BIND, BIND_RESP = 0x00000009, 0x80000009
SUBMIT, SUBMIT_RESP = 0x00000004, 0x80000004
DELIVER, DELIVER_RESP = 0x00000005, 0x80000005
UNBIND, ENQUIRE = 0x00000006, 0x00000015
RESPONSE = 0x80000000
_HEADER = struct.Struct(">LLLL")


@dataclass(frozen=True)
class Submitted:
    """The fields of one submit_sm."""

    to: str
    esm_class: int
    validity: str
    registered: int
    coding: int
    content: bytes


@dataclass
class FakeSmsc:
    """`behaves`: accept, silent, tear (takes the message, then breaks off), or a command status for submit_sm."""

    behaves: str | int = "accept"
    password: str = "secret"
    tls: ssl.SSLContext | None = None
    submitted: list[Submitted] = field(default_factory=list)
    binds: int = 0
    acknowledged: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._lines: list[socket.socket] = []
        self._sequence = 1000
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes who waits for the next line
        self._server.close()
        self.hang_up()

    def hang_up(self) -> None:
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._lines.clear()

    def bring_receipt(self, text: str, tlv: bytes = b"") -> None:
        """A deliver_sm with such a text to everybody who is bound."""
        self._sequence += 1
        body = b"\0" + b"\1\1976\0" + b"\5\0sender\0" + b"\4\0\0" + b"\0\0" + b"\0\0\0\0"
        body += bytes([len(text)]) + text.encode() + tlv
        for line in self._lines:
            line.sendall(_unit(DELIVER, 0, self._sequence, body))

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
                if self.tls:
                    line = self.tls.wrap_socket(line, server_side=True)
            except ssl.SSLError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError, struct.error):
            while True:
                length, command, _, sequence = _HEADER.unpack(_exactly(line, 16))
                if not self._answer(line, command, sequence, _exactly(line, length - 16)):
                    line.close()
                    return

    def _answer(self, line: socket.socket, command: int, sequence: int, body: bytes) -> bool:
        if command == BIND:
            right = body.split(b"\0")[1].decode() == self.password
            self.binds += right
            line.sendall(_unit(BIND_RESP, 0 if right else 0x0E, sequence, b"smsc\0"))
            if right:
                self._lines.append(line)
        elif command == SUBMIT:
            return self._submit(line, sequence, body)
        elif command == DELIVER_RESP:
            self.acknowledged.append(sequence)
        elif not command & RESPONSE:
            line.sendall(_unit(command | RESPONSE, 0, sequence, b""))
        return command != UNBIND

    def _submit(self, line: socket.socket, sequence: int, body: bytes) -> bool:
        if isinstance(self.behaves, int):
            line.sendall(_unit(SUBMIT_RESP, self.behaves, sequence, b""))
            return True
        self.submitted.append(_read_submit(body))
        if self.behaves == "accept":
            line.sendall(_unit(SUBMIT_RESP, 0, sequence, f"{len(self.submitted):x}a\0".encode()))
        return self.behaves != "tear"


def _read_submit(body: bytes) -> Submitted:
    def text() -> str:
        nonlocal body
        value, _, body = body.partition(b"\0")
        return value.decode("latin-1")

    def take(count: int) -> bytes:
        nonlocal body
        value, body = body[:count], body[count:]
        return value

    text(), take(2), text(), take(2)
    to, esm_class = text(), take(3)[0]
    text()
    validity, registered = text(), take(2)[0]
    coding = take(2)[0]
    return Submitted(to, esm_class, validity, registered, coding, take(take(1)[0]))


def _unit(command: int, status: int, sequence: int, body: bytes) -> bytes:
    return _HEADER.pack(16 + len(body), command, status, sequence) + body


def _exactly(line: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count:
        piece = line.recv(count - len(content))
        if not piece:
            raise OSError("closed")
        content += piece
    return content
