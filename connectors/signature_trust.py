"""Whose signatures count: roots, issuing certificates, policies, and the hosts that are asked about revocation."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from asn1crypto import pem

OFFICIAL_HOSTS = ("ocsp.esign.gov.mn", "esign.gov.mn")  # as the national issuing certificate of 2022 names them


@dataclass(frozen=True)
class Trust:
    """Certificates as DER. No issuing certificate that a signature brings along is used: only `intermediates`.

    `policies`: certificate policy OIDs of which one must hold for the whole path, empty: any. `attribute`: a key of
    `signature_identity.ATTRIBUTES`. `hosts`: `host` (ports 80 and 443) or `host:port`.
    """

    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    policies: tuple[str, ...] = ()
    attribute: str = "serialNumber"
    hosts: frozenset[str] = frozenset()

    def as_job(self) -> dict[str, Any]:
        """What the worker needs of it, ready for JSON."""
        return {
            "anchors": [base64.b64encode(one).decode() for one in self.anchors],
            "intermediates": [base64.b64encode(one).decode() for one in self.intermediates],
            "policies": list(self.policies),
            "attribute": self.attribute,
        }


def read_trust(anchors: Path | None, intermediates: Path | None, policies: str, attribute: str, hosts: str) -> Trust:
    """From the settings; where a file is empty, the national certificates that come with the ХУР client.

    Raises ValueError for a file without certificates, OSError for one that cannot be read.
    """
    return Trust(
        anchors=certificates(anchors.read_bytes() if anchors else _official("MNRCA-2021.pem")),
        intermediates=certificates(intermediates.read_bytes() if intermediates else _official("MNICA-2022.pem")),
        policies=_listed(policies),
        attribute=attribute,
        hosts=frozenset(host.lower() for host in _listed(hosts) or OFFICIAL_HOSTS),
    )


def certificates(text: bytes) -> tuple[bytes, ...]:
    """The certificates of a PEM file as DER."""
    found = tuple(der for kind, _, der in pem.unarmor(text, multiple=True) if kind == "CERTIFICATE")
    if not found:
        raise ValueError("no certificate in the file")
    return found


def _official(name: str) -> bytes:
    return (files("xyp") / "certs" / name).read_bytes()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)
