"""What an SMPP line is, and the library's client made fit for it: IPv6, TLS that checks names, no contents in logs."""

from __future__ import annotations

import logging
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from smpplib import consts  # type: ignore[import-untyped]
from smpplib.client import Client  # type: ignore[import-untyped]

_LIBRARY_LOG = "connectors.smpp_clients.line"  # smpplib writes whole messages at DEBUG: never let through
logging.getLogger(_LIBRARY_LOG).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class Line:
    """`seconds`: for one answer. `tls_authorities`: a PEM file, else the system's. `decimal_of_hex`: receipts repeat
    the id of the answer, which is hexadecimal, as a decimal number (some centres do)."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    tls: bool = True
    tls_authorities: Path | None = None
    sender: str = ""
    sender_ton: int = 5
    sender_npi: int = 0
    seconds: float = 10.0
    decimal_of_hex: bool = False


class PlainClient(Client):  # type: ignore[misc]
    """smpplib's own, over IPv4 and IPv6."""

    def __init__(self, line: Line) -> None:
        super().__init__(
            line.host, line.port, timeout=line.seconds, logger_name=_LIBRARY_LOG, allow_unknown_opt_params=True
        )

    def connect(self) -> None:
        self._socket = self._create_socket()
        self.state = consts.SMPP_CLIENT_STATE_OPEN

    def _create_socket(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), self.timeout)


class TlsClient(PlainClient):
    """smpplib's own does not check the host's name."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        authorities = str(line.tls_authorities) if line.tls_authorities else None
        self._trust = ssl.create_default_context(cafile=authorities)

    def _create_socket(self) -> socket.socket:
        return self._trust.wrap_socket(super()._create_socket(), server_hostname=self.host)


def client_for(line: Line) -> PlainClient:
    """Not connected yet."""
    return TlsClient(line) if line.tls else PlainClient(line)
