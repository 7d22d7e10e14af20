"""A small catalogue by hand: what the conversations of the tests are about."""

from __future__ import annotations

from dialogs.around import Around
from dialogs.elections import Election, ElectionKind, ElectionStatus
from dialogs.missions import Mission, MissionKind, Missions, Website
from dialogs.places import NamedPlace
from dialogs.services import (
    Abroad,
    Audience,
    Catalogue,
    Category,
    Delivery,
    Duration,
    Fee,
    Level,
    Money,
    Names,
    Organisation,
    Provenance,
    Service,
    Source,
    Text,
    Usable,
)

SEEN = Source(Provenance.E_MONGOLIA, "https://e-mongolia.mn/service/1", "2026-10-01")
OURS = Source(Provenance.EDITORIAL, "catalogue", "2026-10-02")
REGISTRATION = Organisation(
    "state-registration",
    Text("Улсын бүртгэлийн ерөнхий газар", "General Authority for State Registration"),
    SEEN,
    phone="1800-1889",
    website="https://burtgel.gov.mn",
)
POLICE = Organisation("police", Text("Цагдаагийн ерөнхий газар", "National Police Agency"), SEEN)

ID_CARD = Service(
    id="id-card-reference",
    organisation=REGISTRATION.id,
    title=Text("Иргэний үнэмлэхийн лавлагаа", "Identity-card reference"),
    summary=Text("Иргэний үнэмлэхийн мэдээллийг харуулна.", "Shows the data of your identity card."),
    category=Category.IDENTITY_CARD,
    audience=(Audience.CITIZEN,),
    abroad=Abroad(Usable.FULLY, Text("Цахимаар авна.", "Online.")),
    proof=Level.PHONE,
    delivery=Delivery.INSTANT,
    source=SEEN,
    fee=Fee(base=Money(0, "MNT")),
    emongolia_id="1",
    operation="WS100101_getCitizenIDCardInfo",
)
PROPERTY_LIST = Service(
    id="property-list",
    organisation=REGISTRATION.id,
    title=Text("Үл хөдлөх хөрөнгийн лавлагаа", "Property list"),
    summary=Text("Өөрийн хөрөнгийн жагсаалт.", "The list of your property."),
    category=Category.PROPERTY,
    audience=(Audience.CITIZEN,),
    abroad=Abroad(Usable.FULLY, Text("Цахимаар авна.", "Online.")),
    proof=Level.UNKNOWN,
    delivery=Delivery.INSTANT,
    source=OURS,
    operation="WS100202_getPropertyList",
)
PASSPORT_LOST = Service(
    id="passport-lost",
    organisation=REGISTRATION.id,
    title=Text("Гадаад паспорт дахин захиалах (алдсан)", "Passport, new order (lost)"),
    summary=Text("Алдсан паспортын оронд шинийг захиална.", "Orders a new passport for a lost one."),
    category=Category.PASSPORT,
    audience=(Audience.CITIZEN,),
    abroad=Abroad(Usable.PARTLY, Text("Элчин сайдын яамаар захиална.", "Ordered at an embassy.")),
    proof=Level.SIGNATURE,
    delivery=Delivery.OFFICER,
    source=SEEN,
    fee=Fee(base=Money(110000, "MNT"), mission=Money(60, "USD")),
    duration=Duration(Text("Ажлын 10 өдөр", "10 working days"), SEEN),
    emongolia_id="2",
    documents=(Text("Цээж зураг", "A photograph"), Text("Алдсан тухай тодорхойлолт", "A statement of the loss")),
)
PASSPORT_EXPIRED = Service(
    id="passport-expired",
    organisation=REGISTRATION.id,
    title=Text("Гадаад паспорт дахин захиалах (хугацаа дууссан)", "Passport, new order (expired)"),
    summary=Text("Хугацаа нь дууссан паспортыг солино.", "Replaces an expired passport."),
    category=Category.PASSPORT,
    audience=(Audience.CITIZEN,),
    abroad=Abroad(Usable.PARTLY, Text("Элчин сайдын яамаар захиална.", "Ordered at an embassy.")),
    proof=Level.SIGNATURE,
    delivery=Delivery.OFFICER,
    source=SEEN,
)
CRIMINAL_RECORD = Service(
    id="criminal-record",
    organisation=POLICE.id,
    title=Text("Эрүүгийн хариуцлагын тодорхойлолт", "Criminal-record statement"),
    summary=Text("Эрүүгийн хариуцлага хүлээсэн эсэхийг тодорхойлно.", "States whether you have a criminal record."),
    category=Category.POLICE,
    audience=(Audience.CITIZEN, Audience.FOREIGNER),
    abroad=Abroad(Usable.NO, Text("Биечлэн очно.", "In person.")),
    proof=Level.UNKNOWN,
    delivery=Delivery.UNKNOWN,
    source=OURS,
)
FIND_MISSION = Service(
    id="find-mission",
    organisation=REGISTRATION.id,
    title=Text("Элчин сайдын яам олох", "Find your embassy"),
    summary=Text("Төлөөлөгчийн газрыг олно.", "Finds the mission."),
    category=Category.CONSULAR,
    audience=(Audience.CITIZEN,),
    abroad=Abroad(Usable.FULLY, Text("Цахимаар.", "Online.")),
    proof=Level.NONE,
    delivery=Delivery.INSTANT,
    source=OURS,
)
VOTE_ABROAD = Service(
    id="vote-abroad",
    organisation=REGISTRATION.id,
    title=Text("Гадаадаас санал өгөх", "Vote from abroad"),
    summary=Text("Саналаа гадаадаас өгнө.", "Vote from abroad."),
    category=Category.ELECTION,
    audience=(Audience.CITIZEN,),
    abroad=Abroad(Usable.FULLY, Text("Элчин сайдын яаманд.", "At an embassy.")),
    proof=Level.UNKNOWN,
    delivery=Delivery.IN_PERSON,
    source=OURS,
)
SERVICES = (ID_CARD, PROPERTY_LIST, PASSPORT_LOST, PASSPORT_EXPIRED, CRIMINAL_RECORD, FIND_MISSION, VOTE_ABROAD)
CATALOGUE = Catalogue(
    release=1,
    services={service.id: service for service in SERVICES},
    organisations={organisation.id: organisation for organisation in (REGISTRATION, POLICE)},
)

_KOREA, _GERMANY = Text("Бүгд Найрамдах Солонгос Улс", "South Korea"), Text("Герман", "Germany")
_SEOUL_SITE = Website("https://seoul.embassy.mn", "https://seoul.embassy.mn")
SEOUL = Mission(
    "seoul", MissionKind.EMBASSY, Text("Сөүл", "Seoul"), _KOREA, "KR", "Asia/Seoul", SEEN, website=_SEOUL_SITE
)
BUSAN = Mission("busan", MissionKind.CONSULATE, Text("Пусан", "Busan"), _KOREA, "KR", "Asia/Seoul", SEEN)
BERLIN = Mission(
    "berlin", MissionKind.EMBASSY, Text("Берлин", "Berlin"), _GERMANY, "DE", "Europe/Berlin", SEEN,
    note=Text("Цаг авч ирнэ.", "By appointment."),
)  # fmt: skip
_PLACES = (
    NamedPlace("KR", "KR", None, Names(("Солонгос",), ("solongos",), ("South Korea",))),
    NamedPlace("pusan", "KR", "busan", Names(("Пусан",), ("busan",), ("Busan",))),
    NamedPlace("berlin", "DE", "berlin", Names(("Берлин",), ("berlin",), ("Berlin",))),
    NamedPlace("IE", "IE", None, Names(("Ирланд",), ("irland",), ("Ireland",))),
)
_WHO = Text("Иргэн.", "Citizens.")
ELECTION = Election(
    "2027", ElectionKind.PRESIDENTIAL, 2027, ElectionStatus.NOT_YET_SET,
    Text("2027 оны сонгууль", "Election of 2027"), _WHO, SEEN, ask="https://gec.gov.mn",
)  # fmt: skip
AROUND = Around(Missions((SEOUL, BUSAN, BERLIN), _PLACES), (ELECTION,))


def without(*service_ids: str) -> Catalogue:
    """A later release in which some services are gone."""
    left = {key: service for key, service in CATALOGUE.services.items() if key not in service_ids}
    return Catalogue(CATALOGUE.release + 1, left, CATALOGUE.organisations)
