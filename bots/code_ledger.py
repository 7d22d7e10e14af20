"""The database's part of own codes: may one be sent, to whom, what became of it. Each call is one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from config.proof_settings import ProofSettings
from connectors.sms import Receipt, SmsGateway, SmsResult, SmsSent, parts_of
from dialogs.messages import RegistryResult
from dialogs.services import Language
from dialogs.verification.code_sms import code_sms
from dialogs.verification.codes import Refusal
from dialogs.verification.sms_caps import TOLD, Cap, PhoneNumber, SmsRules, check_day, check_number, phone_number
from knowledge import audit_rows, challenge_rows, conversation_rows, identity_rows, sms_rows
from knowledge.challenge_rows import Challenge
from knowledge.conversation_rows import StoredConversation
from knowledge.database import Connection, Database
from knowledge.vault import Vault

log = logging.getLogger(__name__)
_LEAST = timedelta(minutes=1)  # a code that ends sooner is not sent
_THOUSANDTHS = 1000


@dataclass(frozen=True)
class Wanted:
    """What a `send-code` row asks for."""

    conversation_id: str
    challenge_id: str
    register_number: str = field(repr=False)


@dataclass(frozen=True)
class Told:
    """What the chat hears; `refusal`: in words of its own instead of the result's."""

    result: RegistryResult
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Reserved:
    """It stands in the ledger and the code's digest in the challenge; `text` holds the code and is kept nowhere."""

    sms_id: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    expires_at: datetime


_TOO_LATE = Told(RegistryResult.UNAVAILABLE)
_CHANGED = Told(RegistryResult.UNAVAILABLE, Refusal.NUMBER_CHANGED)


def sms_rules(settings: ProofSettings) -> SmsRules:
    return SmsRules(
        countries=frozenset(filter(None, (part.strip() for part in settings.sms_countries.split(",")))),
        a_number_in_ten_minutes=settings.sms_a_number_in_ten_minutes,
        a_number_a_day=settings.sms_a_number_a_day,
        a_chat_a_day=settings.sms_a_chat_a_day,
        a_prefix_an_hour=settings.sms_a_prefix_an_hour,
        a_country_an_hour=settings.sms_a_country_an_hour,
        a_day=settings.sms_a_day,
        money_a_day=int(settings.sms_money_a_day * _THOUSANDTHS),
    )


class CodeLedger:
    """`lifetime`: of a code, from when it was asked for. `title`: what a purpose is called in a language."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        rules: SmsRules,
        lifetime: timedelta,
        title: Callable[[str, Language], str],
    ) -> None:
        self._database, self._vault, self._rules, self._lifetime = database, vault, rules, lifetime
        self._title = title

    def look(self, wanted: Wanted, now: datetime) -> Told | None:
        """Before anything is known about the number: a reason to send nothing that is the same for every number."""
        with self._database.read() as connection:
            if self._alive(connection, wanted, now) is None:
                return _TOO_LATE
            cap = check_day(
                self._rules, sms_rows.day_so_far(connection, wanted.conversation_id, wanted.challenge_id, now)
            )
        if cap is None:
            return None
        log.warning("an own code was not sent: %s", cap)
        return Told(RegistryResult.UNAVAILABLE, TOLD[cap])

    def reserve(
        self, wanted: Wanted, phone: str, code: str, gateway: SmsGateway, now: datetime
    ) -> Reserved | Told | None:
        """None: nothing is sent, and the chat must not know. `phone`: as registered; empty when there is none.

        The conversation is locked before the person, as in every turn.
        """
        with self._database.write() as connection:
            stored = conversation_rows.lock_by_id(connection, self._vault, wanted.conversation_id)
            sms_rows.hold(connection)
            challenge = self._alive(connection, wanted, now)
            if stored is None or challenge is None or sms_rows.is_reserved(connection, challenge.id):
                return _TOO_LATE
            number = phone_number(phone, self._rules.countries)
            if number is None:
                return None
            changed = identity_rows.phone_changed_at(connection, self._vault, challenge.identity, phone, now)
            if changed is not None and now - changed < self._rules.number_settles:
                audit_rows.record(connection, "system", "code.number-changed", wanted.conversation_id, now)
                return _CHANGED
            return self._reserve(connection, stored, challenge, number, code, gateway, now)

    def is_wanted(self, wanted: Wanted, now: datetime) -> bool:
        """Still the code that would be accepted (row O15)."""
        with self._database.read() as connection:
            return self._alive(connection, wanted, now) is not None

    def ended(self, sms_id: str, sent: SmsSent) -> None:
        """What certainly never left stands as refused: it cost nothing."""
        gone = sent.result in (SmsResult.ACCEPTED, SmsResult.UNKNOWN)
        with self._database.write() as connection:
            sms_rows.end(connection, sms_id, sent.result.value if gone else "refused", sent.ref)

    def take_receipt(self, gateway: str, receipt: Receipt, now: datetime) -> bool:
        with self._database.write() as connection:
            return sms_rows.take_receipt(connection, gateway, receipt.ref, receipt.delivered, now)

    def _alive(self, connection: Connection, wanted: Wanted, now: datetime) -> Challenge | None:
        challenge = challenge_rows.find(connection, wanted.challenge_id, wanted.conversation_id)
        if challenge is None or not challenge.is_open or now < challenge.opened_at:
            return None
        if challenge.identity != self._vault.identity(wanted.register_number):
            return None
        return challenge if challenge.opened_at + self._lifetime - now >= _LEAST else None

    def _reserve(
        self,
        connection: Connection,
        stored: StoredConversation,
        challenge: Challenge,
        number: PhoneNumber,
        code: str,
        gateway: SmsGateway,
        now: datetime,
    ) -> Reserved | None:
        expires_at = challenge.opened_at + self._lifetime
        text = self._text(stored, challenge, code, ceil((expires_at - now) / timedelta(minutes=1)))
        parts = parts_of(text)
        price = gateway.price(number.country, parts)
        day = sms_rows.day_so_far(connection, challenge.conversation_id, challenge.id, now)
        so_far = sms_rows.number_so_far(connection, self._vault, number, self._rules, now)
        cap = check_number(self._rules, number, price, day, so_far, now)
        if cap is not None or price is None:
            self._capped(connection, cap, challenge, number, now)
            return None
        if not challenge_rows.keep_code(connection, self._vault, challenge.id, code):
            return None
        asked = sms_rows.SmsAsked(challenge.conversation_id, challenge.id, number, parts, price, gateway.name)
        return Reserved(sms_rows.reserve(connection, self._vault, asked, now), number.full, text, expires_at)

    def _capped(
        self, connection: Connection, cap: Cap | None, challenge: Challenge, number: PhoneNumber, now: datetime
    ) -> None:
        log.warning("an own code was not sent: %s", cap)
        audit_rows.record(connection, "system", "code.capped", challenge.conversation_id, now, str(cap))
        if cap is Cap.CONVERSION:
            sms_rows.turn_off(connection, number.prefix, now + self._rules.off_for, cap)

    def _text(self, stored: StoredConversation, challenge: Challenge, code: str, minutes: int) -> str:
        language = stored.state.language
        title = self._title(challenge.purpose, language)
        return code_sms(code, title, stored.state.channel, stored.name, minutes, language)
