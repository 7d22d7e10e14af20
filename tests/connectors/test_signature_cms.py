"""Rows G2 and G3: crafted CMS messages, of which none counts; and good ones, which do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from asn1crypto import cms, core

from tests.connectors.signature_desk import CONTENT, Desk, rsa_pki, small_pki, stranger
from tests.fakes.pki import NOW, Issued, Recipe, issue, key, plain_name
from tests.fakes.pki_messages import SIGNING_CERTIFICATE, Attribute, sign_cms, signer_info, usual_attributes, wrap

Crafted = Callable[[], bytes]
DIGEST = hashlib.sha256(CONTENT).digest()
TYPE: Attribute = ("content_type", ["data"])
HASH: Attribute = ("message_digest", [DIGEST])


def person() -> Issued:
    return small_pki().person


def with_attributes(*attributes: Attribute) -> bytes:
    return sign_cms(person(), CONTENT, attributes=list(attributes))


def attributes_as_content() -> bytes:
    """The signed attributes of a real signature, shown as if they were the content (no signed attributes then)."""
    real = cms.ContentInfo.load(sign_cms(person(), CONTENT))["content"]["signer_infos"][0]
    info = signer_info(person(), CONTENT, without_attributes=True, signature=real["signature"].native)
    return wrap([info], [person()])


def content_as_attributes() -> bytes:
    """A signature over the bare content, shown with signed attributes that it does not stand over."""
    bare = signer_info(person(), CONTENT, without_attributes=True)["signature"].native
    return wrap([signer_info(person(), CONTENT, signature=bare)], [person()])


def unsorted() -> bytes:
    parts = [cms.CMSAttribute({"type": kind, "values": values}).dump() for kind, values in usual_attributes(CONTENT)]
    return sign_cms(person(), CONTENT, raw_attributes=b"".join(sorted(parts, reverse=True)))


def same_serial() -> Issued:
    """Another certificate with issuer and serial number of the good one."""
    return small_pki().signer(private=key("other"), subject=plain_name("Other", "УУ90010122"))


G2: dict[str, tuple[str, Crafted]] = {
    "message digest missing": ("no-message-digest", lambda: with_attributes(TYPE)),
    "content type missing": ("no-content-type", lambda: with_attributes(HASH)),
    "no attribute at all in the set": ("no-signed-attributes", lambda: with_attributes()),
    "no signed attributes": ("no-signed-attributes", lambda: sign_cms(person(), CONTENT, without_attributes=True)),
    "message digest as two attributes": ("attribute-twice", lambda: with_attributes(TYPE, HASH, HASH)),
    "content type as two attributes": ("attribute-twice", lambda: with_attributes(TYPE, TYPE, HASH)),
    "message digest with two values": (
        "attribute-twice",
        lambda: with_attributes(TYPE, ("message_digest", [DIGEST, bytes(32)])),
    ),
    "content type with two values": (
        "attribute-twice",
        lambda: with_attributes(("content_type", ["data", "signed_data"]), HASH),
    ),
    "message digest without value": ("attribute-twice", lambda: with_attributes(TYPE, ("message_digest", []))),
    "message digest wrong": ("other-content", lambda: with_attributes(TYPE, ("message_digest", [bytes(32)]))),
    "message digest empty": ("other-content", lambda: with_attributes(TYPE, ("message_digest", [b""]))),
    "message digest cut": ("other-content", lambda: with_attributes(TYPE, ("message_digest", [DIGEST[:20]]))),
    "content type another": ("content-type", lambda: with_attributes(("content_type", ["signed_data"]), HASH)),
    "content wrapped as another type": (
        "content-type",
        lambda: wrap([signer_info(person(), CONTENT)], [person()], content_type="signed_data"),
    ),
    "attributes shown as content": ("no-signed-attributes", attributes_as_content),
    "content signed, attributes shown": ("signature", content_as_attributes),
    "attributes signed unsorted": ("attribute-order", unsorted),
    "attribute nobody knows": ("unknown-attribute", lambda: with_attributes(TYPE, HASH, ("1.2.3.4.5", [core.Null()]))),
    "signed with SHA-1": ("weak-algorithm", lambda: sign_cms(person(), CONTENT, digest="sha1")),
    "digest said SHA-256, signed SHA-384": (
        "digest-algorithms",
        lambda: sign_cms(person(), CONTENT, algorithm_digest="sha384"),
    ),
    "digest not announced": (
        "digest-algorithms",
        lambda: wrap([signer_info(person(), CONTENT)], [person()], digests=("sha512",)),
    ),
    "other content inside": (
        "other-content",
        lambda: wrap([signer_info(person(), CONTENT)], [person()], inside=b"other"),
    ),
    "signed by a stranger in our name": (
        "signature",
        lambda: wrap([signer_info(stranger(), CONTENT, named=person())], [person(), stranger()]),
    ),
    "two certificates with that serial": (
        "signer-certificate",
        lambda: wrap([signer_info(person(), CONTENT)], [person(), same_serial()]),
    ),
    "a byte of the signature turned": (
        "signature",
        lambda: wrap([signer_info(person(), CONTENT, signature=bytes(70))], [person()]),
    ),
    "signing certificate of somebody else": (
        "signing-certificate",
        lambda: with_attributes(TYPE, HASH, (SIGNING_CERTIFICATE, [{"certs": [{"cert_hash": bytes(32)}]}])),
    ),
    "not signed data": (
        "not-signed-data",
        lambda: bytes(cms.ContentInfo({"content_type": "data", "content": CONTENT}).dump()),
    ),
}


@pytest.mark.parametrize("what", G2)
def test_row_g2_a_crafted_message_is_refused(what: str) -> None:
    reason, crafted = G2[what]
    assert Desk().judged(crafted()) == ("bad", reason)


def test_row_g2_has_twenty_messages() -> None:
    assert len(G2) >= 20


G3: dict[str, tuple[str, Crafted]] = {
    "no signer": ("signer-count", lambda: wrap([], [person()])),
    "only certificates": ("signer-count", lambda: wrap([], [person(), small_pki().issuing, small_pki().root])),
    "the same signer twice": ("signer-count", lambda: wrap([signer_info(person(), CONTENT)] * 2, [person()])),
    "a good and a forged signer": (
        "signer-count",
        lambda: wrap([signer_info(person(), CONTENT), signer_info(stranger(), CONTENT)], [person(), stranger()]),
    ),
    "one with attributes, one without": (
        "signer-count",
        lambda: wrap(
            [signer_info(person(), CONTENT), signer_info(stranger(), CONTENT, without_attributes=True)],
            [person(), stranger()],
        ),
    ),
    "no certificates": ("certificates", lambda: wrap([signer_info(person(), CONTENT)], [])),
    "only somebody else's certificate": (
        "signer-certificate",
        lambda: wrap([signer_info(person(), CONTENT)], [stranger()]),
    ),
}


@pytest.mark.parametrize("what", G3)
def test_row_g3_anything_but_one_signer_is_refused(what: str) -> None:
    reason, crafted = G3[what]
    assert Desk().judged(crafted()) == ("bad", reason)


def test_a_signer_of_another_version_is_refused() -> None:
    info = signer_info(person(), CONTENT)
    info["version"] = "v3"
    assert Desk().judged(wrap([info], [person()])) == ("bad", "version")


def test_a_good_detached_message_names_its_signer() -> None:
    desk = Desk()
    assert desk.judged(sign_cms(person(), CONTENT)) == ("good", "good")
    assert (desk.said["register_number"], desk.said["serial"]) == ("ТТ90010111", "10a1b2c3")


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_the_three_digests_count(digest: str) -> None:
    assert Desk().judged(sign_cms(person(), CONTENT, digest=digest)) == ("good", "good")


@pytest.mark.parametrize("pss", [True, False])
def test_both_rsa_paddings_count(pss: bool) -> None:
    assert Desk(pki=rsa_pki()).judged(sign_cms(rsa_pki().person, CONTENT, pss=pss)) == ("good", "good")


def test_the_content_may_stand_inside_when_it_is_the_same() -> None:
    assert Desk().judged(wrap([signer_info(person(), CONTENT)], [person()], inside=CONTENT)) == ("good", "good")


def test_certificates_brought_along_do_no_harm() -> None:
    message = wrap([signer_info(person(), CONTENT)], [person(), small_pki().issuing, small_pki().root])
    assert Desk().judged(message) == ("good", "good")


def test_the_signers_own_certificate_hash_is_taken() -> None:
    own = (SIGNING_CERTIFICATE, [{"certs": [{"cert_hash": hashlib.sha256(person().der).digest()}]}])
    assert Desk().judged(with_attributes(TYPE, HASH, own)) == ("good", "good")


@pytest.mark.parametrize("minutes", [-17, -60 * 24 * 400, 2, 60 * 24])
def test_row_g6_a_claimed_time_far_from_ours_is_refused(minutes: int) -> None:
    claimed = usual_attributes(CONTENT, signed_at=NOW + timedelta(minutes=minutes))
    assert Desk().judged(with_attributes(*claimed)) == ("bad", "signing-time")


def test_a_claimed_time_within_the_pages_life_is_taken() -> None:
    claimed = usual_attributes(CONTENT, signed_at=NOW - timedelta(minutes=4))
    assert Desk().judged(with_attributes(*claimed)) == ("good", "good")


def test_row_g6_a_claimed_time_before_the_end_does_not_revive_a_certificate() -> None:
    over = small_pki().signer(end=NOW - timedelta(minutes=5))
    claimed = usual_attributes(CONTENT, signed_at=NOW - timedelta(minutes=10))
    assert Desk().judged(sign_cms(over, CONTENT, attributes=claimed)) == ("bad", "expired")


def test_a_signer_named_by_key_id_is_found() -> None:
    info = signer_info(person(), CONTENT)
    info["sid"] = cms.SignerIdentifier(
        name="subject_key_identifier", value=core.OctetString(person().certificate.key_identifier)
    )
    info["version"] = "v3"
    assert Desk().judged(wrap([info], [person()])) == ("good", "good")


def test_a_self_signed_person_is_nobodys() -> None:
    alone = issue(Recipe(private=key("alone")))
    assert Desk().judged(sign_cms(alone, CONTENT)) == ("bad", "unknown-issuer")
