"""One SMPP 3.4 line: opened, proven alive before a send, messages cut into parts, receipts read. For one thread only.

From the first byte of a message on, everything but the centre's own answer is UNKNOWN.
"""

from __future__ import annotations

import logging
import re
import select
import ssl
import time
from datetime import timedelta
from typing import Any

from smpplib import consts, gsm, smpp  # type: ignore[import-untyped]
from smpplib.client import Client  # type: ignore[import-untyped]

from connectors.smpp_clients import Line, client_for
from connectors.sms import Receipt, SmsResult, SmsSent, parts_of

_log = logging.getLogger(__name__)
QUIET_SECONDS = 5.0  # after so long the line is asked whether it is alive
_INTERNATIONAL, _ISDN = 1, 1
_FINAL_ONLY = 1  # registered_delivery: a receipt of success or failure
_THROTTLED, _QUEUE_FULL = 0x58, 0x14
_ANSWERS = {"enquire_link": "enquire_link_resp", "unbind": "unbind_resp"}
_RECEIPT_ID = re.compile(r"\bid:(\S{1,65})")
_RECEIPT_STATE = re.compile(r"\bstat:([A-Z]{5,7})")
_DELIVERED = {"DELIVRD"}
_LOST = {"EXPIRED", "DELETED", "UNDELIV", "REJECTD"}
_STATES = {2: True, 3: False, 4: False, 5: False, 8: False}  # message_state: delivered, expired, deleted, undeliverable


class LineBroken(Exception):
    """The line cannot be used any more; what was under way is in doubt."""


class SmppLink:
    """Used by one thread only."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._client: Client | None = None
        self._heard_at = 0.0  # monotonic seconds
        self._receipts: list[Receipt] = []

    def send(self, to: str, text: str, lives: timedelta) -> SmsSent:
        parts = parts_of(text)
        try:
            self._open()
        except Exception as error:
            self._drop()
            return SmsSent(SmsResult.NOT_SENT, "", parts, type(error).__name__)
        try:
            return self._send_parts(to, text, lives, parts)
        except Exception as error:
            self._drop()
            return SmsSent(SmsResult.UNKNOWN, "", parts, type(error).__name__)

    def look(self) -> list[Receipt]:
        try:
            self._open()
            self._take_waiting()
        except Exception as error:
            _log.info("the SMPP line is down: %s", type(error).__name__)
            self._drop()
        receipts, self._receipts = self._receipts, []
        return receipts

    def close(self) -> None:
        if self._client is not None:
            try:
                self._client.unbind()
            except Exception as error:
                _log.info("the SMPP line did not say good-bye: %s", type(error).__name__)
        self._drop()

    # --- the line ---

    def _open(self) -> None:
        """An open line that has just shown that it is alive."""
        if self._client is not None:
            try:
                self._take_waiting()
                if time.monotonic() - self._heard_at > QUIET_SECONDS:
                    self._ask("enquire_link")
                return
            except Exception:
                self._drop()
        self._client = client = client_for(self._line)
        client.connect()
        client.bind_transceiver(
            system_id=self._line.system_id, password=self._line.password, system_type=self._line.system_type
        )
        self._heard_at = time.monotonic()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None and client._socket is not None:
            client._socket.close()
            client._socket = None

    def _send_parts(self, to: str, text: str, lives: timedelta, count: int) -> SmsSent:
        """The id is the last part's: when that one is there, the others usually are."""
        parts, coding, esm_class = gsm.make_parts(text)
        ref = ""
        for place, part in enumerate(parts):
            answer = self._ask("submit_sm", **self._message(to, part, coding, esm_class, lives))
            if answer.is_error():
                return SmsSent(_said_no(answer.status, place), ref, count, f"Smpp{answer.status}")
            ref = self._normal(_text(answer.message_id))
        return SmsSent(SmsResult.ACCEPTED, ref, count)

    def _message(self, to: str, part: bytes, coding: int, esm_class: int, lives: timedelta) -> dict[str, Any]:
        return {
            "source_addr_ton": self._line.sender_ton,
            "source_addr_npi": self._line.sender_npi,
            "source_addr": self._line.sender,
            "dest_addr_ton": _INTERNATIONAL,
            "dest_addr_npi": _ISDN,
            "destination_addr": to,
            "short_message": part,
            "data_coding": coding,
            "esm_class": esm_class,
            "registered_delivery": _FINAL_ONLY,
            "validity_period": _relative(lives),
        }

    def _ask(self, command: str, **fields: Any) -> Any:
        """One request and its own answer; whatever else comes meanwhile is taken care of."""
        client = self._client
        assert client is not None
        request = smpp.make_pdu(command, client=client, **fields)
        client.send_pdu(request)
        wanted, until = request.sequence, time.monotonic() + self._line.seconds
        while (left := until - time.monotonic()) > 0:
            if not self._readable(left):
                break
            answer = self._read()
            if answer is not None and answer.sequence == wanted:
                return answer
        raise LineBroken("no answer in time")

    def _take_waiting(self) -> None:
        while self._readable(0):
            self._read()

    def _readable(self, seconds: float) -> bool:
        """Bytes that TLS has read ahead are invisible to `select`."""
        assert self._client is not None
        line = self._client._socket
        if isinstance(line, ssl.SSLSocket) and line.pending():
            return True
        return bool(select.select([line], [], [], seconds)[0])

    def _read(self) -> Any | None:
        """One unit: an answer to us is returned, a request of the centre is answered here."""
        client = self._client
        assert client is not None
        unit = client.read_pdu()
        self._heard_at = time.monotonic()
        if unit is None:
            raise LineBroken("an unknown command")
        if unit.command == "deliver_sm":
            self._keep(unit)
            self._answer(unit, "deliver_sm_resp")
        elif unit.command in _ANSWERS:
            self._answer(unit, _ANSWERS[unit.command])
        elif unit.is_response():
            return unit
        if unit.command == "unbind":
            raise LineBroken("the centre said good-bye")
        return None

    def _answer(self, unit: Any, command: str) -> None:
        assert self._client is not None
        answer = smpp.make_pdu(command, client=self._client)
        answer.sequence = unit.sequence
        answer.status = consts.SMPP_ESME_ROK
        self._client.send_pdu(answer)

    def _keep(self, unit: Any) -> None:
        """A receipt by its own fields or, from older centres, by its text; any other incoming message is let go."""
        words = _text(unit.short_message)
        ref, state = _text(unit.receipted_message_id), unit.message_state
        delivered = _STATES.get(state) if isinstance(state, int) else None
        if not ref and (found := _RECEIPT_ID.search(words)):
            ref = found[1]
        if delivered is None and (told := _RECEIPT_STATE.search(words)):
            delivered = True if told[1] in _DELIVERED else False if told[1] in _LOST else None
        if ref and delivered is not None:
            self._receipts.append(Receipt(ref, delivered))

    def _normal(self, ref: str) -> str:
        if not self._line.decimal_of_hex:
            return ref
        try:
            return str(int(ref, 16))
        except ValueError:
            return ref


def _said_no(status: int, place: int) -> SmsResult:
    """A no to a later part leaves a message whose first parts went out."""
    if place:
        return SmsResult.UNKNOWN
    return SmsResult.NOT_SENT if status in (_THROTTLED, _QUEUE_FULL) else SmsResult.REFUSED


def _relative(lives: timedelta) -> str:
    """SMPP's relative time: the centre drops what it could not deliver by then."""
    minutes, seconds = divmod(max(60, int(lives.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    return f"000000{hours:02d}{minutes:02d}{seconds:02d}000R"


def _text(value: object) -> str:
    return value.decode("latin-1").rstrip("\0") if isinstance(value, bytes) else str(value or "")
