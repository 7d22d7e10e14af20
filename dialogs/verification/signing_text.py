"""The text a person signs to prove who they are: one form, so that a signature can mean nothing else."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

_ULAANBAATAR = timezone(timedelta(hours=8))  # no summer time since 2017
_NONCE = re.compile(r"[0-9a-f]{32,128}")  # 128 bits and more
_LONGEST = 120  # signs of one value
_NOTHING = "–"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # control, direction, private use, line ends


def signing_text(
    *,
    audience: str,
    service_mn: str,
    service_en: str,
    channel: str,
    chat_name: str,
    chat_ref: str,
    asked_at: datetime,
    expires_at: datetime,
    nonce: str,
) -> str:
    """Fourteen lines that end with LF but the last; sign its UTF-8 bytes.

    `audience`: our address; `channel`: what the platform is called; `nonce`: hex, at least 128 bits, used once; times
    with a zone. Whatever the values hold, they can add no line and hide no sign. Raises ValueError for a short nonce or
    a time without zone.
    """
    if not _NONCE.fullmatch(nonce):
        raise ValueError("the nonce must be 32 to 128 hex digits")
    return "\n".join((
        "Туслах: гарын үсэг зурахаасаа өмнө уншина уу",
        "Tuslakh: please read before you sign",
        "Зорилго: зөвхөн энэ чатад хэн болохоо батлах. Өөр юунд ч хүчингүй.",
        "Purpose: to prove who you are in this one chat. It counts for nothing else.",
        f"Үйлчилгээ: {_value(service_mn)}",
        f"Service: {_value(service_en)}",
        f"Чат / Chat: {_value(channel)}, «{_value(chat_name)}», {_value(chat_ref)}",
        f"Хүссэн / Asked: {_time(asked_at)}",
        f"Дуусна / Ends: {_time(expires_at)}",
        f"Хаана / For: {_value(audience)}",
        f"Дугаар / Nonce: {nonce}",
        "Манай ажилтан өөрийн өмнөөс гарын үсэг зурахыг танаас хэзээ ч хүсэхгүй.",
        "Our staff never ask you to sign for them.",
        "Энэ чат таных биш бол бүү зураарай. / If this is not your chat, do not sign.",
    ))  # fmt: skip


def _value(text: str) -> str:
    """On one line, without signs that cannot be seen or that turn the direction; never empty."""
    kept = "".join(
        " " if unicodedata.category(sign) in _UNSEEN else sign for sign in unicodedata.normalize("NFC", text)
    )
    plain = " ".join(kept.replace("«", " ").replace("»", " ").split())
    return plain[:_LONGEST].rstrip() or _NOTHING


def _time(moment: datetime) -> str:
    """`2026-11-24 12:00:00 Улаанбаатар (2026-11-24 04:00:00 UTC)`."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    there, here = moment.astimezone(_ULAANBAATAR), moment.astimezone(UTC)
    return f"{there:%Y-%m-%d %H:%M:%S} Улаанбаатар ({here:%Y-%m-%d %H:%M:%S} UTC)"
