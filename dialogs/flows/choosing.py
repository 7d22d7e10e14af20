"""A choice that is typed instead of pressed: `2`, `эхнийх нь`, the words on a button, `none of these`."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from dialogs.conversation import AskingCode, AskingNumber, Conversation
from dialogs.flows.pressing import BUTTONS_LIVE_FOR
from dialogs.rendering import label
from dialogs.sayings import Choice, Verb
from dialogs.services import Catalogue, Language
from dialogs.wording import texts

_WORD = re.compile(r"[^\W_]+")
_MOST_CHARACTERS = 200
_ORDINALS = (
    "1 1р 1рх 1st нэг нэгдүгээр нэгдэх нэгдэхь эхний эхнийх эхнийхийг first neg negdugeer negdeh ehnii ehniih ehnih",
    "2 2р 2рх 2nd хоёр хоёрдугаар хоёрдахь хоёрдах second hoyr hoyor hoyrdugaar hoyordugaar hoyrdah hoyrdahi",
    "3 3р 3рх 3rd гурав гуравдугаар гуравдахь гуравдах third gurav gurawdugaar guravdugaar guravdah guravdahi",
)
_PLACES = {word: place for place, words in enumerate(_ORDINALS) for word in words.split()}
_PLACES |= {str(number): number - 1 for number in range(4, 14)}  # as many as Messenger numbers in a message
# Words around a number that do not say which.
_AROUND = frozenset((
    "нь", "р", "дахь", "дах", "дэх", "дугаар", "дүгээр", "сонголт", "ni", "n", "r", "dahi", "dah", "deh", "dehi",
    "dugaar", "dugeer", "songolt", "number", "no", "option", "the", "one",
))  # fmt: skip
_NONE = frozenset((
    "аль нь ч биш", "аль ч биш", "алин ч биш", "али нь ч биш", "эдний аль нь ч биш", "эдгээрийн аль нь ч биш",
    "эдгээр биш", "ali ni ch bish", "ali n ch bish", "ali ch bish", "alin ch bish", "al ni ch bish", "edgeer bish",
    "none", "none of these", "none of them", "none of those", "neither", "neither of them",
))  # fmt: skip


def typed_choice(conversation: Conversation, text: str, now: datetime, catalogue: Catalogue) -> Choice | None:
    """The button of the newest message that is meant; None while a number or a code is asked for."""
    offer = conversation.offers[-1] if conversation.offers else None
    if offer is None or now - offer.made_at > BUTTONS_LIVE_FOR or len(text) > _MOST_CHARACTERS:
        return None
    words = _words(text)
    if not words or isinstance(conversation.task, AskingNumber | AskingCode):
        return None
    named = next((choice for choice in offer.choices if words in _labels(choice, catalogue)), None)
    return named or _counted(offer.choices, words)


def _counted(choices: tuple[Choice, ...], words: tuple[str, ...]) -> Choice | None:
    """Only candidates are counted: elsewhere a number alone says nothing."""
    none = next((choice for choice in choices if choice.command.verb is Verb.NONE_OF_THESE), None)
    if none is None or " ".join(words) in _NONE:
        return none
    left = [word for word in words if word not in _AROUND]
    candidates = [choice for choice in choices if choice.command.verb in (Verb.SHOW_SERVICE, Verb.ASK_ASPECT)]
    place = _PLACES.get(left[0]) if len(left) == 1 else None
    return candidates[place] if place is not None and place < len(candidates) else None


def _labels(choice: Choice, catalogue: Catalogue) -> tuple[tuple[str, ...], ...]:
    """What stands on the button, in both languages; nothing when it was kept from before its words were changed."""
    keyed, titled = choice.label_key in texts(), bool(choice.label_service or choice.label_text)
    if not (keyed or (titled and not choice.label_key)):
        return ()
    return tuple(_words(label(choice, language, catalogue)) for language in Language)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
