"""Places as people write them, and the missions that are named for them."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.missions import Missions, nearest_missions
from dialogs.places import fold, words_of
from knowledge import missions_file

DAY = date(2026, 11, 23)
PEOPLE_WRITE = [
    ("солонгост", "KR"), ("Солонгосоос", "KR"), ("солонгосын", "KR"), ("solongost", "KR"), ("solongosoos irsen", "KR"),
    ("БНСУ-д", "KR"), ("koread", "KR"), ("한국에서", "KR"), ("өмнөд солонгост", "KR"), ("omnod solongost", "KR"),
    ("хойд солонгост", "KP"), ("америкт", "US"), ("Америкийн", "US"), ("amerikaas", "US"), ("АНУ-д", "US"),
    ("анугаас", "US"), ("usa-d bgaa", "US"), ("в Америке", "US"), ("японд", "JP"), ("Японоос", "JP"), ("yapond", "JP"),
    ("日本に住んでいます", "JP"), ("германд", "DE"), ("germand", "DE"), ("ХБНГУ-д", "DE"), ("in Deutschland", "DE"),
    ("в Германии", "DE"), ("чехэд", "CZ"), ("чехийн", "CZ"), ("chehed", "CZ"), ("шведэд", "SE"),
    ("shvedees", "SE"), ("орост", "RU"), ("orost", "RU"), ("в России", "RU"), ("хятадад", "CN"), ("xyatadad", "CN"),
    ("польшид", "PL"), ("polshoos", "PL"), ("унгарт", "HU"), ("ungart", "HU"), ("туркт", "TR"), ("Туркээс", "TR"),
    ("италид", "IT"), ("Италиас", "IT"), ("австралид", "AU"), ("австрид", "AT"), ("avstralias", "AU"),
    ("франц руу", "FR"), ("францад", "FR"), ("казахстанд", "KZ"), ("тайваньд", "TW"), ("тайванд", "TW"),
    ("швейцарт", "CH"), ("канадад", "CA"), ("англид", "GB"), ("in the uk", "GB"), ("ирландад", "IE"),
    ("норвегид", "NO"), ("шинэ зеландад", "NZ"), ("вьетнамд", "VN"), ("бельгид", "BE"), ("голландаас", "NL"),
    ("KR", "KR"), (" DE ", "DE"), ("MN", None),
]  # fmt: skip
CITIES = [
    ("chicago", "chicago-consulate"), ("чикагод", "chicago-consulate"), ("Чикагогийн консул", "chicago-consulate"),
    ("bi chikagod amidardag", "chicago-consulate"), ("시카고", "chicago-consulate"), ("прага", "prague-embassy"),
    ("Прагад", "prague-embassy"), ("прагийн элчин", "prague-embassy"), ("v Praze", "prague-embassy"),
    ("в Праге", "prague-embassy"), ("서울", "seoul-embassy"), ("서울에서", "seoul-embassy"), ("сөүлд", "seoul-embassy"),
    ("Сеулд", "seoul-embassy"), ("soul-d", "seoul-embassy"), ("бусанд", "busan-consulate"),
    ("Пусан хотод", "busan-consulate"), ("Korea, Busan", "busan-consulate"), ("대구", "busan-consulate"),
    ("хөх хотод", "hohhot-consulate-general"), ("улаан-үдэд", "ulan-ude-consulate-general"),
    ("эрхүүгээс", "irkutsk-consulate-general"), ("сан франциско", "san-francisco-consulate-general"),
    ("los angelest", "san-francisco-consulate-general"), ("Денверт", "san-francisco-consulate-general"),
    ("стамбулд", "istanbul-consulate-general"), ("осакад", "osaka-consulate-general"), ("Вена", "vienna-embassy"),
    ("in Wien", "vienna-embassy"), ("москвад", "moscow-embassy"), ("Варшавт", "warsaw-embassy"),
    ("тайбэйд", "taipei-office"), ("женевт", "geneva-permanent-mission"), ("хонконгт", "hong-kong-consulate-general"),
    ("Нью-Йоркт", "washington-embassy"), ("токиод", "tokyo-embassy"), ("Brasília", "brasilia-embassy"),
]  # fmt: skip
NO_PLACE = [
    "паспорт сунгах", "hayag todorhoilolt angliar", "диплом англи хэл рүү", "солонгос хэлний шалгалт", "usaa hayah",
    "60 куб ус", "ok", "za ok bayarlalaa", "chinii pasport", "хаана байна", "ороос босоод", "өрөөнөөс гарлаа",
    "суулд нь", "pasportiin hugatsaa duussan", "german hel", "help me", "no", "in at be",
    "", "   ", "👍", "\ud800", "12345",
]  # fmt: skip


@pytest.fixture(scope="module")
def known() -> Missions:
    return missions_file.load()


def test_the_table_is_of_sixty_and_more() -> None:
    assert len(PEOPLE_WRITE) >= 60


@pytest.mark.parametrize(("written", "country"), PEOPLE_WRITE)
def test_a_country_is_read_in_any_case_and_spelling(written: str, country: str | None, known: Missions) -> None:
    found = known.names.find(written)
    assert (found.country if found else None) == country


@pytest.mark.parametrize(("written", "mission"), CITIES)
def test_a_citys_mission_comes_first(written: str, mission: str, known: Missions) -> None:
    assert nearest_missions(written, known, DAY).missions[0].id == mission


@pytest.mark.parametrize("written", NO_PLACE)
def test_words_that_only_sound_like_a_country_name_none(written: str, known: Missions) -> None:
    nearest = nearest_missions(written, known, DAY)
    assert (nearest.place, nearest.missions) == (None, ())


def test_every_country_row_is_found_by_its_code_and_all_its_names(known: Missions) -> None:
    for place in known.places:
        names = (*place.names.mn, *place.names.latin, *place.names.en, *place.names.other)
        wrong = [name for name in names if known.names.find(name) != place]
        assert wrong == [], place.id
        if place.is_country:
            assert known.names.find(place.id) == place


def test_all_places_of_a_message_are_told_in_order(known: Missions) -> None:
    found = known.names.find_all("Германд байсан, одоо Солонгост, ах маань хойд солонгост")
    assert [place.id for place in found] == ["DE", "KR", "KP"]


def test_a_country_lists_embassy_before_consulates_and_the_united_nations_last(known: Missions) -> None:
    assert [mission.id for mission in nearest_missions("америкт", known, DAY).missions] == [
        "washington-embassy", "san-francisco-consulate-general", "chicago-consulate", "new-york-permanent-mission",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "mission"),
    [
        ("украинд", "warsaw-embassy"),
        ("голландад", "brussels-embassy"),
        ("макаод", "hong-kong-consulate-general"),
        ("new zealand", "canberra-embassy"),
    ],
)
def test_a_country_without_a_mission_gets_the_one_that_a_source_names(
    written: str, mission: str, known: Missions
) -> None:
    assert [one.id for one in nearest_missions(written, known, DAY).missions] == [mission]


def test_where_no_source_names_a_mission_none_is_named(known: Missions) -> None:
    nearest = nearest_missions("ирландад", known, DAY)
    assert nearest.place is not None
    assert nearest.missions == ()


def test_a_mission_counts_from_its_first_day(known: Missions) -> None:
    before, since = (nearest_missions("чикагод", known, day).missions for day in (date(2022, 3, 8), date(2022, 3, 9)))
    assert "chicago-consulate" not in [mission.id for mission in before]
    assert since[0].id == "chicago-consulate"


def test_a_very_long_message_is_read_quickly(known: Missions) -> None:
    assert known.names.find("паспорт " * 50_000 + "солонгост") is None  # its first words count


@pytest.mark.parametrize(
    ("one", "other"), [("Сөүл", "соул"), ("Khukh", "xux"), ("Köln", "koln"), ("ЄЇ", "өү"), ("ａｂ", "ab")]
)
def test_hands_that_differ_fold_to_one_spelling(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_doubled_letters_are_single_except_in_short_words() -> None:
    assert words_of("Solongosoos USAA") == ("solongosos", "usaa")
