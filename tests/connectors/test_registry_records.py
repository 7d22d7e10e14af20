"""Row D2: only what is on the list leaves the connectors, whatever an answer holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xyp.operations.citizen.get_citizen_id_card_info import GetCitizenIdCardInfoResponse
from xyp.operations.property.get_property_list import GetPropertyListListData

from connectors.registry_records import ENDPOINTS, MAX_ENTRIES, MAX_VALUE_CHARS, clean, is_about, rows_of
from dialogs.records import ID_CARD, PROPERTY_LIST, RECORDS

NUMBER = "УБ85031415"
CARD_NAMES = sorted(field.alias or name for name, field in GetCitizenIdCardInfoResponse.model_fields.items())
ENTRY_NAMES = sorted(field.alias or name for name, field in GetPropertyListListData.model_fields.items())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*CARD_NAMES, "secret"]), VALUES))
@settings(max_examples=100, deadline=None)
def test_row_d2_of_any_card_only_listed_fields_leave_in_their_order(answer: dict[str, Any]) -> None:
    keys = [key for key, _ in rows_of(ID_CARD, answer)]
    assert keys == [key for key in RECORDS[ID_CARD].fields if key in keys]


@given(st.lists(st.dictionaries(st.sampled_from(ENTRY_NAMES), VALUES, max_size=6), max_size=3) | VALUES)
@settings(max_examples=100, deadline=None)
def test_row_d2_of_any_list_only_listed_fields_leave(entries: object) -> None:
    rows = rows_of(PROPERTY_LIST, {"listData": entries})
    assert {key for key, _ in rows} <= set(RECORDS[PROPERTY_LIST].fields)
    assert all(0 < len(value) <= MAX_VALUE_CHARS and value.isprintable() for _, value in rows)


def test_row_d2_a_full_card_leaves_with_nothing_but_its_listed_values() -> None:
    answer = {name: f"value of {name}" for name in CARD_NAMES}
    values = {value for _, value in rows_of(ID_CARD, answer)}
    assert values == {
        f"value of {name}"
        for name in (
            "surname", "lastname", "firstname", "regnum", "civilId", "gender", "birthDateAsText", "birthPlace",
            "passportAddress", "passportIssueDate", "passportExpireDate",
        )
    }  # fmt: skip


def test_row_d2_a_full_entry_leaves_without_the_owners_name_and_number() -> None:
    entry = {name: f"value of {name}" for name in ENTRY_NAMES}
    assert rows_of(PROPERTY_LIST, {"listData": [entry]}) == (
        ("field.property-number", "value of propertyNationRegisterNumber"),
        ("field.property-kind", "value of codeName"),
        ("field.property-size", "value of propertySize"),
        ("field.address", "value of fullAddress"),
    )


def test_every_field_that_can_be_shown_has_a_source() -> None:
    card = dict(rows_of(ID_CARD, dict.fromkeys(CARD_NAMES, "x")))
    entry = dict(rows_of(PROPERTY_LIST, {"listData": dict.fromkeys(ENTRY_NAMES, "x")}))
    assert (tuple(card), tuple(entry)) == (RECORDS[ID_CARD].fields, RECORDS[PROPERTY_LIST].fields)


def test_every_record_has_an_endpoint() -> None:
    assert set(ENDPOINTS) == set(RECORDS)


def test_an_operation_that_is_not_known_shows_nothing() -> None:
    assert rows_of("WS100307_getLegalEntityInfoWithRegnum", {"regnum": NUMBER, "firstname": "Болд"}) == ()


def test_a_long_list_is_cut_after_its_first_entries() -> None:
    entries = [{"propertyNationRegisterNumber": str(number)} for number in range(MAX_ENTRIES + 5)]
    assert len(rows_of(PROPERTY_LIST, {"listData": entries})) == MAX_ENTRIES


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (" Бо\n\tлд\u202e\u200b\u0085 ", "Бо лд"), ("И\u0306", "Й"), ("\ud800x", "x"), ("\x00", ""), (None, ""),
        (True, ""), (1.5, ""), (["Болд"], ""), ({"a": "b"}, ""), (48, "48"), (10**5000, ""), (b"x", ""),
        ("я" * 10_000_000, "я" * MAX_VALUE_CHARS),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_value_is_one_clean_line_or_nothing(value: object, shown: str) -> None:
    assert clean(value) == shown


def test_a_card_is_about_the_person_it_names() -> None:
    assert is_about(ID_CARD, {"regnum": f" {NUMBER.lower()} "}, NUMBER)
    assert not any(is_about(ID_CARD, {"regnum": other}, NUMBER) for other in ("ТД92110824", "", None, [NUMBER]))


def test_an_owner_that_is_no_register_number_tells_nothing() -> None:
    assert is_about(PROPERTY_LIST, {"listData": [{"personCorpId": "1234567"}]}, NUMBER)
    assert is_about(PROPERTY_LIST, json.loads('{"listData": null}'), NUMBER)


def test_no_field_of_the_list_is_made_up_by_us() -> None:
    """Each name the allowlist reads stands in the response models of the `xyp` package."""
    source = Path(rows_of.__code__.co_filename).read_text(encoding="utf-8")
    named = {name for name in (*CARD_NAMES, *ENTRY_NAMES) if f'"{name}"' in source}
    assert len(named) == 11 + 4 + 2  # and birthDateAsText, personCorpId
