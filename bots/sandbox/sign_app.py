"""A signing app: shows the text to sign word for word, signs as an invented person, hands the signature back.

It is opened with `challenge` (where the text is fetched, text/plain) and `back` (where the signature goes): both on
this server. The signature is handed back by a form post from its own page: `signature` (base64) and `format`
(`cms`: DER of a detached CMS SignedData, `jws`: compact).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.sandbox.pages import explain, is_own, read_form, refused, render
from bots.sandbox.people import BY_REGISTER_NUMBER, PEOPLE, Certificate
from bots.sandbox.pki import Issued, Pki
from bots.sandbox.signing import cms_signature, jws_signature
from bots.sandbox.switches import Switches
from bots.web.forms import FormRefused

PATH = "/sandbox/sign"
APP_LINK = f"{PATH}?challenge={{challenge}}&back={{back}}"
"""What follows our own address in `signature_app_link`; both parts are percent-encoded."""
MAX_TEXT_BYTES = 64 * 1024
HOLDERS = tuple(person for person in PEOPLE if person.certificate is not Certificate.NONE)
_OTHER_TEXT = "Энэ бол өөр бичвэр. This is another text.\n"


class Fetch(Protocol):
    """How the text is fetched."""

    async def fetch(self, url: str, max_bytes: int) -> bytes | None: ...


def sign_routes(pki: Pki, switches: Switches, wire: Fetch) -> list[Route]:
    app = _App(pki, switches, wire)
    return [
        Route(PATH, app.show, methods=["GET"]),
        Route(PATH, app.sign, methods=["POST"]),
        Route(f"{PATH}/token", app.plug_in, methods=["POST"]),
    ]


@dataclass(frozen=True)
class _Task:
    """`text` is what stands at `challenge` now."""

    challenge: str
    back: str
    text: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text).hexdigest()


@dataclass(frozen=True)
class _App:
    pki: Pki
    switches: Switches
    wire: Fetch

    async def show(self, request: Request) -> Response:
        """The text and who may sign it; without a text, whose token is plugged into the ESIGN client."""
        query = request.query_params
        if "challenge" not in query and "back" not in query:
            return render("sandbox_token.html", holders=HOLDERS, plugged_in=self.switches.plugged_in)
        task = await self._task(request, query)
        if isinstance(task, Response):
            return task
        return render("sandbox_sign.html", holders=HOLDERS, task=task, text=task.text.decode())

    async def sign(self, request: Request) -> Response:
        """Only what was shown is signed: the text is fetched anew and must be the same."""
        try:
            form = await read_form(request)
        except FormRefused as error:
            return refused(error)
        if form.get("action") == "refuse":
            return explain(200, "Та гарын үсэг зурахаас татгалзлаа. Энэ цонхыг хааж болно.",
                           "You refused to sign. You can close this window.")  # fmt: skip
        task = await self._task(request, form)
        if isinstance(task, Response):
            return task
        if task.digest != form.get("digest"):
            return explain(409, "Бичвэр өөрчлөгдсөн байна. Дахин уншина уу.", "The text has changed. Read it again.")
        signature = await run_in_threadpool(self._signature, form, task.text)
        if signature is None:
            return explain(400, "Хэн гарын үсэг зурахыг сонгоно уу.", "Choose who signs.")
        return render(
            "sandbox_signed.html", back=task.back, signature=base64.b64encode(signature).decode(), format=_format(form)
        )

    async def plug_in(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormRefused as error:
            return refused(error)
        person = form.get("person", "")
        if person and person not in BY_REGISTER_NUMBER:
            return explain(400, "Ийм хүн алга.", "There is no such person.")
        self.switches.plug_in(person)
        return RedirectResponse(PATH, 303)

    async def _task(self, request: Request, fields: Mapping[str, str]) -> _Task | Response:
        challenge, back = fields.get("challenge", ""), fields.get("back", "")
        if not is_own(challenge, request) or not is_own(back, request):
            return explain(400, "Энэ хаягаас гарын үсгийн хүсэлт авахгүй.", "Requests from this address are not taken.")
        text = await self.wire.fetch(challenge, MAX_TEXT_BYTES)
        try:
            if text and text.decode():
                return _Task(challenge, back, text)
        except UnicodeDecodeError:
            pass
        return explain(404, "Гарын үсэг зурах бичвэр алга эсвэл хугацаа дууссан.", "The text is gone or too old.")

    def _signature(self, form: Mapping[str, str], text: bytes) -> bytes | None:
        """With the flaw that was asked for: `two-signers` or `other-text`."""
        person = BY_REGISTER_NUMBER.get(form.get("person", ""))
        signer = self.pki.issued_to(person) if person else None
        if signer is None:
            return None
        content = _OTHER_TEXT.encode() if form.get("flaw") == "other-text" else text
        if _format(form) == "jws":
            return jws_signature(signer, self.pki.issuing, content)
        signers = [signer, self._second(signer)] if form.get("flaw") == "two-signers" else [signer]
        return cms_signature(signers, self.pki.issuing, content)

    def _second(self, first: Issued) -> Issued:
        """Somebody else with a good certificate."""
        good = (self.pki.issued_to(person) for person in HOLDERS if person.certificate is Certificate.GOOD)
        return next(issued for issued in good if issued and issued != first)


def _format(form: Mapping[str, str]) -> str:
    return "jws" if form.get("format") == "jws" else "cms"
