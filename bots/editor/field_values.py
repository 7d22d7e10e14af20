"""A service as the texts of its form fields, and every field of it as text, for comparing."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.services import Fee, Money, Service, Source, Text


def form_values(service: Service) -> dict[str, str]:
    """What the form shows for a service: field name -> text."""
    return {
        **_pair("title", service.title),
        **_pair("summary", service.summary),
        "usable": service.abroad.usable.value,
        **_pair("how", service.abroad.how),
        "proof": service.proof.value,
        "delivery": service.delivery.value,
        **_fee_values(service.fee),
        **_pair("duration", service.duration.text if service.duration else None),
        "documents": _pairs(service.documents),
        "steps": _pairs(service.steps),
        "limits": _pairs(service.limits),
        "names_mn": "\n".join(service.names.mn),
        "names_latin": "\n".join(service.names.latin),
        "names_en": "\n".join(service.names.en),
        "names_other": "\n".join(service.names.other),
        "says": "\n".join(service.says),
        "life_event": service.life_event.value if service.life_event else "",
        "source_note": service.source.note or "",
    }


def all_values(service: Service) -> dict[str, str]:
    """The form's fields and those the form does not change, so that a history hides nothing."""
    return {
        **form_values(service),
        "organisation": service.organisation,
        "category": service.category.value,
        "audience": ", ".join(service.audience),
        "emongolia_id": service.emongolia_id or "",
        "operation": service.operation or "",
        "law": _pairs([service.law] if service.law else []),
        "source": _source(service.source),
        "fee_source": _source(service.fee.source),
        "duration_source": _source(service.duration.source if service.duration else None),
    }


def stated_source(draft: Service, published: Service) -> dict[str, str]:
    """The source a draft states for a figure it changed; empty when it changes none."""
    source = None
    if draft.fee != published.fee:
        source = draft.fee.source
    if source is None and draft.duration and draft.duration != published.duration:
        source = draft.duration.source
    kind, ref = (source.kind.value, source.ref) if source else ("", "")
    return {"figure_source_kind": kind, "figure_source_ref": ref}


def amount_text(amount: float) -> str:
    return f"{amount:.2f}".removesuffix(".00")


def _fee_values(fee: Fee) -> dict[str, str]:
    return {
        **_money("fee_base", fee.base, "MNT"),
        **_money("fee_mission", fee.mission, "USD"),
        **_pair("fee_note", fee.note),
    }


def _money(name: str, money: Money | None, currency: str) -> dict[str, str]:
    amount = amount_text(money.amount) if money else ""
    return {f"{name}_amount": amount, f"{name}_currency": money.currency if money else currency}


def _pair(name: str, text: Text | None) -> dict[str, str]:
    return {f"{name}_mn": text.mn if text else "", f"{name}_en": text.en if text else ""}


def _pairs(texts: Iterable[Text]) -> str:
    return "\n".join(f"{text.mn} | {text.en}" for text in texts)


def _source(source: Source | None) -> str:
    return f"{source.kind} · {source.ref} · {source.date}" if source else ""
