"""When a likely service is still not told at once: what is asked first instead of believed."""

from __future__ import annotations

from enum import StrEnum

from nlu.phonetic import stem
from nlu.phrases import keys_written_out
from nlu.query import HOME_LANGUAGES, Query
from nlu.ranking import Near, Ranking

SHORT = 2
"""Words of a message that may be no more than a word many services share."""
_ENOUGH_OF_A_NAME = 0.4


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, keys_written_out(words)))


_ACTS = _stems("солих солиулах сольё өөрчлөх өөрчлүүлэх шинэчлэх change renew replace")
"""What one wants done, which a paper about it does not do."""
_PAPERS = _stems("лавлагаа тодорхойлолт хуулга справка reference statement certificate proof баталгаа")
_WITHOUT_A_THING = _stems(
    "хулгай хулгайд алдах алдсан алдчихлаа гээх гээсэн хаясан дуусах дууссан хугацаа хэтэрсэн солих сунгах шинэчлэх "
    "захиалах бүртгүүлэх бүртгэл өөрчлөх тогтоолгох lost stolen expired renew change order register"
)
"""What happens to a thing; alone it does not tell to which."""


_WEIGHTY = _stems(
    "виз виза visa visas өв өвлөх хууль бус inheritance inherit illegal illegally overstay шүүх court торгууль fine "
    "цагдаа police гэмт хэрэг"
)
"""Who says one of these does not mean a service that knows nothing of it."""


class Doubt(StrEnum):
    """What keeps the likeliest service from being told."""

    OTHER_COUNTRY = "other-country"  # another state's paper is named beside it
    NO_THING = "no-thing"  # what happened, but not to what
    ANOTHER_ACT = "another-act"  # something is to be changed, the service gives a paper about it
    WEIGHTY = "weighty"  # a weighty word that the service does not know
    SHARED = "shared"  # a short message that several services are called by
    VERSION = "version"  # asked from abroad for a paper that is there in a foreign language too, and not which
    LITTLE_OF_NAME = "little-of-name"  # a short message that says little of the service's name


def doubt_of(query: Query, near: Near, ranking: Ranking, first: int, name_said: float) -> Doubt | None:
    """Why the likeliest service, at `first` of the shortlist, must be offered and not told; None when it need not.

    `name_said`: how much of its best name the message says.
    """
    service = ranking.services[near.places[first]]
    said = frozenset(query.stems)
    if query.beside_other_country:
        return Doubt.OTHER_COUNTRY
    if said <= _WITHOUT_A_THING:
        return Doubt.NO_THING
    if said & _ACTS and not said & _PAPERS and service.headed & _PAPERS:
        return Doubt.ANOTHER_ACT
    if (said & _WEIGHTY) - service.stems:
        return Doubt.WEIGHTY
    if query.language not in HOME_LANGUAGES and service.id in ranking.paired and not service.foreign_version:
        return Doubt.VERSION
    if len(said) > SHORT:
        return None
    if len(near.called - ranking.foreign_versions) > 1:
        return Doubt.SHARED
    return Doubt.LITTLE_OF_NAME if name_said < _ENOUGH_OF_A_NAME else None
