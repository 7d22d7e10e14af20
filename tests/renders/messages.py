"""Messages of every kind, as real turns say them: name -> what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dialogs.conversation import AskingCode, Conversation, ShownData, TakingTry, Turn
from dialogs.engine import step
from dialogs.flows import catching_up, consenting, finding, greeting, handing_over, proving, proving_code, showing
from dialogs.flows.telling import tell
from dialogs.incoming import FileOffer, Said, Shared, SharedKind
from dialogs.messages import (
    AgentSaid,
    Amend,
    CaseTaken,
    CaughtUp,
    CodeRequested,
    Event,
    FileProblem,
    FileRefused,
    GivenBack,
    Pile,
    RecordRead,
    RegistryResult,
    Reply,
    TryRefused,
)
from dialogs.outcomes import Outcome
from dialogs.rendering import Rendered, render
from dialogs.sayings import Choice, Command, Message, Told, Verb
from dialogs.services import Catalogue, Language, Text
from dialogs.understanding import Aspect
from dialogs.verification.codes import Refusal
from tests.dialogs.replay import OWN_CARD
from tests.dialogs.services import AROUND, CATALOGUE, CRIMINAL_RECORD, ID_CARD, PASSPORT_EXPIRED, PASSPORT_LOST
from tests.dialogs.states import NOW
from tests.dialogs.turns import ASKING_NUMBER, EMPTY, NUMBER, READING_CARD, SENDING_CODE
from tests.dialogs.understandings import understand

MET = replace(EMPTY, greeted=True, last_at=NOW)
ENGLISH = replace(MET, language=Language.EN, language_chosen=True)
ON_THE_WEB = replace(MET, channel="web", shown=ShownData(OWN_CARD, NOW + timedelta(minutes=5)))
WITH_AGENT = MET.handed_to("bat", "Бат")
# What people are called and what they write, however unkind to a markup language.
MARKUP = "<b>Сайн уу</b> _*[нэр](tg://user?id=1) & <a href='https://evil.example'>энд</a> `код` &lt; {name} %s \\"
TURNED = "Файл: \u202egpj.exe\u202c төгсгөл \u200fзүүн\u2066 дунд\u2069\u200e"
ASTRAL = "🇲🇳 Баяр хүргэе 👨‍👩‍👧‍👦 𝕏𝕐 🫶🏽 ᠮᠣᠩᠭᠣᠯ"
LONG_SERVICE = replace(
    PASSPORT_LOST,
    id="long",
    title=Text("Маш урт нэртэй үйлчилгээ " * 6 + "(урт)", "A service with a very long name " * 5 + "(long)"),
    documents=tuple(
        Text(f"{number}-р бичиг: нотариатаар гэрчлүүлсэн хуулбар", f"Paper {number}: a certified copy")
        for number in range(1, 121)
    ),
)
LONG = Catalogue(1, {**CATALOGUE.services, LONG_SERVICE.id: LONG_SERVICE}, CATALOGUE.organisations)
THREE = (PASSPORT_LOST.id, PASSPORT_EXPIRED.id, CRIMINAL_RECORD.id)


def samples() -> dict[str, Rendered]:
    turns = {**_services(), **_proofs(), **_people(), **_other()}
    return {name: shown(turn) for name, turn in turns.items()} | _by_hand()


def shown(turn: Turn, catalogue: Catalogue = LONG) -> Rendered:
    """The first message that a turn says or changes, in the language of its conversation."""
    said = next(decision for decision in turn.decisions if isinstance(decision, Reply | Amend))
    return render(said.message, turn.conversation.language, catalogue, NOW)


def heard(conversation: Conversation, event: Event | str) -> Turn:
    happened = Said(event, understand(event), "m1") if isinstance(event, str) else event
    return step(conversation, happened, NOW, LONG, AROUND)


def _last(turn: Turn) -> Turn:
    return replace(turn, decisions=turn.decisions[-1:])


def _services() -> dict[str, Turn]:
    return {
        "card": tell(MET, NOW, LONG, PASSPORT_LOST.id),
        "card_en": tell(ENGLISH, NOW, LONG, PASSPORT_LOST.id),
        "card_with_own_data": tell(MET, NOW, LONG, ID_CARD.id),
        "card_unconfirmed": tell(MET, NOW, LONG, CRIMINAL_RECORD.id),
        "card_fee": tell(MET, NOW, LONG, PASSPORT_LOST.id, Aspect.FEE),
        "card_documents_en": tell(ENGLISH, NOW, LONG, PASSPORT_LOST.id, Aspect.DOCUMENTS),
        "card_over_every_limit": tell(MET, NOW, LONG, LONG_SERVICE.id),
        "card_of_several": tell(MET, NOW, LONG, ID_CARD.id, Aspect.FEE, named=True),
        "choice_of_three": finding.offer(MET, NOW, THREE),
        "choice_of_long_names_en": finding.offer(ENGLISH, NOW, (LONG_SERVICE.id, ID_CARD.id)),
        "not_found": finding.not_found(MET, NOW),
    }


def _proofs() -> dict[str, Turn]:
    own_card, asking = RecordRead("c1", RegistryResult.DONE, OWN_CARD), AskingCode(ID_CARD.id, NUMBER, "c1", left=4)
    locked = TryRefused(Refusal.LOCKED, NOW + timedelta(hours=2))
    return {
        "number_asked": proving.begin(MET, NOW, LONG, ID_CARD.id),
        "number_unclear": heard(ASKING_NUMBER, "ub90010112"),
        "code_asked": proving_code.code_requested(SENDING_CODE, NOW, CodeRequested("c1", RegistryResult.DONE)),
        "code_accepted": showing.record_read(READING_CARD, NOW, own_card),
        "code_wrong": proving_code.wrong(MET, NOW, asking),
        "code_locked": proving_code.try_refused(replace(MET, task=TakingTry(asking, "123456")), NOW, locked),
        "facts_masked": _last(showing.record_read(replace(READING_CARD, channel="web"), NOW, own_card)),
        "facts_private": showing.reveal(ON_THE_WEB, NOW),
    }


def _people() -> dict[str, Turn]:
    def says(text: str, alias: str = "Бат") -> Turn:
        return handing_over.agent_said(MET.handed_to("bat", alias), NOW, AgentSaid("bat", text))

    return {
        "person_called": handing_over.call_person(MET, NOW),
        "person_taken": handing_over.taken(MET, NOW, CaseTaken("bat", "<b>Бат</b> \u202eтаб")),
        "person_taken_card": _last(handing_over.taken(ENGLISH, NOW, CaseTaken("bat", "Бат"))),
        "person_gone": handing_over.given_back(WITH_AGENT, NOW, GivenBack("bat")),
        "agent_words": says("Сайн байна уу? Бичгээ https://e-mongolia.mn/service/2 дээрээс аваарай.\n\nБаярлалаа."),
        "agent_markup": says(MARKUP, "*Бат_"),
        "agent_turned": says(TURNED),
        "agent_astral": says(ASTRAL, "Бат 🫶🏽"),
        "agent_one_long_word": says("😀ү" * 2500),
        "agent_long_lines": says("Нотариатаар гэрчлүүлсэн хуулбарыг авчирна уу.\n" * 110),
    }


def _other() -> dict[str, Turn]:
    said = tuple(Said(text, understand(text), "m1") for text in ("паспорт", "үнэмлэхний лавлагаа"))
    late = CaughtUp(Pile.LATE, said, 3, NOW - timedelta(hours=3), NOW - timedelta(hours=1))
    flood = replace(late, why=Pile.FLOOD)
    return {
        "greeting": greeting.greet(EMPTY, NOW),
        "greeting_en": greeting.greet(ENGLISH, NOW),
        "help": greeting.help_(MET, NOW),
        "group": greeting.private_only(EMPTY, NOW),
        "missions": heard(ENGLISH, "where is the embassy in Busan"),
        "emergency": heard(MET, "Солонгост намайг баривчилсан"),
        "election": heard(MET, "гадаадаас санал өгөх"),
        "late_pile": catching_up.late(MET, late, NOW, LONG),
        "flood": _last(catching_up.flooded(Turn(MET, (), Outcome.CHATTED), flood, NOW)),
        "file_kept": heard(MET, Shared(SharedKind.PHOTO, "m1", FileOffer("file-1"))),
        "file_too_large": heard(ENGLISH, FileRefused(FileProblem.TOO_LARGE, 10)),
        "consent": consenting.ask(MET, NOW),
    }


def _by_hand() -> dict[str, Rendered]:
    """What no turn says today: more choices than a channel can show, and links that are no web page."""
    many = tuple(Choice(Command(Verb.SHOW_SERVICE, str(n)), label_text=f"Сонголт {n}") for n in range(1, 16))
    odd = (
        Told(Text("Дүрэм", "Rules"), "tg://resolve?domain=x"),
        Told(Text("Цаг", "Hours"), "http://example.mn"),
        Told(Text("Хаяг", "Address"), "https://e-mongolia.mn/service/2?a=1&b=<2>"),
    )
    messages = {"choice_of_fifteen": Message((odd[2],), many, offer=9), "odd_links": Message(odd)}
    return {name: render(message, Language.MN, LONG, NOW) for name, message in messages.items()}
