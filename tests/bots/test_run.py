"""`tuslakh run` behind a proxy: whose word about the sender's address is taken."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.process import process


@pytest.mark.parametrize(("trusted", "second"), [("127.0.0.1", 401), ("192.0.2.1, 198.51.100.0/24", 429)])
def test_only_a_trusted_proxy_tells_who_is_behind_it(tmp_path: Path, trusted: str, second: int) -> None:
    with process(tmp_path, TRUSTED_PROXIES=trusted, SIGN_IN_TRIES_A_MINUTE="1") as server:
        answers = [
            httpx.post(
                f"{server.url}/staff/sign-in",
                data={"login": "nobody", "password": "guess"},
                headers={"X-Forwarded-For": sender, "Sec-Fetch-Site": "same-origin"},
            ).status_code
            for sender in ("203.0.113.1", "203.0.113.2")
        ]
    assert answers == [401, second]
