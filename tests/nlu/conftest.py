"""A catalogue of a dozen services, so that these tests do not break when editors change texts."""

from __future__ import annotations

import pytest

from dialogs.services import (
    Abroad,
    Audience,
    Catalogue,
    Category,
    Delivery,
    Level,
    Names,
    Organisation,
    Provenance,
    Service,
    Source,
    Text,
    Usable,
)
from nlu import Index

_SOURCE = Source(Provenance.EDITORIAL, "test", "2026-11-23")
_ROWS = (
    (
        "passport-expired",
        "Гадаад паспорт дахин захиалах (хугацаа дууссан)",
        "Re-order a passport (expired)",
        ("паспорт шинэчлэх",),
        ("pasportiin hugatsaa duussan",),
    ),
    (
        "passport-lost",
        "Гадаад паспорт дахин захиалах (гээсэн, алдсан)",
        "Re-order a passport (lost)",
        ("паспорт гээсэн",),
        ("pasportoo aldchihlaa",),
    ),
    ("return-certificate", "Буцах үнэмлэх", "Return certificate", (), ("butsah bichig heregtei bna",)),
    ("id-card", "Иргэний үнэмлэх захиалах", "Order an identity card", ("үнэмлэх солих",), ("unemlehee solih",)),
    ("birth", "Төрсний бүртгэлийн лавлагаа", "Birth registration reference", ("төрсний гэрчилгээ",), ()),
    (
        "birth-english",
        "Төрсний бүртгэлийн лавлагаа (англи)",
        "Birth registration reference (English)",
        ("төрсний гэрчилгээ англиар",),
        (),
    ),
    ("no-marriage", "Гэрлэсний бүртгэлгүй лавлагаа", "Reference of no marriage registration", ("ганц бие",), ()),
    ("marriage", "Гэрлэсний бүртгэлийн лавлагаа", "Marriage registration reference", ("гэрлэлтийн баталгаа",), ()),
    (
        "contributions",
        "Нийгмийн даатгалын шимтгэл төлөлтийн тодорхойлолт",
        "Social insurance statement",
        ("НДШ",),
        ("ндш лавлагаа авмаар байна",),
    ),
    ("driver-english", "Жолоочийн лавлагаа (англи)", "Driver reference (English)", ("прав англи",), ()),
    ("driver", "Жолоочийн лавлагаа", "Driver reference", ("прав",), ()),
    ("apostille", "Апостиль тэмдэглэгээ", "Apostille", ("тамга",), ("apostil hiilgeh",)),
    ("voter", "Сонгогчоор бүртгүүлэх хүсэлт", "Register as a voter", ("сонгууль",), ("sanal ogoh yaj burtguuleh ve",)),
    ("company-debt", "Хуулийн этгээд татварын өргүй тодорхойлолт", "Company tax clearance", (), ("kompani tatvar",)),
)


def _service(row: tuple[str, str, str, tuple[str, ...], tuple[str, ...]]) -> Service:
    name, mn, en, names, says = row
    company = name.startswith("company")
    return Service(
        id=name,
        organisation="office",
        title=Text(mn, en),
        summary=Text(mn, en),
        category=Category.CIVIL_REGISTRATION,
        audience=(Audience.ORGANISATION if company else Audience.CITIZEN,),
        abroad=Abroad(Usable.FULLY, Text("Болно.", "Yes.")),
        proof=Level.UNKNOWN,
        delivery=Delivery.UNKNOWN,
        source=_SOURCE,
        names=Names(mn=names),
        says=says,
    )


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    services = [_service(row) for row in _ROWS]
    office = Organisation("office", Text("Бүртгэлийн газар", "Registry office"), _SOURCE, short="БГ")
    return Catalogue(
        release=7, services={service.id: service for service in services}, organisations={"office": office}
    )


@pytest.fixture(scope="session")
def index(catalogue: Catalogue) -> Index:
    return Index.build(catalogue)
