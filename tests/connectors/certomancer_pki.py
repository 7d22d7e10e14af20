"""A PKI that others wrote the code for: certificates, OCSP answers and lists of certomancer."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import ocsp
from certomancer.registry import ArchLabel, CertLabel, PKIArchitecture, ServiceLabel
from certomancer.registry.config import CertomancerConfig
from cryptography.hazmat.primitives import serialization

from connectors.signature_trust import Trust
from tests.fakes.pki import key

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
_KEYS = ("root", "issuing", "responder", "person")
_CONFIG = """
external-url-prefix: http://pki.test
keysets:
  all:
    keys: {root: {path: root.pem}, issuing: {path: issuing.pem}, responder: {path: responder.pem},
           person: {path: person.pem}}
pki-architectures:
  house:
    keyset: all
    entity-defaults: {country-name: MN, organization-name: Invented}
    entities:
      root: {common-name: Root}
      issuing: {common-name: Issuing}
      responder: {common-name: Responder}
      person: {common-name: Турших Сараа, user-id: ТТ90010111}
    certs:
      root:
        subject: root
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2036-01-01T00:00:00+0000"}
        extensions:
          - {id: basic_constraints, critical: true, value: {ca: true}}
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [key_cert_sign, crl_sign]}}
      issuing:
        subject: issuing
        issuer: root
        validity: {valid-from: "2021-01-01T00:00:00+0000", valid-to: "2035-01-01T00:00:00+0000"}
        extensions:
          - {id: basic_constraints, critical: true, value: {ca: true}}
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [key_cert_sign, crl_sign]}}
          - {id: crl_distribution_points, smart-value: {schema: crl-dist-url, params: {crl-repo-names: [root]}}}
      responder:
        subject: responder
        issuer: issuing
        validity: {valid-from: "2026-01-01T00:00:00+0000", valid-to: "2028-01-01T00:00:00+0000"}
        extensions:
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [digital_signature]}}
          - {id: extended_key_usage, value: [ocsp_signing]}
          - {id: ocsp_no_check, value: null}
      person:
        subject: person
        issuer: issuing
        validity: {valid-from: "2026-01-01T00:00:00+0000", valid-to: "2028-01-01T00:00:00+0000"}
        extensions:
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [non_repudiation]}}
          - id: authority_information_access
            smart-value: {schema: aia-urls, params: {ocsp-responder-names: [issuing]}}
          - {id: crl_distribution_points, smart-value: {schema: crl-dist-url, params: {crl-repo-names: [issuing]}}}
      withdrawn:
        template: person
        subject: person
        revocation: {revoked-since: "2026-11-01T00:00:00+0000", reason: key_compromise}
      over:
        template: person
        subject: person
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2026-11-01T00:00:00+0000"}
    services:
      ocsp:
        issuing: {for-issuer: issuing, responder-cert: responder, signing-key: responder}
      crl-repo:
        root: {for-issuer: root, signing-key: root, simulated-update-schedule: "P90D"}
        issuing: {for-issuer: issuing, signing-key: issuing, simulated-update-schedule: "P1D"}
"""


@cache
def architecture(folder: Path) -> PKIArchitecture:
    """Its keys are written to `folder`."""
    for name in _KEYS:
        form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        text = key(f"certomancer {name}", "rsa2048").private_bytes(serialization.Encoding.PEM, *form)
        (folder / f"{name}.pem").write_bytes(text)
    return CertomancerConfig.from_yaml(_CONFIG, str(folder)).get_pki_arch(ArchLabel("house"))


def trust_in(pki: PKIArchitecture) -> Trust:
    return Trust((_der(pki, "root"),), (_der(pki, "issuing"),), (), "UID")


def _der(pki: PKIArchitecture, label: str) -> bytes:
    return bytes(pki.get_cert(CertLabel(label)).dump())


class CertomancerResponder:
    """`lists_only`: the OCSP service does not answer."""

    def __init__(self, pki: PKIArchitecture, lists_only: bool = False) -> None:
        self._pki = pki
        self._lists_only = lists_only

    def answer(self, url: str, body: bytes | None) -> bytes | None:
        services, parts = self._pki.service_registry, urlsplit(url).path.split("/")
        if body is None:
            return bytes(services.get_crl(ServiceLabel(parts[3]), AT).dump())
        if self._lists_only:
            return None
        responder = services.summon_responder(ServiceLabel(parts[3]), AT)
        return bytes(responder.build_ocsp_response(ocsp.OCSPRequest.load(body)).dump())
