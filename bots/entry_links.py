"""Links that open a service at once: what they carry is signed, so that nobody else can make one that looks like ours.

The payload names the service by a short digest under our key, which fits into the 64 signs that Telegram allows. The
oldest data key makes it: a link on a printed notice goes on working when keys are changed.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hmac import compare_digest

from dialogs.services import Catalogue
from knowledge.vault import Vault

_FORM = re.compile(r"s1[A-Za-z0-9_-]{32}")
_BYTES = 24  # of the digest; the chance to guess one is 2 to the power of -192


def payload_of(vault: Vault, service_id: str) -> str:
    """34 signs of `A-Z a-z 0-9 _ -`."""
    digest = bytes.fromhex(vault.digest("entry", service_id))[:_BYTES]
    return f"s1{urlsafe_b64encode(digest).decode()}"


def service_of(vault: Vault, payload: str, catalogue: Catalogue) -> str:
    """The service of our own link; empty when it is forged, or the service is not there any more."""
    if not _FORM.fullmatch(payload):
        return ""
    return next((id_ for id_ in catalogue.services if compare_digest(payload_of(vault, id_), payload)), "")


def links(payload: str, telegram: str, messenger: str, web: str) -> tuple[str, ...]:
    """`telegram`: the bot's name, `messenger`: the page's id, `web`: this server's address; an empty one has none."""
    return (
        *((f"https://t.me/{telegram.lstrip('@')}?start={payload}",) if telegram else ()),
        *((f"https://m.me/{messenger}?ref={payload}",) if messenger else ()),
        *((f"{web.rstrip('/')}/?entry={payload}",) if web else ()),
    )
