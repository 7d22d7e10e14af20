"""Danger is found generously; a need that only sounds like it stays a need."""

from __future__ import annotations

import pytest

from dialogs.understanding import Action
from nlu import Index, understand


@pytest.mark.parametrize(
    "message",
    [
        "найз маань цагдаад баригдчихлаа",
        "namaig barivchilsan tusal",
        "my friend was arrested in warsaw",
        "осолд орчихлоо эмнэлэгт байна",
        "bid avto osold orson",
        "we had a car accident on the highway",
        "нөхөр намайг зодоод байна",
        "nuhur mini namaig zodood bn",
        "my husband beats me every day",
        "ажил олгогч паспортыг минь хураагаад авчихсан",
        "my boss took my passport",
        "үхмээр байна",
        "I want to kill myself",
        "pasportoo geesen unuudur nisleg",
        "lost my passport and my flight is tonight",
        "паспортоо алдчихлаа маргааш онгоцонд сууна",
        "mungugui gatssan gudamjind honoj bna",
        "намайг хүчирхийлсэн",
        "EMERGENCY",
        "namaig tsagdaa barichihlaa",
        "намайг цагдаа барьчихсан",
        "bi dairagdsan",
        "gal garlaa",
        "oslood emneleg",
        "emnelegt hevtej bna mongo baihgui",
        "huuhed aldagdsan",
    ],
)
def test_danger_is_an_emergency(message: str, index: Index) -> None:
    assert understand(message, index).action is Action.EMERGENCY


@pytest.mark.parametrize(
    "message",
    [
        "pasportoo geesen",
        "паспортоо алдсан яах вэ",
        "lost passport",
        "осолд орсон даатгалын тэтгэмж авах",
        "шоронд байгаагүй тодорхойлолт",
        "үйлдвэрлэлийн ослын акт",
        "өнөөдөр нислэгийн тасалбар авсан",
        "тэтгэвэр дахин бодуулах",
        "emergency passport",
        "эмнэлэгт хэвтсэн тэтгэмж",
        "хүүхдийн паспорт алдагдсан",
        "галын аюулгүй байдлын дүгнэлт",
        "одонгийн үнэмлэх алга болчихсон",
    ],
)
def test_a_need_alone_is_no_emergency(message: str, index: Index) -> None:
    assert understand(message, index).action is not Action.EMERGENCY
