"""What the desk calls things: reasons, channels, languages, authors and open steps, Mongolian first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bots.web.pages import local_time
from dialogs.conversation import Conversation
from dialogs.learning import Consent
from dialogs.outcomes import LABELS, Outcome
from dialogs.proofs import Proof, ProofRules, Way, ends_at, is_live
from dialogs.services import Catalogue, Level, Text

REASONS = {
    "asked": Text("Хүн хүссэн", "Asked for a person"),
    "not-found": Text("Туслах олж чадаагүй", "The bot found nothing"),
    "emergency": Text("Яаралтай тусламж", "Emergency"),
    "complaint": Text("Гомдол, бухимдал", "Complaint"),
    "proof-failed": Text("Баталгаажуулалт бүтээгүй", "Proof failed"),
    "wrong-person": Text("Өөр хүн болж баталгаажсан", "Proven to be somebody else"),
    "not-me": Text("«Энэ би биш» гэсэн", "Says a proof was not theirs"),
    "elsewhere": Text("Пэйжийн өөр хайрцгаас хариулсан", "Answered from another inbox of the page"),
}
CHANNELS = {
    "web": Text("Веб чат", "Web chat"),
    "telegram": Text("Telegram", "Telegram"),
    "messenger": Text("Messenger", "Messenger"),
    "terminal": Text("Терминал", "Terminal"),
}
LANGUAGES = {"mn": Text("Монгол", "Mongolian"), "en": Text("Англи", "English")}
STATUSES = {
    "waiting": Text("Хүлээж байна", "Waiting"),
    "taken": Text("Ажилтантай", "With an agent"),
    "closed": Text("Хаагдсан", "Closed"),
}
AUTHORS = {
    "citizen": Text("Иргэн", "Citizen"),
    "bot": Text("Автомат туслах", "Bot"),
    "agent": Text("Ажилтан", "Agent"),
    "note": Text("Дотоод тэмдэглэл", "Internal note"),
    "system": Text("Систем", "System"),
}
STEPS = {
    "asking-number": Text("Регистрийн дугаар хүлээж байсан", "Was waiting for the register number"),
    "opening-challenge": Text("Код илгээх гэж байсан", "Was about to send a code"),
    "sending-code": Text("Код илгээж байсан", "Was sending a code"),
    "asking-code": Text("Код хүлээж байсан", "Was waiting for the code"),
    "taking-try": Text("Код шалгаж байсан", "Was checking the code"),
    "choosing-way": Text("Баталгаажуулах арга сонгож байсан", "Was choosing a way to prove"),
    "opening-link": Text("Баталгаажуулах хуудас нээх гэж байсан", "Was about to open a page"),
    "waiting-for-link": Text("Баталгаажуулах хуудсыг хүлээж байсан", "Was waiting for the page"),
    "asking-link-number": Text("Хуудасны дугаарыг хүлээж байсан", "Was waiting for the page's number"),
    "confirming-link": Text("Мөн эсэхийг асууж байсан", "Was asking whether it is them"),
    "binding-link": Text("Чаттай холбож байсан", "Was binding the chat"),
    "reading-card": Text("ХУР-аас мэдээлэл авч байсан", "Was reading from ХУР"),
}
LEVELS = {
    Level.NONE: "Үгүй",
    Level.UNKNOWN: "Үгүй",
    Level.PHONE: "Утасны түвшин",
    Level.BANK: "Банкны түвшин",
    Level.SIGNATURE: "Тоон гарын үсгийн түвшин",
}
WAYS = {
    Way.SMS: "ХУР SMS код",
    Way.APP: "E-Mongolia апп код",
    Way.EMAIL: "и-мэйл код",
    Way.OWN_SMS: "Туслахын SMS код",
    Way.BANK: "ДАН, банк",
    Way.SIGNATURE: "тоон гарын үсэг",
}
CONSENTS = {
    Consent.NOT_ASKED: Text("Асуугаагүй", "Not asked"),
    Consent.ASKED: Text("Хариулаагүй", "Not answered"),
    Consent.UNANSWERED: Text("Хариулаагүй", "Not answered"),
    Consent.GIVEN: Text("Зөвшөөрсөн", "Allowed"),
    Consent.REFUSED: Text("Зөвшөөрөөгүй", "Refused"),
}
SHARED = {
    "[private]": "Хувийн мэдээлэл: зөвхөн иргэнд харагдсан.",
    "[photo]": "Зураг илгээсэн.",
    "[sticker]": "Стикер илгээсэн.",
    "[voice]": "Дуут мессеж илгээсэн.",
    "[file]": "Файл илгээсэн.",
    "[location]": "Байршил илгээсэн.",
    "[contact]": "Харилцагчийн мэдээлэл илгээсэн.",
    "[other]": "Уншигдахгүй зүйл илгээсэн.",
}


def last_outcome(outcome: str | None) -> Iterator[tuple[Text, str]]:
    """How the conversation's last turn ended, by the closed list; nothing when there was none."""
    if outcome in {each.value for each in Outcome}:
        yield Text("Сүүлийн үр дүн", "Last outcome"), LABELS[Outcome(outcome)].mn


def named(words: dict[str, Text], key: str) -> Text:
    """A word nobody has put here yet is shown as it is."""
    return words.get(key) or Text(key, key)


def bot_state(
    state: Conversation, catalogue: Catalogue, rules: ProofRules, now: datetime
) -> Iterator[tuple[Text, str]]:
    """Where the bot stood, as label and value."""
    if state.topic:
        service = catalogue.services.get(state.topic)
        title = service.title.mn if service else state.topic
        yield Text("Ярьж буй үйлчилгээ", "Service on the table"), title
    if state.task:
        yield Text("Нээлттэй алхам", "Open step"), named(STEPS, state.task.kind).mn
    if state.misses:
        yield Text("Дараалан ойлгоогүй", "Not understood in a row"), f"{state.misses} удаа"
    yield Text("Үг хадгалах", "May words be kept"), CONSENTS[state.consent].mn
    yield Text("Баталгаажсан", "Proven"), _proven(state.proof, rules, now)


def _proven(proof: Proof | None, rules: ProofRules, now: datetime) -> str:
    """How and until when at the longest; nobody is named beyond the first letter."""
    if proof is None or not is_live(proof, rules, now):
        return "Үгүй"
    until = local_time(ends_at(proof, rules))
    named = f" · {proof.name}" if proof.name else ""
    return f"{LEVELS[proof.level]} ({WAYS[proof.way]}){named} · {until} хүртэл"
