"""What a message wants, in the form the ranking compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlu.everyday import official
from nlu.other_countries import without_cities, without_other_countries
from nlu.phonetic import stem
from nlu.phrases import keys_written_out
from nlu.reading import Reading
from nlu.tokens import Tokens, pieces_of, tokens

_MOST_WORDS = 40
"""Content words of a message that are compared; a long letter's first ones, which bounds the time."""
_WANTS_ENGLISH = frozenset(map(stem, keys_written_out("англи англиар англиас english гадаад хэлээр englisch")))
_IN_ENGLISH = tuple(map(stem, keys_written_out("англи english")))
HOME_LANGUAGES = frozenset({"mn", "ru", "und"})
"""Who writes in another language is taken to want the paper in English, where there is such a version."""
_COMPANY = frozenset(
    map(
        stem, keys_written_out("компани ххк тбб аан байгууллага company business organisation этгээд kompani firm фирм")
    )
)
_MISSION = frozenset(
    map(
        stem,
        keys_written_out(
            "элчин консул эся дтг гадаад гадаадад гадаадаас embassy consulate consular abroad overseas "
            "солонгост японд америкт германд посольство botschaft konsulat"
        ),
    )
)
_FOREIGNER = frozenset(
    map(stem, keys_written_out("гадаадын foreigner foreign visa виз эхнэр нөхөр wife husband цагаач"))
)


@dataclass(frozen=True)
class Query:
    """`stems` said (`words` are the same as numbers), `official` stems meant by them; flags that tell siblings apart.

    `other_country`: all that is asked for is another state's; `beside_other_country`: a part was, and is left out.
    """

    stems: tuple[str, ...]
    words: Tokens
    pieces: Tokens
    official: tuple[str, ...]
    language: str
    wants_english: bool
    company: bool
    mission: bool
    foreigner: bool
    other_country: bool
    beside_other_country: bool


def query_of(reading: Reading, language: str, is_name: Callable[[frozenset[str]], bool]) -> Query:
    """`is_name` tells whether a service is called by some stems, even when they sound like another state's paper."""
    ours, other_country = without_other_countries(reading, is_name)
    content = ours.content[:_MOST_WORDS]
    keys = without_cities(content)
    stems = tuple(dict.fromkeys(map(stem, keys)))
    spoken = frozenset(stems)
    meant = official(reading.text.lower(), stems)
    if language not in HOME_LANGUAGES:
        meant = (*meant, *(found for found in _IN_ENGLISH if found not in stems))
    return Query(
        stems=stems,
        words=tokens(stems),
        pieces=pieces_of(keys),
        official=meant[:_MOST_WORDS],
        language=language,
        wants_english=bool(spoken & _WANTS_ENGLISH),
        company=bool(spoken & _COMPANY),
        mission=bool(spoken & _MISSION) or len(keys) < len(content),
        foreigner=bool(spoken & _FOREIGNER),
        other_country=other_country,
        beside_other_country=ours is not reading,
    )
