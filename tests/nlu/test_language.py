"""The language of short messages."""

from __future__ import annotations

import pytest

from nlu import Index, understand


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("ndsh", "mn"),
        ("prav angliar", "mn"),
        ("emd", "mn"),
        ("une hed ve", "mn"),
        ("hayag solih", "mn"),
        ("solongost bga", "mn"),
        ("passport-oo renew hiilgemeer bna", "mn"),
        ("single certificate", "en"),
        ("passport", "en"),
        ("how much", "en"),
        ("lost my passport in berlin", "en"),
        ("voter registration", "en"),
        ("wie lange dauert das", "de"),
        ("ich habe meinen reisepass verloren", "de"),
        ("паспорт сунгах", "mn"),
        ("унэмлэх авах", "mn"),
        ("как получить справку", "ru"),
        ("потерял паспорт", "ru"),
        ("여권 갱신", "ko"),
        ("パスポートの更新", "ja"),
        ("护照更新", "zh"),
        ("ᠮᠣᠩᠭᠣᠯ", "mn"),
        ("12345", "und"),
        ("http://evil.com", "und"),
        ("/unknown", "und"),
        ("E-Mongolia", "und"),
        ("PDF", "und"),
        ("hehe", "und"),
        ("mongol", "mn"),
        ("паспорт", "mn"),
        ("виза", "mn"),
        ("", "und"),
    ],
)
def test_a_short_message_tells_its_language(message: str, language: str, index: Index) -> None:
    assert understand(message, index).language == language
