"""What no log line may hold, in one place: personal numbers and codes, tokens, keys, and addresses that open something.

For logs, crash reports and the command line's errors. Names and what people say have no form one could look for: they
must not be put into a line at all, which is why exceptions are told by class and place only (`config.logs`).
"""

from __future__ import annotations

import re

from dialogs.masking import STARS, mask_text

_VALUE = r"[^\s&\"'<>;,)}\]]+"
_NAMES = (
    r"code|state|nonce|token|access_token|refresh_token|id_token|client_secret|code_verifier|secret|password|"
    r"appsecret_proof|hub\.verify_token|login_hint|session|api[_-]?key|key"
)
_SECRETS = (
    (re.compile(r"\b(bot)?\d{6,12}:[A-Za-z0-9_-]{20,}"), rf"\1{STARS}"),  # a Telegram bot's token, as in its address
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"), rf"\1 {STARS}"),
    (re.compile(r"(?i)(/(?:link|mydata|sms-receipt|esign)/)[^\s/?#\"']+"), rf"\1{STARS}"),
    (re.compile(rf"(?i)(?<![a-z0-9])({_NAMES})(\s*=\s*[\"']?|[\"']\s*[:=]\s*[\"']?){_VALUE}"), rf"\1\2{STARS}"),
    (re.compile(r"(?i)\b(authorization|(?:set-)?cookie|x-[a-z-]*token)[\"']?\s*:\s*[^\n]+"), rf"\1: {STARS}"),
    (re.compile(r"(?<=://)[^\s/@]+@"), f"{STARS}@"),  # user and password of an address
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)*"), STARS),  # a signed token (RFC 7519)
    (re.compile(r"\bEAA[A-Za-z0-9]{20,}"), STARS),  # an access token of the Graph API
    (re.compile(r"\bgAAAA[A-Za-z0-9_=-]{20,}"), STARS),  # something sealed
    (re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{43,44}(?![A-Za-z0-9_-])=?"), STARS),  # 32 bytes
    (re.compile(r"-----BEGIN [^-]+-----.*?(?:-----END [^-]+-----|\Z)", re.DOTALL), STARS),
)


def redact(text: str) -> str:
    """The text without secrets and personal numbers; never fails, and says the same about any text twice."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return mask_text(text)
