"""The bare catalogue entry of a service that only E-Mongolia's list tells of: its texts are content of the catalogue,
which an editor writes over, as are those of the organisation that stands for the one nobody has named."""

from __future__ import annotations

from dialogs.services import (
    Abroad,
    Audience,
    Category,
    Delivery,
    Level,
    Organisation,
    Provenance,
    Service,
    Source,
    Text,
    Usable,
)

PORTAL = "https://e-mongolia.mn"
ORGANISATION_ID = "e-mongolia-portal"
ORGANISATION_TITLE = Text(
    "E-Mongolia портал (хариуцах байгууллага нь тогтоогдоогүй)", "E-Mongolia (who is responsible is unknown)"
)
SUMMARY = Text(
    "E-Mongolia порталд энэ нэрээр байгаа үйлчилгээ. Дэлгэрэнгүйг үйлчилгээний хуудаснаас нь үзнэ үү.",
    "A service that E-Mongolia lists under this name. Its page on E-Mongolia tells more.",
)
ABROAD = Text(
    "Хуудсыг нь хаанаас ч үзэж болно. Гадаадаас бүрэн авч болох эсэх нь тогтоогдоогүй.",
    "Its page opens from anywhere. Whether all of it can be done from abroad is not known.",
)


def organisation(day: str) -> Organisation:
    """Stands for whoever answers for a service, which the list does not say; `day` (YYYY-MM-DD) it was read."""
    source = Source(Provenance.PUBLIC_PAGE, PORTAL, day)
    return Organisation(id=ORGANISATION_ID, title=ORGANISATION_TITLE, source=source, website=PORTAL)


def service(title: str, emongolia_id: str, day: str) -> Service:
    """Says no more than was seen. The portal has no English title, so the Mongolian one stands for it."""
    return Service(
        id=f"e-mongolia-{emongolia_id}",
        organisation=ORGANISATION_ID,
        title=Text(title, title),
        summary=SUMMARY,
        category=Category.GOVERNMENT,
        audience=(Audience.CITIZEN,),
        abroad=Abroad(Usable.PARTLY, ABROAD),
        proof=Level.UNKNOWN,
        delivery=Delivery.UNKNOWN,
        source=Source(
            Provenance.E_MONGOLIA, f"{PORTAL}/service/{emongolia_id}", day, "only title, id and tags were seen"
        ),
        says=(title,),
        emongolia_id=emongolia_id,
    )
