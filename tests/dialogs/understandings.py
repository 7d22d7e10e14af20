"""What the citizens of the tests mean: sentence -> `Understanding`, by hand. Understanding itself is tested in nlu."""

from __future__ import annotations

from dialogs.understanding import Action, Aspect, Candidate, Need, Script, Understanding
from tests.dialogs.services import CRIMINAL_RECORD, FIND_MISSION, ID_CARD, PASSPORT_EXPIRED, PASSPORT_LOST, VOTE_ABROAD

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
    "🙂": (("und", Script.NONE), Action.EMPTY, None, ()),
}
_NUMBER_LIKE = Understanding("und", Script.NONE, Action.NOTHING)


def understand(text: str) -> Understanding:
    """Raises `KeyError` for a sentence nobody wrote down above; a text with digits may be anything."""
    if text not in MEANINGS and any(char.isdecimal() for char in text):
        return _NUMBER_LIKE
    (language, script), action, aspect, candidates = MEANINGS[text]
    needs = (Need(text, tuple(Candidate(*candidate) for candidate in candidates)),) if candidates else ()
    return Understanding(language, script, action, aspect, needs, (script,) * len(text.split()))
