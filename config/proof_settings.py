"""Settings of proving who somebody is: codes, bank login, signatures, SMS; and how long what is held is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

LoginLevel = Literal["phone", "bank", "signature"]


class ProofSettings(BaseSettings):
    """Read together with `Settings`, of which it is a part."""

    proof_idle_minutes: int = Field(30, ge=1, le=60, description="A proof ends after so long without a message.")
    proof_hours: int = Field(12, ge=1, le=24, description="A proof ends after so long whatever happens, in hours.")
    undo_hours: int = Field(24, ge=1, le=168, description="How long a proof can be undone from the other chats.")
    link_minutes: int = Field(5, ge=1, le=15, description="How long a page that was opened from a chat can be used.")
    link_number_minutes: int = Field(2, ge=1, le=10, description="How long the number on that page is accepted.")
    link_number_tries: int = Field(3, ge=1, le=5, description="Wrong numbers before such a page is over.")
    links_open: int = Field(3, ge=1, description="Pages of one person that may be open at once.")
    links_a_day: int = Field(10, ge=1, description="Pages one person or chat may open in 24 hours.")
    link_chat_proof: Literal["required", "preferred"] = Field(
        "required", description="Whether pages must be opened from the chat app that can vouch for its user."
    )
    code_failures_breaker: int = Field(
        200, ge=10, description="Wrong codes of everybody in ten minutes that switch codes off."
    )

    dan_base_url: str = Field("", description="ДАН's address, https://sso.gov.mn; empty: off, or the sandbox's.")
    dan_client_id: str = Field("", description="Client id at ДАН.")
    dan_client_secret: SecretStr = Field(SecretStr(""), description="Client secret at ДАН.")
    dan_issuer: str = Field("", description="What ДАН calls itself in `iss`; empty: it sends none.")
    dan_login_levels: dict[str, LoginLevel] = Field(
        {}, description="citizen_loginType to level (JSON); the table is not public, others count as phone."
    )
    dan_timeout_seconds: float = Field(8.0, gt=0, description="How long ДАН may take to answer, in seconds.")

    signature_anchors: Path | None = Field(
        None, description="PEM file of trusted root certificates; empty: the national root."
    )
    signature_intermediates: Path | None = Field(
        None, description="PEM file of issuing certificates; empty: the national issuing CA."
    )
    signature_policies: str = Field("", description="Certificate policy OIDs that count, comma-separated; empty: any.")
    signature_number_attribute: Literal["serialNumber", "UID", "CN"] = Field(
        "serialNumber", description="The subject attribute that holds the register number."
    )
    signature_hosts: str = Field(
        "",
        description="Hosts asked whether a certificate is revoked, comma-separated; empty: the national ones.",
    )
    signature_check_seconds: float = Field(2.0, gt=0, description="How long checking one signature may take.")
    signature_revocation_seconds: float = Field(5.0, gt=0, description="How long asking for a revocation may take.")
    signature_max_bytes: int = Field(262_144, ge=1024, description="Largest signature that is read, in bytes.")
    signature_app_link: str = Field(
        "", description="Address of a signing app with {challenge} and {back} in it; empty: none."
    )
    signature_upload: bool = Field(False, description="Whether signature files (.p7s) are taken where nothing else is.")
    esign_url: str = Field("", description="WebSocket of the ESIGN client, ws://127.0.0.1:59001; empty: off.")

    sms_gateway_file: Path | None = Field(None, description="TOML file of the SMS gateway; empty: no own codes.")
    sms_countries: str = Field("976", description="Calling codes own codes may be sent to, comma-separated.")
    sms_a_number_in_ten_minutes: int = Field(3, ge=1, description="SMS to one number in ten minutes.")
    sms_a_number_a_day: int = Field(5, ge=1, description="SMS to one number in 24 hours, whoever asks.")
    sms_a_chat_a_day: int = Field(10, ge=1, description="SMS one chat may cause in 24 hours.")
    sms_a_prefix_an_hour: int = Field(30, ge=1, description="SMS to numbers that differ in their last four digits.")
    sms_a_country_an_hour: int = Field(500, ge=1, description="SMS to one country in an hour.")
    sms_a_day: int = Field(5000, ge=1, description="SMS in 24 hours, in all.")
    sms_money_a_day: float = Field(500_000.0, gt=0, description="What SMS may cost in 24 hours, gateway's currency.")
    sms_receipt_hosts: str = Field(
        "", description="Addresses or networks delivery receipts may come from, comma-separated; empty: none."
    )

    # Not less: a case may wait for a person over holidays, and a phone that changed is remembered for a week (row O10).
    talk_kept_days: int = Field(365, ge=30, description="Quiet chats are erased whole after so many days.")
    proofs_kept_days: int = Field(365, ge=8, description="Records of proofs and pages, in days.")
    codes_kept_days: int = Field(30, ge=2, description="Records of codes, tries and SMS, in days.")
    events_kept_days: int = Field(30, ge=2, description="Events and sends that are over (without content), in days.")
    audit_anchor_file: Path = Field(
        Path("var/audit-anchors.jsonl"), description="Where the head of the audit is written every hour."
    )
    audit_anchor_minutes: int = Field(60, ge=1, description="How often that is done, in minutes.")

    @model_validator(mode="after")
    def _whole_ways(self) -> Self:
        if self.dan_base_url and not (self.dan_client_id and self.dan_client_secret.get_secret_value()):
            raise ValueError("DAN_BASE_URL needs DAN_CLIENT_ID and DAN_CLIENT_SECRET")
        return self

    @property
    def signs(self) -> bool:
        """Whether signatures are a way here; the sandbox has its own."""
        return bool(self.esign_url or self.signature_app_link or self.signature_upload)

    @property
    def live_proofs(self) -> tuple[str, ...]:
        """The settings that lead a way of proving to a counterpart of the real world."""
        ways = {
            "dan_base_url": self.dan_base_url,
            "dan_client_id": self.dan_client_id,
            "dan_client_secret": self.dan_client_secret.get_secret_value(),
            "sms_gateway_file": self.sms_gateway_file,
            "esign_url": self.esign_url,
            "signature_app_link": self.signature_app_link,
            "signature_upload": self.signature_upload,
        }
        return tuple(name for name, value in ways.items() if value)
