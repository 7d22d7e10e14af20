"""What Messenger shows of the page before anybody has written: the first button, the greeting, the lasting menu."""

from __future__ import annotations

from typing import Any, Final

from connectors.messenger_reading import GET_STARTED, MENU_LANGUAGE
from dialogs.services import Language
from dialogs.wording import sentence

# Send API: `default` is shown to everybody whose language is not named. Facebook in Mongolian is rare: most citizens
# use it in English or in their host country's language, so the default speaks Mongolian.
LOCALES: Final = {"default": Language.MN, "en_US": Language.EN, "en_GB": Language.EN}
MAX_GREETING = 160
MAX_MENU_TITLE = 30
_MENU = (("menu:examples", "introducing.help"), ("menu:person", "introducing.person"),
         (MENU_LANGUAGE, "introducing.language"))  # fmt: skip


def profile() -> dict[str, Any]:
    """The body for `messenger_profile`; the menu's payloads are those that `messenger_reading` knows."""
    return {
        "get_started": {"payload": GET_STARTED},
        "greeting": [{"locale": locale, "text": _greeting(language)} for locale, language in LOCALES.items()],
        "persistent_menu": [_menu(locale, language) for locale, language in LOCALES.items()],
    }


def _greeting(language: Language) -> str:
    return sentence("greeting.automatic", language)[:MAX_GREETING]


def _menu(locale: str, language: Language) -> dict[str, Any]:
    entries = [
        {"type": "postback", "title": sentence(key, language)[:MAX_MENU_TITLE], "payload": payload}
        for payload, key in _MENU
    ]
    return {"locale": locale, "composer_input_disabled": False, "call_to_actions": entries}
