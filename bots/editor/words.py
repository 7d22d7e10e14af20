"""What the editor calls things: fields, categories, life events, sources, Mongolian first."""

from __future__ import annotations

from dialogs.services import Category, Delivery, Language, Level, LifeEvent, Provenance, Text, Usable
from dialogs.wording import sentence
from knowledge.staff_rows import StaffMember

FIELDS = {
    "title_mn": Text("Нэр, монгол", "Title, Mongolian"),
    "title_en": Text("Нэр, англи", "Title, English"),
    "summary_mn": Text("Тайлбар, монгол", "Summary, Mongolian"),
    "summary_en": Text("Тайлбар, англи", "Summary, English"),
    "usable": Text("Гадаадаас ашиглах", "Usable abroad"),
    "how_mn": Text("Гадаадаас хэрхэн, монгол", "How from abroad, Mongolian"),
    "how_en": Text("Гадаадаас хэрхэн, англи", "How from abroad, English"),
    "proof": Text("Баталгаажуулалт", "Proof"),
    "delivery": Text("Хэрхэн гарах", "Delivery"),
    "fee_base_amount": Text("Монголд эсвэл цахимаар", "Fee in Mongolia or online"),
    "fee_base_currency": Text("Монголд, валют", "Its currency"),
    "fee_mission_amount": Text("Төлөөлөгчийн газарт", "Fee at an embassy"),
    "fee_mission_currency": Text("Төлөөлөгчийн газарт, валют", "Its currency"),
    "fee_note_mn": Text("Хураамжийн тэмдэглэл, монгол", "Fee note, Mongolian"),
    "fee_note_en": Text("Хураамжийн тэмдэглэл, англи", "Fee note, English"),
    "duration_mn": Text("Хугацаа, монгол", "Duration, Mongolian"),
    "duration_en": Text("Хугацаа, англи", "Duration, English"),
    "documents": Text("Бүрдүүлэх материал", "Documents"),
    "steps": Text("Алхам", "Steps"),
    "limits": Text("Хязгаарлалт", "Limits"),
    "names_mn": Text("Ард түмний нэршил, кирилл", "Everyday names, Cyrillic"),
    "names_latin": Text("Нэршил, латин үсгээр", "Names in Latin letters"),
    "names_en": Text("Нэршил, англи", "Names in English"),
    "names_other": Text("Нэршил, бусад хэл", "Names in other languages"),
    "says": Text("Иргэд ингэж бичдэг", "What citizens write"),
    "life_event": Text("Амьдралын үйл явдал", "Life event"),
    "source_note": Text("Эх сурвалжийн тэмдэглэл", "Source note"),
    "figure_source_kind": Text("Тооны эх сурвалжийн төрөл", "Kind of source"),
    "figure_source_ref": Text("Тооны эх сурвалж", "https address, or what it rests on"),
    "note": Text("Юу, яагаад өөрчилсөн", "What changed and why"),
    "organisation": Text("Байгууллага", "Organisation"),
    "category": Text("Ангилал", "Category"),
    "audience": Text("Хэнд зориулсан", "Audience"),
    "emongolia_id": Text("E-Mongolia дугаар", "E-Mongolia id"),
    "operation": Text("ХУР үйлдэл", "ХУР operation"),
    "law": Text("Хууль", "Law"),
    "source": Text("Эх сурвалж", "Source"),
    "fee_source": Text("Хураамжийн эх сурвалж", "Source of the fee"),
    "duration_source": Text("Хугацааны эх сурвалж", "Source of the duration"),
}
CATEGORIES = {
    Category.PASSPORT: "Паспорт", Category.IDENTITY_CARD: "Иргэний үнэмлэх",
    Category.CIVIL_REGISTRATION: "Иргэний бүртгэл", Category.CONSULAR: "Консулын үйлчилгээ",
    Category.ELECTION: "Сонгууль", Category.CITIZENSHIP: "Харьяалал", Category.MIGRATION: "Шилжилт хөдөлгөөн",
    Category.SIGNATURE: "Тоон гарын үсэг", Category.NOTARY: "Нотариат", Category.JUSTICE: "Хууль зүй",
    Category.POLICE: "Цагдаа", Category.SOCIAL_INSURANCE: "Нийгмийн даатгал", Category.PENSION: "Тэтгэвэр",
    Category.WELFARE: "Халамж", Category.EMPLOYMENT: "Хөдөлмөр эрхлэлт", Category.HEALTH: "Эрүүл мэнд",
    Category.HEALTH_INSURANCE: "Эрүүл мэндийн даатгал", Category.EDUCATION: "Боловсрол",
    Category.VEHICLE: "Тээврийн хэрэгсэл", Category.PROPERTY: "Үл хөдлөх хөрөнгө", Category.LAND: "Газар",
    Category.BUSINESS: "Бизнес", Category.LICENCE: "Тусгай зөвшөөрөл", Category.TAX: "Татвар",
    Category.CUSTOMS: "Гааль", Category.FINANCE: "Санхүү", Category.ARCHIVE: "Архив", Category.MILITARY: "Цэрэг",
    Category.AGRICULTURE: "Хөдөө аж ахуй", Category.ENVIRONMENT: "Байгаль орчин", Category.CULTURE: "Соёл",
    Category.UTILITIES: "Нийтийн аж ахуй", Category.LOCAL: "Орон нутаг", Category.GOVERNMENT: "Төрийн алба",
}  # fmt: skip
LIFE_EVENTS = {
    LifeEvent.LOST_PAPERS: "Бичиг баримтаа гээсэн", LifeEvent.DRIVING: "Жолоо барих",
    LifeEvent.MARRYING: "Гэрлэх", LifeEvent.HAVING_A_CHILD: "Хүүхэдтэй болох",
    LifeEvent.TRAVELLING: "Зорчих", LifeEvent.BUYING_A_HOME: "Орон сууцтай болох",
    LifeEvent.LIVING_ABROAD: "Гадаадад амьдрах", LifeEvent.STUDYING: "Суралцах", LifeEvent.WORKING: "Ажиллах",
    LifeEvent.RETIRING: "Тэтгэвэрт гарах", LifeEvent.DEATH_IN_THE_FAMILY: "Ойр дотнын хүнээ алдах",
    LifeEvent.RUNNING_A_BUSINESS: "Бизнес эрхлэх",
}  # fmt: skip
CURRENCIES = ("MNT", "USD", "EUR", "KRW", "JPY", "CNY", "RUB", "GBP")
SOURCES = {kind.value: sentence(f"source.{kind}", Language.MN) for kind in Provenance}
STATED_SOURCES = {
    Provenance.PUBLIC_PAGE.value: "Нийтийн цахим хуудас (https хаяг)",
    Provenance.EDITORIAL.value: "Редакцын мэдээлэл (хэн, юуг үндэслэв)",
}
OPTIONS: dict[str, dict[str, str]] = {
    "usable": {usable.value: sentence(f"abroad.{usable}", Language.MN) for usable in Usable},
    "proof": {level.value: sentence(f"level.{level}", Language.MN) for level in Level},
    "delivery": {each.value: sentence(f"delivery.{each}", Language.MN) for each in Delivery},
    "life_event": {"": "—"} | {event.value: label for event, label in LIFE_EVENTS.items()},
    "fee_base_currency": {code: code for code in CURRENCIES},
    "fee_mission_currency": {code: code for code in CURRENCIES},
    "figure_source_kind": {"": "—"} | STATED_SOURCES,
}


def signature(member: StaffMember) -> str:
    """Who wrote a version, as it stands in the history for good."""
    return f"{member.alias} ({member.login})"[:100]
