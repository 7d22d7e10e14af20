"""The whole sandbox put together: ХУР, ДАН, certificates, signing programs, the SMS gateway and the phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from bots.sandbox import dan_server, esign, registry_server, sign_app, sms_gateway
from bots.sandbox.dan_server import dan_routes
from bots.sandbox.esign import esign_routes
from bots.sandbox.keys import SandboxKeys
from bots.sandbox.phone_page import phone_routes
from bots.sandbox.pki import ATTRIBUTE, Pki
from bots.sandbox.registry_server import registry_routes
from bots.sandbox.revocation import revocation_routes
from bots.sandbox.sign_app import sign_routes
from bots.sandbox.sms_gateway import Receipts, SmsGateway
from bots.sandbox.switches import Pauses
from bots.sandbox.world import DEFAULT_PAUSES, SandboxWorld
from connectors.own_server import OwnServer
from connectors.signature_trust import Trust

DAN_RETURN_PATH = "/link/return/dan"
RECEIPTS_PATH = "/sms/receipts/sandbox"


class Town:
    """`own_url`: where this process reaches itself; `base_url`: where the citizen's browser reaches it.

    The addresses are for the real connectors' settings: what they would be given by the operators outside.
    """

    def __init__(
        self,
        path: Path,
        secret: bytes,
        clock: Callable[[], datetime],
        keys: SandboxKeys,
        *,
        own_url: str,
        base_url: str,
        pauses: Pauses = DEFAULT_PAUSES,
    ) -> None:
        self.keys, self.own_url = keys, own_url
        self.world = SandboxWorld(path, secret, clock, pauses)
        self.pki = Pki(own_url, clock)
        self.registry_url = own_url + registry_server.PATH
        self.dan_url = own_url + dan_server.PATH  # token and service; a base address
        self.dan_authorize_url = f"{base_url}{dan_server.PATH}/oauth2/authorize"  # where the browser goes
        self.dan_redirect_uri = base_url + DAN_RETURN_PATH
        self.sign_app_link = base_url + sign_app.APP_LINK
        self.esign_url = f"ws{base_url.removeprefix('http')}{esign.PATH}"
        self.sms_url = own_url + sms_gateway.PATH
        self.trust = Trust(
            anchors=(self.pki.root.der,),
            intermediates=(self.pki.issuing.der,),
            attribute=ATTRIBUTE,
            hosts=frozenset({urlsplit(own_url).netloc}),
        )
        receipts = Receipts(own_url + RECEIPTS_PATH, keys.sms_receipt_secret, OwnServer())
        self.sms = SmsGateway(self.world, keys.sms_api_key, receipts)
        self.routes: tuple[BaseRoute, ...] = self._routes()

    def _routes(self) -> tuple[BaseRoute, ...]:
        """All under `/sandbox`."""
        switches = self.world.switches
        return (
            *registry_routes(self.world, self.keys, self.pki),
            *dan_routes(self.world, self.keys, frozenset({self.dan_redirect_uri})),
            *revocation_routes(self.pki, switches),
            *sign_routes(self.pki, switches, OwnServer()),
            *esign_routes(self.pki, switches),
            *self.sms.routes(),
            *phone_routes(self.world),
        )
