"""The words for what the catalogue holds: a service, who is responsible for it, and how sure each fact is.

Every sentence a citizen reads about a service comes from these fields. A fact that is not known is `None` (or an
empty tuple) and is told as unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Language(StrEnum):
    """A language the assistant answers in."""

    MN = "mn"
    EN = "en"


@dataclass(frozen=True)
class Text:
    """One sentence or name in both languages; `mn` is the one that counts."""

    mn: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.en if language is Language.EN else self.mn


class Provenance(StrEnum):
    """Where an entry comes from, strongest first."""

    E_MONGOLIA = "e-mongolia"  # title and id seen on the portal
    KHUR = "khur"  # a citizen-facing data operation of ХУР
    MISSION = "mission"  # an embassy's or consulate's page
    PUBLIC_PAGE = "public-page"  # another public page, named in `ref`
    EDITORIAL = "editorial"  # written for this catalogue, to be confirmed by the owner


@dataclass(frozen=True)
class Source:
    """`ref` is an address, an operation name or an organisation's name; `date` is ISO (the day it was written down)."""

    kind: Provenance
    ref: str
    date: str
    note: str | None = None


class Category(StrEnum):
    """What a service is about; the portal's own slugs are not public, these are ours."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity-card"
    CIVIL_REGISTRATION = "civil-registration"
    CONSULAR = "consular"
    ELECTION = "election"
    CITIZENSHIP = "citizenship"
    MIGRATION = "migration"
    SIGNATURE = "signature"
    NOTARY = "notary"
    JUSTICE = "justice"
    POLICE = "police"
    SOCIAL_INSURANCE = "social-insurance"
    PENSION = "pension"
    WELFARE = "welfare"
    EMPLOYMENT = "employment"
    HEALTH = "health"
    HEALTH_INSURANCE = "health-insurance"
    EDUCATION = "education"
    VEHICLE = "vehicle"
    PROPERTY = "property"
    LAND = "land"
    BUSINESS = "business"
    LICENCE = "licence"
    TAX = "tax"
    CUSTOMS = "customs"
    FINANCE = "finance"
    ARCHIVE = "archive"
    MILITARY = "military"
    AGRICULTURE = "agriculture"
    ENVIRONMENT = "environment"
    CULTURE = "culture"
    UTILITIES = "utilities"
    LOCAL = "local"
    GOVERNMENT = "government"


class LifeEvent(StrEnum):
    """The portal's "let us help you with" sections, and four that people abroad meet."""

    LOST_PAPERS = "lost-papers"
    DRIVING = "driving"
    MARRYING = "marrying"
    HAVING_A_CHILD = "having-a-child"
    TRAVELLING = "travelling"
    BUYING_A_HOME = "buying-a-home"
    LIVING_ABROAD = "living-abroad"
    STUDYING = "studying"
    WORKING = "working"
    RETIRING = "retiring"
    DEATH_IN_THE_FAMILY = "death-in-the-family"
    RUNNING_A_BUSINESS = "running-a-business"


class Audience(StrEnum):
    CITIZEN = "citizen"
    ORGANISATION = "organisation"
    FOREIGNER = "foreigner"


class Usable(StrEnum):
    """Whether a service can be used without being in Mongolia. `partly`: begun or ended abroad, not both."""

    FULLY = "fully"
    PARTLY = "partly"
    NO = "no"


class Level(StrEnum):
    """How well a person must be proven."""

    NONE = "none"
    PHONE = "phone"
    BANK = "bank"
    SIGNATURE = "signature"
    UNKNOWN = "unknown"


class Delivery(StrEnum):
    INSTANT = "instant"
    OFFICER = "officer"
    IN_PERSON = "in-person"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Abroad:
    usable: Usable
    how: Text


@dataclass(frozen=True)
class Money:
    """`amount` in whole units of the ISO currency (tögrög have no subunit in use)."""

    amount: float
    currency: str


@dataclass(frozen=True)
class Fee:
    """`base` is what it costs in Mongolia or online (0 is free), `mission` what an embassy takes; None is unknown."""

    base: Money | None = None
    mission: Money | None = None
    note: Text | None = None
    source: Source | None = None


@dataclass(frozen=True)
class Duration:
    text: Text
    source: Source | None = None


@dataclass(frozen=True)
class Names:
    """What people call a service, not its title: everyday words, abbreviations, Latin spellings, English, others."""

    mn: tuple[str, ...] = ()
    latin: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """One row of the catalogue. `organisation` is an organisation id; `operation` a ХУР operation that fulfils it."""

    id: str
    organisation: str
    title: Text
    summary: Text
    category: Category
    audience: tuple[Audience, ...]
    abroad: Abroad
    proof: Level
    delivery: Delivery
    source: Source
    fee: Fee = field(default_factory=Fee)
    duration: Duration | None = None
    emongolia_id: str | None = None
    life_event: LifeEvent | None = None
    documents: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    limits: tuple[Text, ...] = ()
    law: Text | None = None
    operation: str | None = None
    names: Names = field(default_factory=Names)
    says: tuple[str, ...] = ()

    @property
    def link(self) -> str | None:
        """The portal's page; only for ids that were seen there."""
        return f"https://e-mongolia.mn/service/{self.emongolia_id}" if self.emongolia_id else None


@dataclass(frozen=True)
class Organisation:
    id: str
    title: Text
    source: Source
    short: str | None = None
    phone: str | None = None
    website: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """What citizens see now: one published release, whole. Lookups are by id."""

    release: int
    services: Mapping[str, Service]
    organisations: Mapping[str, Organisation]
