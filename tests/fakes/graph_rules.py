"""What Meta would say against a message: the limits of the Send API, written down from its reference."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

MAX_TEXT, MAX_QUICK_REPLIES, MAX_TITLE, MAX_PAYLOAD = 2000, 13, 20, 1000
MAX_TEMPLATE_TEXT, MAX_BUTTONS, MAX_ELEMENTS, MAX_ELEMENT_TEXT = 640, 3, 10, 80
_MESSAGE_FIELDS = {"text", "attachment", "quick_replies", "metadata"}


def wrong_message(message: object) -> str:
    """Nothing when it would be shown."""
    if not isinstance(message, dict) or set(message) - _MESSAGE_FIELDS:
        return "a message has a text or an attachment, quick replies and metadata"
    if ("text" in message) == ("attachment" in message):
        return "a message has either a text or an attachment"
    found = [_wrong_text(message["text"], MAX_TEXT)] if "text" in message else [_wrong_template(message["attachment"])]
    replies = message.get("quick_replies", [])
    if "quick_replies" in message and not 1 <= len(replies) <= MAX_QUICK_REPLIES:
        return "1 to 13 quick replies"
    found += [_wrong_quick_reply(reply) for reply in replies]
    if len({reply.get("title") for reply in replies}) < len(replies):
        found.append("two quick replies look the same")
    return next((problem for problem in found if problem), "")


def _wrong_text(text: object, most: int) -> str:
    if not isinstance(text, str) or not text.strip():
        return "an empty text"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half a character"
    return "too long" if len(text) > most else ""


def _wrong_quick_reply(reply: Json) -> str:
    if set(reply) != {"content_type", "title", "payload"} or reply["content_type"] != "text":
        return "a quick reply is a text with title and payload"
    return _wrong_text(reply["title"], MAX_TITLE) or _wrong_text(reply["payload"], MAX_PAYLOAD)


def _wrong_template(attachment: Json) -> str:
    if set(attachment) != {"type", "payload"} or attachment["type"] != "template":
        return "an attachment of no known type"
    payload = attachment["payload"]
    match payload.get("template_type"):
        case "button":
            extra = set(payload) - {"template_type", "text", "buttons"}
            return (
                "a field that is not known"
                if extra
                else _wrong_text(payload["text"], MAX_TEMPLATE_TEXT) or _wrong_buttons(payload["buttons"])
            )
        case "generic":
            elements = payload["elements"]
            if not 1 <= len(elements) <= MAX_ELEMENTS:
                return "1 to 10 elements"
            return next((problem for problem in map(_wrong_element, elements) if problem), "")
        case _:
            return "a template of no known type"


def _wrong_element(element: Json) -> str:
    if set(element) - {"title", "subtitle", "image_url", "default_action", "buttons"}:
        return "a field that is not known"
    if len(element) < 2:
        return "an element has a title and one thing more"
    found = [_wrong_text(element.get("title"), MAX_ELEMENT_TEXT)]
    found += [_wrong_text(element["subtitle"], MAX_ELEMENT_TEXT)] if "subtitle" in element else []
    action = element.get("default_action", {"type": "web_url", "url": "https://example.mn"})
    if "title" in action or action.get("type") != "web_url" or not _is_web_page(action.get("url")):
        found.append("a default action is a web address without a title")
    found += [_wrong_buttons(element["buttons"])] if "buttons" in element else []
    return next((problem for problem in found if problem), "")


def _wrong_buttons(buttons: list[Json]) -> str:
    if not 1 <= len(buttons) <= MAX_BUTTONS:
        return "1 to 3 buttons"
    return next((problem for problem in map(_wrong_button, buttons) if problem), "")


def _wrong_button(button: Json) -> str:
    wrong_title = _wrong_text(button.get("title"), MAX_TITLE)
    match button.get("type"):
        case "postback" if set(button) == {"type", "title", "payload"}:
            return wrong_title or _wrong_text(button["payload"], MAX_PAYLOAD)
        case "web_url" if set(button) == {"type", "title", "url"}:
            return wrong_title or ("" if _is_web_page(button["url"]) else "no web address")
        case _:
            return "a button of no known type"


def _is_web_page(url: object) -> bool:
    return isinstance(url, str) and urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
