"""Any conversation and any event, for Hypothesis: states that no walk reaches are drawn too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from dialogs.around import Around
from dialogs.conversation import (
    AskingCode,
    AskingNumber,
    Conversation,
    Offer,
    OpeningChallenge,
    Owner,
    Place,
    ReadingCard,
    SendingCode,
    ShownData,
    TakingTry,
    Task,
    WaitingNeed,
)
from dialogs.incoming import (
    AddressedInGroup,
    Edited,
    FileOffer,
    Left,
    Pressed,
    Returned,
    Said,
    Shared,
    SharedKind,
    SpokenElsewhere,
    Started,
    Unsupported,
)
from dialogs.learning import Consent, Wording
from dialogs.linking import (
    AgentAskedProof,
    CodeChecked,
    DataErased,
    HeldDataTold,
    LinkBound,
    LinkEnd,
    LinkEnded,
    LinkNotBound,
    LinkNumberTried,
    LinkOpened,
    LinkRefusal,
    LinkRefused,
    ProofEnd,
    ProofEnded,
    ProofUndone,
    ProvenElsewhere,
)
from dialogs.messages import (
    AgentSaid,
    CaseTaken,
    CaughtUp,
    ChallengeOpened,
    ChallengeRefused,
    CodeRequested,
    Corrected,
    Decision,
    Event,
    FileProblem,
    FileRefused,
    GivenBack,
    Pile,
    Reason,
    RecordRead,
    RegistryResult,
    Reply,
    TryRefused,
    TryTaken,
    TurnFailed,
)
from dialogs.proofs import Proof, ProofRules, Way
from dialogs.purposes import AGENT, MY_DATA, Aim
from dialogs.records import ID_CARD, PROPERTY_LIST
from dialogs.sayings import Choice, Command, Verb
from dialogs.services import Catalogue, Language, Level
from dialogs.tasks import (
    AskingLinkNumber,
    BindingLink,
    ChoosingWay,
    ConfirmingLink,
    OpeningLink,
    WaitingForLink,
)
from dialogs.understanding import Action, Aspect, Candidate, Need, Script, Understanding
from dialogs.verification.codes import Refusal
from tests.dialogs.services import AROUND, CATALOGUE, PASSPORT_EXPIRED, without

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
CATALOGUES: st.SearchStrategy[Catalogue] = st.sampled_from((CATALOGUE, without(PASSPORT_EXPIRED.id)))
_IDS = tuple(CATALOGUE.services)
_AGENTS = st.sampled_from(("bat", "dorj"))
_CHALLENGES = st.sampled_from(("c1", "c2"))
_NUMBERS = st.sampled_from(("УБ90010112", "УВ90010112", "УХ85050511"))
_TIMES = st.integers(-100_000, 100_000).map(lambda seconds: NOW + timedelta(seconds=seconds))
_ROWS = st.lists(
    st.tuples(st.sampled_from(("field.given-name", "field.register-number", "field.birth-date")), st.text(max_size=9)),
    max_size=3,
).map(tuple)
_WAIT_REASONS = st.sampled_from([reason for reason in Refusal if reason not in (Refusal.EXPIRED, Refusal.DISABLED)])

_LINKS = st.sampled_from(("l1", "l2"))
_PROOFS = st.sampled_from(("", "p1", "p2"))
WIRED = replace(AROUND, proofs=ProofRules(ways=frozenset(Way)))
AROUNDS: st.SearchStrategy[Around] = st.sampled_from((AROUND, WIRED))

service_ids = st.sampled_from((*_IDS, "gone"))
purposes = st.sampled_from((*_IDS, "gone", MY_DATA, AGENT))
aims = st.builds(
    Aim,
    st.sampled_from((Level.PHONE, Level.BANK, Level.SIGNATURE)),
    st.sampled_from((ID_CARD, PROPERTY_LIST, "")),
    st.sampled_from(list(Way)),
    st.lists(st.sampled_from(list(Way)), max_size=4, unique=True).map(tuple),
)
asking_codes = st.builds(
    AskingCode, purposes, _NUMBERS, _CHALLENGES, st.none() | st.integers(0, 5), st.none() | _TIMES, aims
)
link_tasks: st.SearchStrategy[Task] = st.one_of(
    st.builds(WaitingForLink, purposes, aims, _LINKS),
    st.builds(AskingLinkNumber, purposes, aims, _LINKS),
    st.builds(ConfirmingLink, purposes, aims, _LINKS, st.sampled_from(("", "С****")), st.just("УХ******12")),
    st.builds(BindingLink, purposes, aims, _LINKS),
)
tasks: st.SearchStrategy[Task] = st.one_of(
    st.builds(
        AskingNumber,
        purposes,
        st.lists(_NUMBERS, max_size=4, unique=True).map(tuple),
        st.integers(0, 3),
        st.none() | asking_codes,
        aims,
    ),
    st.builds(OpeningChallenge, purposes, _NUMBERS, st.none() | asking_codes, aims),
    st.builds(SendingCode, purposes, _NUMBERS, _CHALLENGES, aims),
    st.builds(ChoosingWay, purposes, aims, st.none() | asking_codes),
    st.builds(OpeningLink, purposes, aims),
    link_tasks,
    asking_codes,
    st.builds(TakingTry, asking_codes, st.just("123456")),
    st.builds(ReadingCard, asking_codes),
)


def _commands() -> st.SearchStrategy[Command]:
    arguments: dict[Verb, st.SearchStrategy[str]] = {
        Verb.SHOW_SERVICE: service_ids,
        Verb.PROVE: service_ids,
        Verb.ASK_ASPECT: st.sampled_from(list(Aspect))
        | st.builds("{} {}".format, st.sampled_from(Aspect), service_ids),
        Verb.SET_LANGUAGE: st.sampled_from(list(Language)),
        Verb.USE_NUMBER: st.sampled_from(("0", "1.0", "1.1", "2.0", "7.7")),
        Verb.CALL_PERSON: st.sampled_from(("", *Reason)),
        Verb.KEEP_WORDS: st.sampled_from(("", "yes", "no")),
        Verb.CHOOSE_WAY: st.builds("{} {} {}".format, st.sampled_from(Way), purposes, st.sampled_from(Level)),
        Verb.CONFIRM_LINK: st.builds("{} {}".format, st.sampled_from(("yes", "no")), _LINKS),
        Verb.UNDO_PROOF: _PROOFS,
        Verb.ERASE: st.sampled_from(("", "yes", "no")),
    }
    return st.sampled_from(list(Verb)).flatmap(
        lambda verb: st.builds(Command, st.just(verb), arguments.get(verb, st.just("")))
    )


def _numbered(offers: list[Offer]) -> tuple[Offer, ...]:
    return tuple(Offer(number, offer.choices, offer.made_at, offer.used) for number, offer in enumerate(offers, 1))


_offers = st.builds(
    Offer,
    st.just(0),
    st.lists(_commands().map(Choice), min_size=1, max_size=4).map(tuple),
    _TIMES.filter(lambda at: at <= NOW),
    st.sets(st.integers(0, 3)).map(lambda places: tuple(sorted(places))),
)
_wordings = st.builds(
    Wording,
    st.sampled_from(("паспорт", "pasport sungah")),
    st.lists(st.sampled_from(_IDS), max_size=3).map(tuple),
    _TIMES,
    st.booleans(),
    st.none() | service_ids,
)
proofs = st.builds(
    Proof,
    st.sampled_from(list(Level)),
    _TIMES,
    st.none() | _TIMES,
    st.sampled_from(list(Way)),
    _PROOFS,
    st.just("С****"),
    st.sampled_from(("", "УБ90010112")),
)
_places = st.builds(Place, st.lists(st.sampled_from(_IDS), max_size=3).map(tuple), st.booleans())

_few_ids = st.lists(service_ids, max_size=3).map(tuple)
_waiting = st.builds(WaitingNeed, st.text(max_size=9), _few_ids, _few_ids, st.none() | st.sampled_from(list(Aspect)))


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    offers = _numbered(draw(st.lists(_offers, max_size=4)))
    return Conversation(
        id="1",
        channel=draw(st.sampled_from(("telegram", "web", "terminal"))),
        language=draw(st.sampled_from(list(Language))),
        language_chosen=draw(st.booleans()),
        greeted=draw(st.booleans()),
        last_at=draw(st.none() | _TIMES),
        lost_proof=draw(st.none() | service_ids),
        owner=draw(st.builds(Owner, st.integers(1, 9), st.none() | _AGENTS, st.sampled_from(("", "Бат")))),
        waiting_for_person=draw(st.booleans()),
        topic=draw(st.none() | service_ids),
        task=draw(st.none() | tasks),
        trail=tuple(draw(st.lists(_places, max_size=4))),
        misses=draw(st.integers(0, 3)),
        waiting_needs=tuple(draw(st.lists(_waiting, max_size=2))),
        offers=offers,
        offer_number=len(offers),
        proof=draw(st.none() | proofs),
        proven_once=draw(st.booleans()),
        asked_to_erase=draw(st.booleans()),
        shown=draw(st.none() | st.builds(ShownData, _ROWS, _TIMES)),
        consent=draw(st.sampled_from(list(Consent))),
        wording=draw(st.none() | _wordings),
    )


understandings = st.builds(
    Understanding,
    st.sampled_from(("mn", "en", "ko", "und")),
    st.sampled_from(list(Script)),
    st.sampled_from(list(Action)),
    st.none() | st.sampled_from(list(Aspect)),
    st.lists(
        st.builds(
            Need,
            st.sampled_from(("", "паспорт", "УБ90010112 {part}", "\ud800\x00", "9" * 500)),
            st.lists(st.builds(Candidate, service_ids, st.floats(0, 1)), max_size=5).map(tuple),
            st.sampled_from((None, Action.SURE, Action.CHOICE, Action.NOTHING)),
        ),
        max_size=4,
    ).map(tuple),
    st.lists(st.sampled_from(list(Script)), max_size=3).map(tuple),
)
_TYPED = (
    "123456", "код 123 456", "123456 654321", "УБ90010112", "ub90010112", "УБ90990112", "УБ90010112, УХ85050511",
    "УБ9001011", "12345", "\ud800", "\x00", "²³", "9" * 500,
)  # fmt: skip
_WORDS = st.one_of(
    st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z", "C")), max_size=40), st.sampled_from(_TYPED)
)
REGISTRY_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(ChallengeOpened, _CHALLENGES),
    st.builds(ChallengeRefused, _WAIT_REASONS, st.none() | _TIMES),
    st.builds(ChallengeRefused, st.sampled_from((Refusal.EXPIRED, Refusal.DISABLED)), st.none()),
    st.builds(TryTaken, st.integers(0, 5), st.none() | _TIMES),
    st.builds(TryRefused, _WAIT_REASONS, st.none() | _TIMES),
    st.builds(TryRefused, st.sampled_from((Refusal.EXPIRED, Refusal.DISABLED)), st.none()),
    st.builds(CodeRequested, _CHALLENGES, st.sampled_from(list(RegistryResult)), st.none() | st.sampled_from(Refusal)),
    st.builds(RecordRead, _CHALLENGES, st.sampled_from(list(RegistryResult)), _ROWS),
)
_URL = "https://tuslakh.example/link/token"
LINK_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(LinkOpened, _LINKS, st.just(_URL), _TIMES),
    st.builds(LinkRefused, st.sampled_from(LinkRefusal), st.none() | _TIMES),
    st.builds(LinkEnded, _LINKS, st.sampled_from(LinkEnd)),
    st.builds(LinkNumberTried, _LINKS, st.booleans(), st.integers(0, 3), st.just("С****"), st.just("УБ******12")),
    st.builds(
        LinkBound,
        _LINKS,
        st.sampled_from(list(Level)),
        st.sampled_from((Way.BANK, Way.SIGNATURE)),
        st.just("С****"),
        _NUMBERS,
        _ROWS,
        st.sampled_from((ID_CARD, PROPERTY_LIST, "")),
    ),
    st.builds(LinkNotBound, _LINKS, st.sampled_from(LinkEnd)),
    st.builds(ProofEnded, _PROOFS, st.sampled_from(ProofEnd)),
    st.builds(ProvenElsewhere, _PROOFS, st.sampled_from(("telegram", "web", "viber")), st.sampled_from(Way), _TIMES),
    st.builds(ProofUndone, st.booleans()),
    st.builds(CodeChecked, _CHALLENGES, st.booleans(), st.just("С****")),
    st.builds(HeldDataTold, st.just((("held.messages", "12"), ("unheard-of", "1"))), st.sampled_from(("", _URL))),
    st.just(DataErased()),
)
_FILE = FileOffer("file-1", 1000, "image/jpeg", "зураг.jpg")
_SAID = st.builds(
    Said, _WORDS, understandings, st.just("m1"), st.none() | st.just(Shared(SharedKind.PHOTO, "m1", _FILE))
)
CITIZEN_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Started, st.text(max_size=5)),
    st.builds(Said, _WORDS, understandings, st.sampled_from(("", "m1"))),
    st.builds(Pressed, st.integers(-1, 6), st.integers(-1, 5)),
    st.builds(Shared, st.sampled_from(list(SharedKind)), st.just("m2"), st.none() | st.just(_FILE), st.booleans()),
    st.builds(Edited, _WORDS, st.just("m1")),
    st.just(Unsupported()),
    st.just(Left()),
    st.just(Returned()),
    st.just(AddressedInGroup()),
    st.builds(Started, st.just(""), service_ids),
    st.builds(
        CaughtUp,
        st.sampled_from(list(Pile)),
        st.tuples(_SAID) | st.tuples(_SAID, _SAID) | st.just(()),
        st.integers(1, 9),
        st.just(NOW - timedelta(hours=3)),
        st.just(NOW),
    ),
    st.just(TurnFailed()),
)
AGENT_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(CaseTaken, _AGENTS, st.sampled_from(("Бат", "Дорж"))),
    st.builds(AgentSaid, _AGENTS, st.text(max_size=20)),
    st.builds(GivenBack, _AGENTS, st.booleans()),
    st.builds(AgentAskedProof, _AGENTS, st.sampled_from(list(Level))),
    st.builds(Corrected, _AGENTS, st.sampled_from(("паспорт", "УБ90010112")), service_ids),
)
_AROUND: st.SearchStrategy[Event] = st.one_of(
    st.builds(FileRefused, st.sampled_from(list(FileProblem)), st.just(10)),
    st.builds(SpokenElsewhere, _WORDS, st.just("m3")),
)
events: st.SearchStrategy[Event] = st.one_of(CITIZEN_EVENTS, REGISTRY_EVENTS, LINK_EVENTS, AGENT_EVENTS, _AROUND)
often = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def replies(decisions: tuple[Decision, ...]) -> list[Reply]:
    return [decision for decision in decisions if isinstance(decision, Reply)]


def of_the_bot(conversation: Conversation) -> Conversation:
    return replace(conversation, owner=replace(conversation.owner, agent_id=None))


def of_an_agent(conversation: Conversation) -> Conversation:
    return replace(conversation, owner=replace(conversation.owner, agent_id="bat", alias="Бат"))
