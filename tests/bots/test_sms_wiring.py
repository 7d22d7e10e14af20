"""Own codes wired: which gateway, which route, which job."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bots.live_catalogue import LiveCatalogue
from bots.sms_wiring import OwnSms, gateway_of, own_sms, sandbox_gateway
from config.settings import Settings
from connectors.sms import Prices, SmsGateway
from connectors.sms_console import ConsoleSms
from connectors.sms_smpp import Line, SmppSms
from tests.bots.code_stage import CodeStage

FILE = 'name = "c"\nkind = "console"\n[prices]\n976 = 1\n'


def wired(stage: CodeStage, gateway: SmsGateway | None = None) -> OwnSms:
    chosen = gateway or sandbox_gateway("http://127.0.0.1:9/sandbox/sms/v1/send", "key", "secret")
    settings = Settings(_env_file=None)
    return own_sms(settings, chosen, stage.database, stage.vault, stage.phones, LiveCatalogue(), stage.clock)


def test_without_a_file_there_is_no_gateway(tmp_path: Path) -> None:
    assert gateway_of(Settings(_env_file=None)) is None


def test_the_file_of_the_settings_is_the_gateway(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text(FILE)
    live = Settings.model_construct(sms_gateway_file=tmp_path / "gateway.toml")
    assert isinstance(gateway_of(live), ConsoleSms)


def test_the_sandbox_gateways_receipts_have_a_route(tmp_path: Path) -> None:
    (route,) = wired(CodeStage(tmp_path)).routes()
    assert route.path == "/sms/receipts/{gateway}"


def test_receipts_over_smpp_are_a_job(tmp_path: Path) -> None:
    gateway = SmppSms("s", Line("127.0.0.1", 9, "a", "b", tls=False), Prices())
    sms = wired(CodeStage(tmp_path), gateway)
    (job,) = sms.jobs(asyncio.Event())
    job.close()
    assert sms.routes() == []
