"""What the page that explains a message calls its steps, Mongolian first."""

from __future__ import annotations

from dialogs.services import Language, Text
from dialogs.understanding import Action, Aspect, EntityKind, Script
from dialogs.wording import sentence
from nlu.understanding import End

ACTIONS = {
    Action.SURE: Text("Шууд хариулна", "one service is told"),
    Action.CHOICE: Text("Сонгуулна", "candidates are offered"),
    Action.NOTHING: Text("Тохирох үйлчилгээ олдсонгүй", "no service fits"),
    Action.FOLLOW_UP: Text("Өмнөх үйлчилгээний тухай асуулт", "a question about the service on the table"),
    Action.GREETING: Text("Мэндчилгээ", "a greeting"),
    Action.THANKS: Text("Талархал", "thanks"),
    Action.SMALLTALK: Text("Хөөрөлдөх үг", "small talk"),
    Action.TRUST: Text("Хэн болохыг асуусан", "asks who this is"),
    Action.COMPLAINT: Text("Гомдол", "a complaint"),
    Action.HUMAN: Text("Хүнтэй ярих хүсэлт", "wants a person"),
    Action.EMERGENCY: Text("Яаралтай тусламж", "an emergency"),
    Action.CANCEL: Text("Болих", "cancel"),
    Action.BACK: Text("Буцах", "back"),
    Action.RESTART: Text("Эхнээс нь", "restart"),
    Action.HELP: Text("Тусламж асуусан", "asks for help"),
    Action.YES: Text("Тийм", "yes"),
    Action.NO: Text("Үгүй", "no"),
    Action.LANGUAGE_MN: Text("Монгол хэл рүү", "to Mongolian"),
    Action.LANGUAGE_EN: Text("Англи хэл рүү", "to English"),
    Action.RESEND: Text("Код ирээгүй", "the code did not come"),
    Action.OTHER_WAY: Text("Өөр арга", "another way of proving"),
    Action.SIGN_OUT: Text("Гарах", "sign out"),
    Action.MY_DATA: Text("Хадгалсан мэдээлэл", "what is held about them"),
    Action.FORGET_ME: Text("Намайг март", "erase everything"),
    Action.EMPTY: Text("Уншигдах зүйл алга", "nothing to read in it"),
}
ENDS = {
    End.SIGNS: Text("Үг байхгүй, зөвхөн тэмдэг.", "No words, only signs."),
    End.COMMAND: Text("Бүхэлдээ мэдэгдэж буй хүсэлт.", "The whole message is a command."),
    End.NO_WORDS: Text("Үсэг нь юу ч хэлэхгүй байна.", "Its letters say nothing."),
    End.EMERGENCY: Text("Аюулын тухай байна, юунаас ч түрүүнд.", "It tells of danger, which comes first."),
    End.COMMAND_INSIDE: Text("Дотор нь мэдэгдэж буй хүсэлт байна.", "A command stands in it."),
    End.FOLLOW_UP: Text("Талыг нь асуусан, үйлчилгээ нэрлээгүй.", "It asks for a side and names no service."),
    End.NEED: Text("Хэрэгцээ, үйлчилгээнүүдээс хайсан.", "A need, looked for among the services."),
}
SCRIPTS = {
    Script.CYRILLIC: Text("Кирилл", "Cyrillic"),
    Script.LATIN: Text("Латин", "Latin"),
    Script.OTHER: Text("Бусад", "other"),
    Script.NONE: Text("Үсэггүй", "no letters"),
}
LANGUAGES = {
    "mn": Text("Монгол", "Mongolian"),
    "en": Text("Англи", "English"),
    "ru": Text("Орос", "Russian"),
    "ko": Text("Солонгос", "Korean"),
    "ja": Text("Япон", "Japanese"),
    "zh": Text("Хятад", "Chinese"),
    "de": Text("Герман", "German"),
    "und": Text("Тодорхойгүй", "cannot be told"),
}
ENTITIES = {
    EntityKind.REGISTER: Text("Регистрийн дугаар", "register number"),
    EntityKind.PHONE: Text("Утас", "phone"),
    EntityKind.DATE: Text("Огноо", "date"),
    EntityKind.COUNTRY: Text("Улс", "country"),
    EntityKind.CITY: Text("Хот", "city"),
    EntityKind.DOCUMENT: Text("Бичиг баримтын дугаар", "document number"),
    EntityKind.EMAIL: Text("И-мэйл", "e-mail"),
    EntityKind.CODE: Text("Код", "code"),
}
CHECKS = {
    "nothing": Text("Аль нэг үйлчилгээ тохирно", "any service fits"),
    "faint": Text("Эхнийх нь санал болгоход хүрнэ", "the first, to be offered"),
    "faint_named": Text("Эхнийх нь санал болгоход хүрнэ (нэрээр нь хэлсэн)", "the first, to be offered (named)"),
    "sure": Text("Эхнийх нь шууд хариулахад хүрнэ", "the first, to be told at once"),
    "lead": Text("Эхнийх нь хоёр дахиасаа зөрүүтэй", "the first before the second"),
}
GROUPS = {
    "cyrillic": Text("кирилл монгол", "Mongolian in Cyrillic"),
    "latin": Text("латин монгол", "Mongolian in Latin letters"),
    "english": Text("англи", "English"),
    "foreign": Text("бусад хэлний", "other languages"),
}
ASPECTS = {
    aspect.value: Text(sentence(f"aspect.{aspect}", Language.MN), sentence(f"aspect.{aspect}", Language.EN))
    for aspect in Aspect
} | {"none": Text("тал асуугаагүй", "no side is asked")}
