"""What the Bot API refuses, in its own words: each function says nothing when all is well."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

CHAT_ACTIONS = {"typing", "upload_photo", "upload_document", "find_location"}
_ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "copy_text", "pay")
_ENTITY_TYPES = {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote"}


def wrong_message(params: Json) -> str:
    """What Telegram would say against a sendMessage; nothing when it would be shown."""
    text = params.get("text", "")
    if not text.strip():
        return "Bad Request: message text is empty"
    if len(text.encode("utf-16-le")) > 2 * 4096:
        return "Bad Request: message is too long"
    entities = json.loads(params.get("entities", "[]"))
    problems = [_wrong_entity(entity, text) for entity in entities]
    problems += _wrong_keyboard(json.loads(params.get("reply_markup", "{}")))
    return next((problem for problem in problems if problem), "")


def wrong_search_answer(params: Json) -> str:
    """answerInlineQuery with articles only."""
    found = json.loads(params.get("results", "[]"))
    ids = [result.get("id", "") for result in found]
    if len(found) > 50:
        return "Bad Request: RESULTS_TOO_MUCH"
    if any(not 1 <= len(str(id_).encode()) <= 64 for id_ in ids):
        return "Bad Request: RESULT_ID_INVALID"
    if len(set(ids)) < len(ids):
        return "Bad Request: RESULT_ID_DUPLICATE"
    button = json.loads(params.get("button", "null"))
    if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "")):
        return "Bad Request: START_PARAM_INVALID"
    if button and not button.get("text", "").strip():
        return "Bad Request: inline query results button text must be non-empty"
    return next((problem for result in found if (problem := _wrong_article(result))), "")


def wrong_introduction(what: str, params: Json) -> str:
    """setMyCommands, setMyDescription or setMyShortDescription, named by what is set."""
    if not re.fullmatch(r"[a-z]{2}|", params.get("language_code", "")):
        return "Bad Request: invalid language code specified"
    match what:
        case "Description":
            return "Bad Request: BOT_DESCRIPTION_TOO_LONG" if len(params["description"]) > 512 else ""
        case "ShortDescription":
            return "Bad Request: BOT_ABOUT_TOO_LONG" if len(params["short_description"]) > 120 else ""
        case _:
            commands = json.loads(params["commands"])
            if len(commands) > 100:
                return "Bad Request: BOT_COMMANDS_TOO_MUCH"
            wrong = any(not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]) for each in commands)
            if wrong:
                return "Bad Request: BOT_COMMAND_INVALID"
            blank = any(not 1 <= len(each["description"]) <= 256 for each in commands)
            return "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID" if blank else ""


def _wrong_article(result: Json) -> str:
    if result.get("type") != "article":
        return "Bad Request: unallowed inline query result type"
    if not result.get("title", "").strip():
        return "Bad Request: article title can't be empty"
    content = result.get("input_message_content") or {}
    entities = content.get("entities", [])
    problem = wrong_message({"text": content.get("message_text", ""), "entities": json.dumps(entities)})
    return problem or next(filter(None, _wrong_keyboard(result.get("reply_markup", {}))), "")


def _wrong_keyboard(markup: Json) -> list[str]:
    return [_wrong_button(button) for row in markup.get("inline_keyboard", []) for button in row]


def _wrong_entity(entity: Json, text: str) -> str:
    encoded = text.encode("utf-16-le")
    start, end = entity["offset"], entity["offset"] + entity["length"]
    if entity["type"] not in _ENTITY_TYPES:
        return "Bad Request: can't parse entities: unsupported entity type"
    if start < 0 or entity["length"] <= 0 or 2 * end > len(encoded):
        return f"Bad Request: can't parse entities: entity at {start} is out of the text"
    if any(0xDC <= encoded[2 * edge + 1] <= 0xDF for edge in (start, end) if 2 * edge < len(encoded)):
        return f"Bad Request: can't parse entities: entity begins or ends in the middle of a UTF-16 symbol at {start}"
    if (entity["type"] == "text_link") != bool(entity.get("url")):
        return "Bad Request: can't parse entities: a text_link has a URL, nothing else has"
    return ""


def _wrong_button(button: Json) -> str:
    if not button.get("text", "").strip():
        return 'Bad Request: can\'t parse inline keyboard button: field "text" must not be empty'
    if sum(action in button for action in _ACTIONS) != 1:
        return "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    if "url" in button and urlsplit(button["url"]).scheme not in ("http", "https", "tg"):
        return "Bad Request: inline keyboard button URL is invalid"
    data = button.get("callback_data", "x").encode()
    return "" if 1 <= len(data) <= 64 else "Bad Request: BUTTON_DATA_INVALID"
