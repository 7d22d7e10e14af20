"""Which keys and algorithms count, and the comparison of one signature with one key."""

from __future__ import annotations

from datetime import datetime

from asn1crypto import algos, keys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512(),
}  # fmt: skip
MIN_RSA_BITS = 2048  # NIST SP 800-131A rev. 2
MAX_RSA_BITS = 8192  # longer ones only cost time; the national root has 4096
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
PKCS1, PSS, ECDSA = "rsassa_pkcs1v15", "rsassa_pss", "ecdsa"
Key = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class WeakKey(ValueError):
    """The key or the algorithm does not count; `args[0]` is a short code."""


def is_strong(info: keys.PublicKeyInfo) -> bool:
    """RSA of 2048 to 8192 bits with an odd exponent from 65537 on, or one of the three NIST curves."""
    kind = info.algorithm
    if kind == "rsa":
        exponent: int = info["public_key"].parsed["public_exponent"].native
        bits: int = info["public_key"].parsed["modulus"].native.bit_length()
        return MIN_RSA_BITS <= bits <= MAX_RSA_BITS and 65537 <= exponent < 1 << 33 and exponent % 2 == 1
    return kind == "ec" and info.curve[0] == "named" and info.curve[1] in CURVES


def load_key(info: keys.PublicKeyInfo) -> Key:
    """Raises `WeakKey` before the key is given to any arithmetic."""
    if not is_strong(info):
        raise WeakKey("weak-key")
    key = load_der_public_key(info.dump())
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise WeakKey("weak-key")
    return key


def verifies(key: Key, scheme: str, digest: str, signature: bytes, data: bytes) -> bool:
    """`scheme`: PKCS1, PSS (a salt of any length) or ECDSA (DER); it must fit the key."""
    algorithm = HASHES[digest]
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            if scheme != ECDSA:
                return False
            key.verify(signature, data, ec.ECDSA(algorithm))
        elif scheme == PKCS1:
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif scheme == PSS:
            key.verify(signature, data, padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO), algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def raw_to_der(signature: bytes) -> bytes:
    """An ECDSA P-256 signature as JWS has it (RFC 7518 §3.4: r and s, 32 bytes each) as DER. Raises ValueError."""
    if len(signature) != 64:
        raise ValueError("length")
    return utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def scheme_of(algorithm: algos.SignedDigestAlgorithm, default_digest: str = "") -> tuple[str, str]:
    """(scheme, digest) of a signature algorithm; `default_digest` where it names none. Raises `WeakKey`."""
    scheme = algorithm.signature_algo
    try:
        digest = algorithm.hash_algo
    except ValueError:
        digest = default_digest
    if scheme not in (PKCS1, PSS, ECDSA) or digest not in HASHES:
        raise WeakKey("weak-algorithm")
    if scheme == PSS and not _plain_pss(algorithm["parameters"], digest):
        raise WeakKey("weak-algorithm")
    return scheme, digest


def _plain_pss(parameters: algos.RSASSAPSSParams, digest: str) -> bool:
    """The same digest inside and outside, a salt at least as long (pyHanko and OpenSSL take the longest)."""
    mask = parameters["mask_gen_algorithm"]
    return (
        parameters["hash_algorithm"]["algorithm"].native == digest
        and mask["algorithm"].native == "mgf1"
        and mask["parameters"]["algorithm"].native == digest
        and parameters["salt_length"].native >= HASHES[digest].digest_size
        and parameters["trailer_field"].native in (1, "trailer_field_bc")
    )


class StrongAlgorithms(AlgorithmUsagePolicy):
    """What the path rules may use: an allow-list, not a list of what is known to be weak."""

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        return AlgorithmUsageConstraint(allowed=algo["algorithm"].native in HASHES)

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        try:
            scheme_of(algo)
        except ValueError:
            return AlgorithmUsageConstraint(allowed=False)
        return AlgorithmUsageConstraint(allowed=public_key is None or is_strong(public_key))
