"""What was taken for what, for editors: the pairs of services most often mixed up come first, with their messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.evaluation.answers import Answer

COLUMNS = ("times", "meant", "found first", "probability", "place of the meant", "action", "message")


def text(answers: Sequence[Answer]) -> str:
    """Tab-separated, a line for each whose service is not first; `times`: how often the two are mixed up either way."""
    wrong = [one for one in answers if one.place > 0 and one.first is not None]
    times = Counter(_pair(one) for one in wrong)
    wrong.sort(key=lambda one: (-times[_pair(one)], sorted(_pair(one)), -one.probability))
    lines = [COLUMNS, *(_row(one, times[_pair(one)]) for one in wrong)]
    return "".join("\t".join(line) + "\n" for line in lines)


def _pair(answer: Answer) -> frozenset[str]:
    return frozenset({_meant(answer), answer.first or ""})


def _meant(answer: Answer) -> str:
    return " ".join(sorted(answer.need.services))


def _row(answer: Answer, times: int) -> tuple[str, ...]:
    place = str(answer.place + 1) if answer.place < 10 else "absent"
    probability = f"{answer.probability:.2f}"
    return (
        str(times),
        _meant(answer),
        answer.first or "",
        probability,
        place,
        answer.action.value,
        answer.need.message,
    )
