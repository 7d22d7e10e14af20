"""`tuslakh ask`: what is understood of a message, for people or as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from bots.commands import Verbs
from bots.commands.release import release_in_force
from bots.commands.why_json import why_as_json
from bots.commands.why_text import why_as_text
from bots.encoder import vectors
from config.settings import Settings
from dialogs.services import Catalogue
from dialogs.understanding import Understanding
from nlu import Index, understand
from nlu.why import why


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("ask", help="what is understood of a message")
    verb.add_argument("message", nargs="*", help="the message; without one, lines are read from standard input")
    verb.add_argument("--json", action="store_true", help="one JSON object a line (see docs/ask-json.md)")
    verb.add_argument("--why", action="store_true", help="what each step made of it, and what counted how much")
    verb.set_defaults(work=work)


def work(arguments: argparse.Namespace) -> int:
    settings = Settings()
    catalogue = release_in_force(settings)
    index = Index.build(catalogue, vectors=vectors(settings))
    for text in _messages(arguments.message, sys.stdin):
        told = why(text[: settings.max_message_characters], index) if arguments.why else None
        understood = told.understood if told else understand(text[: settings.max_message_characters], index)
        if arguments.json:
            shown = as_json(text, understood, catalogue) | ({"why": why_as_json(told)} if told else {})
            print(json.dumps(shown, ensure_ascii=True), flush=True)
        else:
            print(as_text(text, understood, catalogue))
            if told:
                print(why_as_text(told, catalogue))
    return 0


def as_json(text: str, understood: Understanding, catalogue: Catalogue) -> dict[str, Any]:
    """The documented form: fields are only ever added."""
    return {
        "text": text,
        "language": understood.language,
        "script": understood.script.value,
        "action": understood.action.value,
        "aspect": understood.aspect.value if understood.aspect else None,
        "needs": [
            {"candidates": [_candidate(c.service_id, c.probability, catalogue) for c in need.candidates]}
            for need in understood.needs
        ],
    }


def as_text(text: str, understood: Understanding, catalogue: Catalogue) -> str:
    aspect = f", aspect {understood.aspect}" if understood.aspect else ""
    lines = [f"{text}", f"  {understood.action}: language {understood.language}, {understood.script}{aspect}"]
    for need in understood.needs:
        for candidate in need.candidates[:5]:
            service = catalogue.services[candidate.service_id]
            lines.append(f"  {candidate.probability:6.1%}  {service.title.mn}  ({service.id})")
    return "\n".join(lines)


def _candidate(service_id: str, probability: float, catalogue: Catalogue) -> dict[str, Any]:
    service = catalogue.services[service_id]
    organisation = catalogue.organisations.get(service.organisation)
    return {
        "id": service.id,
        "title_mn": service.title.mn,
        "title_en": service.title.en,
        "organisation": organisation.title.mn if organisation else service.organisation,
        "probability": round(probability, 4),
    }


def _messages(words: list[str], stdin: TextIO) -> Iterator[str]:
    """The words of the command line as one message, else every line of standard input, bad bytes replaced."""
    if words:
        yield " ".join(words)
        return
    reconfigure = getattr(stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    for row in stdin:
        yield row.rstrip("\r\n")
