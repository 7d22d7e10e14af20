"""ХУР, the state's data exchange: it sends a citizen the one-time code and, given that code, the citizen's own card.

What comes back is a `RegistryResult` that tells apart what did not happen (try again) from what may have happened
(a code may be on its way, or used up). Operations and their required fields: the operator's WSDL of `meta-1.5.0` and
`citizen-1.5.0`. No register number, code or token is put in an exception or a log line here.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import os
import re
import unicodedata
from collections.abc import Awaitable
from datetime import datetime, time
from typing import TypeVar

import httpx
from xyp import (
    AccessDeniedError,
    AsyncXyp,
    AuthRequiredError,
    CitizenAuth,
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
from xyp._tls import build_verify  # the only way to the bundled national CAs for a client of our own; xyp is pinned
from xyp.operations.citizen.get_citizen_id_card_info import GetCitizenIdCardInfoResponse

from connectors.approvals import SignedApproval
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.records import ID_CARD
from dialogs.verification.register_number import PATTERN

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
Rows = tuple[tuple[str, str], ...]

WRONG_CODE_RESULTS = frozenset({200, 201, 202})  # "auth missing"; what a wrong code gets is not public
TIMEOUT_SECONDS = 20.0
MAX_VALUE_CHARS = 200
_REGISTERED_PHONE = 0  # the code goes to the number registered in E-Mongolia (the operator's sample, OTPApprove.java)
_YES, _NO = 1, 0
_CONNECT_SHARE = 0.25  # of the whole time: pool, TCP and TLS take their turn before a byte of the request is written
_CODE = re.compile(r"[0-9]{4,9}")  # an xs:int; the length of ХУР's codes is not public
# Documented refusals: ХУР answered and did nothing.
_REFUSED = (
    InternalError, InvalidRequestError, AccessDeniedError, ProviderError,
    AuthRequiredError, FingerprintError, CitizenDataError, SignatureError,
)  # fmt: skip
_NEVER_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_REQUEST_TIMEOUT = 408  # the one 4xx that says nothing about what was done


class XypRegistry:
    """The registry over `xyp.AsyncXyp`. Close it when done.

    base_url: `https://xyp.gov.mn` (trusted through the national CAs shipped in `xyp`, nothing else), or plain http to
    a loopback address. private_key: a file's path or PEM bytes. timeout_seconds: for one call as a whole.
    wrong_code_results: the result codes that mean "the one-time code is wrong".
    Raises ValueError for an address, token or key that cannot work.
    """

    def __init__(
        self,
        *,
        base_url: str,
        access_token: str,
        private_key: str | os.PathLike[str] | bytes,
        timeout_seconds: float = TIMEOUT_SECONDS,
        wrong_code_results: frozenset[int] = WRONG_CODE_RESULTS,
    ) -> None:
        _check_address(base_url)
        _check_token(access_token)
        if timeout_seconds <= 0:
            raise ValueError("the registry's timeout must be more than 0 seconds")
        self._timeout_seconds = timeout_seconds
        self._wrong_code_results = wrong_code_results
        self._http = _http_client(timeout_seconds)
        self._xyp = _sdk_client(base_url, access_token, private_key, self._http)

    async def request_code(self, register_number: str, way: Way = Way.SMS, operation: str = ID_CARD) -> RegistryResult:
        """Have ХУР send a code to what is registered for the citizen (phone, app or e-mail); that is never told."""
        if not PATTERN.fullmatch(register_number):
            return RegistryResult.NOT_FOUND
        call = self._xyp.meta.register_otp_request(
            is_app=_YES if way is Way.APP else _NO,
            is_email=_YES if way is Way.EMAIL else _NO,
            is_kiosk=_NO,
            is_sms=_YES if way is Way.SMS else _NO,
            json_ws_list=json.dumps([{"ws": operation}], separators=(",", ":")),
            phone_num=_REGISTERED_PHONE,
            regnum=register_number,
        )
        result, _ = await self._ask(call, wrong_code_results=frozenset())
        return result

    async def read_signed(
        self, register_number: str, approval: SignedApproval, operation: str
    ) -> tuple[RegistryResult, Rows]:
        """With the citizen's signature in place of a code."""
        raise NotImplementedError

    async def find_phone(self, register_number: str) -> tuple[RegistryResult, str]:
        """The registered mobile number; empty unless DONE."""
        raise NotImplementedError

    async def read_record(
        self, register_number: str, code: str, operation: str = ID_CARD
    ) -> tuple[RegistryResult, Rows]:
        """The citizen's own card as (text key, value), opened by the code; no rows unless the result is DONE.

        An answer that is empty or about somebody else is UNKNOWN: it is never shown.
        """
        if not PATTERN.fullmatch(register_number):
            return RegistryResult.NOT_FOUND, ()
        if not _CODE.fullmatch(code):
            return RegistryResult.WRONG_CODE, ()
        auth = CitizenAuth.with_otp(regnum=register_number, otp=int(code))
        call = self._xyp.citizen.get_citizen_id_card_info(regnum=register_number, auth=auth)
        result, card = await self._ask(call, self._wrong_code_results)
        if card is None:
            return result, ()
        if _clean(card.regnum).upper() != register_number:
            return RegistryResult.UNKNOWN, ()
        return RegistryResult.DONE, _rows(card)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _ask(
        self, call: Awaitable[Answer], wrong_code_results: frozenset[int]
    ) -> tuple[RegistryResult, Answer | None]:
        """Run one call to its end or its time limit: DONE with an answer, anything else without."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return RegistryResult.DONE, await call
        except Exception as error:  # the SDK lets some garbage through as ValueError or RecursionError
            result = _translate(error, wrong_code_results)
            _log.info("the registry call ended as %s: %s", result, _name(error))  # never the error's own text
            return result, None


def _translate(error: Exception, wrong_code_results: frozenset[int]) -> RegistryResult:
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
        case XypResponseError(status_code=int(status)) if 400 <= status < 500 and status != _REQUEST_TIMEOUT:
            return RegistryResult.UNAVAILABLE
        case XypConfigError():
            return RegistryResult.UNAVAILABLE
        case _:
            return RegistryResult.UNKNOWN


def _name(error: Exception) -> str:
    """What may be logged of an error: its class and, if ХУР answered, the result code."""
    code = f" {error.result_code}" if isinstance(error, XypApiError) else ""
    return f"{type(error).__name__}{code}"


def _rows(card: GetCitizenIdCardInfoResponse) -> Rows:
    """The allowlist, in the order it is shown; the picture and whatever else was sent is dropped."""
    fields = (
        ("field.family-name", card.surname),
        ("field.patronymic", card.lastname),
        ("field.given-name", card.firstname),
        ("field.register-number", card.regnum),
        ("field.civil-id", card.civil_id),
        ("field.sex", card.gender),
        ("field.birth-date", _birth_date(card.birth_date, card.birth_date_as_text)),
        ("field.birth-place", card.birth_place),
        ("field.address", card.passport_address),
        ("field.issued", card.passport_issue_date),
        ("field.valid-until", card.passport_expire_date),
    )
    return tuple((key, clean) for key, value in fields if (clean := _clean(value)))


def _birth_date(birth_date: datetime | str | None, as_text: str | None) -> str | None:
    """ISO date. A moment that is not midnight is a day in some other time zone: then ХУР's text, or nothing."""
    if isinstance(birth_date, datetime):
        return birth_date.date().isoformat() if birth_date.time() == time.min else as_text
    return as_text or birth_date


def _clean(value: str | None) -> str:
    """One line without control, formatting or unassigned signs, at most `MAX_VALUE_CHARS` characters."""
    line = " ".join(unicodedata.normalize("NFC", value or "").split())
    return "".join(sign for sign in line if unicodedata.category(sign)[0] != "C")[:MAX_VALUE_CHARS]


def _http_client(timeout_seconds: float) -> httpx.AsyncClient:
    """Connecting has its own, shorter limit; a proxy named in the environment is not used for signed requests."""
    connecting = timeout_seconds * _CONNECT_SHARE
    timeout = httpx.Timeout(timeout_seconds, connect=connecting, pool=connecting)
    return httpx.AsyncClient(timeout=timeout, verify=build_verify(True), trust_env=False, follow_redirects=False)


def _sdk_client(
    base_url: str, access_token: str, private_key: str | os.PathLike[str] | bytes, http: httpx.AsyncClient
) -> AsyncXyp:
    if not private_key:  # the SDK would look for one in the environment
        raise ValueError("the registry needs a private key")
    try:
        return AsyncXyp(access_token=access_token, private_key=private_key, base_url=base_url, http_client=http)
    except XypConfigError as error:
        raise ValueError(f"the registry's settings cannot be used: {error}") from None


def _check_address(base_url: str) -> None:
    """Read with the same parser that will send: what is checked is where the token goes."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ValueError("the registry's address is not a URL") from None
    if url.query or url.fragment or url.userinfo or not url.host:
        raise ValueError("the registry's address is scheme, host and path only")
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
        raise ValueError("the registry's address must be https; plain http is for loopback addresses only")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_token(access_token: str) -> None:
    """A token that no HTTP header can carry would otherwise be quoted by the error of the first call."""
    if not access_token or not all("!" <= sign <= "~" for sign in access_token):
        raise ValueError("the registry's access token must be printable ASCII without spaces")
