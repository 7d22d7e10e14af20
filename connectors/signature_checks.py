"""Whether somebody signed these bytes, and who: checked in a process of its own, with revocation asked every time."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from connectors.pki_fetching import Question, RevocationFetcher
from connectors.signature_trust import Trust

PROJECT = Path(__file__).parent.parent
START_SECONDS = 15.0  # for the interpreter and its imports; usually 0.3
MAX_LINE = 64 * 1024 * 1024  # what one line between the two processes may hold
AT_ONCE = 2  # further checks wait: each is a process


class SignatureResult(StrEnum):
    GOOD = "good"
    BAD = "bad"
    REVOKED = "revoked"
    UNSURE = "unsure"  # revocation could not be asked, or the check did not end: not accepted, may be tried again
    TOO_LARGE = "too-large"
    NOBODY = "nobody"  # a good signature of somebody whose register number we cannot read


@dataclass(frozen=True)
class SignatureLimits:
    """`max_bytes`: of the signature, certificates included; `check_seconds`: the worker's own work, each round;
    `revocation_seconds`: a round of questions.
    """

    max_bytes: int = 262_144
    check_seconds: float = 2.0
    revocation_seconds: float = 5.0


@dataclass(frozen=True)
class Checked:
    """`reason`: short code for the audit, without personal data. The rest is empty unless GOOD (or NOBODY).

    `certificate_serial`: hex, lower case, as ХУР wants it in `certFingerprint`; `issuer`: the issuing CA's name.
    """

    result: SignatureResult
    reason: str
    register_number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    certificate_serial: str = field(default="", repr=False)
    issuer: str = ""


class Signatures:
    """`now` is always our own time of receipt; what a signature claims about time is never believed."""

    def __init__(self, trust: Trust, limits: SignatureLimits | None = None) -> None:
        self._trust = trust
        self._limits = limits or SignatureLimits()
        self._fetcher = RevocationFetcher(trust.hosts, self._limits.revocation_seconds)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def check_cms(self, content: bytes, cms: bytes, now: datetime | None = None) -> Checked:
        """A DER CMS (`.p7s`), detached or with exactly `content` inside."""
        return await self._check("cms", now, content, cms)

    async def check_jws(self, content: bytes, token: bytes, now: datetime | None = None) -> Checked:
        """A compact JWS whose payload is `content`, with `x5c`."""
        return await self._check("jws", now, content, token)

    async def check_bare(
        self, content: bytes, certificate_der: bytes, signature: bytes, now: datetime | None = None
    ) -> Checked:
        """What the ESIGN client gives: certificate and signature, both decoded from base64."""
        return await self._check("bare", now, content, signature, certificate_der)

    async def _check(
        self, kind: str, now: datetime | None, content: bytes, signature: bytes, certificate: bytes = b""
    ) -> Checked:
        if len(signature) + len(certificate) > self._limits.max_bytes or len(content) > self._limits.max_bytes:
            return Checked(SignatureResult.TOO_LARGE, "too-large")
        job = {
            "kind": kind,
            "now": (now or datetime.now(UTC)).isoformat(),
            "content": _encoded(content),
            "signature": _encoded(signature),
            "certificate": _encoded(certificate),
            "trust": self._trust.as_job(),
        }
        async with self._places:
            return await self._judged(job)

    async def _judged(self, job: dict[str, Any]) -> Checked:
        try:
            async with _worker() as worker:
                said = await self._told(worker, job)
                while "ask" in said:
                    questions = [Question(one["url"], _decoded(one["body"])) for one in said["ask"]]
                    answers = await self._fetcher.ask(questions)
                    said = await self._told(worker, {"answers": [_encoded_or_none(one) for one in answers]})
                return _checked(said)
        except TimeoutError:
            return Checked(SignatureResult.UNSURE, "too-slow")
        except (OSError, ValueError, KeyError, TypeError):
            return Checked(SignatureResult.UNSURE, "not-finished")  # the worker died over it

    async def _told(self, worker: Process, what: dict[str, Any]) -> dict[str, Any]:
        """What the worker says to one line. Raises TimeoutError, OSError, or ValueError when it is gone."""
        assert worker.stdin is not None
        async with asyncio.timeout(self._limits.check_seconds):
            worker.stdin.write(json.dumps(what).encode() + b"\n")
            await worker.stdin.drain()
            return await _heard(worker)


async def _heard(worker: Process) -> dict[str, Any]:
    assert worker.stdout is not None
    said = json.loads(await worker.stdout.readline())
    if not isinstance(said, dict):
        raise ValueError("the worker said something else")
    return said


@contextlib.asynccontextmanager
async def _worker() -> AsyncIterator[Process]:
    """A fresh one that is ready, and gone afterwards whatever happens. It inherits no environment: keys are in ours."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-E", "-s", "-m", "connectors.signature_worker"),
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=MAX_LINE, cwd=PROJECT, env={"PATH": os.defpath},
    )  # fmt: skip
    try:
        async with asyncio.timeout(START_SECONDS):
            await _heard(process)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _checked(said: dict[str, Any]) -> Checked:
    result = SignatureResult(said["result"])
    return Checked(
        result,
        str(said["reason"]),
        str(said.get("register_number", "")),
        str(said.get("name", "")),
        str(said.get("serial", "")),
        str(said.get("issuer", "")),
    )


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _encoded_or_none(data: bytes | None) -> str | None:
    return None if data is None else _encoded(data)


def _decoded(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
