"""What ДАН answers, read strictly: who logged in, how, and what ХУР gave for the operations that were asked.

The shape is that of public integrations (domain.md §2.1): a list of one `citizen_loginType` and of `services` blocks.
ДАН signs nothing, so whatever is not exactly that is NONSENSE, and nothing is repaired. Nothing here raises.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from connectors.registry_records import clean, is_about, rows_of
from dialogs.linking import Rows
from dialogs.messages import RegistryResult
from dialogs.records import ID_CARD
from dialogs.services import Level
from dialogs.verification.register_number import PATTERN

ORGANISATION = 1  # citizen_loginType of who logged in as an organisation; the table is not public
_MAX_LOGIN_TYPE = 9999
_DONE, _NO_RECORD = 0, 1
# ХУР's documented codes about this person or approval (no record, approval, fingerprint, citizen, signature); the
# others are about ХУР, the database behind it, or us.
_ABOUT_PERSON = frozenset({_NO_RECORD, 200, 201, 202, *range(301, 305), 401, 402, *range(601, 606)})
_TOKEN = re.compile(r"[!-~]{1,4096}")
_OAUTH_ERROR = re.compile(r"[a-z_]{1,40}")
_REFUSALS = frozenset({"invalid_grant", "access_denied"})  # about this code; any other error is about us or ДАН


class DanResult(StrEnum):
    DONE = "done"  # it is known who logged in
    REFUSED = "refused"  # ДАН or the registry said no, or it is no citizen: another try brings the same
    UNAVAILABLE = "unavailable"  # not now
    NONSENSE = "nonsense"  # an answer that ДАН does not give


@dataclass(frozen=True)
class DanAnswer:
    """`login_type`: citizen_loginType as text, for the audit. `name`: the given name, not masked.

    `record`: how reading the wanted operation ended (DONE only with `rows`); a person can be known although what they
    wanted to see was not to be had. Unless the result is DONE there is nothing of a person in here.
    """

    result: DanResult
    register_number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    login_type: str = ""
    level: Level = Level.NONE
    rows: Rows = field(default=(), repr=False)
    record: RegistryResult = RegistryResult.UNKNOWN


REFUSED, UNAVAILABLE, NONSENSE = (
    DanAnswer(result) for result in (DanResult.REFUSED, DanResult.UNAVAILABLE, DanResult.NONSENSE)
)


class _Odd(ValueError):
    """The answer is not of the shape that is known."""


def read_token(status: int, body: bytes) -> str | DanAnswer:
    """The access token, or how asking for one ended."""
    try:
        answer = _json(body)
    except _Odd:
        return UNAVAILABLE if status >= 400 else NONSENSE  # an error page of whatever stands before ДАН
    if isinstance(answer, dict) and isinstance(answer.get("error"), str):
        return REFUSED if answer["error"] in _REFUSALS else UNAVAILABLE
    if status != 200:
        return UNAVAILABLE if status >= 400 else NONSENSE
    match answer:
        case {"access_token": str(token), "token_type": str(kind)} if kind.lower() == "bearer":
            return token if _TOKEN.fullmatch(token) else NONSENSE
        case _:
            return NONSENSE


def read_error(body: bytes) -> str:
    """The OAuth error's name, for the log; empty when there is none that is known to hold nothing else."""
    try:
        answer = _json(body)
    except _Odd:
        return ""
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, str) and _OAUTH_ERROR.fullmatch(error) else ""


def read_services(status: int, body: bytes, operation: str, login_levels: Mapping[str, Level]) -> DanAnswer:
    """Who logged in, and of `operation` (empty: nothing more) what may be shown."""
    if status != 200:
        return UNAVAILABLE if status >= 400 else NONSENSE
    try:
        login_type, answers = _parts(_json(body))
        if login_type == ORGANISATION:
            return REFUSED
        person = _person(answers.get(ID_CARD))
        if person.result is not DanResult.DONE:
            return person
        level = login_levels.get(str(login_type), Level.PHONE)
        known = replace(person, login_type=str(login_type), level=level)
        return _with_record(known, operation, answers.get(operation)) if operation else known
    except _Odd:
        return NONSENSE


def _person(answer: Mapping[str, Any] | None) -> DanAnswer:
    """From the identity card: the only thing that tells who it is. The number must be one as it stands there.

    A number with a Latin letter that looks like a Cyrillic one is nobody's: it is refused, never corrected.
    """
    if answer is None:
        raise _Odd
    code = _result_code(answer)
    if code != _DONE:
        return REFUSED if code in _ABOUT_PERSON else UNAVAILABLE
    card, asked = _response(answer), answer.get("request")
    number = card.get("regnum")
    if not isinstance(number, str):
        raise _Odd
    if isinstance(asked, Mapping) and asked.get("regnum") not in (None, "", number):
        raise _Odd  # asked about one person, told about another
    number = unicodedata.normalize("NFC", number[:64])
    if not PATTERN.fullmatch(number):
        return REFUSED
    return DanAnswer(DanResult.DONE, register_number=number, name=clean(card.get("firstname")))


def _with_record(person: DanAnswer, operation: str, answer: Mapping[str, Any] | None) -> DanAnswer:
    """The person, and what is known of the wanted operation; without a sure answer there are no rows."""
    if answer is None:
        return person
    code = _result_code(answer)
    if code == _NO_RECORD:
        return replace(person, record=RegistryResult.NOT_FOUND)
    if code != _DONE:
        return replace(person, record=RegistryResult.UNAVAILABLE)
    response = _response(answer)
    rows = rows_of(operation, response)
    if not rows or not is_about(operation, response, person.register_number):
        return person
    return replace(person, rows=rows, record=RegistryResult.DONE)


def _parts(answer: Any) -> tuple[int, dict[str, Mapping[str, Any]]]:
    """(citizen_loginType, answer by operation). Raises `_Odd` when either is missing, doubled or of another type."""
    if not isinstance(answer, list) or not all(isinstance(part, dict) for part in answer):
        raise _Odd
    types = [part["citizen_loginType"] for part in answer if "citizen_loginType" in part]
    if len(types) != 1 or type(types[0]) is not int or not 0 <= types[0] <= _MAX_LOGIN_TYPE:
        raise _Odd
    answers: dict[str, Mapping[str, Any]] = {}
    for services in (part["services"] for part in answer if "services" in part):
        if not isinstance(services, dict) or not all(isinstance(one, dict) for one in services.values()):
            raise _Odd
        if answers.keys() & services.keys():
            raise _Odd  # which of the two is meant cannot be known
        answers |= services
    return types[0], answers


def _result_code(answer: Mapping[str, Any]) -> int:
    code = answer.get("resultCode")
    if type(code) is not int:
        raise _Odd
    return code


def _response(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    response = answer.get("response")
    if not isinstance(response, Mapping):
        raise _Odd
    return response


def _json(body: bytes) -> Any:
    """UTF-8 JSON without doubled names and without numbers that are none. Raises `_Odd`."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _Odd from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _Odd
    return dict(pairs)


def _no_number(name: str) -> Any:
    raise _Odd
