"""What a validator that is not ours says of a request to the Send API (`pymsgr`)."""

from __future__ import annotations

from typing import Any

from pymsgr.types import ButtonTemplatePayload, GenericTemplatePayload, SendRequest  # type: ignore[import-untyped]

_TEMPLATES = {"button": ButtonTemplatePayload, "generic": GenericTemplatePayload}


def judge(request: dict[str, Any]) -> None:
    """Raises `ValidationError`. The request's model takes any attachment, so a template is judged by its own."""
    SendRequest.model_validate(request)
    payload = request.get("message", {}).get("attachment", {}).get("payload")
    if payload is not None:
        _TEMPLATES[payload["template_type"]].model_validate(payload)


def judge_message(message: dict[str, Any]) -> None:
    """The same for the message alone."""
    judge({"recipient": {"id": "1"}, "messaging_type": "RESPONSE", "message": message})
