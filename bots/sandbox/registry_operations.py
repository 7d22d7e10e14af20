"""The three operations of ХУР that the sandbox answers, with the result codes of the operator's table."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import date

from bots.sandbox.people import BY_REGISTER_NUMBER, Person
from bots.sandbox.registry_soap import Answer, Call
from bots.sandbox.world import SandboxWorld

Operation = Callable[[SandboxWorld, Call], Answer]

ID_CARD = "WS100101_getCitizenIDCardInfo"
SUCCESS, NO_RECORD, BAD_REQUEST, NO_APPROVAL, WRONG_CODE, DATABASE_DOWN = 0, 1, 3, 200, 201, 801
_PURPOSES = {ID_CARD: "Иргэний үнэмлэхийн мэдээллээ харахад"}  # what a code can be asked for -> what the SMS says
_FLAGS = ("isApp", "isEmail", "isKiosk", "isSms")
_INT = re.compile(r"[0-9]{1,10}")
_NO_CODE = "0"  # how the wire says that no code is given
_PICTURE = base64.b64encode(b"a picture would stand here").decode()


def register_otp_request(world: SandboxWorld, call: Call) -> Answer:
    """Issue a code; it goes to the registered phone. The call itself needs no approval."""
    purpose = _PURPOSES.get(_wanted_service(call.text("jsonWSList")) or "")
    sent_ints = (call.text(name) for name in (*_FLAGS, "phoneNum"))
    if purpose is None or not all(_INT.fullmatch(text) for text in sent_ints):
        return Answer(BAD_REQUEST, "Оролтын утга дутуу байна")
    person = BY_REGISTER_NUMBER.get(call.text("regnum"))
    if person is None or int(call.text("phoneNum")) not in (0, int(person.phone)):
        return Answer(NO_RECORD, "Мэдээлэл олдсонгүй")
    if person.registry_down:
        return Answer(DATABASE_DOWN, "Мэдээллийн сантай холбогдож чадсангүй")
    world.issue_code(person, purpose, by_sms=call.text("isSms") == "1")
    return Answer(SUCCESS, "амжилттай", "registerOTPData", {"resultMsg": "Код илгээлээ", "status": "success"})


def get_citizen_id_card_info(world: SandboxWorld, call: Call) -> Answer:
    """The card of the person whose code stands in `auth.citizen`; the code is used up. Tries are not counted."""
    code = _code(call.text("auth/citizen/otp"))
    if code == _NO_CODE:
        return Answer(NO_APPROVAL, "Иргэний баталгаажуулалт шаардлагатай")
    number, approved = call.text("regnum"), call.text("auth/citizen/regnum")
    person = BY_REGISTER_NUMBER.get(number)
    if person is not None and person.registry_down:
        return Answer(DATABASE_DOWN, "Мэдээллийн сантай холбогдож чадсангүй")
    if person is None or approved != number or not world.use_code(number, code):
        return Answer(WRONG_CODE, "Нэг удаагийн код буруу байна")
    return Answer(SUCCESS, "амжилттай", "citizenData", _card(person))


def check_otp(world: SandboxWorld, call: Call) -> Answer:
    """Whether a code would be accepted; the WSDL calls the field `match`."""
    matches = world.code_matches(call.text("regnum"), _code(call.text("otp")))
    return Answer(SUCCESS, "амжилттай", "checkOtpData", {"match": "true" if matches else "false"})


OPERATIONS: dict[tuple[str, str], Operation] = {  # by endpoint and name
    ("meta-1.5.0", "WS100008_registerOTPRequest"): register_otp_request,
    ("meta-1.5.0", "WS100009_checkOtp"): check_otp,
    ("citizen-1.5.0", ID_CARD): get_citizen_id_card_info,
}


def _wanted_service(json_ws_list: str) -> str | None:
    """The one service of `[{"ws": "<operation>"}]`, or None when it is anything else."""
    try:
        match json.loads(json_ws_list):
            case [{"ws": str(service)}]:
                return service
    except (ValueError, RecursionError):
        pass
    return None


def _code(text: str) -> str:
    """An xs:int as its shortest digits; no number at all counts as no code."""
    return str(int(text)) if _INT.fullmatch(text) else _NO_CODE


def _card(person: Person) -> dict[str, str]:
    """Type `citizenData` in the order of the WSDL; fields without a value are left out."""
    fields = {
        "birthDate": f"{person.birth_date.isoformat()}T00:00:00+08:00",
        "birthDateAsText": person.birth_date.isoformat(),
        "birthPlace": person.birth_place,
        "civilId": person.civil_id,
        "firstname": person.given_name,
        "gender": person.sex,
        "image": _PICTURE,
        "lastname": person.patronymic,
        "nationality": "Халх",
        "passportAddress": person.address,
        "passportExpireDate": _day(person.valid_until),
        "passportIssueDate": _day(person.issued),
        "personId": person.civil_id,
        "regnum": person.register_number,
        "surname": person.family_name,
    }
    return {name: value for name, value in fields.items() if value}


def _day(day: date) -> str:
    return day.isoformat()
