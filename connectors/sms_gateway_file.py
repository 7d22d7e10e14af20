"""The TOML file that describes the SMS gateway. Secrets are named in it (environment or file), never written in it."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from connectors.sms import Prices, SmsGateway
from connectors.sms_console import on_terminal
from connectors.sms_http import Call, HttpSms, ReceiptRules, Yes
from connectors.sms_smpp import Line, SmppSms

CountryCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}$")]
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/]+)*$")]
_SECRET_WORDS = ("key", "pass", "pwd", "secret", "token", "upass", "authorization")


class GatewayFileError(ValueError):
    """The file cannot be used; the text names the place, never a value."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Secret(_Table):
    """Exactly one: the name of an environment variable, or a file whose first line it is."""

    env: str = ""
    file: Path | None = None
    prefix: str = ""  # stands before it in a header: "Bearer "

    def read(self) -> str:
        value = os.environ.get(self.env, "") if self.env else ""
        if self.file:
            value = self.file.read_text(encoding="utf-8").strip() if self.file.is_file() else ""
        if not value:
            raise GatewayFileError(f"the secret {self.env or self.file} is not there")
        return value


class _Http(_Table):
    url: str
    method: Literal["GET", "POST"] = "POST"
    sends: Literal["json", "query", "form"] = "json"
    body: dict[str, Any]
    headers: dict[str, str] = {}
    secret_headers: dict[str, _Secret] = {}
    secret_fields: dict[str, _Secret] = {}
    ok_statuses: frozenset[int] = frozenset({200})
    ok_pointer: Pointer = ""
    ok_values: tuple[str, ...] = ()
    id_pointer: Pointer = ""

    @model_validator(mode="after")
    def _safe(self) -> Self:
        url = _url(self.url)
        if not url.host or url.userinfo or url.query or url.fragment:
            raise ValueError("url: scheme, host and path only; fields and secrets have places of their own")
        if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
            raise ValueError("url: https only; plain http would carry the code and the key in clear")
        if self.secret_fields and self.sends == "query":
            raise ValueError("secret_fields: not in an address, which is logged on the way; use secret_headers")
        for name in (*self.headers, *self.body):
            if any(word in name.lower() for word in _SECRET_WORDS):
                raise ValueError(f"{name}: looks like a secret; put its place into secret_headers or secret_fields")
        if self.ok_pointer and not self.ok_values:
            raise ValueError("ok_values: needed with ok_pointer")
        return self


class _Smpp(_Table):
    host: str
    port: int = Field(2775, ge=1, le=65535)
    system_id: str
    password: _Secret
    system_type: str = ""
    tls: bool = True
    tls_authorities: Path | None = None
    sender_ton: int = Field(5, ge=0, le=6)  # 5: letters, 1: international, 0: unknown (short numbers)
    sender_npi: int = Field(0, ge=0, le=18)
    receipt_ids: Literal["same", "decimal-of-hex"] = "same"

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if not self.tls and not _is_loopback(self.host):
            raise ValueError("tls: needed, or a tunnel that ends on this machine")
        return self


class _Receipts(_Table):
    header: str
    secret: _Secret
    id_pointer: Pointer = "/id"
    status_pointer: Pointer = "/status"
    delivered: tuple[str, ...] = ("delivered",)
    failed: tuple[str, ...] = ("failed", "undelivered", "expired", "rejected")


class _Gateway(_Table):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: Literal["http", "smpp", "console"]
    sender: str = ""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "MNT"
    seconds: float = Field(10.0, gt=0, le=30)
    drop_country: CountryCode | Literal[""] = ""
    prices: dict[CountryCode, Annotated[Decimal, Field(ge=0)]]  # of one part, in the currency
    http: _Http | None = None
    smpp: _Smpp | None = None
    receipts: _Receipts | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.prices:
            raise ValueError("prices: at least one country, or nothing can be sent")
        if (self.kind == "http") != (self.http is not None) or (self.kind == "smpp") != (self.smpp is not None):
            raise ValueError("kind: the table of that name must be there, and no other")
        return self


def load(path: Path) -> SmsGateway:
    """Raises `GatewayFileError`."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return build(_Gateway.model_validate(told))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GatewayFileError(f"SMS_GATEWAY_FILE cannot be read: {type(error).__name__}") from None
    except ValidationError as error:
        rows = error.errors(include_url=False, include_input=False, include_context=False)
        text = "; ".join(f"{'.'.join(map(str, row['loc']))} {row['msg']}" for row in rows)
        raise GatewayFileError(f"SMS_GATEWAY_FILE: {text}") from None


def build(told: _Gateway) -> SmsGateway:
    prices = Prices(told.currency, {code: int(price * 1000) for code, price in told.prices.items()})
    if told.http:
        return _http(told, told.http, prices)
    return _smpp(told, told.smpp, prices) if told.smpp else on_terminal(prices)


def _http(told: _Gateway, http: _Http, prices: Prices) -> HttpSms:
    secrets = {name: secret.prefix + secret.read() for name, secret in http.secret_headers.items()}
    body = http.body | {name: secret.prefix + secret.read() for name, secret in http.secret_fields.items()}
    call = Call(http.url, http.method, http.sends, body, {**http.headers, **secrets}, told.sender, told.drop_country)
    yes = Yes(http.ok_statuses, http.ok_pointer, http.ok_values, http.id_pointer)
    return HttpSms(told.name, call, yes, prices, told.seconds, _receipts(told.receipts))


def _receipts(told: _Receipts | None) -> ReceiptRules | None:
    if told is None:
        return None
    secret = told.secret.read().encode()
    return ReceiptRules(told.header, secret, told.id_pointer, told.status_pointer, told.delivered, told.failed)


def _smpp(told: _Gateway, smpp: _Smpp, prices: Prices) -> SmppSms:
    line = Line(
        host=smpp.host,
        port=smpp.port,
        system_id=smpp.system_id,
        password=smpp.password.read(),
        system_type=smpp.system_type,
        tls=smpp.tls,
        tls_authorities=smpp.tls_authorities,
        sender=told.sender,
        sender_ton=smpp.sender_ton,
        sender_npi=smpp.sender_npi,
        seconds=told.seconds,
        decimal_of_hex=smpp.receipt_ids == "decimal-of-hex",
    )
    return SmppSms(told.name, line, prices)


def _url(text: str) -> httpx.URL:
    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("url: not an address") from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
