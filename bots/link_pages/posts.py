"""What is posted to these pages: one form, or one signature file, read under a cap into memory only."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bots.web.bodies import BodyTooLarge, read_body
from bots.web.forms import FORM, Form, FormRefused, check_origin, parse, read_form
from config.settings import Settings

MULTIPART = "multipart/form-data"
_AROUND = 65_536  # bytes of a form besides the signature: a certificate, names of fields
_CROWDED = 3  # urlencoded base64 takes up to so many times the bytes


async def own_form(request: Request, settings: Settings) -> Form:
    """From our own page. Raises `FormRefused`."""
    return await read_form(request, settings)


async def signature_form(request: Request, settings: Settings) -> Form:
    """Also from a signing app's page, so the origin is not looked at here; a file comes as base64 in `signature`.

    Raises `FormRefused`; 413 before anything larger than the cap is held.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    largest = settings.signature_max_bytes * _CROWDED + _AROUND
    try:
        if kind == MULTIPART:
            return await _file_form(request, settings, largest)
        if kind != FORM:
            raise FormRefused(415, "Энэ маягтыг унших боломжгүй.", "Only forms are read.")
        return parse(await read_body(request, largest, settings.body_timeout_seconds))
    except (BodyTooLarge, OverflowError):
        raise FormRefused(413, "Файл хэтэрхий том байна.", "The file is too large.") from None
    except (TimeoutError, ClientDisconnect):
        raise FormRefused(408, "Хүсэлт хэтэрхий удаан ирлээ.", "The form took too long.") from None
    except MultiPartException:
        raise FormRefused(400, "Маягтыг уншиж чадсангүй.", "The form could not be read.") from None


def is_own_page(request: Request, settings: Settings) -> bool:
    try:
        check_origin(request, settings.base_url)
    except FormRefused:
        return False
    return True


async def _file_form(request: Request, settings: Settings, largest: int) -> Form:
    fields: dict[str, str] = {}
    async with asyncio.timeout(settings.body_timeout_seconds * 6):
        form = await _InMemory(request.headers, _chunks(request, largest), max_files=1, max_fields=8).parse()
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                fields["signature"] = base64.b64encode(await value.read()).decode("ascii")
            else:
                fields[name] = value
    finally:
        await form.close()
    return fields


class _InMemory(MultiPartParser):
    """Nothing of it is ever written to a disk unsealed."""

    spool_max_size = 1 << 30


async def _chunks(request: Request, largest: int) -> AsyncGenerator[bytes, None]:
    async for chunk in request.stream():
        largest -= len(chunk)
        if largest < 0:
            raise OverflowError
        yield chunk
