"""The form of a service read back into a service. A changed figure needs the source the editor states for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from bots.editor.field_reading import FieldReader
from bots.editor.field_values import form_values
from bots.web.forms import Form
from dialogs.rendering import ULAANBAATAR
from dialogs.services import (
    Abroad,
    Delivery,
    Duration,
    Fee,
    Level,
    LifeEvent,
    Names,
    Provenance,
    Service,
    Source,
    Text,
    Usable,
)

STATED = (Provenance.PUBLIC_PAGE, Provenance.EDITORIAL)


@dataclass(frozen=True)
class Edited:
    """`problems` empty: `service` may be saved."""

    service: Service
    problems: Mapping[str, Text]


def read_service(form: Form, base: Service, draft: Service | None, now: datetime) -> Edited:
    """The service the editor began from with the fields of the form; what the form does not hold stays."""
    reader = FieldReader(form)
    service = replace(
        base,
        title=reader.pair("title"),
        summary=reader.pair("summary"),
        abroad=Abroad(reader.choice("usable", Usable, base.abroad.usable), reader.pair("how")),
        proof=reader.choice("proof", Level, base.proof),
        delivery=reader.choice("delivery", Delivery, base.delivery),
        fee=Fee(reader.money("fee_base"), reader.money("fee_mission"), reader.optional_pair("fee_note")),
        duration=_duration(reader),
        documents=reader.pairs("documents"),
        steps=reader.pairs("steps"),
        limits=reader.pairs("limits"),
        names=Names(*(reader.lines(f"names_{language}") for language in ("mn", "latin", "en", "other"))),
        says=reader.lines("says"),
        life_event=reader.optional_choice("life_event", LifeEvent),
        source=replace(base.source, note=reader.line("source_note") or None),
    )
    if not service.says:
        reader.problems["says"] = Text("Дор хаяж нэг мөр хэрэгтэй.", "At least one line is needed.")
    return Edited(_with_sources(reader, service, base, draft, now), reader.problems)


def _duration(reader: FieldReader) -> Duration | None:
    text = reader.optional_pair("duration")
    return Duration(text) if text else None


def _with_sources(
    reader: FieldReader, service: Service, base: Service, draft: Service | None, now: datetime
) -> Service:
    """A figure that was not touched keeps its source; one that was gets the stated one."""
    fee, duration = service.fee, service.duration
    fee_changed = fee != replace(base.fee, source=None)
    duration_changed = _words(duration) != _words(base.duration)
    stated = _stated(reader, now) if fee_changed or (duration_changed and duration) else None
    if fee_changed:
        fee = replace(fee, source=_dated_as(draft.fee.source if draft else None, stated))
    if duration_changed and duration:
        before = draft.duration.source if draft and draft.duration else None
        duration = replace(duration, source=_dated_as(before, stated))
    return replace(
        service,
        fee=fee if fee_changed else base.fee,
        duration=duration if duration_changed else base.duration,
    )


def moved(form: Form, base: Service, newer: Service) -> dict[str, str]:
    """The form upon a newer version: what the editor left as it was in `base` takes the newer value."""
    old, new = form_values(base), form_values(newer)
    return {name: new[name] if name in old and _same(typed, old[name]) else typed for name, typed in form.items()}


def _same(typed: str, value: str) -> bool:
    return typed.split() == value.split()


def _words(duration: Duration | None) -> Text | None:
    return duration.text if duration else None


def _stated(reader: FieldReader, now: datetime) -> Source | None:
    kind = reader.optional_choice("figure_source_kind", Provenance)
    ref = reader.line("figure_source_ref")
    if kind not in STATED:
        reader.problems["figure_source_kind"] = Text(
            "Хураамж эсвэл хугацаа өөрчлөгдсөн тул эх сурвалжаа сонгоно уу.", "A figure changed: state its source."
        )
        return None
    if kind is Provenance.PUBLIC_PAGE and not _is_https(ref):
        reader.problems["figure_source_ref"] = Text("https:// хаяг бичнэ үү.", "Write an https address.")
    elif not ref:
        reader.problems["figure_source_ref"] = Text("Хэн, юуг үндэслэснээ бичнэ үү.", "Write what it rests on.")
    return Source(kind, ref, now.astimezone(ULAANBAATAR).date().isoformat())


def _dated_as(before: Source | None, stated: Source | None) -> Source | None:
    """A source stated once keeps its day however often the draft is saved."""
    same = before and stated and (before.kind, before.ref) == (stated.kind, stated.ref)
    return before if same else stated


def _is_https(ref: str) -> bool:
    try:
        found = urlsplit(ref)
    except ValueError:
        return False
    return found.scheme == "https" and "." in found.netloc and " " not in ref
