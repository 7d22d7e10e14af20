"""The operations of ХУР that the sandbox answers, with the result codes of the operator's table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from bots.sandbox.approval import Approval, judge_signature
from bots.sandbox.people import BY_REGISTER_NUMBER, Person
from bots.sandbox.pki import Pki
from bots.sandbox.records import DATA_TYPES, ID_CARD, PROPERTY_LIST, PURPOSES, RECORDS
from bots.sandbox.registry_soap import Answer, Call
from bots.sandbox.switches import Switch
from bots.sandbox.world import Box, SandboxWorld

SUCCESS, NO_RECORD, BAD_REQUEST, NO_APPROVAL, WRONG_CODE, DATABASE_DOWN = 0, 1, 3, 200, 201, 801
_BOXES = {"isApp": Box.APP, "isEmail": Box.MAIL, "isSms": Box.SMS}
_FLAGS = (*_BOXES, "isKiosk")
_INT = re.compile(r"[0-9]{1,10}")
_NO_CODE = "0"  # how the wire says that no code is given
_DOWN = Answer(DATABASE_DOWN, "Мэдээллийн сантай холбогдож чадсангүй")
_UNKNOWN = Answer(NO_RECORD, "Мэдээлэл олдсонгүй")


@dataclass(frozen=True)
class Office:
    """What an operation has at hand; `stamp` is the request's own time (unix seconds), under which approvals stand."""

    world: SandboxWorld
    pki: Pki | None
    stamp: str

    def is_down_for(self, person: Person | None) -> bool:
        switched = self.world.switches.is_on(Switch.REGISTRY_DOWN)
        return switched or (person is not None and person.registry_down)


Operation = Callable[[Office, Call], Answer]


def register_otp_request(office: Office, call: Call) -> Answer:
    """Issue a code for the operations named; it goes where the flags say. The call itself needs no approval.

    Nobody is told whether it arrives: a person without the app gets the same answer (the real one's is not public).
    """
    wanted = _wanted_services(call.text("jsonWSList"))
    sent_ints = (call.text(name) for name in (*_FLAGS, "phoneNum"))
    if not wanted or not all(_INT.fullmatch(text) for text in sent_ints):
        return Answer(BAD_REQUEST, "Оролтын утга дутуу байна")
    person = BY_REGISTER_NUMBER.get(call.text("regnum"))
    if office.is_down_for(person):
        return _DOWN
    if person is None or int(call.text("phoneNum")) not in (0, int(office.world.phone_of(person))):
        return _UNKNOWN
    boxes = [box for flag, box in _BOXES.items() if call.text(flag) == "1"]
    office.world.issue_code(person, ", ".join(PURPOSES[service] for service in wanted), wanted, boxes)
    return Answer(SUCCESS, "амжилттай", "registerOTPData", {"resultMsg": "Код илгээлээ", "status": "success"})


def check_otp(office: Office, call: Call) -> Answer:
    """Whether a code would be accepted; the WSDL calls the field `match`."""
    matches = office.world.code_matches(call.text("regnum"), _code(call.text("otp")))
    return Answer(SUCCESS, "амжилттай", "checkOtpData", {"match": "true" if matches else "false"})


def get_gsign_phone(office: Office, call: Call) -> Answer:
    """The number that the state has registered for signing; needs no approval of the citizen."""
    person = BY_REGISTER_NUMBER.get(call.text("regnum"))
    if office.is_down_for(person):
        return _DOWN
    if person is None or not person.phone_registered:
        return _UNKNOWN
    return Answer(SUCCESS, "амжилттай", "gsignPhoneData", {"gSignPhoneNumber": office.world.phone_of(person)})


def get_record(operation: str) -> Operation:
    """A record of the person who approved it: by the code, which is used up, or by a signature."""

    def get(office: Office, call: Call) -> Answer:
        person = BY_REGISTER_NUMBER.get(call.text("regnum"))
        if office.is_down_for(person):
            return _DOWN
        refused = _refusal(office, call, operation)
        if refused is not None:
            return refused
        assert person is not None  # nobody unknown has a code or a certificate
        record = RECORDS[operation](person)
        return Answer(SUCCESS, "амжилттай", DATA_TYPES[operation], record) if record else _UNKNOWN

    return get


OPERATIONS: dict[tuple[str, str], Operation] = {  # by endpoint and name
    ("meta-1.5.0", "WS100008_registerOTPRequest"): register_otp_request,
    ("meta-1.5.0", "WS100009_checkOtp"): check_otp,
    ("meta-1.5.0", "WS100018_GetGsignPhoneNo"): get_gsign_phone,
    ("citizen-1.5.0", ID_CARD): get_record(ID_CARD),
    ("property-1.5.0", PROPERTY_LIST): get_record(PROPERTY_LIST),
}


def _refusal(office: Office, call: Call, operation: str) -> Answer | None:
    """Why the citizen's approval does not do; None when it does. Wrong tries are not counted."""
    number, approved = call.text("regnum"), call.text("auth/citizen/regnum")
    signature = call.text("auth/citizen/signature")
    if signature:
        approval = Approval(approved, call.text("auth/citizen/certFingerprint"), signature, office.stamp)
        refused = judge_signature(office.pki, approval, number)
        return Answer(refused, "Гарын үсэг буруу байна") if refused else None
    code = _code(call.text("auth/citizen/otp"))
    if code == _NO_CODE:
        return Answer(NO_APPROVAL, "Иргэний баталгаажуулалт шаардлагатай")
    if approved != number or not office.world.use_code(number, code, operation):
        return Answer(WRONG_CODE, "Нэг удаагийн код буруу байна")
    return None


def _wanted_services(json_ws_list: str) -> tuple[str, ...]:
    """The services of `[{"ws": "<operation>"}, ...]`; empty when it is anything else or names one we do not have."""
    try:
        items = json.loads(json_ws_list)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(items, list) or not all(isinstance(item, dict) and set(item) == {"ws"} for item in items):
        return ()
    names = tuple(item["ws"] for item in items)
    return names if all(isinstance(name, str) and name in PURPOSES for name in names) else ()


def _code(text: str) -> str:
    """An xs:int as its shortest digits; no number at all counts as no code."""
    return str(int(text)) if _INT.fullmatch(text) else _NO_CODE
