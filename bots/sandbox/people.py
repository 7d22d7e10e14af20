"""The citizens of the sandbox. Source: invented; any likeness is chance.

Register numbers follow the public pattern (domain: two letters, YYMMDD with 20 added to the month from 2000 on, a
ninth sign odd for men, an unknown check sign). Phone numbers begin with 0000 and civil ids with zeros: nobody has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Person:
    """`phone` is eight digits after +976. `registry_down`: every question about this person meets a dead database."""

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


MALE, FEMALE = "Эрэгтэй", "Эмэгтэй"

PEOPLE = (
    Person(
        "УБ85031415", "000000000101", "Боржигон", "Жишээ", "Туршилт", MALE, date(1985, 3, 14),
        "Улаанбаатар, Сүхбаатар", "Улаанбаатар, Сүхбаатар дүүрэг, 99-р хороо, Жишээ гудамж 1",
        date(2015, 4, 2), date(2040, 4, 2), "00000101",
        "Бүх зүйл хэвийн", "Everything works",
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
        "2000 оноос хойш төрсөн: сар дээр 20 нэмэгдсэн", "Born after 2000: 20 is added to the month",
    ),
    Person(
        "СЭ78062946", "000000000104", "Олхонууд", "Дүр", "Сарнай", FEMALE, date(1978, 6, 29),
        "Хэнтий, Чингис", "Хэнтий, Чингис хот, 99-р баг, Дүр гудамж 4",
        date(2014, 9, 15), date(2039, 9, 15), "00000104",
        "Роуминг хаалттай: мессеж хэзээ ч ирэхгүй", "Roaming is off: no message ever arrives",
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
)  # fmt: skip
BY_REGISTER_NUMBER = {person.register_number: person for person in PEOPLE}
