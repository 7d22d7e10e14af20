"""Where a storm happens: a folder with a database of three services, keys, and the settings of a public server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bots.first_data import files_digest
from knowledge import releases
from knowledge.database import Database
from knowledge.migrate import upgrade
from knowledge.vault import Vault
from tests.bots.wired import CATALOGUE, START
from tests.fakes.graph_api import APP, PAGE
from tests.fakes.graph_api import TOKEN as GRAPH_TOKEN
from tests.fakes.telegram_api import TOKEN
from tests.process import free_port

WEBHOOK_SECRET = "chaos-secret_0123456789"
ORIGIN = "https://localhost"
APP_SECRET = "0123456789abcdef0123456789abcdef"
_NOWHERE = "http://127.0.0.1:9"  # ХУР is never asked here
_KEY_BITS = 2048


@dataclass(frozen=True)
class Ground:
    folder: Path
    port: int
    database_url: str
    key: str

    def database(self) -> Database:
        return Database(self.database_url)

    def vault(self) -> Vault:
        return Vault([self.key])

    def environment(self, telegram_url: str, **more: str) -> dict[str, str]:
        """A server the public reaches, so that updates come by webhook; on loopback, without a proxy before it."""
        return {
            "PORT": str(self.port),
            "PUBLIC_URL": ORIGIN,
            "STAFF_ACCOUNTS": "none",
            "DATABASE_URL": self.database_url,
            "DATA_KEYS": self.key,
            "XYP_BASE_URL": _NOWHERE,
            "XYP_ACCESS_TOKEN": "nobody-asks",
            "XYP_PRIVATE_KEY": str(self.folder / "xyp.pem"),
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram_url,
            "TELEGRAM_WEBHOOK_SECRETS": WEBHOOK_SECRET,
            "TELEGRAM_SENDS_A_SECOND": "1000",
            "TELEGRAM_CHAT_PAUSE_SECONDS": "0",
            "TURNS_A_MINUTE": "1000000",
            "WEB_MESSAGES_A_MINUTE": "1000000",
            "SEND_TRIES": "1000",  # a storm is no reason to give up
            "SEND_BACK_OFF_SECONDS": "0.2",
            "LOG_LEVEL": "WARNING",
            **more,
        }

    def messenger(self, graph_url: str) -> dict[str, str]:
        """What is set besides, for Messenger."""
        return {
            "MESSENGER_PAGE_ID": PAGE,
            "MESSENGER_APP_ID": APP,
            "MESSENGER_PAGE_TOKEN": GRAPH_TOKEN,
            "MESSENGER_APP_SECRETS": APP_SECRET,
            "MESSENGER_VERIFY_TOKEN": "chaos",
            "MESSENGER_API_URL": graph_url,
            "MESSENGER_SENDS_A_SECOND": "300",
            "MESSENGER_CHAT_PAUSE_SECONDS": "0",
        }


def prepare_ground(folder: Path, database_url: str = "") -> Ground:
    """`database_url`: of an empty database; SQLite in the folder when not given."""
    folder.mkdir(exist_ok=True)
    ground = Ground(
        folder, free_port(), database_url or f"sqlite:///{folder}/var/tuslakh.db", Fernet.generate_key().decode()
    )
    database = ground.database()
    with database.write() as connection:
        upgrade(connection)
        releases.publish_files(connection, CATALOGUE, files_digest(), "catalogue files", "test", START)
    database.close()
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "xyp.pem").write_bytes(key.private_bytes(*form))
    return ground
