"""What the state has on the sandbox's people, under ХУР's own field names; ХУР and ДАН both answer with it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from bots.sandbox.people import Person
from bots.sandbox.registry_soap import Fields

ID_CARD, PROPERTY_LIST = "WS100101_getCitizenIDCardInfo", "WS100202_getPropertyList"
_PICTURE = base64.b64encode(b"a picture would stand here").decode()


def id_card(person: Person) -> Mapping[str, str]:
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
        "passportExpireDate": person.valid_until.isoformat(),
        "passportIssueDate": person.issued.isoformat(),
        "personId": person.civil_id,
        "regnum": person.register_number,
        "surname": person.family_name,
    }
    return {name: value for name, value in fields.items() if value}


def property_list(person: Person) -> Fields:
    """Field names of the `xyp` package's model; empty for who owns nothing (answered as "no record")."""
    listed = [
        {
            "codeName": owned.kind,
            "firstname": person.given_name,
            "fullAddress": owned.address,
            "lastname": person.patronymic,
            "ownershipStatus": "Хувийн өмч",
            "personCorpId": person.register_number,
            "propertyNationRegisterNumber": owned.number,
            "propertySize": owned.size,
        }
        for owned in person.properties
    ]
    return {"listData": listed} if listed else {}


RECORDS: Mapping[str, Callable[[Person], Fields]] = {ID_CARD: id_card, PROPERTY_LIST: property_list}
DATA_TYPES = {ID_CARD: "citizenData", PROPERTY_LIST: "propertyListData"}
PURPOSES = {  # what a code can be asked for -> what the message says
    ID_CARD: "Иргэний үнэмлэхийн мэдээллээ харахад",
    PROPERTY_LIST: "Үл хөдлөх хөрөнгийн жагсаалтаа харахад",
}
