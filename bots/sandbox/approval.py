"""A citizen's signed approval of a ХУР call, judged with the sandbox's own certificates."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bots.sandbox.people import Certificate, Person
from bots.sandbox.pki import Pki

# The operator's table only says that 601–605 are refusals of the signature or certificate: which is which is invented.
BAD_SIGNATURE, UNKNOWN_CERTIFICATE, OTHER_OWNER, REVOKED, EXPIRED = 601, 602, 603, 604, 605
_STATES = {Certificate.REVOKED: REVOKED, Certificate.EXPIRED: EXPIRED}


@dataclass(frozen=True)
class Approval:
    """`serial`: hex serial number of the certificate. `stamp`: the request's `timeStamp` header."""

    register_number: str
    serial: str
    signature: str = field(repr=False)
    stamp: str


def judge_signature(pki: Pki | None, approval: Approval, number: str) -> int:
    """0 when the approval opens the records of `number`, else the result code."""
    person = _owner(pki, approval.serial)
    if pki is None or person is None:
        return UNKNOWN_CERTIFICATE
    if person.register_number != number or approval.register_number != number:
        return OTHER_OWNER
    if person.certificate in _STATES:
        return _STATES[person.certificate]
    return 0 if _is_signed(pki, person, approval) else BAD_SIGNATURE


def _owner(pki: Pki | None, serial: str) -> Person | None:
    try:
        return pki.owner_of(int(serial, 16)) if pki else None
    except ValueError:
        return None


def _is_signed(pki: Pki, person: Person, approval: Approval) -> bool:
    """Over `<register number>.<unix seconds>` of the header (the operator's sample, DigitalSignatureApprove.java)."""
    issued = pki.issued_to(person)
    assert issued is not None  # it has an owner
    try:
        signature = base64.b64decode(approval.signature, validate=True)
        text = f"{approval.register_number}.{approval.stamp}".encode()
        issued.key.public_key().verify(signature, text, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True
