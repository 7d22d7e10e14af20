"""The first page: which chat asks, for what, what is read, and two buttons of equal weight. Looking changes nothing."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from bots.link_pages import pages
from bots.link_pages.chat_proof import INIT_DATA, LINKING_TOKEN
from bots.link_pages.texts import says
from bots.link_pages.visits import Visit
from bots.web.pages import masked_name
from dialogs.purposes import MY_DATA
from dialogs.records import RECORDS
from dialogs.rendering import ULAANBAATAR
from dialogs.services import Language, Text
from dialogs.wording import sentence

CHANNELS = {"telegram": "Telegram", "messenger": "Messenger", "web": "Веб чат · Web chat"}
_OWN_PURPOSES = {MY_DATA: "for-mydata"}
_FROM_MESSENGER = (LINKING_TOKEN, "redirect_uri")


def asking_page(visit: Visit, shown_qr: bool = False) -> HTMLResponse:
    """`shown_qr`: the code for another device stands on it."""
    carried = {name: visit.request.query_params.get(name, "")[:2000] for name in _FROM_MESSENGER}
    return pages.show(
        "asking.html",
        visit.language,
        leads_to=visit.desk.providers.dan_origin if visit.link.way == "bank" else "",
        path=_own_path(visit, carried),
        visit=visit,
        facts=facts(visit),
        begin=visit.path("/begin"),
        denies=visit.path("/deny"),
        move="" if is_moved(visit) else visit.path("/move"),
        qr=pages.qr(f"{visit.desk.parts.settings.base_url}/link/{visit.token}?m=1") if shown_qr else "",
        carried={name: value for name, value in carried.items() if value},
        init_data=INIT_DATA,
        moved="1" if is_moved(visit) else "",
    )


def _own_path(visit: Visit, carried: dict[str, str]) -> str:
    kept = {name: value for name, value in carried.items() if value} | ({"m": "1"} if is_moved(visit) else {})
    return visit.path() + (f"&{urlencode(kept)}" if kept else "")


def is_moved(visit: Visit) -> bool:
    """Opened from the code that the first page showed."""
    return visit.request.query_params.get("m", "") == "1"


def facts(visit: Visit) -> dict[str, object]:
    """What the page tells of the chat and of what is asked; the name is one its person chose, so it is cut short."""
    settings, language, link = visit.desk.parts.settings, visit.language, visit.link
    started = link.opened_at.astimezone(ULAANBAATAR)
    return {
        "channel": CHANNELS.get(link.channel, link.channel),
        "name": masked_name(visit.chat.name) if visit.chat else "",
        "started": started.strftime("%Y-%m-%d %H:%M"),
        "started_iso": link.opened_at.isoformat(timespec="seconds"),
        "service": service_title(visit).in_language(language),
        "fields": read_fields(link.operation, language),
        "counts": says(
            "counts-value",
            language,
            idle=settings.proof_idle_minutes,
            hours=settings.proof_hours,
            page=settings.link_minutes,
        ),
    }


def service_title(visit: Visit) -> Text:
    """The service's, or the words for a purpose of our own."""
    key = _OWN_PURPOSES.get(visit.link.purpose, "for-agent")
    own = Text(says(key, Language.MN), says(key, Language.EN))
    with visit.desk.parts.database.read() as connection:
        service = visit.desk.parts.catalogue.current(connection).catalogue.services.get(visit.link.purpose)
    return service.title if service else own


def read_fields(operation: str, language: Language) -> list[str]:
    """The names of what is read; empty when nothing is."""
    record = RECORDS.get(operation)
    return [sentence(field, language) for field in record.fields] if record else []
