"""What is typed instead of pressed, and in which language it is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.conversation import AskingCode, AskingNumber, Conversation, Task, Turn
from dialogs.flows.choosing import typed_choice
from dialogs.incoming import Said
from dialogs.messages import Reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Verb
from dialogs.services import Language
from dialogs.understanding import Action, Aspect, Candidate, Need, Script, Understanding
from tests.dialogs.services import CATALOGUE, CRIMINAL_RECORD, ID_CARD, PASSPORT_EXPIRED, PASSPORT_LOST
from tests.dialogs.states import NOW
from tests.dialogs.turns import EMPTY, NUMBER, after

OFFERED = after(EMPTY, "паспорт").conversation
ENGLISH = replace(EMPTY, language=Language.EN)
ON_THE_TABLE = replace(EMPTY, topic=PASSPORT_LOST.id)
NOTHING_MEANT = Understanding("und", Script.NONE, Action.NOTHING)


def chosen(conversation: Conversation, text: str, hours: int = 0) -> tuple[Verb, str] | None:
    choice = typed_choice(conversation, text, NOW + timedelta(hours=hours), CATALOGUE)
    return (choice.command.verb, choice.command.argument) if choice else None


@pytest.mark.parametrize(
    "text", ["1", "1.", "1️⃣", "１", "1-р", "эхнийх нь", "Эхнийх", "нэг дэх", "first one", "the first one", "ehniih ni"]
)
def test_the_first_candidate_can_be_typed(text: str) -> None:
    assert chosen(OFFERED, text) == (Verb.SHOW_SERVICE, PASSPORT_LOST.id)


@pytest.mark.parametrize(
    "text",
    ["2", "2 dahi", "2 дахь нь", "хоёр дахь", "second", "passport, NEW order (expired)", PASSPORT_EXPIRED.title.mn],
)
def test_the_second_candidate_can_be_typed(text: str) -> None:
    assert chosen(OFFERED, text) == (Verb.SHOW_SERVICE, PASSPORT_EXPIRED.id)


@pytest.mark.parametrize("text", ["Аль нь ч биш", "аль нь ч биш!", "none of these", "None", "ali ni ch bish"])
def test_none_of_these_can_be_typed(text: str) -> None:
    assert chosen(OFFERED, text) == (Verb.NONE_OF_THESE, "")


@pytest.mark.parametrize("text", ["3", "0", "12", "1 2", "2 pasport", "паспорт", "", "   ", "½", "1" * 500])
def test_other_words_are_no_choice(text: str) -> None:
    assert chosen(OFFERED, text) is None


def test_a_number_says_nothing_where_no_candidates_were_offered() -> None:
    told = after(EMPTY, "үнэмлэхний лавлагаа").conversation
    assert chosen(told, "1") is None
    assert chosen(told, "see my own data") == (Verb.PROVE, ID_CARD.id)


def test_yesterdays_candidates_are_not_chosen_from() -> None:
    assert chosen(OFFERED, "1", hours=25) is None


@pytest.mark.parametrize("task", [AskingNumber(ID_CARD.id), AskingCode(ID_CARD.id, NUMBER, "c1")])
def test_digits_are_not_a_choice_while_a_number_or_code_is_asked(task: Task) -> None:
    assert chosen(replace(OFFERED, task=task), "1") is None


def test_a_typed_choice_is_told() -> None:
    turn = after(OFFERED, Said("2", NOTHING_MEANT, "m1"))
    assert (turn.outcome, turn.conversation.topic) == (Outcome.TOLD, PASSPORT_EXPIRED.id)


@pytest.mark.parametrize(
    ("language", "scripts", "text", "answered"),
    [
        ("en", (Script.LATIN, Script.LATIN), "my passport", Language.EN),
        ("en", (Script.LATIN,), "passport", Language.MN),
        ("en", (Script.LATIN, Script.NONE), "PDF 5", Language.MN),
        ("en", (Script.LATIN, Script.LATIN, Script.LATIN), "http://evil.com", Language.MN),
        ("en", (Script.LATIN, Script.LATIN), "www.evil.com now", Language.MN),
        ("und", (Script.LATIN, Script.LATIN), "E-Mongolia", Language.MN),
    ],
)
def test_english_is_answered_only_when_it_is_clearly_written(
    language: str, scripts: tuple[Script, ...], text: str, answered: Language
) -> None:
    understood = Understanding(language, Script.LATIN, Action.NOTHING, word_scripts=scripts)
    assert after(EMPTY, Said(text, understood)).conversation.language is answered


@pytest.mark.parametrize(("language", "script"), [("mn", Script.LATIN), ("mn", Script.NONE), ("und", Script.CYRILLIC)])
def test_one_mongolian_word_leads_back(language: str, script: Script) -> None:
    understood = Understanding(language, script, Action.NOTHING, word_scripts=(script,))
    assert after(ENGLISH, Said("үг", understood)).conversation.language is Language.MN
    kept = after(replace(ENGLISH, language_chosen=True), Said("үг", understood))
    assert kept.conversation.language is Language.EN


@pytest.mark.parametrize(
    ("action", "candidates", "topic"),
    [
        (Action.NOTHING, (), PASSPORT_LOST.id),
        (Action.CHOICE, (Candidate(CRIMINAL_RECORD.id, 0.3),), PASSPORT_LOST.id),
        (Action.CHOICE, (Candidate(PASSPORT_LOST.id, 0.9),), PASSPORT_LOST.id),
        (Action.SURE, (Candidate(CRIMINAL_RECORD.id, 0.9),), CRIMINAL_RECORD.id),
    ],
)
def test_a_question_about_one_side_is_about_the_service_on_the_table(
    action: Action, candidates: tuple[Candidate, ...], topic: str
) -> None:
    understood = Understanding("mn", Script.CYRILLIC, action, Aspect.FEE, (Need("", candidates),))
    turn = after(ON_THE_TABLE, Said("", understood))
    assert (turn.outcome, turn.conversation.topic) == (Outcome.TOLD, topic)


def test_another_service_that_is_likely_is_offered() -> None:
    needs = (Need("", (Candidate(CRIMINAL_RECORD.id, 0.5),)),)
    understood = Understanding("mn", Script.CYRILLIC, Action.CHOICE, Aspect.FEE, needs)
    assert after(ON_THE_TABLE, Said("", understood)).outcome is Outcome.OFFERED


@pytest.mark.parametrize(("aspect", "whole"), [(Aspect.HOW, True), (Aspect.FEE, False)])
def test_how_about_a_service_told_for_the_first_time_is_told_whole(aspect: Aspect, whole: bool) -> None:
    needs = (Need("", (Candidate(ID_CARD.id, 0.9),)),)
    understood = Understanding("mn", Script.CYRILLIC, Action.SURE, aspect, needs)
    first = after(EMPTY, Said("", understood))
    assert (not _one_side(first)) is whole
    assert _one_side(after(first.conversation, Said("", understood)))


def _one_side(turn: Turn) -> bool:
    """Whether the whole card is one tap away."""
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    return any(choice.label_key == "button.whole-card" for message in messages for choice in message.choices)
