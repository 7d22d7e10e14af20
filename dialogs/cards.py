"""A service as rows to read: only catalogue fields, the unknown told as unknown, the date and source at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.records import RECORDS
from dialogs.services import Delivery, Fee, Language, Level, Money, Organisation, Provenance, Service, Source
from dialogs.understanding import Aspect
from dialogs.verification.levels import level_asked
from dialogs.wording import sentence


@dataclass(frozen=True)
class Row:
    text: str
    label: str = ""
    url: str = ""
    heading: bool = False
    small: bool = False


def card_rows(
    service: Service, organisation: Organisation | None, language: Language, aspect: Aspect | None = None
) -> Iterator[Row]:
    """The whole card, or with an aspect its title and that side."""
    yield Row(service.title.in_language(language), heading=True)
    if aspect is not None:
        yield from _side(service, organisation, language, aspect)
        yield _dated(_source_of(service, aspect), language)
        return
    yield Row(service.summary.in_language(language))
    for side in (Aspect.FEE, Aspect.DURATION, Aspect.DOCUMENTS, Aspect.PROOF, Aspect.ABROAD, Aspect.ELIGIBILITY):
        yield from _side(service, organisation, language, side)
    yield from _side(service, organisation, language, Aspect.WHERE)
    yield _dated(service.source, language)


def _side(service: Service, organisation: Organisation | None, language: Language, aspect: Aspect) -> Iterator[Row]:
    label = sentence(f"aspect.{aspect}", language)
    match aspect:
        case Aspect.FEE:
            yield Row(fee_text(service.fee, language), label)
        case Aspect.DURATION:
            yield Row(_duration(service, language), label)
        case Aspect.DOCUMENTS:
            papers = [paper.in_language(language) for paper in service.documents]
            yield Row("; ".join(papers) or sentence("card.documents-unknown", language), label)
        case Aspect.PROOF:
            yield Row(_proof(service, language), label)
            if service.operation in RECORDS and level_asked(service) is not service.proof:
                yield Row(sentence(f"level.{level_asked(service)}", language), sentence("card.proof-here", language))
        case Aspect.ABROAD:
            usable = sentence(f"abroad.{service.abroad.usable}", language)
            yield Row(f"{usable} {service.abroad.how.in_language(language)}", label)
        case Aspect.ELIGIBILITY:
            yield Row(", ".join(sentence(f"audience.{who}", language) for who in service.audience), label)
            for limit in service.limits:
                yield Row(limit.in_language(language), sentence("card.limit", language))
        case Aspect.HOW:
            yield Row(_how(service, language), label)
            yield from _where(service, organisation, language)
        case Aspect.STATUS:
            key = "card.status" if service.link else "card.status-elsewhere"
            yield Row(sentence(key, language), label)
            yield from _where(service, organisation, language)
        case Aspect.WHERE | Aspect.LINK:
            yield from _where(service, organisation, language)


def _how(service: Service, language: Language) -> str:
    """The steps; without them what is known of the way. E-Mongolia is named only where a service is on it."""
    if service.steps:
        return " ".join(f"{number}. {step.in_language(language)}" for number, step in enumerate(service.steps, 1))
    if service.delivery is Delivery.INSTANT and service.link is None:
        return sentence("how.instant-elsewhere", language)
    return sentence(f"how.{service.delivery}", language)


def _where(service: Service, organisation: Organisation | None, language: Language) -> Iterator[Row]:
    if organisation is not None:
        phone = f" · {organisation.phone}" if organisation.phone else ""
        yield Row(organisation.title.in_language(language) + phone, sentence("card.responsible", language))
    if service.link:
        yield Row(sentence("card.open", language), url=service.link)
    elif organisation is not None and organisation.website:
        yield Row(sentence("card.website", language), url=organisation.website)


def _proof(service: Service, language: Language) -> str:
    """E-Mongolia tells its own services' level at sign-in; of others nothing is known."""
    elsewhere = service.proof is Level.UNKNOWN and service.link is None
    return sentence("level.unknown-elsewhere" if elsewhere else f"level.{service.proof}", language)


def _duration(service: Service, language: Language) -> str:
    if service.duration is not None:
        return service.duration.text.in_language(language)
    return sentence(f"delivery.{service.delivery}", language)


def fee_text(fee: Fee, language: Language) -> str:
    """`Үнэгүй.`, `22,500₮. Элчин сайдын яам, консулын газарт 50 USD.`, then the note."""
    parts = [_money(fee.base, language)] if fee.base is not None else []
    if fee.mission is not None:
        parts.append(sentence("card.fee-mission", language, {"amount": _money(fee.mission, language)}))
    if not parts and fee.note is None:
        parts.append(sentence("card.fee-unknown", language))
    if fee.note is not None:
        parts.append(fee.note.in_language(language))
    return ". ".join(part.rstrip(".") for part in parts) + "."


def _money(money: Money, language: Language) -> str:
    if money.amount == 0:
        return sentence("card.free", language)
    amount = f"{money.amount:,.2f}".removesuffix(".00")
    return f"{amount}₮" if money.currency == "MNT" else f"{amount} {money.currency}"


def _source_of(service: Service, aspect: Aspect) -> Source:
    """A figure has a source of its own, which may be newer than the entry's."""
    if aspect is Aspect.FEE and service.fee.source is not None:
        return service.fee.source
    if aspect is Aspect.DURATION and service.duration is not None and service.duration.source is not None:
        return service.duration.source
    return service.source


def _dated(source: Source, language: Language) -> Row:
    key = "card.dated-unconfirmed" if source.kind is Provenance.EDITORIAL else "card.dated"
    named = sentence(f"source.{source.kind}", language)
    return Row(sentence(key, language, {"date": source.date, "source": named}), small=True)
