"""SMS over SMPP against a real local centre: coding, parts, receipts, and lines that break at every place."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.sms import Prices, Receipt, SmsResult, SmsSent
from connectors.sms_smpp import Line, SmppSms
from tests.fakes.smsc import FakeSmsc

TO = "97699112233"
CYRILLIC = "Туслах код 482913: миний мэдээлэл. 10 минут. Ажилтан хэзээ ч код асуухгүй."
LIVES = timedelta(minutes=9, seconds=30)


@pytest.fixture
def centre() -> Iterator[FakeSmsc]:
    fake = FakeSmsc()
    yield fake
    fake.stop()


def smpp(port: int, **changes: object) -> SmppSms:
    plain: dict[str, object] = {"host": "127.0.0.1", "port": port, "system_id": "tuslakh", "password": "secret"}
    plain |= {"tls": False, "sender": "Tuslakh", "seconds": 0.5}
    return SmppSms("smsc", Line(**(plain | changes)), Prices("MNT", {"976": 40_000}))  # type: ignore[arg-type]


def with_line(sms: SmppSms, work: Callable[[SmppSms], Awaitable[SmsSent]]) -> SmsSent:
    async def run() -> SmsSent:
        try:
            return await work(sms)
        finally:
            await sms.close()

    return asyncio.run(run())


def send(sms: SmppSms, text: str = CYRILLIC) -> SmsSent:
    return with_line(sms, lambda line: line.send(TO, text, "r", LIVES))


def test_cyrillic_goes_out_as_ucs2_with_its_end_of_life_and_a_receipt_wanted(centre: FakeSmsc) -> None:
    sent = send(smpp(centre.port), "Код 482913")
    (unit,) = centre.submitted
    assert sent == SmsSent(SmsResult.ACCEPTED, "1a", 1)
    assert (unit.to, unit.coding, unit.registered, unit.validity) == (TO, 8, 1, "000000000930000R")
    assert unit.content.decode("utf-16-be") == "Код 482913"


def test_a_long_text_goes_out_in_parts_that_can_be_put_together(centre: FakeSmsc) -> None:
    sent = send(smpp(centre.port))
    assert (sent.result, sent.parts, sent.ref) == (SmsResult.ACCEPTED, 2, "2a")
    assert [unit.esm_class & 0x40 for unit in centre.submitted] == [0x40, 0x40]
    heads = [unit.content[:6] for unit in centre.submitted]
    assert [(head[:3], head[4], head[5]) for head in heads] == [(b"\5\0\3", 2, 1), (b"\5\0\3", 2, 2)]
    assert heads[0][3] == heads[1][3]
    assert b"".join(unit.content[6:] for unit in centre.submitted).decode("utf-16-be") == CYRILLIC


def test_latin_goes_out_in_the_default_alphabet(centre: FakeSmsc) -> None:
    send(smpp(centre.port), "Tuslakh code 482913")
    assert (centre.submitted[0].coding, centre.submitted[0].content) == (0, b"Tuslakh code 482913")


@pytest.mark.parametrize(
    ("behaves", "result"),
    [
        ("silent", SmsResult.UNKNOWN),
        ("tear", SmsResult.UNKNOWN),
        (0x58, SmsResult.NOT_SENT),  # throttled
        (0x14, SmsResult.NOT_SENT),  # queue full
        (0x0B, SmsResult.REFUSED),  # no such number
        (0x45, SmsResult.REFUSED),
    ],
)
def test_an_answer_is_yes_no_or_nobody_knows(centre: FakeSmsc, behaves: str | int, result: SmsResult) -> None:
    centre.behaves = behaves
    assert send(smpp(centre.port), "Код 1").result is result


def test_row_o14_a_message_in_doubt_is_not_sent_again(centre: FakeSmsc) -> None:
    centre.behaves = "tear"
    send(smpp(centre.port), "Код 1")
    assert len(centre.submitted) == 1


def test_a_no_to_a_later_part_leaves_the_message_in_doubt(centre: FakeSmsc) -> None:
    async def work(sms: SmppSms) -> SmsSent:
        task = asyncio.create_task(sms.send(TO, CYRILLIC, "r", LIVES))
        while not centre.submitted:
            await asyncio.sleep(0.001)
        return await task

    class SecondRefused(FakeSmsc):
        def _submit(self, line: object, sequence: int, body: bytes) -> bool:
            self.behaves = 0x14 if self.submitted else "accept"
            return super()._submit(line, sequence, body)  # type: ignore[arg-type]

    centre.stop()
    centre = SecondRefused()
    assert with_line(smpp(centre.port), work).result is SmsResult.UNKNOWN
    centre.stop()


def test_who_cannot_be_reached_was_certainly_not_sent_anything(centre: FakeSmsc) -> None:
    centre.stop()
    assert send(smpp(centre.port)).result is SmsResult.NOT_SENT


def test_a_wrong_password_is_certainly_not_sent(centre: FakeSmsc) -> None:
    assert send(smpp(centre.port, password="wrong")).result is SmsResult.NOT_SENT
    assert centre.submitted == []


def test_a_line_that_was_closed_in_its_sleep_is_opened_anew(centre: FakeSmsc) -> None:
    async def work(sms: SmppSms) -> SmsSent:
        await sms.send(TO, "Код 1", "r", LIVES)
        centre.hang_up()
        return await sms.send(TO, "Код 2", "r", LIVES)

    assert with_line(smpp(centre.port), work).result is SmsResult.ACCEPTED
    assert (centre.binds, len(centre.submitted)) == (2, 2)


@pytest.mark.parametrize(
    ("text", "tlv", "receipt"),
    [
        ("id:1a sub:001 dlvrd:001 stat:DELIVRD err:000 text:", b"", Receipt("1a", True)),
        ("id:1a sub:001 dlvrd:000 stat:UNDELIV err:001 text:", b"", Receipt("1a", False)),
        ("", b"\x00\x1e\x00\x031a\0" + b"\x04\x27\x00\x01\x02", Receipt("1a", True)),
        ("", b"\x00\x1e\x00\x031a\0" + b"\x04\x27\x00\x01\x05" + b"\x14\x01\x00\x02zz", Receipt("1a", False)),
        ("id:1a stat:ENROUTE", b"", None),
        ("Сайн уу".encode().decode("latin-1")[:20], b"", None),
    ],
)
def test_receipts_are_read_and_acknowledged(centre: FakeSmsc, text: str, tlv: bytes, receipt: Receipt | None) -> None:
    taken: list[Receipt] = []

    async def run() -> None:
        sms, stop = smpp(centre.port), asyncio.Event()

        async def take(told: Receipt) -> None:
            taken.append(told)

        listening = asyncio.create_task(sms.listen(take, stop))
        while not centre.binds:
            await asyncio.sleep(0.01)
        centre.bring_receipt(text, tlv)
        await sms.send(TO, "Код 1", "r", LIVES)  # what comes meanwhile is read
        stop.set()
        await listening
        taken.extend(await asyncio.to_thread(sms._link.look))
        await sms.close()

    asyncio.run(run())
    assert taken == ([receipt] if receipt else [])
    assert centre.acknowledged == [1001]


def test_a_receipt_that_cannot_be_kept_does_not_end_the_listening(centre: FakeSmsc) -> None:
    async def run() -> bool:
        sms, stop, seen = smpp(centre.port), asyncio.Event(), asyncio.Event()

        async def take(told: Receipt) -> None:
            seen.set()
            raise RuntimeError("no database")

        listening = asyncio.create_task(sms.listen(take, stop))
        while not centre.binds:
            await asyncio.sleep(0.01)
        centre.bring_receipt("id:1a stat:DELIVRD")
        await seen.wait()
        still = not listening.done()
        stop.set()
        await listening
        await sms.close()
        return still

    assert asyncio.run(run())


def test_an_id_told_in_hex_and_repeated_in_decimal_is_the_same(centre: FakeSmsc) -> None:
    assert send(smpp(centre.port, decimal_of_hex=True), "Код 1").ref == str(0x1A)


def test_row_o12_no_log_line_holds_what_was_sent(centre: FakeSmsc, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(smpp(centre.port), "Tuslakh 482913")
    raw = b"Tuslakh 482913".hex()
    assert not any(secret in caplog.text for secret in ("482913", TO, raw, TO.encode().hex()))


def test_the_centre_must_be_who_its_certificate_says(tmp_path: Path) -> None:
    key, certificate = self_signed("localhost")
    (tmp_path / "pem").write_bytes(key + certificate)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(tmp_path / "pem")
    (tmp_path / "authorities").write_bytes(certificate)
    centre = FakeSmsc(tls=served)
    trusted = {"tls": True, "tls_authorities": tmp_path / "authorities", "host": "localhost"}
    assert send(smpp(centre.port, **trusted)).result is SmsResult.ACCEPTED
    assert send(smpp(centre.port, **trusted | {"host": "127.0.0.1"})).result is SmsResult.NOT_SENT
    assert send(smpp(centre.port, **trusted | {"tls_authorities": None})).result is SmsResult.NOT_SENT
    centre.stop()


def self_signed(host: str) -> tuple[bytes, bytes]:
    """(key, certificate) as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    day = timedelta(days=1)
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret, made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
