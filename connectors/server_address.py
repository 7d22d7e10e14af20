"""Addresses of the servers we call: refused at the start when what is sent there could be read on the way."""

from __future__ import annotations

import ipaddress

import httpx


def check_address(address: str, whose: str) -> None:
    """https, or plain http to this machine only; scheme, host and path, nothing else.

    Read with the same parser that will send: what is checked is where the secrets go. `whose` names it in the
    refusal ("the registry's address"). Raises ValueError, which does not quote the address.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise ValueError(f"{whose} is not a URL") from None
    if url.query or url.fragment or url.userinfo or not url.host:
        raise ValueError(f"{whose} is scheme, host and path only")
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host)):
        raise ValueError(f"{whose} must be https; plain http is for loopback addresses only")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
