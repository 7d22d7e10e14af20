"""Which side of a service is asked about, alone or with the service named."""

from __future__ import annotations

import pytest

from dialogs.understanding import Action, Aspect
from nlu import Index, understand

ALONE = {
    Aspect.FEE: (
        "хэд вэ",
        "hed ve",
        "une",
        "how much",
        "үнэ нь хэд вэ?",
        "is it free?",
        "une hed bn",
        "tulbur ni hed we",
        "une ni",
        "хэр үнэтэй вэ",
        "mongo tuluh uu",
        "what's the price",
    ),
    Aspect.DOCUMENTS: ("what documents", "юу бүрдүүлэх вэ", "yu heregtei ve", "yamar material burduuleh ve"),
    Aspect.DURATION: (
        "hed honog boloh ve",
        "хэр удах вэ",
        "how long does it take?",
        "hezee garah ve",
        "хугацаа",
        "хэд хоногт гарах вэ",
    ),
    Aspect.WHERE: ("хаанаас авах вэ", "haana ochih ve", "where do i get it", "where do i go"),
    Aspect.ELIGIBILITY: ("би авч болох уу", "who can get it", "hen avch boloh ve", "ар гэрийнхэн минь авч болох уу"),
    Aspect.STATUS: ("хүсэлт минь яасан бэ", "belen bolson uu", "is it ready yet"),
    Aspect.ABROAD: (
        "gadaadaas bolh uu",
        "гадаадаас авч болох уу",
        "can i do it from abroad",
        "can I do it from germany?",
    ),
    Aspect.PROOF: ("дан нэвтрэлт шаардлагатай юу", "do i need to log in"),
    Aspect.HOW: (
        "яаж авах вэ",
        "yaaj hiih ve",
        "how do i do it",
        "onlinaar bolohu",
        "can i do it online",
        "tsahimaar avch boloh uu",
    ),
    Aspect.LINK: ("линк өгөөч", "link", "link ugnu uu", "link ni"),
}


@pytest.mark.parametrize(
    ("aspect", "message"),
    [(a, m) for a, messages in ALONE.items() for m in messages],
)
def test_an_aspect_alone_is_a_follow_up(aspect: Aspect, message: str, index: Index) -> None:
    found = understand(message, index)
    assert (found.action, found.aspect) == (Action.FOLLOW_UP, aspect)


@pytest.mark.parametrize(
    ("message", "service", "aspect"),
    [
        ("apostil hed ve", "apostille", Aspect.FEE),
        ("апостиль хэд хоног болох вэ", "apostille", Aspect.DURATION),
        ("what documents do i need for an apostille", "apostille", Aspect.DOCUMENTS),
        ("butsah unemleh haanaas avah ve", "return-certificate", Aspect.WHERE),
    ],
)
def test_an_aspect_of_a_named_service_keeps_the_service(
    message: str, service: str, aspect: Aspect, index: Index
) -> None:
    found = understand(message, index)
    assert found.action in {Action.SURE, Action.CHOICE}
    assert (found.needs[0].candidates[0].service_id, found.aspect) == (service, aspect)
