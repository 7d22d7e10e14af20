"""What ДАН's sandbox tells about who logged in: how, and the answers of the ХУР operations that were asked for."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping

from bots.sandbox.dan_grants import Grant, Wanted
from bots.sandbox.people import BY_REGISTER_NUMBER, PEOPLE, Person
from bots.sandbox.records import RECORDS
from dialogs.services import Level

ORGANISATION = 1  # the one citizen_loginType whose meaning is known: somebody acts for an organisation
BANK, SIGNATURE, PHONE = 901, 902, 903
"""Invented: ДАН's own table is not public. Numbers that nobody has seen, so that none can be taken for a real one."""
LOGIN_LEVELS: Mapping[str, Level] = {
    str(BANK): Level.BANK,
    str(SIGNATURE): Level.SIGNATURE,
    str(PHONE): Level.PHONE,
}
LOGIN_TYPES = {"bank": BANK, "signature": SIGNATURE, "phone": PHONE}  # by the name in the login page's form
MAX_SCOPE_CHARS = 4096
_ORGANISATION_SERVICE = "WS100307_getLegalEntityInfoWithRegnum"
_WSDLS = {
    "https://xyp.gov.mn/citizen-1.5.0/ws?WSDL": frozenset({"WS100101_getCitizenIDCardInfo"}),
    "https://xyp.gov.mn/property-1.5.0/ws?WSDL": frozenset({"WS100202_getPropertyList"}),
}


def read_scope(scope: str) -> tuple[Wanted, ...]:
    """The entries of base64(JSON); empty when anything in it is not known."""
    if not 0 < len(scope) <= MAX_SCOPE_CHARS:
        return ()
    try:
        entries = json.loads(base64.b64decode(scope, validate=True))
    except (ValueError, RecursionError):
        return ()
    if not isinstance(entries, list):
        return ()
    wanted = tuple(found for entry in entries if (found := _wanted(entry)))
    return wanted if len(wanted) == len(entries) else ()


def service_answer(grant: Grant, mixed_up: bool = False, down: bool = False) -> list[dict[str, object]]:
    """As `GET /oauth2/api/v1/service` answers (seen in public code): the way of login first, then the services.

    `mixed_up`: about somebody else. `down`: the registry behind it does not answer.
    """
    login: dict[str, object] = {"citizen_loginType": grant.login_type}
    if grant.login_type == ORGANISATION:
        return [login, _organisation()]
    person = BY_REGISTER_NUMBER[grant.register_number]
    if mixed_up:
        person = next(other for other in PEOPLE if other is not person and not other.registry_down)
    return [login, *(_entry(wanted, person, down or person.registry_down) for wanted in grant.wanted)]


def _wanted(entry: object) -> Wanted | None:
    match entry:
        case {"services": [*services], "wsdl": str(wsdl)} if services and wsdl in _WSDLS:
            if all(isinstance(service, str) and service in _WSDLS[wsdl] for service in services):
                return Wanted(tuple(services), wsdl)
    return None


def _entry(wanted: Wanted, person: Person, down: bool) -> dict[str, object]:
    return {"services": {name: _answer(name, person, down) for name in wanted.services}, "wsdl": wanted.wsdl}


def _answer(service: str, person: Person, down: bool) -> dict[str, object]:
    request = {"auth": None, "civilId": person.civil_id, "regnum": person.register_number}
    answer: dict[str, object] = {"request": request, "requestId": str(uuid.uuid4())}
    if down:
        return answer | {"resultCode": 801, "resultMessage": "Мэдээллийн сантай холбогдож чадсангүй"}
    record = RECORDS[service](person)
    if not record:
        return answer | {"resultCode": 1, "resultMessage": "Мэдээлэл олдсонгүй"}
    return answer | {"resultCode": 0, "resultMessage": "амжилттай", "response": record}


def _organisation() -> dict[str, object]:
    response = {"companyRegnum": "0000001", "companyName": "Зохиомол байгууллага"}
    answer = {"requestId": str(uuid.uuid4()), "resultCode": 0, "resultMessage": "амжилттай", "response": response}
    return {
        "services": {_ORGANISATION_SERVICE: answer},
        "wsdl": "https://xyp.gov.mn/legal-entity-1.5.0/ws?WSDL",
    }
