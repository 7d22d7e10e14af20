"""The route an SMS gateway brings delivery receipts to. They change a word in the ledger and nothing else.

Three locks: the address must be on the list, the body signed over exactly its bytes, the message one that this gateway
accepted. The answer is an empty 200 or 403, whatever was in it, so that nobody can ask which messages exist.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.hooks import READ_SECONDS, Refused, answered, body_of, only_header
from connectors.sms import Receipt
from connectors.sms_http import HttpSms

PATH = "/sms/receipts/{gateway}"
MAX_BODY_BYTES = 16_384
LONGEST_SIGNATURE = 100  # bytes; a real one has 64, with `sha256=` 71

_log = logging.getLogger(__name__)
Networks = tuple[IPv4Network | IPv6Network, ...]


def receipt_routes(
    gateway: HttpSms, take: Callable[[Receipt], Awaitable[object]], hosts: str, read_seconds: float = READ_SECONDS
) -> list[Route]:
    """None without receipt settings or hosts. `hosts`: SMS_RECEIPT_HOSTS. `take` returns once the ledger has it."""
    rules, allowed = gateway.receipts, networks(hosts)
    if rules is None or not allowed:
        return []
    header = rules.header

    async def take_in(request: Request) -> None:
        signature = only_header(request, header)
        known = request.path_params["gateway"] == gateway.name and _is_from(request, allowed)
        if not known or signature is None or len(signature) > LONGEST_SIGNATURE:
            _refuse()
        body = await _body(request, read_seconds)
        if not gateway.is_signed(body, signature or b""):
            _refuse()
        receipt = gateway.read_receipt(body)
        if receipt is not None:
            await take(receipt)

    async def receive(request: Request) -> Response:
        return await answered(take_in(request))

    return [Route(PATH, receive, methods=["POST"])]


def networks(hosts: str) -> Networks:
    """Raises ValueError for what is neither an address nor a network."""
    return tuple(ip_network(part) for part in map(str.strip, hosts.split(",")) if part)


def _is_from(request: Request, allowed: Networks) -> bool:
    """By the peer the web server believes in (TRUSTED_PROXIES), never by a header of our own reading."""
    try:
        host = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(host in network for network in allowed)


async def _body(request: Request, read_seconds: float) -> bytes:
    try:
        return await body_of(request, MAX_BODY_BYTES, read_seconds)
    except Refused:
        raise Refused(403) from None


def _refuse() -> None:
    _log.warning("a delivery receipt that is not the gateway's was refused")
    raise Refused(403)
