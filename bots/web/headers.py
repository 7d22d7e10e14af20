"""Headers of every response: nothing inline, nothing sniffed, nothing framed unless the response says so itself."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STAFF = ("/desk", "/editor", "/staff")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
STAFF_POLICY = f"{POLICY}; require-trusted-types-for 'script'; trusted-types staff"
HSTS = "max-age=31536000; includeSubDomains"  # ASVS 3.4.1: at least a year
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_STAFF_ALWAYS = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def is_staff(path: str) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in STAFF)


class SecurityHeaders:
    """ASGI middleware. A header that the response carries already is left alone: the citizens' chat may be framed."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self._app, self._https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = self._wanted(scope["path"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in wanted.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _wanted(self, path: str) -> dict[str, str]:
        staff = is_staff(path)
        wanted = {**_ALWAYS, "Content-Security-Policy": STAFF_POLICY if staff else POLICY}
        wanted |= _STAFF_ALWAYS if staff else {}
        return wanted | ({"Strict-Transport-Security": HSTS} if self._https else {})
