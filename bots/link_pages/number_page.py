"""The number that goes from this page into the chat, shown to the browser that began only; and where it stands."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import JSONResponse, RedirectResponse, Response

from bots.link_pages import pages
from bots.link_pages.asking import facts
from bots.link_pages.visits import Visit
from dialogs.linking import LinkEnd
from knowledge.link_ends import LIVE

_POLL_SECONDS = 5  # of a page without JavaScript
_EXPIRED = LinkEnd.EXPIRED.value


def number_page(visit: Visit) -> Response:
    if visit.link.status not in LIVE:
        return pages.over(visit)
    if not visit.is_ours:
        return pages.refuse(visit, LinkEnd.WRONG_BROWSER.value)
    now = status(visit)
    if now == _EXPIRED:
        return pages.message(_EXPIRED, visit.language, 410)
    if now == "asking":
        return _refreshed(visit, "waiting.html")
    if now == "matched":
        return _refreshed(visit, "matched.html")
    return _refreshed(visit, "number.html") if now == "proven" else RedirectResponse(visit.path(), 303)


def status_of(visit: Visit) -> Response:
    """`{status, seconds}` for the page's script; foreign browsers learn nothing."""
    if not visit.is_ours:
        return pages.safe(JSONResponse({"status": LinkEnd.WRONG_BROWSER.value, "seconds": 0}, 403))
    return pages.safe(JSONResponse({"status": status(visit), "seconds": seconds_left(visit)}))


def status(visit: Visit) -> str:
    """As it stands by the clock, whether or not somebody wrote that down already."""
    late = visit.is_late or (visit.link.status == "proven" and not seconds_left(visit))
    return _EXPIRED if late else visit.link.status


def seconds_left(visit: Visit) -> int:
    """Of the number, by the server's time."""
    if visit.link.status != "proven" or visit.link.proven_at is None:
        return 0
    ends = visit.link.proven_at + timedelta(minutes=visit.desk.parts.settings.link_number_minutes)
    return max(0, int((ends - visit.desk.now).total_seconds()))


def _refreshed(visit: Visit, template: str) -> Response:
    number, told = str(visit.link.result.get("number", "")), facts(visit)
    name = f"{told['channel']} · {told['name']}" if told["name"] else str(told["channel"])
    return pages.show(
        template,
        visit.language,
        path=visit.path("/number"),
        refresh=_POLL_SECONDS,
        status=visit.link.status,
        status_url=visit.path("/status"),
        number=number,
        spaced=f"{number[:3]} {number[3:]}",
        spoken=", ".join(number),
        seconds=seconds_left(visit),
        chat=name,
        back=str(visit.link.result.get("back", "")),
        denies=visit.path("/deny"),
    )
