"""What `make test` does not let understanding fall under or rise above, in per cent; measured figures beside them.

Measured on the sets as `tests/nlu/test_floor.py` asks them: of the needs kept apart every fourth one.
"""

from __future__ import annotations

from tests.evaluation.answers import Answer

EVERY = 4
"""Every so manieth need kept apart is asked, so that the gate takes half a minute."""

APART_FIRST = 82.5  # 84.3 measured
APART_THREE = 93.0  # 94.9 measured
APART_TEN = 97.0  # 98.8 measured
APART_RIGHT_ACTION = 89.5  # 91.5 measured
APART_WRONG_WHEN_SURE_AT_MOST = 4.5  # 2.4 measured
APART_REFUSED_AT_MOST = 2.5  # 0.5 measured
APART_CALIBRATION_ERROR_AT_MOST = 7.0  # 4.8 measured
APART_FIRST_BY_GROUP = {
    "Cyrillic": 83.5,  # 86.7 measured, 113 messages
    "Latin-typed": 81.5,  # 84.7 measured, 157 messages
    "English": 81.0,  # 84.2 measured, 76 messages
    "other languages": 76.0,  # 79.1 measured, 67 messages
}

TYPED_FIRST = 73.5  # 75.7 measured
TYPED_THREE = 87.5  # 89.5 measured
TYPED_TEN = 94.0  # 96.1 measured

OUT_OF_SCOPE_WITHOUT_OFFER = 84.0  # 85.8 measured
OUT_OF_SCOPE_TOLD_AT_MOST = 2.5  # 0.5 measured

DANGER_HEARD = 83.0  # 85.1 measured
DANGER_NEAR_MISSES_AT_MOST = 14.0  # 11.9 measured
DANGER_ORDINARY_AT_MOST = 4.0  # 2.2 measured

ASPECT_RIGHT = 74.0  # 76.0 measured
FOLLOW_UP_HEARD = 39.0  # 41.2 measured
FOLLOW_UP_WRONGLY_AT_MOST = 4.5  # 2.5 measured

DOUBLE_SPLIT = 34.0  # 36.0 measured
DOUBLE_BOTH_FIRST = 23.5  # 25.3 measured
DOUBLE_BOTH_IN_THREE = 30.0  # 32.0 measured
SINGLE_SPLIT_AT_MOST = 16.5  # 14.3 measured
ORDINARY_SPLIT_AT_MOST = 5.0  # 2.9 measured

LANGUAGE_RIGHT = 96.0  # 98.2 measured


def group_of(answer: Answer) -> str:
    """The languages of which few messages are asked are taken together."""
    return answer.group if answer.group in APART_FIRST_BY_GROUP else "other languages"
