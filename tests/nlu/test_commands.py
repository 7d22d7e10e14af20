"""What is asked of the assistant itself, in all ways of typing."""

from __future__ import annotations

import pytest

from dialogs.understanding import Action
from nlu import Index, understand

COMMANDS = {
    Action.GREETING: (
        "sain bnu",
        "snu",
        "hi",
        "сайн уу",
        "сайн байна уу",
        "Hello!",
        "sain baina uu",
        "sbu",
        "сайн бну 👋",
    ),
    Action.THANKS: ("bayarlalaa", "баярлалаа", "thx", "ok thanks", "маш их баярлалаа", "🙏"),
    Action.SMALLTALK: ("yu hiij bna", "how are you?", "чи хэн бэ", "haha"),
    Action.TRUST: ("ta hun uu robot uu", "are you official?", "энэ албан ёсны юу", "itgej boloh uu", "is this a scam"),
    Action.COMPLAINT: ("yu ch oilgohgui yum", "тэнэг бот", "this is useless", "pizda min"),
    Action.HUMAN: (
        "хүнтэй ярья",
        "operator",
        "hun",
        "ajiltan",
        "human",
        "huntei yarimaar bna",
        "can I talk to a real person",
    ),
    Action.CANCEL: ("болих", "bolih", "cancel", "stop", "za bolih", "хэрэггүй"),
    Action.BACK: ("буцах", "butsah", "back", "butsax", "өмнөх"),
    Action.RESTART: ("эхнээс", "ehnees", "start over", "эхнээс нь эхэлье"),
    Action.HELP: ("help", "тусламж", "tuslaach", "what can you do"),
    Action.OTHER_WAY: ("өөр арга", "oor arga bnu", "another way", "өөр аргаар болох уу"),
    Action.SIGN_OUT: ("гарах", "garah", "sign out", "/logout", "/signout", "log me out please"),
    Action.MY_DATA: ("/mydata", "миний мэдээлэл танай дээр", "minii medeelel", "What do you know about me?"),
    Action.FORGET_ME: ("/forget", "намайг март", "namaig mart", "delete my data", "устга", "ustga"),
    Action.YES: ("тийм", "tiim", "za", "ok", "yes", "👍", "tiimee"),
    Action.NO: ("үгүй", "ugui", "no", "bish", "👎"),
    Action.LANGUAGE_EN: ("english please", "english", "can you speak english?"),
    Action.LANGUAGE_MN: ("монголоор", "mongoloor", "in mongolian please"),
    Action.RESEND: (
        "kod irsengui",
        "код ирэхгүй байна, дахин илгээ",
        "resend",
        "i didn't get the code",
        "sms irehgui bna",
    ),
    Action.EMPTY: ("", "   ", "...", "🐎🐎", "1234", "\x00", "\u202e"),
}
NEEDS = (
    "butsah unemleh",
    "sain bnu pasport sungah gsn ym",
    "hi i need a birth reference",
    "pasportoo geesen",
    "паспортоо алдсан",
    "unemleh solih",
    "tiim lavlagaa gej bgaa yu",
    "yal shiitgelgui todorhoilolt",
    "гомдол гаргах",
)


@pytest.mark.parametrize(("action", "message"), [(a, m) for a, messages in COMMANDS.items() for m in messages])
def test_a_command_is_known(action: Action, message: str, index: Index) -> None:
    assert understand(message, index).action is action


@pytest.mark.parametrize("message", NEEDS)
def test_a_need_is_not_taken_for_a_command(message: str, index: Index) -> None:
    assert understand(message, index).action in {Action.SURE, Action.CHOICE, Action.NOTHING}


def test_the_need_after_a_greeting_is_told_without_it(index: Index) -> None:
    assert understand("Сайн байна уу, паспорт гээсэн", index).needs[0].text == "паспорт гээсэн"


def test_a_command_brings_no_candidates(index: Index) -> None:
    assert understand("хүнтэй ярья", index).needs == ()
