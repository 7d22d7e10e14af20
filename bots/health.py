"""What `/health` says: to the container, which restarts on anything but 200, and to people who look. No secrets."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bots.parts import Parts
from bots.watch import Watch

log = logging.getLogger(__name__)


def health(parts: Parts, all_well: Callable[[], bool], watch: Watch) -> Callable[[Request], Response]:
    """200 while the database answers and every worker runs. A sick channel is told, but no restart would heal it."""

    def answer(_request: Request) -> Response:
        try:
            told = _told(parts, watch)
        except Exception as error:
            log.error("the database does not answer: %s", type(error).__name__)
            return JSONResponse({"status": "no-database"}, 503)
        well = all_well()
        return JSONResponse({"status": "ok" if well else "ending", **told}, 200 if well else 503)

    return answer


def _told(parts: Parts, watch: Watch) -> dict[str, Any]:
    with parts.database.read() as connection:
        release = parts.catalogue.current(connection).catalogue.release
    balance = watch.balances.at(parts.clock())
    return {
        "release": release,
        "channels": {state.name: state.word for state in watch.states},
        "inbox": asdict(balance),
        "sum_rule_holds": balance.holds,
    }
