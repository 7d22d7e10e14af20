"""What no log line may hold, whatever way it comes (row P1)."""

from __future__ import annotations

import pytest

from dialogs.redacting import redact

TOKEN = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWp"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("POST https://api.telegram.org/bot123456789:AAH-abcdefghijklmnopqrstuvwxyz01234/sendMessage", "AAH-abc"),
        ("123456789:AAH-abcdefghijklmnopqrstuvwxyz01234 was refused", "AAH-abc"),
        ("GET https://sso.gov.mn/back?code=SplxlOBeZQ&state=af0ifjsldkj HTTP/1.1", "SplxlOBeZQ"),
        ("GET https://sso.gov.mn/back?code=SplxlOBeZQ&state=af0ifjsldkj HTTP/1.1", "af0ifjsldkj"),
        ('{"access_token": "2YotnFZFEjr1zCsicMWpAA"}', "2YotnFZFEjr1zCsicMWpAA"),
        ("{'client_secret': 'tGzv3JOkF0XG5Qx2TlKWIA'}", "tGzv3JOkF0XG5Qx2TlKWIA"),
        ("Authorization: Bearer mF_9.B5f-4.1JqM", "mF_9.B5f-4.1JqM"),
        ("authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("Cookie: __Host-link=abcdef; chat=ghijkl", "ghijkl"),
        (f"GET /link/{TOKEN} 200", TOKEN),
        (f"GET /link/{TOKEN}/begin?x=1 200", TOKEN),
        ("GET /link/short-one 200", "short-one"),
        (f"a token {TOKEN} by itself", TOKEN),
        ("postgresql+psycopg://tuslakh:hunter2@db/tuslakh", "hunter2"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N", "eyJzdWIiOiIxIn0"),
        ("?access_token=EAAGm0PX4ZCpsBAKZCdefghijklmnopq", "EAAGm0PX4ZCps"),
        ("EAAGm0PX4ZCpsBAKZCdefghijklmnopq", "EAAGm0PX4ZCps"),
        ("gAAAAABnQx1234567890abcdefghijkl==", "gAAAAABnQx12"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----", "MIIEvQ"),
        ("password=hunter2", "hunter2"),
        ("УБ90010112 asked", "90010112"),
        ("the code 482913 was wrong", "482913"),
        ("calls +976 99112233", "99112233"),
        ("123456789012@e-mongolia.mn", "123456789012"),
    ],
)
def test_a_secret_is_taken_out(text: str, secret: str) -> None:
    assert secret not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "event 12 failed",
        "release 3 is in force",
        "status code 503 after 3 tries",
        "chat 0b9f5c1e-9a53-4f0e-b0ce-aaaaaaaaaaaa was told",
        "the catalogue files differ from the loaded ones; `tuslakh catalogue load` makes a new release",
        "GET /health 200",
        "Туслах ажиллаж байна",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_what_was_redacted_is_not_changed_again() -> None:
    once = redact(f"GET /link/{TOKEN}?code=abc УБ90010112 Bearer {TOKEN}")
    assert redact(once) == once


def test_the_address_of_an_export_is_taken_out_whatever_its_token_is_made_of() -> None:
    assert "abcdefghijk" not in redact("GET /mydata/" + "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstu")
