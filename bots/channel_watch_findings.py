"""What can be wrong with a channel, in words for staff: what it is, and what a person should do about it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from dialogs.services import Text

MAX_DETAIL = 200  # signs of what a platform said that are kept


@dataclass(frozen=True)
class Finding:
    """`key` names the words; `detail` is what the platform said (no token, no citizen's words).

    `repaired`: None when a person has to, otherwise whether the watch could put it right itself.
    """

    key: str
    detail: str = ""
    repaired: bool | None = None


@dataclass(frozen=True)
class FindingWords:
    """`level`: how serious it is, as in the logs."""

    says: Text
    todo: Text
    level: int = logging.WARNING


_ROTATE = Text(
    "Токен хулгайлагдсан байж болзошгүй. @BotFather дээр /revoke хийгээд шинийг TELEGRAM_TOKEN-д тавина уу.",
    "The token may be stolen: /revoke it with @BotFather and put the new one into TELEGRAM_TOKEN.",
)
_WAIT = Text(
    "Өөрөө сэргэнэ. Арван минутаас удвал сүлжээ, хаалт (firewall)-аа шалгана уу.",
    "It comes back by itself; after ten minutes look at the network and the firewall.",
)

FINDINGS = {
    "unreachable": FindingWords(Text("Суваг хариу өгөхгүй байна.", "The platform does not answer."), _WAIT),
    "token-invalid": FindingWords(
        Text("Токен хүчингүй: юу ч ирэхгүй, юу ч илгээгдэхгүй.", "The token is not valid: nothing comes or goes."),
        Text("Шинэ токен авч тохиргоонд тавиад дахин асаана уу.", "Get a new token, put it in, restart."),
        logging.ERROR,
    ),
    "webhook-elsewhere": FindingWords(
        Text("Иргэдийн мессеж өөр хаяг руу явж байсан.", "Citizens' messages were going to another address."),
        _ROTATE,
        logging.ERROR,
    ),
    "webhook-missing": FindingWords(
        Text("Telegram манай хаягийг мэдэхгүй байсан.", "Telegram had lost our address."), _ROTATE, logging.ERROR
    ),
    "webhook-set": FindingWords(
        Text("Манайх өөрөө асуудаг атал өөр хаяг тавьсан байсан.", "An address was set although we ask by ourselves."),
        _ROTATE,
        logging.ERROR,
    ),
    "certificate-foreign": FindingWords(
        Text("Telegram-д манайх биш гэрчилгээ өгсөн байсан.", "Telegram was given a certificate that is not ours."),
        _ROTATE,
        logging.ERROR,
    ),
    "address-changed": FindingWords(
        Text("Манай нэрийн IP хаяг өөрчлөгдсөн.", "The IP address behind our name changed."),
        Text(
            "Та сольсон бол зүгээр. Үгүй бол DNS болон токеноо шалгана уу.",
            "Fine if you moved. Otherwise check the DNS and the token.",
        ),
    ),
    "updates-missing": FindingWords(
        Text("Telegram зарим төрлийн мессежийг илгээхгүй байсан.", "Telegram was told to leave out some updates."),
        Text("Хяналт өөрөө засна.", "The watch puts it right."),
    ),
    "pending": FindingWords(
        Text("Telegram дээр олон мессеж хүлээгдэж байна.", "Many messages wait at Telegram."),
        Text(
            "Буурахгүй бол доорх дугаарлалт, серверийн ачааллыг шалгана уу.",
            "If it does not fall, look at the queues below and the server's load.",
        ),
    ),
    "delivery-errors": FindingWords(
        Text("Telegram мессежээ хүргэж чадахгүй байна.", "Telegram cannot hand its messages over."),
        Text(
            "Доорх шалтгааныг уншаад гэрчилгээ, прокси, серверээ шалгана уу.",
            "Read the reason below; look at the certificate, the proxy and the server.",
        ),
    ),
    "unsubscribed": FindingWords(
        Text("Пэйж манай апп-аас салсан байсан: мессеж ирэхгүй байсан.", "The page was unsubscribed: nothing came."),
        Text("Ямар мессеж алдагдсан байж болохыг доороос харна уу.", "See below what may be lost."),
        logging.ERROR,
    ),
    "fields-missing": FindingWords(
        Text("Messenger зарим төрлийн мессежийг илгээхгүй байсан.", "Messenger was told to leave out some events."),
        Text("Хяналт өөрөө засна.", "The watch puts it right."),
    ),
    "not-stored": FindingWords(
        Text("Ирсэн мессежийг хадгалж чадахгүй байна.", "What comes in cannot be stored."),
        Text(
            "Өгөгдлийн сан, дискний зайг шалгана уу. Суваг дахин илгээнэ.",
            "Look at the database and the disk. The platform sends again for a while.",
        ),
        logging.ERROR,
    ),
    "watch-failed": FindingWords(Text("Сувгийг шалгаж чадсангүй.", "The channel could not be looked after."), _WAIT),
}


def words_of(key: str) -> FindingWords:
    """Of a finding nobody has put words to yet, its key."""
    return FINDINGS.get(key) or FindingWords(Text(key, key), Text("Логийг харна уу.", "See the log."))


def trouble(error: Exception) -> Finding:
    """A question to a platform that failed. Its errors carry a `name`, a class name without their text."""
    name = str(getattr(error, "name", "") or type(error).__name__)
    if name in ("InvalidToken", "TokenInvalid"):
        return Finding("token-invalid")
    return Finding("unreachable", name[:MAX_DETAIL])
