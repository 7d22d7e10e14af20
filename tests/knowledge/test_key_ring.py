"""Which key is for what; the file they are in; and what a running process makes of a new one."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from knowledge.key_file import KeyFile, read_or_make_key, read_ring, write_ring
from knowledge.key_ring import KeyProblem, name_of, new_key, parse, raw
from knowledge.vault import Vault, VaultError

NUMBER = "УБ90010112"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_lines_that_were_pinned_are_read_as_the_same_ring() -> None:
    ring = replace(parse([OLD]), next_index=raw(NEW))
    assert parse(ring.pinned()) == ring


def test_pinned_keys_do_not_change_with_the_data_keys() -> None:
    before = Vault([OLD])
    after = Vault([NEW, *parse([OLD]).pinned()[1:]])
    assert after.identity(NUMBER) == before.identity(NUMBER)
    assert after.digest("entry", "passport") == before.digest("entry", "passport")
    assert after.sandbox_secret == before.sandbox_secret
    assert after.audit_key() == before.audit_key()


def test_pinned_lines_do_not_hold_the_data_key_they_were_drawn_from() -> None:
    with pytest.raises(VaultError):
        Vault([NEW, *parse([OLD]).pinned()[1:]]).open(Vault([OLD]).seal("нууц"))


def test_each_purpose_has_a_key_of_its_own() -> None:
    ring = parse([OLD])
    assert len({ring.index, ring.sandbox, *ring.audit, *ring.signing, raw(OLD)}) == 5


@pytest.mark.parametrize(
    "line",
    ["short", "index:short", f"indeks:{OLD}", f"x{OLD}", "ключ", ""],
    ids=("short", "short index", "unknown purpose", "longer", "words", "empty"),
)
def test_a_line_that_is_no_key_is_refused_without_being_shown(line: str) -> None:
    with pytest.raises(KeyProblem) as refused:
        parse([line])
    assert not line or line not in str(refused.value)


def test_neither_a_ring_nor_a_key_shows_itself() -> None:
    shown = repr(parse([OLD]))
    assert OLD not in shown
    assert name_of(OLD) not in OLD
    assert "\\x" not in shown


def test_names_tell_keys_apart() -> None:
    assert len({name_of(new_key()) for _ in range(20)}) == 20
    assert name_of(OLD) == name_of(urlsafe_b64encode(raw(OLD)).decode())


def test_another_index_key_changes_people_and_nothing_else() -> None:
    before = Vault([OLD])
    after = before.with_index(raw(NEW))
    assert after.identity(NUMBER) != before.identity(NUMBER)
    assert after.digest("entry", "passport") == before.digest("entry", "passport")
    assert after.open(before.seal("нууц")) == "нууц"


# --- the file ---


def test_a_written_ring_is_read_again_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    ring = parse([NEW, OLD])
    write_ring(path, ring)
    assert read_ring(path) == ring
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["data.key"]


def test_a_running_process_seals_with_a_new_key_as_soon_as_it_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    first = read_or_make_key(path)
    file = KeyFile(path)
    vault = Vault(file.lines, file)
    sealed = vault.seal("before")
    write_ring(path, replace(read_ring(path), data=(NEW, first)))
    assert Vault([NEW]).open(vault.seal("after")) == "after"
    assert vault.open(sealed) == "before"


@pytest.mark.parametrize("content", ["", "no key\n", "index:abc\n", "түлхүүр\n"])
def test_a_file_that_is_no_key_file_any_more_changes_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "data.key"
    file = KeyFile(path)
    vault = Vault(file.lines, file)
    sealed = vault.seal("нууц")
    path.write_text(content, encoding="utf-8")
    assert vault.open(sealed) == "нууц"
    path.unlink()
    assert vault.open(sealed) == "нууц"


def test_what_is_under_the_newest_key_is_not_sealed_anew() -> None:
    vault = Vault([NEW, OLD])
    assert vault.resealed(vault.seal("нууц")) is None
    again = vault.resealed(Vault([OLD]).seal("нууц"))
    assert again is not None
    assert Vault([NEW]).open(again) == "нууц"


def test_what_no_key_opens_is_not_sealed_anew() -> None:
    with pytest.raises(VaultError):
        Vault([NEW]).resealed(Vault([OLD]).seal("нууц"))
