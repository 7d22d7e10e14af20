"""Frozen dataclasses as JSON and back; unions are told apart by their `kind`."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter

from dialogs.conversation import Conversation
from dialogs.linking import LinkEnded, ProofEnded, ProvenElsewhere
from dialogs.rendering import Rendered
from dialogs.services import Organisation, Service

T = TypeVar("T")
CONVERSATION: TypeAdapter[Conversation] = TypeAdapter(Conversation)
RENDERED: TypeAdapter[Rendered] = TypeAdapter(Rendered)
SERVICE: TypeAdapter[Service] = TypeAdapter(Service)
AROUND_PROOFS: TypeAdapter[LinkEnded | ProofEnded | ProvenElsewhere] = TypeAdapter(
    Annotated[LinkEnded | ProofEnded | ProvenElsewhere, Field(discriminator="kind")]
)
ORGANISATIONS: TypeAdapter[dict[str, Organisation]] = TypeAdapter(dict[str, Organisation])


def dumps(adapter: TypeAdapter[T], value: T) -> str:
    return adapter.dump_json(value).decode("utf-8")
