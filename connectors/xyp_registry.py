"""ХУР, the state's data exchange: it sends a citizen the one-time code and, given an approval, the citizen's own data.

What comes back is a `RegistryResult` that tells apart what did not happen (try again) from what may have happened
(a code may be on its way, or used up). Operations and their required fields: the operator's WSDL of `meta-1.5.0` and
`citizen-1.5.0`; what leaves an answer: `connectors.registry_records`. No register number, code, signature or token is
put in an exception or a log line here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

from xyp import AsyncXyp, CitizenAuth, XypConfigError
from xyp._signer import Signer  # no public way to say which time stands in a request; xyp is pinned
from xyp._tls import bundled_ca_pem  # the only way to the national CAs for a client of our own
from xyp._transport import AsyncTransport

from connectors.approvals import SignedApproval
from connectors.bounded_http import Bounds, bounded_client
from connectors.breaker import Breaker
from connectors.registry_records import clean, is_about, rows_of
from connectors.registry_results import SIGNATURE_REFUSED, WRONG_CODE_RESULTS, has_answered, name_of, result_of
from connectors.server_address import check_address
from dialogs.linking import Rows
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.records import ID_CARD, RECORDS
from dialogs.verification.register_number import PATTERN

_log = logging.getLogger(__name__)
Call = Callable[[], Awaitable[Any]]

TIMEOUT_SECONDS = 8.0  # security.md row D6
FIND_PHONE, META = "WS100018_GetGsignPhoneNo", "meta-1.5.0"  # in the operator's Java client, not in `xyp`
_REGISTERED_PHONE = 0  # the code goes to the number registered in E-Mongolia (the operator's sample, OTPApprove.java)
_FLAGS = {Way.SMS: "is_sms", Way.APP: "is_app", Way.EMAIL: "is_email"}
_CODE = re.compile(r"[0-9]{4,9}")  # an xs:int; the length of ХУР's codes is not public
_SERIAL = re.compile(r"[0-9A-Fa-f]{1,64}")
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{1,8192}={0,2}")
_PHONE = re.compile(r"(?:\+?976)?([0-9]{8})")
_MAX_ELEMENTS = 8000  # about 200 entries of a list; the SDK's reader needs quadratic time: 0.3 s for so many


class XypRegistry:
    """The registry over `xyp.AsyncXyp`. Close it when done.

    base_url: `https://xyp.gov.mn` (trusted through the national CAs shipped in `xyp`, nothing else), or plain http to
    a loopback address. private_key: a file's path or PEM bytes. timeout_seconds: for one call as a whole.
    wrong_code_results: the result codes that mean "the one-time code is wrong". While the breaker is open everything
    is UNAVAILABLE at once. Raises ValueError for an address, token or key that cannot work.
    """

    def __init__(
        self,
        *,
        base_url: str,
        access_token: str,
        private_key: str | os.PathLike[str] | bytes,
        timeout_seconds: float = TIMEOUT_SECONDS,
        wrong_code_results: frozenset[int] = WRONG_CODE_RESULTS,
        breaker: Breaker | None = None,
    ) -> None:
        check_address(base_url, "the registry's address")
        _check_token(access_token)
        if timeout_seconds <= 0:
            raise ValueError("the registry's timeout must be more than 0 seconds")
        self._base_url = base_url
        self._timeout_seconds = timeout_seconds
        self._wrong_code_results = wrong_code_results
        self._breaker = breaker or Breaker("ХУР")
        bounds = Bounds(mark=b"<", marks=_MAX_ELEMENTS)
        self._http = bounded_client(timeout_seconds, _national_trust(), bounds)
        self._signer = _signer(access_token, private_key)
        # The SDK reads the key once more; a path of it is read again too.
        self._xyp = AsyncXyp(
            access_token=access_token, private_key=private_key, base_url=base_url, http_client=self._http
        )

    async def request_code(self, register_number: str, way: Way = Way.SMS, operation: str = ID_CARD) -> RegistryResult:
        """Have ХУР send a code to what is registered for the citizen (phone, app or e-mail); that is never told.

        The code opens `operation` only. Any other way or operation is UNAVAILABLE: nothing is sent.
        """
        if not PATTERN.fullmatch(register_number):
            return RegistryResult.NOT_FOUND
        if way not in _FLAGS or operation not in RECORDS:
            return RegistryResult.UNAVAILABLE
        flags: dict[str, Any] = {"is_app": 0, "is_email": 0, "is_kiosk": 0, "is_sms": 0, _FLAGS[way]: 1}
        result, _ = await self._ask(
            lambda: self._xyp.meta.register_otp_request(
                **flags,
                json_ws_list=json.dumps([{"ws": operation}], separators=(",", ":")),
                phone_num=_REGISTERED_PHONE,
                regnum=register_number,
            ),
            wrong_code_results=frozenset(),
        )
        return result

    async def read_record(
        self, register_number: str, code: str, operation: str = ID_CARD
    ) -> tuple[RegistryResult, Rows]:
        """The citizen's own data as (text key, value), opened by the code; no rows unless the result is DONE.

        An answer that is empty or about somebody else is UNKNOWN: it is never shown.
        """
        if refused := _refused(register_number, operation):
            return refused, ()
        if not _CODE.fullmatch(code):
            return RegistryResult.WRONG_CODE, ()
        auth = CitizenAuth.with_otp(regnum=register_number, otp=int(code))
        call = self._xyp.call
        result, answer = await self._ask(
            lambda: call(operation, {"regnum": register_number}, auth=auth), self._wrong_code_results
        )
        return _shown(result, answer, operation, register_number)

    async def read_signed(
        self, register_number: str, approval: SignedApproval, operation: str
    ) -> tuple[RegistryResult, Rows]:
        """The same with the citizen's signature in place of a code; WRONG_CODE when the signature is refused.

        ХУР checks it against the time in the request's header, so that must be the time that was signed.
        """
        if refused := _refused(register_number, operation):
            return refused, ()
        if not _can_be_checked(approval):
            return RegistryResult.WRONG_CODE, ()
        auth = CitizenAuth.with_signature(
            regnum=register_number, signature=approval.signature, cert_fingerprint=approval.certificate_serial
        )
        transport = AsyncTransport(_SignerAt(self._signer, approval.signed_at), self._base_url, self._http)
        result, answer = await self._ask(
            lambda: transport.call(operation, {"regnum": register_number}, auth),
            self._wrong_code_results | SIGNATURE_REFUSED,
        )
        return _shown(result, answer, operation, register_number)

    async def find_phone(self, register_number: str) -> tuple[RegistryResult, str]:
        """The mobile number registered for the citizen's phone signature, eight digits; empty unless DONE.

        A number that is none of this country is NOT_FOUND.
        """
        if not PATTERN.fullmatch(register_number):
            return RegistryResult.NOT_FOUND, ""
        call = self._xyp.call
        result, answer = await self._ask(
            lambda: call(FIND_PHONE, {"regnum": register_number}, endpoint=META), wrong_code_results=frozenset()
        )
        if result is not RegistryResult.DONE:
            return result, ""
        if not isinstance(answer, Mapping):
            return RegistryResult.UNKNOWN, ""
        found = _PHONE.fullmatch(clean(answer.get("gSignPhoneNumber")))
        return (RegistryResult.DONE, found[1]) if found else (RegistryResult.NOT_FOUND, "")

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _ask(self, call: Call, wrong_code_results: frozenset[int]) -> tuple[RegistryResult, Any]:
        """Run one call to its end or its time limit: DONE with an answer, anything else without."""
        if not self._breaker.may_call():
            return RegistryResult.UNAVAILABLE, None
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await call()
        except Exception as error:  # the SDK lets some garbage through as ValueError or RecursionError
            result = result_of(error, wrong_code_results)
            self._breaker.succeeded() if has_answered(error) else self._breaker.failed()
            _log.info("the registry call ended as %s: %s", result, name_of(error))  # never the error's own text
            return result, None
        except BaseException:
            self._breaker.left()
            raise
        self._breaker.succeeded()
        return RegistryResult.DONE, answer


class _SignerAt(Signer):
    """Signs the request as of one given time (unix seconds) instead of now."""

    def __init__(self, signer: Signer, signed_at: int) -> None:
        self._signer = signer
        self._signed_at = signed_at

    def headers(self, timestamp: int | None = None) -> dict[str, str]:
        return self._signer.headers(self._signed_at)


def _refused(register_number: str, operation: str) -> RegistryResult | None:
    """What is not asked at all."""
    if not PATTERN.fullmatch(register_number):
        return RegistryResult.NOT_FOUND
    return None if operation in RECORDS else RegistryResult.UNAVAILABLE


def _can_be_checked(approval: SignedApproval) -> bool:
    return bool(
        _SERIAL.fullmatch(approval.certificate_serial)
        and _SIGNATURE.fullmatch(approval.signature)
        and 0 < approval.signed_at < 2**40
    )


def _shown(result: RegistryResult, answer: object, operation: str, register_number: str) -> tuple[RegistryResult, Rows]:
    """Rows of a successful answer that holds something and is about this person; else nothing is shown."""
    if result is not RegistryResult.DONE:
        return result, ()
    rows = rows_of(operation, answer) if isinstance(answer, Mapping) else ()
    if not isinstance(answer, Mapping) or not rows or not is_about(operation, answer, register_number):
        return RegistryResult.UNKNOWN, ()
    return RegistryResult.DONE, rows


@cache
def _national_trust() -> ssl.SSLContext:
    return ssl.create_default_context(cadata=bundled_ca_pem())


def _signer(access_token: str, private_key: str | os.PathLike[str] | bytes) -> Signer:
    if not private_key:  # the SDK would look for one in the environment
        raise ValueError("the registry needs a private key")
    try:
        return Signer(access_token, private_key)
    except XypConfigError as error:
        raise ValueError(f"the registry's settings cannot be used: {error}") from None


def _check_token(access_token: str) -> None:
    """A token that no HTTP header can carry would otherwise be quoted by the error of the first call."""
    if not access_token or not all("!" <= sign <= "~" for sign in access_token):
        raise ValueError("the registry's access token must be printable ASCII without spaces")
