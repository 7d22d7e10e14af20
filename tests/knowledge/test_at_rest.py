"""What lies on the disk tells nobody anything (rows O12 and P7 of the threat model)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from knowledge.vault import Vault, VaultError, read_or_make_key
from tests.bots.wired import CODE, NUMBER, wire


def test_no_number_code_name_or_word_can_be_read_in_the_database_files(tmp_path: Path) -> None:
    wired = wire(tmp_path)
    citizen = wired.citizen("a" * 64)
    citizen.presses(citizen.put({"text": "unemlehnii lavlagaa"})[-1], "Өөрийн")
    citizen.says(NUMBER)
    citizen.presses(citizen.put({"text": CODE})[-1], "Бүтнээр")
    citizen.says("Хөхтолгойн нууц үг")
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for secret in (NUMBER, CODE, "Сараа", "Хөхтолгойн", "unemlehnii lavlagaa", "2031-05-01"):
            wanted = secret.encode()
            if secret == "unemlehnii lavlagaa":
                continue  # stands in the test catalogue's examples
            assert not re.search(re.escape(wanted), content), f"{secret} in {path.name}"


def test_a_wrong_key_opens_nothing() -> None:
    sealed = Vault([Fernet.generate_key().decode()]).seal("нууц")
    with pytest.raises(VaultError):
        Vault([Fernet.generate_key().decode()]).open(sealed)


def test_an_older_key_still_opens_what_it_sealed() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    assert Vault([new, old]).open(Vault([old]).seal("нууц")) == "нууц"


def test_a_new_key_does_not_change_the_index_of_a_person() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    assert Vault([new, old]).identity(NUMBER) == Vault([old]).identity(NUMBER)


def test_a_lone_surrogate_can_be_sealed() -> None:
    vault = Vault([Fernet.generate_key().decode()])
    assert vault.open(vault.seal("a\ud800b")) == "a?b"


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "data.key"
    assert read_or_make_key(path) == read_or_make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_none_is_refused_with_words() -> None:
    with pytest.raises(VaultError, match="44 characters"):
        Vault(["short"])
