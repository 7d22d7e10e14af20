"""The citizens of the sandbox. Source: invented; any likeness is chance.

Among them somebody for each thing that goes wrong: a message that is late or never comes, a certificate that is
revoked, a register that is down.

Register numbers follow the public pattern (domain: two letters, YYMMDD with 20 added to the month from 2000 on, a
ninth sign odd for men, an unknown check sign). Phone numbers begin with 0000 and civil ids with zeros: nobody has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Certificate(StrEnum):
    """What a person has to sign with."""

    GOOD = "good"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NONE = "none"


@dataclass(frozen=True)
class Property:
    """Something immovable that somebody owns; `size` as the registry writes it, in square metres."""

    number: str
    kind: str
    size: str
    address: str


@dataclass(frozen=True)
class Person:
    """`phone` is eight digits after +976. `registry_down`: every question about this person meets a dead database.

    `sms_late`: messages arrive only when the code is nearly forgotten. `has_app`, `has_mail`: whether codes of the
    E-Mongolia app and by e-mail reach the person. `next_phone`: the number after a change (a switch on the page).
    `phone_registered`: whether the state knows a number to sign with (Gsign).
    """

    register_number: str
    civil_id: str
    family_name: str  # clan (ургийн овог); empty where the registry has none
    patronymic: str
    given_name: str
    sex: str
    birth_date: date
    birth_place: str
    address: str
    issued: date
    valid_until: date
    phone: str
    remark_mn: str
    remark_en: str
    receives_sms: bool = True
    registry_down: bool = False
    sms_late: bool = False
    has_app: bool = True
    has_mail: bool = True
    phone_registered: bool = True
    next_phone: str = ""
    certificate: Certificate = Certificate.GOOD
    properties: tuple[Property, ...] = ()

    @property
    def name(self) -> str:
        """Patronymic and given name."""
        return f"{self.patronymic} {self.given_name}"


MALE, FEMALE = "Эрэгтэй", "Эмэгтэй"

PEOPLE = (
    Person(
        "УБ85031415", "000000000101", "Боржигон", "Жишээ", "Туршилт", MALE, date(1985, 3, 14),
        "Улаанбаатар, Сүхбаатар", "Улаанбаатар, Сүхбаатар дүүрэг, 99-р хороо, Жишээ гудамж 1",
        date(2015, 4, 2), date(2040, 4, 2), "00000101",
        "Бүх зүйл хэвийн, хоёр үл хөдлөх хөрөнгөтэй", "Everything works, owns two properties",
        properties=(
            Property("Ү-0000000101", "Орон сууц", "48.5", "Улаанбаатар, Сүхбаатар дүүрэг, 99-р хороо, 1-1 тоот"),
            Property("Г-0000000201", "Газар", "700", "Улаанбаатар, Баянзүрх дүүрэг, 99-р хороо, Жишээ зуслан 5"),
        ),
    ),
    Person(
        "ТД92110824", "000000000102", "Хиад", "Загвар", "Номин", FEMALE, date(1992, 11, 8),
        "Дархан-Уул, Дархан", "Дархан-Уул, Дархан сум, 99-р баг, Загвар хороолол 2",
        date(2019, 7, 1), date(2044, 7, 1), "00000102",
        "Бүх зүйл хэвийн", "Everything works",
    ),
    Person(
        "РЧ04251737", "000000000103", "Тайчиуд", "Зохиомол", "Анар", MALE, date(2004, 5, 17),
        "Хөвсгөл, Мөрөн", "Хөвсгөл, Мөрөн сум, 99-р баг, Зохиомол гудамж 3",
        date(2020, 6, 10), date(2045, 6, 10), "00000103",
        "2000 оноос хойш төрсөн: сар дээр 20 нэмэгдсэн. Гарын үсгийн гэрчилгээгүй",
        "Born after 2000: 20 is added to the month. Has no certificate to sign with",
        certificate=Certificate.NONE,
    ),
    Person(
        "СЭ78062946", "000000000104", "Олхонууд", "Дүр", "Сарнай", FEMALE, date(1978, 6, 29),
        "Хэнтий, Чингис", "Хэнтий, Чингис хот, 99-р баг, Дүр гудамж 4",
        date(2014, 9, 15), date(2039, 9, 15), "00000104",
        "Роуминг хаалттай: мессеж хэзээ ч ирэхгүй, апп ба и-мэйл ажиллана",
        "Roaming is off: no message ever arrives; the app and e-mail work",
        receives_sms=False,
    ),
    Person(
        "ХВ88120951", "000000000105", "Бэсүд", "Үлгэр", "Тэмүүжин", MALE, date(1988, 12, 9),
        "Говьсүмбэр, Сүмбэр", "Говьсүмбэр, Сүмбэр сум, 99-р баг, Үлгэр гудамж 5",
        date(2016, 1, 20), date(2041, 1, 20), "00000105",
        "Улсын бүртгэл ажиллахгүй байна (801)", "The registry is down (801)",
        registry_down=True,
    ),
    Person(
        "ЖЛ60092368", "000000000106", "", "Хуурмаг", "Цэцэг", FEMALE, date(1960, 9, 23),
        "Дорнод, Хэрлэн", "Дорнод, Хэрлэн сум, 99-р баг, Хуурмаг гудамж 6",
        date(2012, 10, 5), date(2022, 10, 5), "00000106",
        "Ургийн овог бүртгэгдээгүй, үнэмлэхний хугацаа дууссан", "No clan name on record, the card has expired",
    ),
    Person(
        "МА90071217", "000000000107", "Мэркид", "Дуурайлга", "Билгүүн", MALE, date(1990, 7, 12),
        "Сэлэнгэ, Сүхбаатар", "Сэлэнгэ, Сүхбаатар сум, 99-р баг, Дуурайлга гудамж 7",
        date(2017, 3, 9), date(2042, 3, 9), "00000107",
        "Мессеж 90 секунд хоцорч ирнэ", "Messages arrive 90 seconds late",
        sms_late=True,
    ),
    Person(
        "ФЗ83021928", "000000000108", "Сартуул", "Таамаг", "Хулан", FEMALE, date(1983, 2, 19),
        "Орхон, Баян-Өндөр", "Орхон, Баян-Өндөр сум, 99-р баг, Таамаг гудамж 8",
        date(2018, 5, 11), date(2043, 5, 11), "00000108",
        "Мессеж, апп, и-мэйл гурвуулаа ирэхгүй: банк эсвэл гарын үсэг л үлдэнэ",
        "No message, no app, no e-mail: only bank or signature are left",
        receives_sms=False, has_app=False, has_mail=False, phone_registered=False,
    ),
    Person(
        "НХ95082436", "000000000109", "Горлос", "Загвар", "Эрхэс", MALE, date(1995, 8, 24),
        "Төв, Зуунмод", "Төв, Зуунмод сум, 99-р баг, Загвар гудамж 9",
        date(2021, 2, 3), date(2046, 2, 3), "00000109",
        "И-Монгол апп байхгүй, мессеж ирэхгүй: и-мэйл ажиллана", "No E-Mongolia app and no message: e-mail works",
        receives_sms=False, has_app=False,
    ),
    Person(
        "КЧ81102759", "000000000110", "Хатагин", "Зохиол", "Дөлгөөн", MALE, date(1981, 10, 27),
        "Өмнөговь, Даланзадгад", "Өмнөговь, Даланзадгад сум, 99-р баг, Зохиол гудамж 10",
        date(2013, 8, 8), date(2038, 8, 8), "00000110",
        "Гарын үсгийн гэрчилгээг хүчингүй болгосон", "The signing certificate is revoked",
        certificate=Certificate.REVOKED,
    ),
    Person(
        "ВЭ76041544", "000000000111", "Хонгирад", "Туршилт", "Уянга", FEMALE, date(1976, 4, 15),
        "Баянхонгор, Баянхонгор", "Баянхонгор, Баянхонгор сум, 99-р баг, Туршилт гудамж 11",
        date(2011, 11, 1), date(2036, 11, 1), "00000111",
        "Гарын үсгийн гэрчилгээний хугацаа дууссан", "The signing certificate has expired",
        certificate=Certificate.EXPIRED,
    ),
    Person(
        "ЦБ01283065", "000000000112", "Авга", "Жишээ", "Мөнхзул", FEMALE, date(2001, 8, 30),
        "Улаанбаатар, Хан-Уул", "Улаанбаатар, Хан-Уул дүүрэг, 99-р хороо, Жишээ гудамж 12",
        date(2018, 9, 1), date(2043, 9, 1), "00000112",
        "Бүртгэлтэй дугаар нь солигддог (доорх тохиргоогоор)", "The registered number can be changed (switch below)",
        next_phone="00009112",
    ),
)  # fmt: skip
BY_REGISTER_NUMBER = {person.register_number: person for person in PEOPLE}
BY_PHONE = {phone: person for person in PEOPLE for phone in (person.phone, person.next_phone) if phone}
