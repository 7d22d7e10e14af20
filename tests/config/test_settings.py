"""Settings: documented, and combinations that would be unsafe are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bots.commands.upkeep import settings_table
from config.settings import Settings, problems

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
LIVE = {"xyp_base_url": "https://xyp.gov.mn", "xyp_access_token": "t", "xyp_private_key": "k", "staff_accounts": "none"}


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_every_setting_stands_in_the_document_as_it_is() -> None:
    assert settings_table() in DOCUMENT.read_text(encoding="utf-8")


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_defaults_run_on_one_machine_with_the_sandbox() -> None:
    assert settings().sandbox


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"public_url": "http://example.mn", **LIVE}, "https"),
        ({"public_url": "https://example.mn", "telegram_token": "1:a", **LIVE}, "WEBHOOK_SECRETS"),
        ({"public_url": "https://example.mn"}, "sandbox"),
        ({"public_url": "https://example.mn", **LIVE, "staff_accounts": "invented"}, "STAFF_ACCOUNTS"),
        ({"host": "0.0.0.0"}, "STAFF_ACCOUNTS"),
        ({"host": "0.0.0.0", "staff_accounts": "none"}, "XYP_BASE_URL"),
        ({"xyp_base_url": "https://xyp.gov.mn"}, "XYP_ACCESS_TOKEN"),
        ({"code_lifetime_minutes": 11}, "code_lifetime_minutes"),
        ({"port": 70000}, "port"),
        ({"sms_receipt_hosts": "gateway.example"}, "sms_receipt_hosts"),
        ({"proofs_kept_days": 7}, "proofs_kept_days"),  # a changed phone is remembered for a week (row O10)
        ({"talk_kept_days": 1}, "talk_kept_days"),  # a case may wait over a weekend
    ],
)
def test_an_unsafe_combination_is_refused_with_the_setting_named(values: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        settings(**values)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert "hush" not in repr(settings(telegram_token="hush", data_keys="hush"))


def test_an_error_does_not_show_what_was_set() -> None:
    with pytest.raises(ValidationError) as caught:
        settings(public_url="http://x", telegram_token="hush-1", data_keys="hush-2", telegram_webhook_secrets="hush-3")
    assert "hush" not in str(caught.value)
    assert problems(caught.value) == ["SETTINGS: PUBLIC_URL must start with https://"]


def test_every_problem_names_its_setting() -> None:
    with pytest.raises(ValidationError) as caught:
        settings(port="hush", trusted_proxies="10.0.0.1,localhost")
    named = [row.partition(": ") for row in problems(caught.value)]
    assert [row[0] for row in named] == ["PORT", "TRUSTED_PROXIES"]
    assert not [row for row in named if "hush" in row[2]]


@pytest.mark.parametrize("value", ["", "127.0.0.1", "127.0.0.1, 10.0.0.0/8,::1"])
def test_proxies_are_addresses_and_networks(value: str) -> None:
    assert settings(trusted_proxies=value).trusted_proxies == value


def test_not_everybody_can_be_a_trusted_proxy() -> None:
    with pytest.raises(ValidationError, match="addresses or networks"):
        settings(trusted_proxies="*")


@pytest.mark.parametrize(
    "name",
    ["xyp_access_token", "xyp_private_key", "dan_client_id", "dan_client_secret", "sms_gateway_file", "esign_url",
     "signature_app_link"],
)  # fmt: skip
def test_the_sandbox_does_not_start_beside_a_setting_of_the_real_world(name: str) -> None:
    with pytest.raises(ValidationError, match=name.upper()):
        settings(**{name: "something"})


def test_the_sandbox_does_not_start_beside_a_live_bank_or_uploads() -> None:
    with pytest.raises(ValidationError, match="DAN_BASE_URL, DAN_CLIENT_ID, DAN_CLIENT_SECRET"):
        settings(dan_base_url="https://sso.gov.mn", dan_client_id="us", dan_client_secret="hush")
    with pytest.raises(ValidationError, match="SIGNATURE_UPLOAD"):
        settings(signature_upload=True)


def test_live_ways_are_fine_with_a_live_registry() -> None:
    ways = {"dan_base_url": "https://sso.gov.mn", "dan_client_id": "us", "dan_client_secret": "hush"}
    assert not settings(**LIVE, **ways, signature_upload=True, public_url="https://tuslakh.example").sandbox


def test_an_address_of_version_six_stands_in_brackets() -> None:
    assert settings(host="::1", port=8080).base_url == "http://[::1]:8080"


def test_pages_that_citizens_open_need_an_address_from_outside() -> None:
    with pytest.raises(ValidationError, match="need PUBLIC_URL"):
        settings(**LIVE, signature_upload=True)
