"""Everything the chat turns away, each with its status and kind words in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.messages import FileProblem
from dialogs.services import Language, Text
from dialogs.wording import sentence

_MEGABYTE = 1_048_576
_FILE_STATUS = {FileProblem.TOO_LARGE: 413, FileProblem.WRONG_KIND: 415, FileProblem.TOO_MANY: 429}


@dataclass(frozen=True)
class Refusal:
    """`code` is for programs, `says` for the person."""

    status: int
    code: str
    says: Text


class Refused(Exception):
    """A request was not accepted. `retry_after`: seconds until it is worth trying again, None when it never is."""

    def __init__(self, refusal: Refusal, retry_after: int | None = None) -> None:
        super().__init__(refusal.code)
        self.refusal, self.retry_after = refusal, retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}

    def as_json(self) -> dict[str, str]:
        return {"error": self.refusal.code, "mn": self.refusal.says.mn, "en": self.refusal.says.en}


def file_refusal(problem: FileProblem, largest: int) -> Refusal:
    """In the words the assistant has for it; `largest` in bytes."""
    key = f"chat.file-{problem}"
    values = {"mb": str(largest // _MEGABYTE)} if problem is FileProblem.TOO_LARGE else {}
    says = Text(sentence(key, Language.MN, values), sentence(key, Language.EN, values))
    return Refusal(_FILE_STATUS.get(problem, 400), f"file-{problem}", says)


UNREADABLE = Refusal(
    400,
    "unreadable",
    Text(
        "Мессежийг уншиж чадсангүй: текст утгатай нэг JSON объект байх ёстой.",
        "The message could not be read: it must be one JSON object whose values are texts.",
    ),
)
BAD_ID = Refusal(
    400,
    "bad-id",
    Text(
        "Мессежийн дугаар (id) буруу байна: 1–100 латин үсэг, тоо, _ эсвэл -.",
        "The message's id is wrong: 1 to 100 Latin letters, digits, _ or -.",
    ),
)
TEXT_OR_BUTTON = Refusal(
    400,
    "text-or-button",
    Text("Нэг мессежид бичвэр эсвэл товч хоёрын нэг нь байна.", "A message holds either a text or a button."),
)
NO_SESSION = Refusal(
    401,
    "no-session",
    Text(
        "Яриаг олсонгүй. Хуудсаа дахин ачаална уу; хөтөч күүки хориглосон байж магадгүй.",
        "The conversation was not found. Please reload the page; your browser may be blocking cookies.",
    ),
)
FOREIGN = Refusal(
    403,
    "foreign-origin",
    Text(
        "Энэ хүсэлт чатын хуудаснаас ирээгүй тул хүлээж авсангүй.",
        "This request did not come from the chat page, so it was not accepted.",
    ),
)
TOO_SLOW = Refusal(
    408,
    "too-slow",
    Text(
        "Мессеж бүтнээрээ ирсэнгүй. Дахин илгээнэ үү.",
        "The message did not arrive whole. Please send it again.",
    ),
)
TOO_LARGE = Refusal(
    413,
    "too-large",
    Text(
        "Мессеж хэт урт байна. Богиносгоод дахин илгээнэ үү.",
        "The message is too long. Please shorten it and send it again.",
    ),
)
WRONG_TYPE = Refusal(
    415,
    "wrong-type",
    Text("Мессеж JSON эсвэл маягт байх ёстой.", "A message must be JSON or a form, not compressed."),
)
EMPTY = Refusal(
    422,
    "empty",
    Text(
        "Мессеж хоосон байна. Юу хэрэгтэйгээ хэдхэн үгээр бичээрэй.",
        "The message is empty. Please write what you need in a few words.",
    ),
)
NO_FILE = Refusal(
    422,
    "no-file",
    Text("Файл сонгогдоогүй эсвэл хоосон байна.", "No file was chosen, or it is empty."),
)
BUSY = Refusal(
    503,
    "busy",
    Text(
        "Одоо олон хүн файл илгээж байна. Түр хүлээгээд дахин илгээнэ үү.",
        "Many people are sending files right now. Please try again in a moment.",
    ),
)
TOO_FAST = Refusal(
    429,
    "too-fast",
    Text(
        "Түр хүлээнэ үү, мессеж олон байна. Бичсэн зүйл тань хэвээр байгаа.",
        "One moment please, that was a lot at once. What you wrote is kept.",
    ),
)
UNAVAILABLE = Refusal(
    503,
    "unavailable",
    Text(
        "Одоогоор хадгалж чадсангүй. Бичсэн зүйл тань хэвээр байгаа, удахгүй дахин илгээнэ үү.",
        "It could not be stored just now. What you wrote is kept; please send it again shortly.",
    ),
)
