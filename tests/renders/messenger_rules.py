"""What a message of the Send API holds, and what Meta or a referee by other authors would have against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from connectors.plain_text import units
from tests.fakes.graph_rules import MAX_TITLE, wrong_message
from tests.fakes.messenger_referee import judge_message

Json = dict[str, Any]


def wrong_with(message: Json) -> list[str]:
    """Everything; empty when it would be shown."""
    titles = [button["title"] for button in (*message.get("quick_replies", []), *buttons_of(message))]
    problems = [wrong_message(message), *referee(message)]
    problems += [f"{title!r} may be too long for a button" for title in titles if units(title) > MAX_TITLE]
    return [*filter(None, problems), *(["two buttons look the same"] if len(set(titles)) < len(titles) else [])]


def buttons_of(message: Json) -> list[Json]:
    """Of a template, in order; those that only open a page too."""
    payload = message.get("attachment", {}).get("payload", {})
    inside = (button for element in _elements(message) for button in element.get("buttons", []))
    return [*payload.get("buttons", []), *inside]


def links_of(message: Json) -> set[str]:
    actions = [element["default_action"] for element in _elements(message) if "default_action" in element]
    return {each["url"] for each in (*actions, *buttons_of(message)) if "url" in each}


def words_of(message: Json) -> list[str]:
    """What can be read of it, without the choices."""
    payload = message.get("attachment", {}).get("payload", {})
    return [message.get("text", ""), payload.get("text", ""), *(element["title"] for element in _elements(message))]


def _elements(message: Json) -> list[Json]:
    return list(message.get("attachment", {}).get("payload", {}).get("elements", []))


def referee(message: Json) -> Iterator[str]:
    """pymsgr wants a title in `default_action`, where Meta has none."""
    payload = message.get("attachment", {}).get("payload")
    if elements := [_with_title(element) for element in _elements(message)]:
        message = {**message, "attachment": {"type": "template", "payload": {**payload, "elements": elements}}}
    try:
        judge_message(message)
    except ValidationError as error:
        yield f"pymsgr: {error}"


def _with_title(element: Json) -> Json:
    action = element.get("default_action")
    return {**element, "default_action": {**action, "title": "x"}} if action else element
