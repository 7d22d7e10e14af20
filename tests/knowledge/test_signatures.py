"""Signatures of the vault: of one purpose, under any key that is still there."""

from __future__ import annotations

import re

import pytest
from cryptography.fernet import Fernet

from knowledge.vault import Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_signature_fits_into_an_address_or_a_cookie() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", Vault([OLD]).sign("chat", "text"))


def test_a_right_signature_is_recognised() -> None:
    assert Vault([OLD]).is_signed("chat", "text", Vault([OLD]).sign("chat", "text"))


@pytest.mark.parametrize(
    ("purpose", "text"),
    [("chat", "other"), ("entry", "text"), ("cha", "ttext"), ("chat\0text", ""), ("", "chat\0text")],
)
def test_it_is_of_its_purpose_and_text_only(purpose: str, text: str) -> None:
    assert not Vault([OLD]).is_signed(purpose, text, Vault([OLD]).sign("chat", "text"))


@pytest.mark.parametrize("signature", ["", "x", "ы", "\ud800", "A" * 43])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    assert not Vault([OLD]).is_signed("chat", "text", signature)


def test_a_new_key_still_knows_what_the_old_one_signed() -> None:
    both = Vault([NEW, OLD])
    assert both.is_signed("chat", "text", Vault([OLD]).sign("chat", "text"))
    assert both.sign("chat", "text") == Vault([NEW]).sign("chat", "text")


def test_a_key_that_is_gone_signs_for_nobody() -> None:
    assert not Vault([NEW]).is_signed("chat", "text", Vault([OLD]).sign("chat", "text"))
