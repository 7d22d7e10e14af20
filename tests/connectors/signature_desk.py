"""Runs the worker's judgement without a process and without a network: the responder is asked directly."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Protocol

from connectors.signature_trust import Trust
from connectors.signature_worker import judge
from tests.fakes.pki import NOW, Issued, Pki, Recipe, issue, key, make_pki, plain_name
from tests.fakes.pki_responder import Responder

CONTENT = "Туслах: гарын үсэг\nTuslakh: signature".encode()


@cache
def small_pki() -> Pki:
    return make_pki()


@cache
def rsa_pki() -> Pki:
    return make_pki(kind="rsa2048")


@cache
def stranger() -> Issued:
    """Nobody's certificate: signed by itself."""
    return issue(Recipe(private=key("stranger"), subject=plain_name("Stranger"), serial=99))


def trust_in(pki: Pki, *more: Issued, policies: tuple[str, ...] = (), attribute: str = "UID") -> Trust:
    """`more`: further issuing certificates the operator has listed (perhaps wrongly)."""
    below = (pki.issuing.der, *(one.der for one in more))
    return Trust((pki.root.der,), below, policies, attribute)


class Answering(Protocol):
    def answer(self, url: str, body: bytes | None) -> bytes | None: ...


@dataclass
class Desk:
    """`judged` gives (result, reason); the whole verdict of the last one stays in `said`."""

    pki: Pki = field(default_factory=small_pki)
    trust: Trust | None = None
    responder: Answering | None = None
    now: datetime = NOW
    said: dict[str, str] = field(default_factory=dict)

    def judged(
        self, signature: bytes, content: bytes = CONTENT, kind: str = "cms", certificate: bytes = b""
    ) -> tuple[str, str]:
        trust = self.trust or trust_in(self.pki)
        responder = self.responder or Responder(self.pki, stranger())
        judging = judge({
            "kind": kind,
            "now": self.now.isoformat(),
            "content": base64.b64encode(content).decode(),
            "signature": base64.b64encode(signature).decode(),
            "certificate": base64.b64encode(certificate).decode(),
            "trust": trust.as_job(),
        })  # fmt: skip
        try:
            asks = next(judging)
            while True:
                asks = judging.send([responder.answer(ask.url, ask.body) for ask in asks])
        except StopIteration as done:
            self.said = done.value
        return self.said["result"], self.said["reason"]
