"""Entities: what a message names, in every script and case; what only looks like one; what is hidden."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogs.understanding import Entity, EntityKind
from knowledge import missions_file
from nlu.entities import entities, masked
from nlu.normalise import LIMIT
from nlu.places import country_of
from nlu.word_lists import rows

_LINES = (Path(__file__).parent / "entities.tsv").read_text(encoding="utf-8").splitlines()
_ROWS = [line.split("\t") for line in _LINES if not line.startswith("#")]
WRITTEN = [(text, EntityKind(kind), value) for kind, value, text in _ROWS if kind != "none"]
WRITTEN.append(("У\u200bБ90010112", EntityKind.REGISTER, "УБ90010112"))
NOTHING = [text for kind, _, text in _ROWS if kind == "none"] + ["", " ", "\x00", "\ud800"]
SENTENCES = {
    "Би Солонгост байгаа, утас 010-1234-5678": ("country:KR", "phone:+821012345678"),
    "УБ90010112 99112233": ("register:УБ90010112", "phone:+97699112233"),
    "РД: УБ90010112, утас: 99112233": ("register:УБ90010112", "phone:+97699112233"),
    "би 99112233": ("phone:+97699112233",),
    "uk 90 05 12 34 ukd": ("register:УК90051234", "country:GB"),
    "Германы Берлин хотоос": ("country:DE", "city:Berlin"),
    "Сөүлөөс Улаанбаатар 2026-05-12": ("city:Seoul", "date:2026-05-12"),
    "паспорт E1234567 хугацаа 12.05.2026": ("document:E1234567", "date:2026-05-12"),
    "seoul@mail.mn рүү бичээрэй": ("email:seoul@mail.mn",),
    "код 4829 ирсэн": ("code:4829",),
    "Австри, Австрали хоёр": ("country:AT", "country:AU"),
    "Финланд Хельсинкт": ("country:FI", "city:Helsinki"),
    "東京から韓国へ": ("city:Tokyo", "country:KR"),
    "한국에서 서울로": ("country:KR", "city:Seoul"),
    "20260512 99112233": ("date:2026-05-12", "phone:+97699112233"),
    "99112233,88112233": ("phone:+97699112233", "phone:+97688112233"),
    "99112233/88112233": ("phone:+97699112233", "phone:+97688112233"),
    "Гуанжүгээс Гуанжоу руу": ("city:Gwangju", "city:Guangzhou"),
}
HIDDEN = {
    "УК90051234": "[РД]",
    "утас 99112233": "утас [утас]",
    "паспорт E1234567": "паспорт [баримт]",
    "a.b@gmail.com руу": "[и-мэйл] руу",
    "код 482913": "код [код]",
    "1990-05-12-нд төрсөн": "[огноо]-нд төрсөн",
    "1990 оны 5 сарын 12": "[огноо]",
    "5 сарын 12-нд Сөүлээс": "5 сарын 12-нд Сөүлээс",
    "маргааш Солонгост": "маргааш Солонгост",
    "90.05.12 төрсөн": "[тоо] төрсөн",
    "50 000 төгрөг": "50 000 төгрөг",
    "УБ9001011": "[баримт]",
    "УБ90990112": "УБ[тоо]",
    "намайг Болд гэдэг": "намайг [нэр] гэдэг",
    "namaig Bat-Erdene gedeg": "namaig [нэр] gedeg",
    "minii ner Bold": "minii ner [нэр]",
    "миний нэр Болд Дорж, паспорт": "миний нэр [нэр], паспорт",
    "my name is Bat Bold and I live": "my name is [нэр] and I live",
    "my name is bat bold": "my name is [нэр]",
    "овог нэр: Дорж Бат": "овог нэр: [нэр]",
    "Нэр: Болд, РД: УБ90010112": "Нэр: [нэр], РД: [РД]",
    "Дорж овогтой Бат": "[нэр] овогтой [нэр]",
    "mini ovog Dorj ner Bat": "mini ovog [нэр] ner [нэр]",
    "овог дорж нэр бат": "овог [нэр] нэр [нэр]",
    "охины нэр Номин": "охины нэр [нэр]",
    "minii neriig Bold gedeg": "minii neriig [нэр] gedeg",
    "t.me/batbold руу": "[нэр] руу",
    "дансны дугаар 5012345678": "дансны дугаар [тоо]",
    "2026 онд": "[тоо] онд",
    "НЭР СОЛИХ": "НЭР СОЛИХ",
    "нэр дэвшигч": "нэр дэвшигч",
    "таны нэр хэн бэ": "таны нэр хэн бэ",
    "меня зовут Болд": "меня зовут [нэр]",
    "ich heiße Bold": "ich heiße [нэр]",
    "제 이름은 볼드": "제 이름은 [нэр]",
    "@boldoo_99 гээд бичээрэй": "[нэр] гээд бичээрэй",
    "миний нэр буруу бичигдсэн": "миний нэр буруу бичигдсэн",
    "миний нэр дээр машин байна уу": "миний нэр дээр машин байна уу",
    "нэр солих": "нэр солих",
}


def _told(found: tuple[Entity, ...]) -> tuple[str, ...]:
    return tuple(f"{one.kind}:{one.value}" for one in found)


@pytest.mark.parametrize(("text", "kind", "value"), WRITTEN, ids=lambda value: ascii(value)[:40])
def test_an_entity_alone_is_found_whole(text: str, kind: EntityKind, value: str) -> None:
    assert entities(text) == (Entity(kind, 0, len(text), value, text),)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [row for row in WRITTEN if row[1] is not EntityKind.CODE],  # short codes count alone only
    ids=lambda value: ascii(value)[:40],
)
def test_an_entity_is_found_inside_a_sentence(text: str, kind: EntityKind, value: str) -> None:
    found = entities(f"сайн уу, {text}, баярлалаа")
    assert [(one.kind, one.value, one.start) for one in found] == [(kind, value, 9)]


@pytest.mark.parametrize("text", NOTHING, ids=lambda value: ascii(value)[:40])
def test_what_only_looks_like_an_entity_is_none(text: str) -> None:
    assert entities(text) == ()


@pytest.mark.parametrize(("text", "told"), SENTENCES.items(), ids=lambda value: ascii(value)[:40])
def test_several_entities_come_in_order(text: str, told: tuple[str, ...]) -> None:
    assert _told(entities(text)) == told


@pytest.mark.parametrize(("text", "shown"), HIDDEN.items(), ids=lambda value: ascii(value)[:40])
def test_what_is_personal_is_hidden_and_the_need_stays(text: str, shown: str) -> None:
    assert masked(text, entities(text)) == shown


def test_places_count_letters_of_the_message_as_it_was_written() -> None:
    text = "и\u0306 \u200b\u200b ＵＢ\u200b９００１０１１２ !"
    (found,) = entities(text)
    assert (found.kind, text[found.start : found.end]) == (EntityKind.REGISTER, "ＵＢ\u200b９００１０１１２")


def test_every_place_that_has_a_mission_is_known_by_each_of_its_names() -> None:
    """The missions' table of names and this one are kept apart; a country must never differ."""
    missed = []
    ambiguous = {"dani"}  # also what belongs to ДАН, the login service
    lines = missions_file.PLACES.read_text(encoding="utf-8").splitlines()
    for _, country, _, *columns in [line.split("\t") for line in lines if line and line[0] != "#"][1:]:
        for name in [name.strip() for column in columns for name in column.split(",") if name.strip()]:
            found = entities(name)
            if name not in ambiguous and {country_of(one.value) or one.value for one in found} != {country}:
                missed.append((country, name, _told(found)))
    assert missed == []


def test_a_country_code_has_two_capitals_and_every_place_a_name() -> None:
    assert all(re.fullmatch("[A-Z]{2}", country) and names for country, _, names in rows("places.tsv"))


def test_a_message_of_any_length_is_read_at_its_beginning_only() -> None:
    text = "УБ90010112 " + "99112233 " * 20_000
    found = entities(text)
    assert found[0].value == "УБ90010112"
    assert found[-1].end <= LIMIT
    assert len(masked(text, found)) <= LIMIT


def test_a_number_cut_by_the_limit_is_not_kept_in_part() -> None:
    text = "а" * (LIMIT - 10) + " bat.bold@example.com"
    assert "bat" not in masked(text, entities(text))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="0123456789 -+.,/УБuk@сарынoн\u200b᠙９²", max_size=80))
@example("1" * 5_000)
@example("9 " * 5_000)
@example("a@" * 3_000)
@example("намайг " * 700)
@example("ﷺ" * 4_001)
def test_any_text_is_read_and_no_long_number_stays(text: str) -> None:
    found = entities(text)
    assert all(0 <= one.start < one.end <= len(text) and text[one.start : one.end] == one.text for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert not re.search(r"\d{4}", masked(text, found))
    assert not re.search(r"\d{4}", masked(text, ()))
