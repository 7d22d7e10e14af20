"""The process that reads what strangers sent: `python -m connectors.signature_worker`, once for each check.

JSON, one object a line. It says `{"ready": true}`, reads a job (`signature_checks.Signatures`), then either says the
verdict or asks `{"ask": [{"url", "body"}]}` and reads `{"answers": [base64 or null]}`. It opens no connection itself,
has no secrets in its environment, and its memory and processor time are bounded.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Generator
from datetime import datetime
from typing import Any

from asn1crypto import x509

from connectors.pki_chain import Answers, Issuers, Revoked, Unanswered, check_revocation, find_path
from connectors.pki_revocation import Ask, UnknownToResponder, list_asks, ocsp_asks, usable_list, usable_ocsp
from connectors.signature_bare import signer_of_bare
from connectors.signature_cms import signer_of_cms
from connectors.signature_identity import named_by
from connectors.signature_jws import signer_of_jws

MEMORY_BYTES = 768 * 1024 * 1024  # address space, of which the libraries take about 100 MB
PROCESSOR_SECONDS = 10  # above any wall-clock limit in use: a worker whose keeper died ends too
Judging = Generator[list[Ask], list[bytes | None], dict[str, Any]]


def judge(job: dict[str, Any]) -> Judging:
    """Yields what it wants to know, is sent the answers, returns the verdict: result, reason and who signed."""
    try:
        return (yield from _judged(job))
    except Revoked as problem:
        return _verdict("revoked", problem.args[0])
    except (Unanswered, UnknownToResponder) as problem:
        return _verdict("unsure", problem.args[0] if problem.args else "revocation-unknown")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError) as problem:
        # A ValueError of ours has a code; one of a library has words in which a name may stand.
        ours = type(problem).__module__.startswith("connectors.") and problem.args
        return _verdict("bad", str(problem.args[0]) if ours else "unreadable")


def _judged(job: dict[str, Any]) -> Judging:
    now = datetime.fromisoformat(job["now"])
    leaf = _signer(job, now)
    issuers = _issuers(job["trust"])
    path = find_path(leaf, issuers, now)
    yield from _ask_revocation(path, issuers, now)
    named = named_by(leaf.subject, job["trust"]["attribute"])
    found = _verdict("good", "good") if named else _verdict("nobody", "no-register-number")
    return found | {
        "register_number": named.register_number if named else "",
        "name": named.name if named else "",
        "serial": format(leaf.serial_number, "x"),
        "issuer": _issuer_name(path[-2]),
    }


def _signer(job: dict[str, Any], now: datetime) -> x509.Certificate:
    content, signature = base64.b64decode(job["content"]), base64.b64decode(job["signature"])
    if job["kind"] == "cms":
        return signer_of_cms(content, signature, now)
    if job["kind"] == "jws":
        return signer_of_jws(content, signature)
    return signer_of_bare(content, base64.b64decode(job["certificate"]), signature)


def _issuers(trust: dict[str, Any]) -> Issuers:
    def loaded(key: str) -> tuple[x509.Certificate, ...]:
        return tuple(x509.Certificate.load(base64.b64decode(one), strict=True) for one in trust[key])

    return Issuers(loaded("anchors"), loaded("intermediates"), tuple(trust["policies"]))


def _ask_revocation(
    path: list[x509.Certificate], issuers: Issuers, now: datetime
) -> Generator[list[Ask], list[bytes | None], None]:
    """The responders first; lists, which are long, only when those did not settle it."""
    asks = ocsp_asks(path)
    data = (yield asks) if asks else []
    ocsps = [usable_ocsp(ask, one, now) for ask, one in zip(asks, data, strict=True)]
    answers = Answers(ocsps=tuple(one for one in ocsps if one is not None))
    try:
        return check_revocation(path[-1], issuers, now, answers)
    except Unanswered:
        asks = list_asks(path)
        if not asks:
            raise
    lists = [usable_list(ask, one, now) for ask, one in zip(asks, (yield asks), strict=True)]
    answers = Answers(answers.ocsps, tuple(one for one in lists if one is not None))
    check_revocation(path[-1], issuers, now, answers)


def _issuer_name(issuer: x509.Certificate) -> str:
    """The issuing certificate's common name: an organisation's, not a person's."""
    return str(issuer.subject.native.get("common_name", ""))[:100]


def _verdict(result: str, reason: str) -> dict[str, Any]:
    return {"result": result, "reason": reason}


def main() -> None:
    _limit()
    _say({"ready": True})
    judging = judge(json.loads(sys.stdin.readline()))
    answers: list[bytes | None] | None = None
    while True:
        try:
            asks = judging.send(answers) if answers is not None else next(judging)
        except StopIteration as done:
            return _say(done.value)
        _say({"ask": [{"url": ask.url, "body": _encoded(ask.body)} for ask in asks]})
        given = json.loads(sys.stdin.readline())["answers"]
        answers = [None if one is None else base64.b64decode(one) for one in given]


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _encoded(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
