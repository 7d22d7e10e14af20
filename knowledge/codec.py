"""Frozen dataclasses as JSON and back; unions are told apart by their `kind`."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter

from dialogs.conversation import Conversation
from dialogs.rendering import Rendered
from dialogs.services import Organisation, Service

T = TypeVar("T")
CONVERSATION: TypeAdapter[Conversation] = TypeAdapter(Conversation)
RENDERED: TypeAdapter[Rendered] = TypeAdapter(Rendered)
SERVICE: TypeAdapter[Service] = TypeAdapter(Service)
ORGANISATIONS: TypeAdapter[dict[str, Organisation]] = TypeAdapter(dict[str, Organisation])


def dumps(adapter: TypeAdapter[T], value: T) -> str:
    return adapter.dump_json(value).decode("utf-8")
