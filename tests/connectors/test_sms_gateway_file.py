"""The gateway's file: what it may say, and what is refused because a code or a key would leak."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sms_console import ConsoleSms
from connectors.sms_gateway_file import GatewayFileError, load
from connectors.sms_http import HttpSms
from connectors.sms_smpp import SmppSms

PROJECT = Path(__file__).parent.parent.parent
HEAD = 'name = "g"\nkind = "http"\nsender = "72001234"\n'
TAIL = "[prices]\n976 = 55\n"
GOOD = f"""{HEAD}{TAIL}[http]
url = "https://api.example.mn/send"
body = {{ from = "{{from}}", to = "{{to}}", text = "{{text}}" }}
secret_headers = {{ x-api-key = {{ env = "TEST_SMS_KEY" }} }}
"""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SMS_KEY", "sesame-4711")


def write(folder: Path, text: str) -> Path:
    path = folder / "gateway.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_makes_a_gateway_with_prices(tmp_path: Path) -> None:
    gateway = load(write(tmp_path, GOOD))
    assert isinstance(gateway, HttpSms)
    assert (gateway.name, gateway.currency, gateway.price("976", 2)) == ("g", "MNT", 110_000)


def test_a_country_without_a_price_has_none(tmp_path: Path) -> None:
    assert load(write(tmp_path, GOOD)).price("7", 1) is None


def test_a_console_needs_prices_only(tmp_path: Path) -> None:
    assert isinstance(load(write(tmp_path, f'name = "c"\nkind = "console"\n{TAIL}')), ConsoleSms)


def test_an_smpp_line_is_described(tmp_path: Path) -> None:
    line = '[smpp]\nhost = "127.0.0.1"\ntls = false\nsystem_id = "t"\npassword = { env = "TEST_SMS_KEY" }\n'
    assert isinstance(load(write(tmp_path, f'name = "s"\nkind = "smpp"\n{TAIL}{line}')), SmppSms)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sesame\n")
    text = GOOD.replace('env = "TEST_SMS_KEY"', f'file = "{tmp_path}/key"')
    assert isinstance(load(write(tmp_path, text)), HttpSms)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://api.example.mn/send", "http://web2sms.example.mn/apiSend"),  # in clear
        ("https://api.example.mn/send", "https://user:pass@api.example.mn/send"),
        ("https://api.example.mn/send", "https://api.example.mn/send?token=abc"),
        ("https://api.example.mn/send", "ftp://api.example.mn/send"),
        ("https://api.example.mn/send", "not an address"),
        ("https://api.example.mn/send", "https://[::1"),
        ('body = { from = "{from}",', 'body = { password = "abc",'),
        ('body = { from = "{from}",', 'body = { api_key = "abc",'),
        ("secret_headers =", 'headers = { Authorization = "Bearer abc" }\nsecret_headers ='),
        ("secret_headers = { x-api-key", 'sends = "query"\nsecret_fields = { key'),
        ("TEST_SMS_KEY", "TEST_SMS_NO_SUCH"),
        ("[prices]\n976 = 55\n", "[prices]\n"),
        ("976 = 55", "976 = -1"),
        ("976 = 55", '"mn" = 5'),
        ('kind = "http"', 'kind = "smpp"'),
        ('kind = "http"', 'kind = "pigeon"'),
        ('name = "g"', 'name = "../g"'),
        ("[http]", "[http]\nunknown = 1"),
        ("[http]", '[http]\nok_pointer = "/status"'),
        (HEAD, "name ="),
    ],
)
def test_a_file_that_would_leak_or_cannot_work_is_refused_without_its_values(
    tmp_path: Path, old: str, new: str
) -> None:
    assert old in GOOD
    with pytest.raises(GatewayFileError) as refused:
        load(write(tmp_path, GOOD.replace(old, new)))
    assert not any(value in str(refused.value) for value in ("sesame", "abc", "user:pass"))


def test_smpp_in_clear_to_another_machine_is_refused(tmp_path: Path) -> None:
    line = '[smpp]\nhost = "smsc.example.mn"\ntls = false\nsystem_id = "t"\npassword = { env = "TEST_SMS_KEY" }\n'
    with pytest.raises(GatewayFileError):
        load(write(tmp_path, f'name = "s"\nkind = "smpp"\n{TAIL}{line}'))


def test_a_missing_file_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(GatewayFileError, match="cannot be read"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize("name", ["callpro", "messagepro", "smpp"])
def test_the_examples_that_are_shipped_can_be_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SMS_API_KEY", "SMS_RECEIPT_SECRET", "SMS_SMPP_PASSWORD"):
        monkeypatch.setenv(variable, "x")
    assert load(PROJECT / "config" / "sms" / f"{name}.example.toml").price("976", 1)
