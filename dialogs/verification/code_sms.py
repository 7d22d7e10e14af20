"""The words of an own code's SMS: the code, what it is for, which chat asked, how long, and that staff never ask.

Cyrillic in at most two messages (134 letters): only what the code is for is cut when it is long. Of the chat's name,
which anybody may choose, one letter is told, so that nobody can write sentences into our SMS.
"""

from __future__ import annotations

import unicodedata

from dialogs.purposes import AGENT, MY_DATA
from dialogs.services import Language

LONGEST = 134  # UTF-16 units of two UCS-2 messages, 67 each
_PLATFORMS = {"telegram": "Telegram", "messenger": "Messenger"}
_OWN_CHAT = {Language.MN: "вэб", Language.EN: "Web"}
_WORDS = {
    Language.MN: (
        "Туслах код {code}: {purpose}. Чат: {chat}. {minutes} минут. "
        "Ажилтан хэзээ ч код асуухгүй. Та биш бол кодоо хэнд ч бүү өг."
    ),
    Language.EN: (
        "Tuslakh code {code}: {purpose}. Chat: {chat}. {minutes} minutes. Staff never ask for it. Not you? Tell nobody."
    ),
}
# An agent may ask for a proof, but never for the code: the SMS says what it does, not who asked.
_PURPOSES = {
    MY_DATA: {Language.MN: "миний мэдээлэл", Language.EN: "my data"},
    AGENT: {Language.MN: "хэн болохоо батлах", Language.EN: "proving who you are"},
}
_ALPHABETS = ("CYRILLIC ", "LATIN ")


def code_sms(code: str, purpose: str, channel: str, name: str, minutes: int, language: Language) -> str:
    """`purpose`: a service's title or a few words; `name`: what the platform calls the chat; `minutes`: still left."""
    chat = _chat(channel, name, language)
    words = _WORDS[language]
    rest = words.format(code=code, purpose="", chat=chat, minutes=minutes)
    return words.format(code=code, purpose=_cut(_line(purpose), LONGEST - _units(rest)), chat=chat, minutes=minutes)


def purpose_words(purpose: str, language: Language) -> str:
    """What a purpose that is no service is called; empty for a service's id."""
    return _PURPOSES.get(purpose, {}).get(language, "")


def masked_chat_name(name: str) -> str:
    """`Сараа` becomes `С***`; nothing when it does not begin with a Cyrillic or Latin letter."""
    first = unicodedata.normalize("NFKC", name).strip()[:1]
    known = first.isalpha() and _units(first) == 1 and unicodedata.name(first, "").startswith(_ALPHABETS)
    return f"{first}***" if known else ""


def _chat(channel: str, name: str, language: Language) -> str:
    platform = _PLATFORMS.get(channel, _OWN_CHAT[language])
    masked = masked_chat_name(name)
    return f"{platform} {masked}" if masked else platform


def _line(text: str) -> str:
    """One line without control or formatting signs."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(sign for sign in line if unicodedata.category(sign)[0] != "C")


def _cut(text: str, most: int) -> str:
    if _units(text) <= most:
        return text
    while _units(text) > most - 1:
        text = text[:-1]
    return text.rstrip(" ,.;:-«") + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-be", "replace")) // 2
