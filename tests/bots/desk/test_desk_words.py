"""Every word of the code that the desk shows has a name there."""

from typing import get_args

from bots.desk.words import CONSENTS, REASONS, SHARED, STEPS
from dialogs.conversation import Task
from dialogs.incoming import SharedKind
from dialogs.learning import Consent
from dialogs.messages import Reason


def test_every_reason_has_a_name() -> None:
    assert {reason.value for reason in Reason} == set(REASONS)


def test_every_open_step_has_a_name() -> None:
    assert {task.kind for task in get_args(Task)} == set(STEPS)


def test_every_answer_to_the_question_of_consent_has_a_name() -> None:
    assert set(CONSENTS) == set(Consent)


def test_everything_a_citizen_can_share_has_a_name() -> None:
    assert {f"[{kind.value}]" for kind in SharedKind} <= set(SHARED)
