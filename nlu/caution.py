"""When a likely service is still not told at once: what is asked first instead of believed."""

from __future__ import annotations

from nlu.phonetic import stem
from nlu.phrases import keys_written_out
from nlu.query import Query
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


def is_doubtful(query: Query, near: Near, ranking: Ranking, first: int, name_said: float) -> bool:
    """Whether the likeliest service, at `first` of the shortlist, must be offered and not told.

    `name_said`: how much of its best name the message says.
    """
    service = ranking.services[near.places[first]]
    said = frozenset(query.stems)
    if query.beside_other_country or said <= _WITHOUT_A_THING:
        return True
    if said & _ACTS and not said & _PAPERS and service.headed & _PAPERS:
        return True
    if (said & _WEIGHTY) - service.stems:
        return True
    if len(said) > SHORT:
        return False
    return len(near.called - ranking.foreign_versions) > 1 or name_said < _ENOUGH_OF_A_NAME
