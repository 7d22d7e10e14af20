"""What the citizens of the tests mean: sentence -> `Understanding`, by hand. Understanding itself is tested in nlu."""

from __future__ import annotations

from dialogs.understanding import Action, Aspect, Candidate, Need, Script, Understanding
from tests.dialogs.services import (
    CRIMINAL_RECORD,
    FIND_MISSION,
    ID_CARD,
    PASSPORT_EXPIRED,
    PASSPORT_LOST,
    PROPERTY_LIST,
    VOTE_ABROAD,
)

_MN, _LATIN, _EN = ("mn", Script.CYRILLIC), ("mn", Script.LATIN), ("en", Script.LATIN)
_PASSPORTS = ((PASSPORT_LOST.id, 0.5), (PASSPORT_EXPIRED.id, 0.4))

MEANINGS: dict[str, tuple[tuple[str, Script], Action, Aspect | None, tuple[tuple[str, float], ...]]] = {
    "Сайн байна уу": (_MN, Action.GREETING, None, ()),
    "Hello there": (_EN, Action.GREETING, None, ()),
    "үнэмлэхний лавлагаа": (_MN, Action.SURE, None, ((ID_CARD.id, 0.9),)),
    "unemlehnii lawlagaa": (_LATIN, Action.SURE, None, ((ID_CARD.id, 0.9),)),
    "my id card data": (_EN, Action.SURE, None, ((ID_CARD.id, 0.9),)),
    "паспорт": (_MN, Action.CHOICE, None, _PASSPORTS),
    "pasport": (_LATIN, Action.CHOICE, None, _PASSPORTS),
    "I need a passport": (_EN, Action.CHOICE, None, _PASSPORTS),
    "паспортоо алдсан": (_MN, Action.SURE, None, ((PASSPORT_LOST.id, 0.9),)),
    "паспорт алдсан, хэд вэ": (_MN, Action.SURE, Aspect.FEE, ((PASSPORT_LOST.id, 0.9),)),
    "ял шийтгэлгүй тодорхойлолт": (_MN, Action.SURE, None, ((CRIMINAL_RECORD.id, 0.9),)),
    "hed ve": (_LATIN, Action.FOLLOW_UP, Aspect.FEE, ()),
    "хэд вэ": (_MN, Action.FOLLOW_UP, Aspect.FEE, ()),
    "hed honog boloh ve": (_LATIN, Action.FOLLOW_UP, Aspect.DURATION, ()),
    "what documents": (_EN, Action.FOLLOW_UP, Aspect.DOCUMENTS, ()),
    "гадаадаас болох уу": (_MN, Action.FOLLOW_UP, Aspect.ABROAD, ()),
    "сансрын нислэгийн зөвшөөрөл": (_MN, Action.NOTHING, None, ()),
    "ногоон морь": (_MN, Action.NOTHING, None, ()),
    "болих": (_MN, Action.CANCEL, None, ()),
    "cancel": (_EN, Action.CANCEL, None, ()),
    "буцах": (_MN, Action.BACK, None, ()),
    "back": (_EN, Action.BACK, None, ()),
    "эхнээс": (_MN, Action.RESTART, None, ()),
    "хүн": (_MN, Action.HUMAN, None, ()),
    "hun": (_LATIN, Action.HUMAN, None, ()),
    "human": (_EN, Action.HUMAN, None, ()),
    "English": (_EN, Action.LANGUAGE_EN, None, ()),
    "монголоор": (_MN, Action.LANGUAGE_MN, None, ()),
    "код ирсэнгүй": (_MN, Action.RESEND, None, ()),
    "намайг баривчилсан": (_MN, Action.EMERGENCY, None, ()),
    "Та хүн үү, робот уу": (_MN, Action.TRUST, None, ()),
    "муу бот": (_MN, Action.COMPLAINT, None, ()),
    "баярлалаа": (_MN, Action.THANKS, None, ()),
    "тийм": (_MN, Action.YES, None, ()),
    "үгүй": (_MN, Action.NO, None, ()),
    "тусламж": (_MN, Action.HELP, None, ()),
    "Би Берлинд байна": (_MN, Action.NOTHING, None, ()),
    "элчин хаана байна": (_MN, Action.SURE, None, ((FIND_MISSION.id, 0.9),)),
    "where is the embassy in Busan": (_EN, Action.SURE, Aspect.WHERE, ((FIND_MISSION.id, 0.9),)),
    "Солонгост паспортоо алдсан": (_MN, Action.SURE, None, ((PASSPORT_LOST.id, 0.9),)),
    "Солонгост намайг баривчилсан": (_MN, Action.EMERGENCY, None, ()),
    "одоо Ирландад": (_MN, Action.CHOICE, None, _PASSPORTS),
    "гадаадаас санал өгөх": (_MN, Action.SURE, None, ((VOTE_ABROAD.id, 0.9),)),
    "Берлиний төв буудлын хажууд цагдаагийн хэлтэст хүлээж сууна": (_MN, Action.NOTHING, None, ()),
    "2027 онд паспорт авах": (_MN, Action.CHOICE, None, _PASSPORTS),
    "нууцлал": (_MN, Action.NOTHING, None, ()),
    "privacy": (_EN, Action.NOTHING, None, ()),
    "Үгүй, хадгалахгүй": (_MN, Action.NO, None, ()),
    "өөр арга": (_MN, Action.OTHER_WAY, None, ()),
    "another way": (_EN, Action.OTHER_WAY, None, ()),
    "гарах": (_MN, Action.SIGN_OUT, None, ()),
    "sign out": (_EN, Action.SIGN_OUT, None, ()),
    "миний мэдээлэл танай дээр": (_MN, Action.MY_DATA, None, ()),
    "намайг март": (_MN, Action.FORGET_ME, None, ()),
    "хөрөнгийн жагсаалт": (_MN, Action.SURE, None, ((PROPERTY_LIST.id, 0.9),)),
    "сайн уу, би энд байна": (_MN, Action.GREETING, None, ()),
    "🙂": (("und", Script.NONE), Action.EMPTY, None, ()),
}
# Several needs in one message: the whole meaning, the aspect, then each part with its own.
_LAWLAGAA, _RECORD = ((ID_CARD.id, 0.9),), ((CRIMINAL_RECORD.id, 0.9),)
_VOTING = ((VOTE_ABROAD.id, 0.5), (FIND_MISSION.id, 0.3))
_PAPERS = ((CRIMINAL_RECORD.id, 0.4), (ID_CARD.id, 0.4))
_Part = tuple[str, Action, tuple[tuple[str, float], ...]]
SEVERAL: dict[str, tuple[tuple[str, Script], Action, Aspect | None, tuple[_Part, ...]]] = {
    "паспортоо алдсан, бас үнэмлэхний лавлагаа": (_MN, Action.SURE, None, (
        ("паспортоо алдсан", Action.SURE, ((PASSPORT_LOST.id, 0.9),)),
        ("бас үнэмлэхний лавлагаа", Action.SURE, _LAWLAGAA),
    )),
    "алдсан паспорт, ял шийтгэлгүй тодорхойлолт хоёр хэд вэ": (_MN, Action.SURE, Aspect.FEE, (
        ("алдсан паспорт", Action.SURE, ((PASSPORT_LOST.id, 0.9),)),
        ("ял шийтгэлгүй тодорхойлолт", Action.SURE, _RECORD),
    )),
    "паспорт, бас ял шийтгэлгүй тодорхойлолт": (_MN, Action.SURE, None, (
        ("паспорт", Action.CHOICE, _PASSPORTS),
        ("бас ял шийтгэлгүй тодорхойлолт", Action.SURE, _RECORD),
    )),
    "паспорт, сонгууль хоёр": (_MN, Action.CHOICE, None, (
        ("паспорт", Action.CHOICE, _PASSPORTS), ("сонгууль", Action.CHOICE, _VOTING),
    )),
    "паспорт, сонгууль хоёр хэд вэ": (_MN, Action.CHOICE, Aspect.FEE, (
        ("паспорт", Action.CHOICE, _PASSPORTS), ("сонгууль", Action.CHOICE, _VOTING),
    )),
    "паспорт, сонгууль, лавлагаа": (_MN, Action.CHOICE, None, (
        ("паспорт", Action.CHOICE, _PASSPORTS), ("сонгууль", Action.CHOICE, _VOTING),
        ("лавлагаа", Action.CHOICE, _PAPERS),
    )),
    "I lost my passport and want a green horse": (_EN, Action.SURE, None, (
        ("I lost my passport", Action.SURE, ((PASSPORT_LOST.id, 0.9),)), ("want a green horse", Action.NOTHING, ()),
    )),
    "ногоон морь, бас паспорт": (_MN, Action.CHOICE, None, (
        ("ногоон морь", Action.NOTHING, ()), ("бас паспорт", Action.CHOICE, _PASSPORTS),
    )),
    "ногоон морь, цагаан тэмээ": (_MN, Action.NOTHING, None, (
        ("ногоон морь", Action.NOTHING, ()), ("цагаан тэмээ", Action.NOTHING, ()),
    )),
    "паспортоо алдсан, паспорт гээсэн": (_MN, Action.SURE, None, (
        ("паспортоо алдсан", Action.SURE, ((PASSPORT_LOST.id, 0.9),)),
        ("паспорт гээсэн", Action.SURE, ((PASSPORT_LOST.id, 0.8),)),
    )),
    "санал өгөх, элчин хаана байна": (_MN, Action.SURE, None, (
        ("санал өгөх", Action.SURE, ((VOTE_ABROAD.id, 0.9),)),
        ("элчин хаана байна", Action.SURE, ((FIND_MISSION.id, 0.9),)),
    )),
}  # fmt: skip
_NUMBER_LIKE = Understanding("und", Script.NONE, Action.NOTHING)


def understand(text: str) -> Understanding:
    """Raises `KeyError` for a sentence nobody wrote down above; a text with digits may be anything."""
    if text not in MEANINGS and any(char.isdecimal() for char in text):
        return _NUMBER_LIKE
    if text in SEVERAL:
        return _several(text)
    (language, script), action, aspect, candidates = MEANINGS[text]
    needs = (Need(text, tuple(Candidate(*candidate) for candidate in candidates)),) if candidates else ()
    return Understanding(language, script, action, aspect, needs, (script,) * len(text.split()))


def _several(text: str) -> Understanding:
    (language, script), action, aspect, parts = SEVERAL[text]
    needs = tuple(Need(part, tuple(Candidate(*each) for each in found), own) for part, own, found in parts)
    return Understanding(language, script, action, aspect, needs, (script,) * len(text.split()))
