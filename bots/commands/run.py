"""`tuslakh run`: everything in one process."""

from __future__ import annotations

import argparse

import uvicorn

from bots.app import web_application
from bots.commands import Verbs
from bots.first_data import INVENTED_STAFF
from config import logs
from config.settings import Settings
from dialogs.redacting import redact


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("run", help="start everything: web chat, desk, editor, workers")
    verb.set_defaults(work=work)


def work(_arguments: argparse.Namespace) -> int:
    settings = Settings()
    logs.configure(settings.log_level, redact)
    print("Preparing ...", flush=True)
    application = web_application(settings, lambda: print(_what_to_open(settings), flush=True))
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=5,
    )
    return 0


def _what_to_open(settings: Settings) -> str:
    base = settings.base_url
    lines = [
        "",
        "  Туслах ажиллаж байна / Tuslakh is running",
        "",
        f"    citizens' chat   {base}/",
        f"    agents' desk     {base}/desk",
        f"    editors          {base}/editor",
    ]
    if settings.sandbox:
        lines.append(f"    sandbox phone    {base}/sandbox   (one-time codes arrive here)")
    if settings.staff_accounts == "invented":
        lines += ["", "  invented staff for trying out (login / password):"]
        lines += [f"    {role:8} {login} / {password}" for login, _alias, role, password in INVENTED_STAFF]
    lines += ["", "  Ctrl+C stops; nothing is lost.", ""]
    return "\n".join(lines)
