"""What is asked about revocation, and which answers are looked at: fresh, strong, and about what was asked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from asn1crypto import algos, core, crl, ocsp, x509

from connectors.pki_chain import SKEW
from connectors.pki_der import check_der
from connectors.pki_keys import scheme_of

NONCE_BYTES = 16
MAX_URLS = 4  # of one certificate; more would be a way to make us call around
# How old an answer may be whatever it says itself: a caught "good" must not be shown for months. Issuing certificates
# are answered for from a list that an offline root signs once in a long while.
OCSP_AGE, LIST_AGE, ROOT_LIST_AGE = timedelta(hours=48), timedelta(days=7), timedelta(days=400)


@dataclass(frozen=True)
class Ask:
    """One question for the network. `body`: an OCSP request to be posted; None: a list to be got."""

    url: str
    body: bytes | None
    certificate: x509.Certificate
    is_leaf: bool
    nonce: bytes = b""


class UnknownToResponder(ValueError):
    """The responder does not know the certificate."""


def ocsp_asks(path: list[x509.Certificate]) -> list[Ask]:
    """`path` as of `pki_chain.find_path`: each certificate below the root, at each of its responders."""
    asks = []
    for issuer, certificate in pairwise(path):
        nonce = os.urandom(NONCE_BYTES)
        body = _request(certificate, issuer, nonce)
        asks += [Ask(url, body, certificate, certificate is path[-1], nonce) for url in _ocsp_urls(certificate)]
    return asks


def list_asks(path: list[x509.Certificate]) -> list[Ask]:
    return [
        Ask(url, None, certificate, certificate is path[-1])
        for certificate in path[1:]
        for url in _list_urls(certificate)
    ]


def usable_ocsp(ask: Ask, data: bytes | None, now: datetime) -> ocsp.OCSPResponse | None:
    """None for no answer and for one that must not be looked at. Raises `UnknownToResponder`."""
    try:
        if data is None:
            return None
        check_der(data)
        response = ocsp.OCSPResponse.load(data, strict=True)
        if response["response_status"].native != "successful":
            return None
        return response if _is_usable(ask, response.basic_ocsp_response, now) else None
    except UnknownToResponder:
        raise
    except Exception:  # whatever was sent: it is no answer
        return None


def _is_usable(ask: Ask, basic: ocsp.BasicOCSPResponse, now: datetime) -> bool:
    scheme_of(basic["signature_algorithm"])
    answered = basic["tbs_response_data"]
    given = [
        one["extn_value"].parsed.native for one in answered["response_extensions"] if one["extn_id"].native == "nonce"
    ]
    if given and given != [ask.nonce]:
        return False
    for one in answered["responses"]:
        if (
            one["cert_status"].name == "unknown"
            and one["cert_id"]["serial_number"].native == ask.certificate.serial_number
        ):
            raise UnknownToResponder
        if not _is_recent(one["this_update"].native, now, OCSP_AGE if ask.is_leaf else ROOT_LIST_AGE):
            return False
    return len(answered["responses"]) == 1


def usable_list(ask: Ask, data: bytes | None, now: datetime) -> crl.CertificateList | None:
    """A list without an end date does not count."""
    try:
        if data is None:
            return None
        found = crl.CertificateList.load(data, strict=True)
        scheme_of(found["signature_algorithm"])
        times = found["tbs_cert_list"]
        recent = _is_recent(times["this_update"].native, now, LIST_AGE if ask.is_leaf else ROOT_LIST_AGE)
        return found if recent and times["next_update"].native is not None else None
    except Exception:  # whatever was sent: it is no answer
        return None


def _is_recent(issued: datetime, now: datetime, age: timedelta) -> bool:
    return now - age <= issued <= now + SKEW


def _request(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes) -> bytes:
    """RFC 6960 §4.1. SHA-1 names the issuer here and protects nothing; many responders know no other (RFC 5019)."""
    asked = ocsp.CertId({
        "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}),
        "issuer_name_hash": certificate.issuer.sha1,
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": certificate.serial_number,
    })  # fmt: skip
    extension = ocsp.TBSRequestExtension({"extn_id": "nonce", "extn_value": core.OctetString(nonce)})
    request = ocsp.TBSRequest({"request_list": [{"req_cert": asked}], "request_extensions": [extension]})
    return bytes(ocsp.OCSPRequest({"tbs_request": request}).dump())


def _ocsp_urls(certificate: x509.Certificate) -> list[str]:
    return [str(url) for url in certificate.ocsp_urls][:MAX_URLS]


def _list_urls(certificate: x509.Certificate) -> list[str]:
    urls = [point.url for point in certificate.crl_distribution_points]
    return [str(url) for url in urls if url][:MAX_URLS]
