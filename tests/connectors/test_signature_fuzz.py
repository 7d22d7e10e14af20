"""Changed messages: whatever is turned, nothing but a verdict comes out, and never another person's."""

from __future__ import annotations

import random

from tests.connectors.signature_desk import CONTENT, Desk, small_pki
from tests.fakes.pki import NUMBER
from tests.fakes.pki_messages import sign_cms, sign_jws

ROUNDS = 400  # each; 20 000 were run once by hand


def turned(message: bytes, chance: random.Random) -> bytes:
    """One to three bytes replaced, cut out or doubled."""
    for _ in range(chance.randint(1, 3)):
        place, what = chance.randrange(len(message)), chance.randrange(3)
        middle = (bytes([chance.randrange(256)]), b"", message[place : place + 1] * 2)[what]
        message = message[:place] + middle + message[place + 1 :]
    return message


def people(kind: str, message: bytes, seed: int) -> set[str]:
    """Whose register numbers came out of all the changed messages."""
    chance, desk, found = random.Random(seed), Desk(), set()
    for _ in range(ROUNDS):
        if desk.judged(turned(message, chance), kind=kind)[0] == "good":
            found.add(desk.said["register_number"])
    return found


def test_a_turned_message_names_nobody_else() -> None:
    assert people("cms", sign_cms(small_pki().person, CONTENT), 1) <= {NUMBER}


def test_a_turned_token_names_nobody_else() -> None:
    assert people("jws", sign_jws(small_pki().person, CONTENT), 2) <= {NUMBER}
