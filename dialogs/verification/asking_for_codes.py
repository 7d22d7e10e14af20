"""Does a staff member's message ask a citizen for a code, a password or a PIN? Nobody of us ever does.

Mongolian in Cyrillic and in Latin letters, and English. A part of a sentence asks when it names a secret, or follows
one that does, and tells to say, write or send it; "never share", "not even with me" and "if no code comes, tell me" do
not. Words only: who wants to get round it can; what is sent is also in the record.
"""

from __future__ import annotations

import re
import unicodedata

_LOOK_ALIKE = str.maketrans("aceopxykmtbhi", "асеорхукмтвні")
_MIXED = re.compile(r"\w*(?:[а-яёөү][a-z]|[a-z][а-яёөү])\w*")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .\-_]){2,}\w(?!\w)")
_CLAUSES = re.compile(r"[.!?;,\n…]+|\s[–—-]\s|\b(?:харин|гэхдээ|harin|gehdee|but)\b")

# A code that is no secret.
_HARMLESS = re.compile(
    r"\b(?:шуудан\w*|улс\w*|бүс\w*|бүтээгдэхүүн\w*|qr|бар|эх)[\s-]+код\w*|\b(?:shuudan\w*|uls\w*|bus\w*)\s+kod\w*"
    r"|\b(?:postal|post|zip|country|area|dial\w*|dress|source|qr|bar|promo|error|service)[\s-]+codes?\b"
    r"|\b(?:код\w*|kod\w*)\s+(?:дахин|dahin)\s+(?:авах|avah)\w*"
)
_SECRET = re.compile(
    r"\b(?:код\w*|нууц\s+(?:үг|дугаар|тоо)\w*|пин\w*|отп\w*|нэвтрэх\s+(?:үг|нэр)\w*"
    r"|(?:баталгаажуул\w*|нэг\s+удаагийн)\s+(?:дугаар|тоо|үг)\w*"
    r"|(?:6|зургаан|зургаа)\s*(?:-?\s*)?(?:оронтой|оронт)\s+(?:тоо|дугаар)\w*"
    r"|(?:ирсэн|очсон|ирэх|гарсан)\s+(?:тоо|дугаар)\w*)"
    r"|\b(?:kod\w*|cod(?:oo|iig|e)\w*|codes?|nuu(?:ts|c)\s+(?:ug|uge|ugee|dugaar|too)\w*|pin|pin\w{2,4}|otp\w*"
    r"|(?:batalgaajuul\w*|neg\s+udaagiin)\s+(?:dugaar|too|ug)\w*"
    r"|(?:6|zurgaan?)\s*orontoi\s+(?:too|dugaar)\w*|(?:irsen|ochson|garsan)\s+(?:too|dugaar)\w*)"
    r"|\b(?:pass(?:word|code|phrase)s?|pins?|otps?|one[\s-]time\s+\w+|(?:6|six)[\s-]*digits?"
    r"|(?:number|digits)\s+(?:that\s+)?(?:was|were|you\s+(?:got|received)|(?:you\s+were\s+)?texted))\b"
)
_STEMS = (
    r"(?:хэл|бич|явуул|илгээ|өг|дамжуул|унш|шид|оруул|тавь|тави|хуул|шив|үлдээ|харуул|дуудаж|цохи"
    r"|hel|bich|yavuul|yawuul|ilgee|ilge|og|ug|ugu|damjuul|unsh|shid|oruul|taviad|huul|shiv|haruul)"
)
_ENDINGS = (
    r"(?:(?:[аэоө]{2}рай|[аэоө]{2}р[эоө]й|[аэоө]{2}ч|г[аэоө]{2}(?:рай|рэй|рой|ч)|г[аэоө]{2}ч|(?:х|ч)?и?(?:н[аэоө])?\s+[уү]{2}"
    r"|ч(?:их|ихээ|ихэ)?\w{0,4}|ээд\s+өг\w*|аад\s+өг\w*|ж\s+(?:өг|болох)\w*|иж\s+(?:өг|болох)\w*|х\s+хэрэгтэй|)"
    r"|(?:[aeo]{2}r[ae]?i|[aeo]{2}roi|[aeo]{2}ch|(?:n[aeo])\s+uu|i?ch(?:ih|i)?\w{0,4}|aad\s+og\w*|eed\s+og\w*"
    r"|i?j\s+og\w*|))\b"
)
_TELL = re.compile(
    rf"\b{_STEMS}{_ENDINGS}"
    r"|\b(?:хэд|хэдэн|юу|ямар)\s+(?:вэ|бэ|байна|бэлээ|тоо)|\b(?:hed|heden|yu|yamar)\s+(?:ve|be|vee|we|baina|too)\b"
    r"|\b(?:send|tell|give|gimme|read|share|forward|provide|reply|dictate|copy|paste|show|text|whisper)\b"
    r"|\b(?:need|want|require)\s+(?:your|the|that|to\s+know)\b|\b(?:type|enter|write|put)\b.*\b(?:here|me|us|chat)\b"
    r"|\bwhat(?:'s|’s|\s+is|\s+was|\s+are|\s+code|\s+number|\s+did)\b|\b(?:what|which)\s+(?:secret|code|number)\b|\bmay\s+i\s+have\b"
    r"|\bcan\s+i\s+(?:have|get)\b|\blet\s+me\s+know\b"
)
_TO_ME = re.compile(
    r"\b(?:надад|над\s+руу|нада|бидэнд|бидэн\s+рүү|манайд|nadad|nad\s+ruu|nada|bidend)\b(?:\s+\w+){0,2}?\s+"
    rf"{_STEMS}\w*"
)
_NOT = re.compile(
    r"\b(?:бүү|битгий|хэнд\s+ч|хэзээ\s+ч|болохгүй|хэрэггүй|шаардлагагүй|асуухгүй|buu|bitgii|hend\s+ch|hezee\s+ch|bolohgui"
    r"|heregg?ui|never|don't|don’t|dont|do\s+not|not|nobody|anybody|anyone|no\s+one)\b"
)
_NONE_CAME = re.compile(r"\b(?:ир|оч)\w*гүй\b|\b(?:ir|och)\w*gui\b|\b(?:does|did|do)(?:n't|n’t| not)\s+(?:come|arrive)")
_BY_THE_BOT = re.compile(r"\bбот\w*\s+(?:асуу|руу|дээр)|\bbot\s+asks?\b|\bwhen\s+(?:the\s+)?(?:bot|assistant)\b")


def asks_for_code(text: str) -> bool:
    """Whether any part of the message asks for a secret."""
    named = False
    for clause in _CLAUSES.split(_plain(text)):
        secret = _HARMLESS.sub(" ", clause)
        names = bool(_SECRET.search(secret))
        if (names or (named and _short(secret))) and _asks(_SECRET.sub(" secret ", secret)):
            return True
        named = names or (named and not clause.strip())
    return False


def _asks(clause: str) -> bool:
    if _NOT.search(clause) or _NONE_CAME.search(clause) or _BY_THE_BOT.search(clause):
        return False
    return bool(_TELL.search(clause) or _TO_ME.search(clause))


def _short(clause: str) -> bool:
    """Without an object of its own: what is to be sent was named just before."""
    return len(clause.split()) <= 6


def _plain(text: str) -> str:
    """Small letters, with words whose letters are apart put together and look-alike letters made one alphabet's."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    text = _SPACED.sub(lambda found: re.sub(r"[ .\-_]", "", found[0]), text)
    return _MIXED.sub(lambda found: found[0].translate(_LOOK_ALIKE), text)
