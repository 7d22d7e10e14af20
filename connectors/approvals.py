"""What a citizen's ESIGN client gives: an approval that ХУР takes in place of a code."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SignedApproval:
    """`signature` (base64) stands over `<register number>.<signed_at>`; `signed_at` is in unix seconds.

    `certificate_serial`: the certificate's serial number in hex, as ХУР wants it in `certFingerprint`.
    """

    certificate_serial: str
    signed_at: int
    signature: str = field(repr=False)
