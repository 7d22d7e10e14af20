"""Tokens, secrets and server addresses: refused at the start when they cannot work, and never named in the refusal."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

import httpx

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what Telegram sends back in X-Telegram-Bot-Api-Secret-Token


def check_token(token: str) -> None:
    """Raises `ValueError`."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("the Telegram token is not what @BotFather gives out")


def check_secrets(secrets: Iterable[str]) -> None:
    """Raises `ValueError`."""
    if not all(_SECRET.fullmatch(secret) for secret in secrets):
        raise ValueError("a Telegram webhook secret is 1 to 256 of A-Z a-z 0-9 _ -")


def check_server(url: str) -> None:
    """The token goes there: https, or plain http to this machine only. Raises `ValueError`."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise ValueError("the Bot API's address is not a URL") from None
    if not parts.host or parts.query or parts.fragment or parts.userinfo or "{" in url:
        raise ValueError("the Bot API's address is scheme, host and path only")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.host)):
        raise ValueError("the Bot API's address must be https; plain http is for loopback addresses only")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
