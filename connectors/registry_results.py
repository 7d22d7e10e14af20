"""What became of a call to ХУР: the SDK's errors in our words, told apart by whether something may have happened."""

from __future__ import annotations

import httpx
from xyp import (
    AccessDeniedError,
    AuthRequiredError,
    CitizenDataError,
    FingerprintError,
    InternalError,
    InvalidRequestError,
    NotFoundError,
    ProviderError,
    SignatureError,
    XypApiError,
    XypConfigError,
    XypConnectionError,
    XypResponseError,
)

from dialogs.messages import RegistryResult

WRONG_CODE_RESULTS = frozenset({200, 201, 202})  # "auth missing"; what a wrong code gets is not public
SIGNATURE_REFUSED = frozenset(range(601, 606))  # the signature or the certificate was refused
# Documented refusals: ХУР answered and did nothing.
_REFUSED = (
    InternalError, InvalidRequestError, AccessDeniedError, ProviderError,
    AuthRequiredError, FingerprintError, CitizenDataError, SignatureError,
)  # fmt: skip
_NEVER_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_REQUEST_TIMEOUT = 408  # the one 4xx that says nothing about what was done


def result_of(error: Exception, wrong_code_results: frozenset[int]) -> RegistryResult:
    """The one place where the SDK's errors become our words; whatever is not known to have failed is UNKNOWN."""
    match error:
        case XypApiError() if error.result_code in wrong_code_results:
            return RegistryResult.WRONG_CODE
        case NotFoundError():
            return RegistryResult.NOT_FOUND
        case XypApiError():
            return RegistryResult.UNAVAILABLE if isinstance(error, _REFUSED) else RegistryResult.UNKNOWN
        case XypConnectionError():  # the SDK keeps httpx's own error as the cause
            written = not isinstance(error.__cause__, _NEVER_WRITTEN)
            return RegistryResult.UNKNOWN if written else RegistryResult.UNAVAILABLE
        case XypResponseError() if _is_refusal(error):
            return RegistryResult.UNAVAILABLE
        case XypConfigError():
            return RegistryResult.UNAVAILABLE
        case _:
            return RegistryResult.UNKNOWN


def has_answered(error: Exception) -> bool:
    """Whether ХУР, or the gateway before it, is there and makes sense: then the breaker stays closed."""
    return isinstance(error, XypApiError | XypConfigError) or _is_refusal(error)


def _is_refusal(error: Exception) -> bool:
    status = error.status_code if isinstance(error, XypResponseError) else None
    return status is not None and 400 <= status < 500 and status != _REQUEST_TIMEOUT


def name_of(error: Exception) -> str:
    """What may be logged of an error: its class and, if ХУР answered, the result code."""
    code = f" {error.result_code}" if isinstance(error, XypApiError) else ""
    return f"{type(error).__name__}{code}"
