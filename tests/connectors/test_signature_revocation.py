"""Rows G5 and G6: without a fresh, authorised "good" nobody is let in, and the clock that counts is ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.connectors.signature_desk import CONTENT, Desk, small_pki, stranger
from tests.fakes.pki import DAY, NOW, Issued, Recipe, issue, key, plain_name
from tests.fakes.pki_messages import sign_cms, usual_attributes
from tests.fakes.pki_responder import Fault, Responder

GOOD, UNSURE, REVOKED = ("good", "good"), ("unsure", "revocation-unanswered"), ("revoked", "revoked")
MINUTE = timedelta(minutes=1)
NO_FAULT_OF_A_LIST = {Fault.NONE, Fault.UNKNOWN, Fault.OTHER_SERIAL, Fault.OTHER_NONCE, Fault.TRY_LATER}
LIST_FAULTS = [fault for fault in Fault if fault not in NO_FAULT_OF_A_LIST]
OCSP_FAULTS = [fault for fault in Fault if fault not in (Fault.NONE, Fault.UNKNOWN, Fault.ENDLESS)]


def person_serial() -> int:
    return int(small_pki().person.certificate.serial_number)


def responder(ocsp: Fault = Fault.NONE, listed: Fault = Fault.NONE, *revoked: int) -> Responder:
    return Responder(small_pki(), stranger(), set(revoked), ocsp_fault=ocsp, list_fault=listed)


def judged(by: Responder, signer: Issued | None = None) -> tuple[str, str]:
    return Desk(responder=by).judged(sign_cms(signer or small_pki().person, CONTENT))


@pytest.mark.parametrize("fault", OCSP_FAULTS)
def test_row_g5_no_usable_answer_and_no_list_is_not_accepted(fault: Fault) -> None:
    assert judged(responder(fault, Fault.DOWN)) == UNSURE


@pytest.mark.parametrize("fault", LIST_FAULTS)
def test_row_g5_no_responder_and_no_usable_list_is_not_accepted(fault: Fault) -> None:
    assert judged(responder(Fault.DOWN, fault)) == UNSURE


def test_row_g5_a_certificate_the_responder_does_not_know_is_not_accepted() -> None:
    assert judged(responder(Fault.UNKNOWN)) == ("unsure", "revocation-unknown")


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.DOWN, Fault.FORGED, Fault.STALE])
def test_row_g5_a_revoked_signer_is_refused(fault: Fault) -> None:
    assert judged(responder(fault, Fault.NONE, person_serial())) == REVOKED


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.DOWN])
def test_row_g5_a_revoked_issuer_is_refused(fault: Fault) -> None:
    assert judged(responder(fault, Fault.NONE, 0x77)) == REVOKED


def test_row_g5_a_forged_good_does_not_hide_a_revocation() -> None:
    assert judged(responder(Fault.FORGED, Fault.DOWN, person_serial())) == UNSURE


def test_a_revocation_dated_tomorrow_counts_today() -> None:
    by = responder(Fault.NONE, Fault.NONE, person_serial())
    by.revoked_at = NOW + DAY
    assert judged(by) == REVOKED


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.STALE, Fault.BROKEN, Fault.OTHER_NONCE])
def test_a_fresh_list_stands_in_for_the_responder(fault: Fault) -> None:
    assert judged(responder(fault)) == GOOD


def test_the_list_is_not_loaded_while_the_responder_answers() -> None:
    by = responder()
    judged(by)
    assert by.asked == ["ocsp", "ocsp"]


def test_a_certificate_that_names_no_service_is_not_accepted() -> None:
    assert judged(responder(), small_pki().signer(asks_ocsp=False, asks_list=False)) == UNSURE


def test_a_certificate_with_only_a_list_is_taken() -> None:
    assert judged(responder(), small_pki().signer(asks_ocsp=False)) == GOOD


def test_an_answer_without_end_counts_for_half_an_hour() -> None:
    assert judged(responder(Fault.ENDLESS, Fault.DOWN)) == GOOD
    assert (
        Desk(responder=responder(Fault.ENDLESS, Fault.DOWN), now=NOW + 40 * MINUTE).judged(
            sign_cms(small_pki().person, CONTENT)
        )
        == UNSURE
    )


def delegate(*uses: str, of: Issued | None = None) -> Issued:
    no_check = {"extn_id": "ocsp_no_check", "critical": False, "extn_value": b"\x05\x00"}
    recipe = Recipe(
        subject=plain_name("Responder"), private=key("responder"), serial=0x500, extended=uses or None,
        usage=frozenset({"digital_signature"}), more=(no_check,),
    )  # fmt: skip
    return issue(recipe, of or small_pki().issuing)


def test_a_delegated_responder_of_the_same_issuer_is_believed() -> None:
    by = responder(Fault.NONE, Fault.NONE)
    by.delegate = delegate("ocsp_signing")
    by.issuers = {}
    # The root's own answer comes from the same responder and is not believed, so its list is used.
    assert judged(by) == GOOD


@pytest.mark.parametrize("uses", [(), ("client_auth",), ("email_protection",)])
def test_row_g5_a_certificate_without_the_use_is_no_responder(uses: tuple[str, ...]) -> None:
    by = responder(Fault.NONE, Fault.DOWN)
    by.delegate = delegate(*uses)
    assert judged(by) == UNSURE


def test_row_g5_a_responder_of_another_issuer_is_not_believed() -> None:
    by = responder(Fault.NONE, Fault.DOWN)
    by.delegate = delegate("ocsp_signing", of=stranger())
    assert judged(by) == UNSURE


@pytest.mark.parametrize("seconds", [1, 3600, 86_400 * 300])
def test_row_g6_a_time_claimed_before_the_revocation_does_not_help(seconds: int) -> None:
    by = responder(Fault.NONE, Fault.NONE, person_serial())
    by.revoked_at = NOW - MINUTE
    claimed = usual_attributes(CONTENT, signed_at=by.revoked_at - timedelta(seconds=seconds))
    said = Desk(responder=by).judged(sign_cms(small_pki().person, CONTENT, attributes=claimed))
    assert said[0] in ("revoked", "bad")


def test_row_g6_an_answer_from_a_minute_ahead_is_taken_and_from_further_not() -> None:
    before = NOW - 10 * MINUTE  # the responder's answers are made for this moment
    signed = sign_cms(small_pki().person, CONTENT)
    assert Desk(responder=responder(Fault.NONE, Fault.DOWN), now=before - MINUTE).judged(signed) == GOOD
    assert Desk(responder=responder(Fault.NONE, Fault.DOWN), now=before - 2 * MINUTE).judged(signed) == UNSURE


def test_nobody_is_accepted_whatever_fails() -> None:
    bad = [*OCSP_FAULTS, Fault.UNKNOWN]
    said = {judged(responder(fault, LIST_FAULTS[place % len(LIST_FAULTS)]))[0] for place, fault in enumerate(bad)}
    assert said == {"unsure"}
