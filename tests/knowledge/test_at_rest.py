"""What lies on the disk tells nobody anything (rows O12 and P7 of the threat model)."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from knowledge.vault import Vault, VaultError, read_or_make_key
from tests.bots.wired import CODE, NUMBER, wire

ROOT = Path(__file__).parents[2]


def test_no_number_code_name_or_word_can_be_read_in_the_database_files(tmp_path: Path) -> None:
    wired = wire(tmp_path)
    citizen = wired.citizen("a" * 64)
    citizen.presses(citizen.put({"text": "unemlehnii lavlagaa"})[-1], "Өөрийн")
    citizen.says(NUMBER)
    citizen.presses(citizen.put({"text": CODE})[-1], "Бүтнээр")
    citizen.says("Хөхтолгойн нууц үг")
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for secret in (NUMBER, CODE, "Сараа", "Хөхтолгойн", "2031-05-01"):
            assert secret.encode() not in content, f"{secret} in {path.name}"


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


DIES_WRITING = """
import resource, signal, sys
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from knowledge.vault import read_or_make_key
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
read_or_make_key(Path(sys.argv[1]))
"""


def test_a_process_killed_while_it_writes_the_key_leaves_no_empty_key_file(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    environment = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    killed = subprocess.run([sys.executable, "-c", DIES_WRITING, str(path)], env=environment, capture_output=True)
    assert killed.returncode == -signal.SIGXFSZ, killed.stderr
    Vault([read_or_make_key(path)])


def test_all_who_make_the_key_at_once_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_or_make_key(path), range(32)))
    assert keys == {path.read_text().strip()}
    assert [each.name for each in tmp_path.iterdir()] == ["data.key"]
