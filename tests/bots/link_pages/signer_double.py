"""The checker of signatures as the pages meet it: it says what the test wants of a signature over the right bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bots.sandbox.people import PEOPLE, Person
from connectors.signature_checks import Checked, SignatureResult

GOOD = b"a good signature"


@dataclass
class SignerDouble:
    """`seen`: the content of every check. Only `GOOD` bytes are a signature, of `person`."""

    result: SignatureResult = SignatureResult.GOOD
    person: Person = PEOPLE[0]
    seen: list[bytes] = field(default_factory=list)

    async def check_cms(self, content: bytes, cms: bytes, now: datetime | None = None) -> Checked:
        self.seen.append(content)
        if cms != GOOD:
            return Checked(SignatureResult.BAD, "not-ours")
        if self.result is not SignatureResult.GOOD:
            return Checked(self.result, self.result.value)
        person = self.person
        return Checked(SignatureResult.GOOD, "", person.register_number, person.given_name, "0a", "Invented CA")

    async def check_jws(self, content: bytes, token: bytes, now: datetime | None = None) -> Checked:
        return await self.check_cms(content, token, now)

    async def check_bare(
        self, content: bytes, certificate_der: bytes, signature: bytes, now: datetime | None = None
    ) -> Checked:
        return await self.check_cms(content, signature, now)
