"""A server that reads one request at a time and then does to the connection what it is told."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket], None]


class OddServer:
    """Keeps each request whole: its head in `heads`, its body in `requests`."""

    def __init__(self, behave: Behaviour) -> None:
        self.requests: list[bytes] = []
        self.heads: list[bytes] = []
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                head, _, body = _read_request(connection).partition(b"\r\n\r\n")
                self.heads.append(head)
                self.requests.append(body)
                self._behave(connection)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


def _read_request(connection: socket.socket) -> bytes:
    """One request, head and body; whatever there was when the client went away."""
    received = b""
    while (length := _body_length(received)) is None or len(received.partition(b"\r\n\r\n")[2]) < length:
        chunk = connection.recv(65536)
        if not chunk:
            break
        received += chunk
    return received


def _body_length(received: bytes) -> int | None:
    """What Content-Length says; None before the head is complete."""
    head, end, _ = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:]) if end else {}
    return int(fields.get(b"content-length", b"0")) if end else None


def answering(body: bytes, status: str = "200 OK") -> Behaviour:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def returning(code: int | str, response: str = "") -> Behaviour:
    xml = f"<E><return><resultCode>{code}</resultCode>{response}</return></E>"
    return answering(xml.encode())


def hang(connection: socket.socket) -> None:
    connection.settimeout(5)
    connection.recv(1)  # until the client gives up


def drip(connection: socket.socket) -> None:
    """One byte at a time, each soon enough to satisfy a timeout that only counts the silence between bytes."""
    try:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(50):
            connection.sendall(b" ")
            time.sleep(0.1)
    except OSError:
        pass


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up(connection: socket.socket) -> None:
    """Close without a word."""


@contextmanager
def serving(behave: Behaviour) -> Iterator[OddServer]:
    server = OddServer(behave)
    try:
        yield server
    finally:
        server.close()
