"""Inline search: `@bot паспорт` in any chat is answered from the published catalogue, and with nothing personal.

It is neither stored nor remembered. Who types asks at every letter: of one person only the newest question counts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest

from bots.live_catalogue import Live, LiveCatalogue
from connectors.channel import SendResult, UnreadableArrival
from connectors.telegram import Telegram
from connectors.telegram_inline import MAX_RESULTS, Found, InlineQuery, Labels
from dialogs.introducing import invitation
from dialogs.rendering import Block, Rendered, Style, render
from dialogs.sayings import Card, Message
from dialogs.services import Catalogue, Language, Service
from dialogs.understanding import Aspect
from knowledge.database import Database
from nlu import understand

AT_ONCE = 2  # searches under way; a search takes a processor, and turns come first
MOST_WAITING = 200  # people; who waits longest is forgotten first
EXPIRES_SECONDS = 30.0  # a client that types on has stopped waiting by then
_UNKNOWN_PAYLOAD = "ask"  # opens nothing: the bot greets
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Asked:
    query: InlineQuery
    until: float  # by the loop's clock


class InlineSearch:
    """`entry_payload`: service id in, what a link to the bot carries to open that service."""

    def __init__(
        self,
        telegram: Telegram,
        database: Database,
        catalogue: LiveCatalogue,
        entry_payload: Callable[[str], str],
        clock: Callable[[], datetime],
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._most_waiting = most_waiting
        self._telegram, self._database, self._catalogue = telegram, database, catalogue
        self._entry_payload, self._clock = entry_payload, clock
        self._waiting: dict[str, _Asked] = {}  # by person, oldest first
        self._under_way: set[asyncio.Task[None]] = set()

    def take(self, body: str) -> None:
        """Answered soon, in a task of its own, or not at all. Never fails."""
        try:
            query = self._telegram.inline_query(body)
        except UnreadableArrival:
            query = None
        if query is None:
            return
        self._waiting.pop(query.user, None)
        self._waiting[query.user] = _Asked(query, asyncio.get_running_loop().time() + EXPIRES_SECONDS)
        if len(self._waiting) > self._most_waiting:
            del self._waiting[next(iter(self._waiting))]
        if len(self._under_way) < AT_ONCE:
            task = asyncio.create_task(self._work())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def finish_under_way(self) -> None:
        """Waits until every question that was taken is answered or given up."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def _work(self) -> None:
        while self._waiting:
            asked = self._waiting.pop(next(iter(self._waiting)))
            if asyncio.get_running_loop().time() > asked.until:
                continue
            try:
                await self._answer(asked.query)
            except Exception as error:  # its text may quote the question
                _log.warning("an inline search failed: %s", type(error).__name__)

    async def _answer(self, query: InlineQuery) -> None:
        language = Language.EN if query.language.lower().startswith("en") else Language.MN
        found = await asyncio.to_thread(self._search, query.text, language)
        labels = Labels(*invitation(language))
        best = found[0].payload if found else _UNKNOWN_PAYLOAD
        sent = await self._telegram.answer_inline(query.id, found, labels, best)
        if sent.result is not SendResult.SENT:
            _log.info("an inline search was not answered: %s", sent.problem)

    def _search(self, text: str, language: Language) -> list[Found]:
        with self._database.read() as connection:
            live = self._catalogue.current(connection)
        return [self._found(service, live.catalogue, language) for service in services_for(text, live)]

    def _found(self, service: Service, catalogue: Catalogue, language: Language) -> Found:
        title, about = service.title.in_language(language), service.summary.in_language(language)
        payload = self._entry_payload(service.id)
        return Found(service.id, title, about, public_card(service, catalogue, language, self._clock()), payload)


def services_for(text: str, live: Live) -> list[Service]:
    """What was understood, the best of each need first; then those whose title has words that begin like this."""
    understood = understand(text, live.index)
    ranks = zip_longest(*(need.candidates for need in understood.needs))
    ids = chain((each.service_id for rank in ranks for each in rank if each), _begun(text, live.catalogue))
    return [live.catalogue.services[id_] for id_ in dict.fromkeys(ids)][:MAX_RESULTS]


def public_card(service: Service, catalogue: Catalogue, language: Language, now: datetime) -> Rendered:
    """Title, summary, fee, and how old that is: what may be read by anybody in any chat."""
    title, *fee = render(Message((Card(service.id, Aspect.FEE),)), language, catalogue, now).blocks
    return Rendered((title, Block(Style.TEXT, service.summary.in_language(language)), *fee))


def _begun(text: str, catalogue: Catalogue) -> Iterator[str]:
    """Half-typed words are no words yet, so they are only compared by how titles' words begin."""
    begun = text.casefold().split()
    for service in catalogue.services.values() if begun else ():
        words = f"{service.title.mn} {service.title.en}".casefold().split()
        if all(any(word.startswith(beginning) for word in words) for beginning in begun):
            yield service.id
