"""CMS signatures made inside a token (SoftHSM 2): the private key never leaves it.

Runs where the Debian package `softhsm2` and the Python package `python-pkcs11` are installed; `SOFTHSM2_LIB` and
`SOFTHSM2_UTIL` name its library and its program where they are elsewhere.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys

from tests.connectors.signature_desk import CONTENT, Desk, small_pki
from tests.fakes.pki import Issued

LIBRARY = Path(os.environ.get("SOFTHSM2_LIB", "/usr/lib/softhsm/libsofthsm2.so"))
PROGRAM = shutil.which(os.environ.get("SOFTHSM2_UTIL", "softhsm2-util"))
PIN = "123456"
pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
pytestmark = pytest.mark.skipif(not (LIBRARY.exists() and PROGRAM), reason="softhsm2 is not installed")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A token made for this run."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        made = [str(PROGRAM), "--init-token", "--free", "--label", "card", "--pin", PIN, "--so-pin", PIN]
        subprocess.run([*made, "--module", str(LIBRARY)], check=True, capture_output=True)
        with pkcs11.lib(str(LIBRARY)).get_token(token_label="card").open(user_pin=PIN, rw=True) as opened:
            yield opened


@pytest.fixture(scope="module")
def signer(session: Any) -> Issued:
    """A certificate over a key that was made in the token."""
    encoded = pytest.importorskip("pkcs11.util.rsa").encode_rsa_public_key
    public, _ = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="person")
    numbers = keys.RSAPublicKey.load(encoded(public))
    key = keys.PublicKeyInfo({"algorithm": {"algorithm": "rsa"}, "public_key": numbers})
    return small_pki().signer(shown_key=key)


def signed(session: Any, signer: Issued, content: bytes = CONTENT, pss: bool = False) -> bytes:
    from pyhanko.sign.pkcs11 import PKCS11Signer

    token = PKCS11Signer(session, signing_cert=signer.certificate, key_label="person", prefer_pss=pss)
    return bytes(asyncio.run(token.async_sign_general_data(content, "sha256", detached=True)).dump())


@pytest.mark.parametrize("pss", [False, True])
def test_a_message_signed_in_a_token_counts(session: Any, signer: Issued, pss: bool) -> None:
    assert Desk().judged(signed(session, signer, pss=pss)) == ("good", "good")


def test_row_g7_a_token_that_signed_another_text_does_not_count(session: Any, signer: Issued) -> None:
    assert Desk().judged(signed(session, signer, b"other")) == ("bad", "other-content")


def test_a_bare_signature_of_a_token_counts_as_the_esign_clients(session: Any, signer: Issued) -> None:
    private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label="person")
    made = private.sign(CONTENT, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
    assert Desk().judged(made, kind="bare", certificate=signer.der) == ("good", "good")
