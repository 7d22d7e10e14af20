"""Row G4: forty and more bad chains, of which none counts, and good ones, which all do.

Issuing certificates of the bad ones are listed as trusted, as by an operator's mistake, so that the path rules decide
and not the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from asn1crypto import x509

from connectors.signature_trust import Trust
from tests.connectors.signature_desk import CONTENT, Desk, rsa_pki, small_pki, trust_in
from tests.fakes.pki import DAY, ISSUER, NOW, POLICY, Issued, Pki, Recipe, issue, key, plain_name
from tests.fakes.pki_messages import sign_cms
from tests.fakes.pki_responder import Responder

UNKNOWN_CRITICAL = ({"extn_id": "1.2.3.4.5", "critical": True, "extn_value": b"\x05\x00"},)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Chain:
    """A signer and the issuing certificates listed besides the good one."""

    leaf: Issued
    listed: tuple[Issued, ...] = ()
    pki: Pki = field(default_factory=small_pki)
    policies: tuple[str, ...] = ()
    trust: Trust | None = None

    def judged(self) -> tuple[str, str]:
        trust = self.trust or trust_in(self.pki, *self.listed, policies=self.policies)
        return Desk(self.pki, trust).judged(sign_cms(self.leaf, CONTENT))


def leaf(pki: Pki | None = None, **changes: object) -> Chain:
    pki = pki or small_pki()
    return Chain(pki.signer(**changes), pki=pki)


def below(**changes: object) -> Chain:
    """A good signer below an issuing certificate that is not."""
    recipe = replace(ISSUER, subject=plain_name("Other CA"), private=key("other ca"), serial=0x99)
    issuer = issue(replace(recipe, **changes), small_pki().root)  # type: ignore[arg-type]
    return Chain(issue(Recipe(), issuer), (issuer,))


def two_below(first: Recipe, *rest: Recipe) -> Chain:
    """A good signer below a row of issuing certificates, the first of them below the root."""
    listed = [issue(first, small_pki().root)]
    for recipe in rest:
        listed.append(issue(recipe, listed[-1]))
    return Chain(issue(Recipe(), listed[-1]), tuple(listed))


def issuer_named(name: str, **changes: object) -> Recipe:
    recipe = replace(ISSUER, subject=plain_name(name), private=key(name), serial=0x100 + len(name))
    return replace(recipe, **changes)  # type: ignore[arg-type]


def same_name_root() -> Issued:
    return issue(replace(ISSUER, subject=plain_name("Test Root"), private=key("fake root"), serial=1))


def below_same_name_root() -> Issued:
    return issue(issuer_named("X"), same_name_root())


def same_name_issuing(has_key_ids: bool = True) -> Issued:
    recipe = replace(ISSUER, subject=plain_name("Test Issuing CA"), private=key("fake issuing"))
    return issue(replace(recipe, has_key_ids=has_key_ids))


def below_nameless(issuer: Issued) -> Chain:
    """Only the signature can tell: no certificate says by number which key signed it."""
    root = issue(replace(ISSUER, subject=plain_name("Test Root"), private=key("root"), serial=1, has_key_ids=False))
    good = issue(
        replace(ISSUER, subject=plain_name("Test Issuing CA"), private=key("issuing"), has_key_ids=False), root
    )
    forged = issue(Recipe(private=key("forger"), has_key_ids=False), issuer)
    return Chain(forged, trust=Trust((root.der,), (good.der, issuer.der), (), "UID"))


def altered() -> Chain:
    der = small_pki().person.der.replace("Турших".encode(), "Турсих".encode())
    return Chain(replace(small_pki().person, certificate=x509.Certificate.load(der)))


def below_a_signer() -> Chain:
    """The good signer's own key used as if it could issue."""
    return Chain(
        issue(Recipe(private=key("kid"), subject=plain_name("Kid", "УУ90010122")), small_pki().person),
        (small_pki().person,),
    )


def below_old_root() -> Chain:
    top = replace(ISSUER, subject=plain_name("Old Root"), private=key("old root"), serial=3, end=NOW - DAY)
    root = issue(replace(top, asks_ocsp=False, asks_list=False))
    issuing = issue(issuer_named("Old Issuing"), root)
    return Chain(issue(Recipe(), issuing), trust=Trust((root.der,), (issuing.der,), (), "UID"))


def other_root() -> Chain:
    root = issue(replace(ISSUER, subject=plain_name("Foreign Root"), private=key("foreign root"), serial=5))
    issuing = issue(issuer_named("Foreign Issuing"), root)
    return Chain(issue(Recipe(), issuing), (issuing, root))


BAD: dict[str, tuple[str, Callable[[], Chain]]] = {
    "signer expired a day ago": ("expired", lambda: leaf(end=NOW - DAY)),
    "signer expired half a minute ago": ("expired", lambda: leaf(end=NOW - MINUTE / 2)),
    "signer valid from tomorrow": ("not-yet-valid", lambda: leaf(start=NOW + DAY)),
    "no key usage": ("key-usage", lambda: leaf(usage=None)),
    "key usage encipherment": ("key-usage", lambda: leaf(usage=frozenset({"key_encipherment"}))),
    "key usage agreement": ("key-usage", lambda: leaf(usage=frozenset({"key_agreement"}))),
    "key usage issuing too": ("key-usage", lambda: leaf(usage=frozenset({"digital_signature", "key_cert_sign"}))),
    "TLS server certificate": ("extended-key-usage", lambda: leaf(extended=("server_auth",))),
    "TLS client certificate": ("extended-key-usage", lambda: leaf(extended=("client_auth",))),
    "TLS both ways": ("extended-key-usage", lambda: leaf(extended=("server_auth", "client_auth"))),
    "code signing certificate": ("extended-key-usage", lambda: leaf(extended=("code_signing",))),
    "time-stamp certificate": ("extended-key-usage", lambda: leaf(extended=("time_stamping",))),
    "responder certificate": ("extended-key-usage", lambda: leaf(extended=("ocsp_signing",))),
    "signer is an issuer": ("is-issuer", lambda: leaf(is_issuer=True)),
    "signer certificate SHA-1": ("weak-algorithm", lambda: leaf(rsa_pki(), digest="sha1")),
    "signer certificate MD5": ("weak-algorithm", lambda: leaf(rsa_pki(), digest="md5")),
    "signer certificate ECDSA SHA-1": ("weak-algorithm", lambda: leaf(digest="sha1")),
    "signer certificate SHA-224": ("weak-algorithm", lambda: leaf(digest="sha224")),
    "issuer key RSA with exponent 3": ("weak-algorithm", lambda: below(private=key("three ca", "rsa2048e3"))),
    "signer key RSA-1024": ("weak-key", lambda: leaf(private=key("small", "rsa1024"))),
    "signer key RSA with exponent 3": ("weak-key", lambda: leaf(private=key("three", "rsa2048e3"))),
    "signer key on a short curve": ("weak-key", lambda: leaf(private=key("short", "p224"))),
    "version 1": ("version", lambda: leaf(version="v1")),
    "serial zero": ("serial", lambda: leaf(serial=0)),
    "serial negative": ("serial", lambda: leaf(serial=-5)),
    "serial of 21 bytes": ("serial", lambda: leaf(serial=1 << 165)),
    "critical extension nobody knows": ("path-rules", lambda: leaf(more=UNKNOWN_CRITICAL)),
    "extension twice": (
        "unreadable",
        lambda: leaf(more=({"extn_id": "key_usage", "critical": True, "extn_value": {"digital_signature"}},)),
    ),
    "one algorithm inside, another outside": ("two-algorithms", lambda: leaf(inner_digest="sha384")),
    "policy missing": ("path-rules", lambda: Chain(small_pki().signer(policies=()), policies=(POLICY,))),
    "policy another": ("path-rules", lambda: Chain(small_pki().signer(policies=("1.2.3.4",)), policies=(POLICY,))),
    "signer altered after issuing": ("path-rules", altered),
    "signed by itself": ("unknown-issuer", lambda: Chain(issue(Recipe()))),
    "signed by itself under the issuer's name": (
        "unknown-issuer",
        lambda: Chain(issue(Recipe(subject=plain_name("Test Issuing CA")))),
    ),
    "below a self-signed issuer of the same name": (
        "unknown-issuer",
        lambda: Chain(issue(Recipe(), same_name_issuing())),
    ),
    "the same, listed": ("unknown-issuer", lambda: Chain(issue(Recipe(), same_name_issuing()), (same_name_issuing(),))),
    "the same, listed, without key identifiers": ("path-rules", lambda: below_nameless(same_name_issuing(False))),
    "below a root of the same name": (
        "unknown-issuer",
        lambda: Chain(issue(Recipe(), below_same_name_root()), (below_same_name_root(),)),
    ),
    "below another signer": ("path-rules", below_a_signer),
    "below another root": ("unknown-issuer", other_root),
    "below a root that expired": ("expired", below_old_root),
    "below a good issuer that is not listed": (
        "unknown-issuer",
        lambda: Chain(issue(Recipe(), issue(issuer_named("Unlisted"), small_pki().root))),
    ),
    "issuer expired": ("expired", lambda: below(end=NOW - DAY)),
    "issuer valid from tomorrow": ("not-yet-valid", lambda: below(start=NOW + DAY)),
    "issuer certificate SHA-1": ("weak-algorithm", lambda: below(digest="sha1")),
    "issuer key RSA-1024": ("weak-algorithm", lambda: below(private=key("small ca", "rsa1024"))),
    "issuer without basic constraints": ("path-rules", lambda: below(is_issuer=None)),
    "issuer said to be none": ("path-rules", lambda: below(is_issuer=False)),
    "issuer that may not sign certificates": ("path-rules", lambda: below(usage=frozenset({"crl_sign"}))),
    "issuer without key usage": ("not-an-issuer", lambda: below(usage=None)),
    "issuer with a critical extension nobody knows": ("path-rules", lambda: below(more=UNKNOWN_CRITICAL)),
    "name the issuer may not give": (
        "path-rules",
        lambda: below(excluded_names=Recipe().subject),
    ),
    "path length exceeded": (
        "path-rules",
        lambda: two_below(issuer_named("A", path_length=0), issuer_named("Bb")),
    ),
    "too many issuers": (
        "long-path",
        lambda: two_below(issuer_named("A"), issuer_named("Bb"), issuer_named("Ccc")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_row_g4_a_bad_chain_is_refused(what: str) -> None:
    reason, chain = BAD[what]
    assert chain().judged() == ("bad", reason)


def test_row_g4_has_forty_bad_chains() -> None:
    assert len(BAD) >= 40


def two_good_issuers() -> tuple[str, str]:
    chain = two_below(issuer_named("A", serial=0x81), issuer_named("Bb", serial=0x82))
    first, second = chain.listed
    answering = {0x81: small_pki().root, 0x82: first, chain.leaf.certificate.serial_number: second}
    responder = Responder(small_pki(), first, issuers=answering)
    return Desk(trust=trust_in(small_pki(), first, second), responder=responder).judged(sign_cms(chain.leaf, CONTENT))


def with_policy() -> tuple[str, str]:
    """The issuing certificate has the policy too, as RFC 5280 §6.1 wants it."""
    return Desk(trust=trust_in(small_pki(), policies=(POLICY,))).judged(sign_cms(small_pki().person, CONTENT))


GOOD: dict[str, Callable[[], tuple[str, str]]] = {
    "elliptic curves": lambda: leaf().judged(),
    "RSA": lambda: leaf(rsa_pki(), private=key("rsa person", "rsa2048")).judged(),
    "two issuers": two_good_issuers,
    "the policy asked for": with_policy,
    "no extended key usage": lambda: leaf(extended=None).judged(),
    "client use and mail": lambda: leaf(extended=("client_auth", "email_protection")).judged(),
    "only digital signature": lambda: leaf(usage=frozenset({"digital_signature"})).judged(),
    "only non-repudiation": lambda: leaf(usage=frozenset({"non_repudiation"})).judged(),
    "a longer curve": lambda: leaf(private=key("long", "p384")).judged(),
    "no basic constraints in the signer's": lambda: leaf(is_issuer=None).judged(),
    "until 2055": lambda: leaf(end=NOW + 29 * 365 * DAY).judged(),
}  # fmt: skip


@pytest.mark.parametrize("what", GOOD)
def test_row_g4_a_good_chain_counts(what: str) -> None:
    assert GOOD[what]() == ("good", "good")


def test_an_expired_certificate_does_not_count_though_its_responder_says_good() -> None:
    responder = Responder(small_pki(), small_pki().person)
    assert Desk(responder=responder).judged(sign_cms(small_pki().signer(end=NOW - MINUTE), CONTENT)) == (
        "bad",
        "expired",
    )
    assert responder.asked == []


def test_the_reason_never_names_the_signer() -> None:
    reasons = {chain().judged()[1] for _, chain in BAD.values()}
    assert all(reason.isascii() and " " not in reason for reason in reasons)


def test_a_whole_other_pki_with_the_same_names_is_refused() -> None:
    root = same_name_root()
    issuing = issue(replace(ISSUER, subject=plain_name("Test Issuing CA"), private=key("fake issuing")), root)
    assert Chain(issue(Recipe(), issuing), (issuing, root)).judged() == ("bad", "unknown-issuer")
