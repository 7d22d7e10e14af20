"""Every setting, read once from the environment (and a `.env` file). Defaults run everything on one machine."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from config.proof_settings import ProofSettings


class Settings(ProofSettings):
    """Names in the environment are the field names in capitals, for example `DATABASE_URL`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port the web server listens on.")
    public_url: str = Field("", description="The https address people reach this server at; empty on one machine.")
    trusted_proxies: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded-For is believed: addresses or networks, comma-separated."
    )
    database_url: str = Field("sqlite:///var/tuslakh.db", description="SQLAlchemy address of SQLite or PostgreSQL.")
    redis_url: str = Field("", description="Redis or Valkey for wake-ups between processes; empty with one process.")
    data_key_file: Path = Field(Path("var/data.key"), description="File of the data key; made when missing.")
    data_keys: SecretStr = Field(SecretStr(""), description="Data keys, newest first, comma-separated; beats the file.")
    sandbox_file: Path = Field(Path("var/sandbox.sealed"), description="Where the local stand-ins keep their state.")

    telegram_token: SecretStr = Field(SecretStr(""), description="Bot token; Telegram is off without it.")
    telegram_api_url: str = Field("https://api.telegram.org", description="Bot API server.")
    telegram_webhook_secrets: SecretStr = Field(
        SecretStr(""), description="Webhook secrets, newest first, comma-separated; needed with PUBLIC_URL."
    )
    telegram_poll_seconds: int = Field(25, ge=0, le=50, description="How long one long poll waits, in seconds.")
    telegram_sends_a_second: float = Field(
        30.0, gt=0, le=1000, description="Messages a second the bot may send in all."
    )
    telegram_chat_pause_seconds: float = Field(
        1.0, ge=0, description="Pause between two messages to one Telegram chat, in seconds."
    )

    messenger_page_id: str = Field("", description="The Facebook Page's id; Messenger is off without it.")
    messenger_app_id: str = Field("", description="The app's id: what other apps of the page say is told apart by it.")
    messenger_page_token: SecretStr = Field(SecretStr(""), description="Page access token of the Graph API.")
    messenger_app_secrets: SecretStr = Field(
        SecretStr(""), description="App secrets that sign webhooks, newest first, comma-separated."
    )
    messenger_verify_token: SecretStr = Field(
        SecretStr(""), description="The word Meta repeats when the webhook's address is confirmed."
    )
    messenger_api_url: str = Field("https://graph.facebook.com/v23.0", description="Graph API server and version.")
    messenger_sends_a_second: float = Field(40.0, gt=0, le=300, description="Messages a second the page may send.")
    messenger_chat_pause_seconds: float = Field(
        0.5, ge=0, description="Pause between two messages to one Messenger chat, in seconds."
    )
    messenger_settle_seconds: float = Field(
        0.3,
        ge=0,
        le=5,
        description="How long a Messenger event waits for older ones, as Meta brings them in any order.",
    )

    late_after_minutes: float = Field(
        15.0, gt=0, description="Older messages are summed up and asked about, not carried out, in minutes."
    )
    turns_a_minute: int = Field(20, ge=1, description="Messages of one chat answered one by one in a minute.")
    turn_seconds: float = Field(15.0, gt=0, description="A turn that takes longer is taken for hung: the process ends.")
    file_max_bytes: int = Field(
        10_485_760,
        ge=1024,
        le=20_971_520,
        description="Largest file of a citizen that is kept for the agent, in bytes.",
    )
    files_a_day: int = Field(20, ge=0, description="Files one chat may leave in 24 hours.")
    uploads_a_minute: int = Field(10, ge=1, description="Files one address may upload to the web chat in a minute.")
    upload_bytes_a_day: int = Field(
        2_147_483_648, ge=1024, description="Files the web chat keeps in 24 hours, of everybody, in bytes."
    )
    file_timeout_seconds: float = Field(20.0, gt=0, description="How long fetching one file may take, in seconds.")
    watch_seconds: float = Field(60.0, gt=0, description="How often the channels are looked after, in seconds.")
    watch_pending: int = Field(100, ge=1, description="That many updates waiting at Telegram are reported.")

    xyp_base_url: str = Field("", description="ХУР's address; empty runs the local sandbox ХУР.")
    xyp_access_token: SecretStr = Field(SecretStr(""), description="Access token issued by the National Data Centre.")
    xyp_private_key: Path | None = Field(None, description="File of the RSA key that signs calls to ХУР.")
    xyp_timeout_seconds: float = Field(8.0, gt=0, description="How long ХУР may take to answer, in seconds.")
    xyp_wrong_code_results: frozenset[int] = Field(
        frozenset({200, 201, 202}), description="ХУР result codes that mean a wrong one-time code (JSON list)."
    )

    code_lifetime_minutes: int = Field(10, ge=1, le=10, description="How long a one-time code is accepted, in minutes.")
    code_tries_before_lock: int = Field(5, ge=1, le=10, description="Wrong codes in a row before a lock.")
    code_lock_minutes: int = Field(120, ge=1, description="How long that lock lasts, in minutes.")
    code_tries_a_day: int = Field(20, ge=1, description="Tries a person may make in 24 hours.")
    codes_a_day: int = Field(5, ge=1, description="Codes a person may be sent in 24 hours.")
    people_a_chat_a_day: int = Field(2, ge=1, description="Different register numbers one chat may use in 24 hours.")

    max_message_characters: int = Field(4000, ge=100, description="Longer messages are read up to here.")
    encoder_model: str = Field(
        "", description="A sentence-transformers model instead of the shipped encoder; needs the extra `train`."
    )
    max_body_bytes: int = Field(1_048_576, ge=1024, description="Largest request body that is read, in bytes.")
    body_timeout_seconds: float = Field(5.0, gt=0, description="How long a request body may take to arrive.")
    idle_poll_seconds: float = Field(1.0, gt=0, description="How often workers look for work nobody woke them for.")
    stream_poll_seconds: float = Field(
        5.0, gt=0, description="How often a quiet web chat's stream looks for news nobody woke it for, in seconds."
    )
    send_tries: int = Field(8, ge=1, description="How often a message that did not arrive is sent again.")
    send_back_off_seconds: float = Field(60.0, gt=0, description="Longest pause between two tries to send.")
    senders: int = Field(8, ge=1, description="Messages on their way to the outside at once, on each wire.")
    web_messages_a_minute: int = Field(30, ge=1, description="Messages one web chat may send in a minute.")
    web_reply_wait_seconds: float = Field(
        2.0, ge=0, description="How long the page without JavaScript waits for an answer."
    )
    sign_in_tries_a_minute: int = Field(10, ge=1, description="Staff sign-ins one address may try in a minute.")
    sign_in_tries_an_hour_a_login: int = Field(
        20, ge=1, description="Failed staff sign-ins of one login in an hour, from anywhere, before it has to wait."
    )
    staff_accounts: Literal["invented", "none"] = Field(
        "invented", description="`invented` makes the accounts of the README on an empty database; `none` for live use."
    )
    examples_kept_days: int = Field(
        90, ge=1, le=365, description="How long a citizen's example waits for an editor before it is deleted, in days."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least serious record written.")

    @field_validator("trusted_proxies", "sms_receipt_hosts")
    @classmethod
    def _addresses(cls, value: str) -> str:
        """Checked here: a mistyped one would be a name nobody has, or end the start without naming the setting."""
        for part in filter(None, map(str.strip, value.split(","))):
            try:
                ip_network(part)
            except ValueError:
                raise ValueError("wants addresses or networks such as 127.0.0.1,10.0.0.0/8") from None
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.public_url and not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL must start with https://")
        if self.public_url and self.telegram_token.get_secret_value() and not self.webhook_secrets:
            raise ValueError("TELEGRAM_WEBHOOK_SECRETS is needed with PUBLIC_URL: a webhook without a secret is open")
        if self.messenger_page_id and not (
            self.messenger_page_token.get_secret_value()
            and self.messenger_secrets
            and self.messenger_app_id
            and self.messenger_verify_token.get_secret_value()
        ):
            raise ValueError(
                "MESSENGER_PAGE_ID needs MESSENGER_APP_ID, MESSENGER_PAGE_TOKEN, MESSENGER_APP_SECRETS and "
                "MESSENGER_VERIFY_TOKEN"
            )
        if self.xyp_base_url and not (self.xyp_access_token.get_secret_value() and self.xyp_private_key):
            raise ValueError("XYP_BASE_URL needs XYP_ACCESS_TOKEN and XYP_PRIVATE_KEY")
        if self.sandbox and (live := self._live_settings()):
            raise ValueError(f"{', '.join(live)}: only with a live XYP_BASE_URL, for the sandbox plays all of that")
        if not self.public_url and not self.sandbox and (self.dan_base_url or self.signs):
            raise ValueError("bank login and signatures need PUBLIC_URL: citizens open their pages from outside")
        if self.public_url and not self.xyp_base_url:
            raise ValueError("PUBLIC_URL needs a live XYP_BASE_URL: the sandbox must not face the public")
        if self.public_url and self.staff_accounts == "invented":
            raise ValueError("PUBLIC_URL needs STAFF_ACCOUNTS=none: invented accounts have published passwords")
        if self.staff_accounts == "invented" and not _is_loopback(self.host):
            raise ValueError(
                "HOST other than this machine needs STAFF_ACCOUNTS=none: the invented passwords are public"
            )
        if self.sandbox and not _is_loopback(self.host):
            raise ValueError("HOST other than this machine needs a live XYP_BASE_URL: the sandbox shows the codes")
        return self

    def _live_settings(self) -> list[str]:
        """The names of those that are set and mean a counterpart of the real world."""
        registry = {
            "xyp_access_token": self.xyp_access_token.get_secret_value(),
            "xyp_private_key": self.xyp_private_key,
        }
        return [name.upper() for name in (*(name for name, value in registry.items() if value), *self.live_proofs)]

    @property
    def sandbox(self) -> bool:
        """The outside world is played locally; never together with a live registry."""
        return not self.xyp_base_url

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        return _parts(self.telegram_webhook_secrets)

    @property
    def messenger_secrets(self) -> tuple[str, ...]:
        return _parts(self.messenger_app_secrets)

    @property
    def data_key_list(self) -> tuple[str, ...]:
        return _parts(self.data_keys)

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def secure_cookies(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def code_lifetime(self) -> timedelta:
        return timedelta(minutes=self.code_lifetime_minutes)


def problems(error: ValidationError) -> list[str]:
    """What is wrong with settings, one `SETTING: message` a line; never the value, which may be a secret."""
    rows = []
    for entry in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(map(str, entry["loc"])).upper() or "SETTINGS"
        rows.append(f"{name}: {entry['msg'].removeprefix('Value error, ')}")
    return rows


def _parts(secret: SecretStr) -> tuple[str, ...]:
    return tuple(part.strip() for part in secret.get_secret_value().split(",") if part.strip())


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
