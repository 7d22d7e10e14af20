"""The whole ladder walked once, well and badly; everything personal and secret that was met on the way is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import uuid4

from bots.sandbox.people import PEOPLE, Person
from bots.sandbox.switches import Switch
from tests.attacks.browser import Browser, Page, come_back, log_in, through_app, through_bank, to_bank
from tests.attacks.citizen import Citizen, Item, codes_of, switch
from tests.attacks.house import CARD, wish
from tests.kill.story import until

BY_CODE, BY_AGENT, BY_BANK, BY_SIGNATURE, FORGOTTEN, UNLUCKY = (PEOPLE[place] for place in (1, 5, 0, 6, 11, 2))
BANK, SIGNATURE = "Банкаар нэвтрэх", "Тоон гарын үсэг"
WORDS = "Хөхтолгойн\u202e <b>нууц\u200d үг</b> %0a{{7*7}} \U0001f9ff'--"
SECRET_WORD = "Хөхтолгойн"
_IN_QUERIES = re.compile(r"[?&](?:code|state|nonce|code_challenge)=([\w~.-]{8,})")


@dataclass
class Canaries:
    """What must not be found: `codes` (also the pages' numbers), `tokens`, `people`, `words`."""

    codes: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=lambda: {SECRET_WORD})
    gone: set[str] = field(default_factory=set)  # of the chat that was erased
    failures: int = 0

    def met(self, person: Person) -> None:
        self.people |= {person.register_number, person.given_name, person.address, person.civil_id, person.phone}

    def was_at(self, browser: Browser) -> None:
        for url in browser.trail:
            self.tokens |= set(re.findall(r"/link/([\w-]{43})", url)) | set(_IN_QUERIES.findall(url))
        self.tokens |= {value for value in browser.client.cookies.values() if len(value) > 20}


class Walk:
    def __init__(self, url: str) -> None:
        self.url, self.seen = url, Canaries()

    def whole_ladder(self) -> None:
        self.by_code()
        self.by_agent()
        self.by_bank()
        self.by_signature()
        self.not_me()
        self.failing()
        self.forgetting()

    def by_code(self) -> None:
        """ХУР's code in the app: wrong, then right, then shown in full."""
        chat = Citizen(self.url).start()
        self.seen.met(BY_CODE)
        chat.says(WORDS)
        chat.says(CARD, "Өөрийн мэдээллийг харах")
        chat.presses("Өөрийн мэдээллийг харах", "Аль аргаар")
        chat.presses("Код E-Mongolia апп-д", "Регистрийн дугаараа")
        self.type_code(chat, BY_CODE, "6 оронтой")
        chat.presses("Бүтнээр харуулах", BY_CODE.given_name)
        chat.says("гарах")

    def by_agent(self) -> None:
        """An agent asks who it is; our own SMS answers."""
        chat = Citizen(self.url).start()
        self.seen.met(BY_AGENT)
        chat.says("хүнтэй ярих", "Ажилтанд дамжууллаа")
        chat.says(f"{WORDS} {BY_AGENT.register_number}")
        desk, case = self.taken_case()
        chat.hears("ажилтан")
        desk.submit(desk.get(case), "/ask-proof", level="phone")
        chat.hears("Ажилтан таныг мөн эсэхийг")
        chat.presses("Код SMS-ээр", "Регистрийн дугаараа")
        self.type_code(chat, BY_AGENT, "6 оронтой")

    def taken_case(self) -> tuple[Browser, str]:
        """An agent's browser and the address of the newest case, which they have."""
        desk = Browser()
        desk.submit(desk.get(f"{self.url}/desk"), "/staff/sign-in", login="bat", password="tuslakh-bat")
        place = until(
            lambda: desk.get(f"{self.url}/desk").tree.xpath("//a[starts-with(@href, '/desk/cases/')]/@href"), "a case"
        )[0]
        desk.submit(desk.get(f"{self.url}{place}"), "/take")
        return desk, f"{self.url}{place}"

    def type_code(self, chat: Citizen, person: Person, asked: str) -> None:
        """The number, the code that came last as a wrong one, the right one."""
        before = codes_of(self.url, person)
        chat.says(person.register_number, asked)
        new = until(lambda: [code for code in codes_of(self.url, person) if code not in before], "a code")[0]
        wrong = "135790" if new != "135790" else "135791"
        self.seen.codes |= {new, wrong}
        chat.says(wrong, "удаа")
        chat.says(new, "аярлалаа")

    def by_bank(self) -> None:
        self.bind(wish(self.url, BANK), BY_BANK, through_bank)

    def by_signature(self) -> None:
        self.bind(wish(self.url, SIGNATURE), BY_SIGNATURE, through_app)

    def bind(self, chat: Citizen, person: Person, go: object) -> Browser:
        browser, link = Browser(), chat.link()
        self.seen.met(person)
        page: Page = go(browser, link, person)  # type: ignore[operator]
        chat.hears("6 оронтой")
        wrong = "246801" if page.number != "246801" else "246802"
        chat.says(wrong, "2 удаа")
        chat.says(page.number, "Энэ та мөн үү")
        chat.presses("Тийм, би мөн", "аярлалаа")
        self.seen.codes |= {page.number, wrong}
        self.seen.was_at(browser)
        return browser

    def not_me(self) -> None:
        """Said on the page; and in the chat, when the name is shown."""
        chat, browser = wish(self.url), Browser()
        browser.submit(browser.get(chat.link()), "/deny")
        chat.hears("Энэ би биш")
        self.seen.was_at(browser)
        chat, browser = wish(self.url), Browser()
        page = through_bank(browser, chat.link(), BY_BANK)
        chat.hears("6 оронтой")
        chat.says(page.number, "Энэ та мөн үү")
        chat.presses("Энэ би биш", "")
        self.seen.codes.add(page.number)
        self.seen.was_at(browser)

    # --- what goes wrong ---

    def failing(self) -> None:
        self.seen.met(UNLUCKY)
        for name in (Switch.BANK_DOWN, Switch.BANK_WRONG_PERSON, Switch.REGISTRY_DOWN, Switch.BANK_SLOW):
            self.fails_at_the_bank(name.value)
        for name in (Switch.REVOCATION_DOWN, Switch.REVOCATION_STALE):
            self.fails_at_signing(BY_BANK, name.value)
        for flaw in ("two-signers", "other-text"):
            self.fails_at_signing(BY_BANK, flaw=flaw)
        for person in PEOPLE[9:11]:  # revoked, expired
            self.fails_at_signing(person)
        self.fails_at_logging_in()
        self.fails_with_nonsense()
        for name in (Switch.SMS_REFUSED, Switch.SMS_HANGS, Switch.REGISTRY_DOWN):
            self.fails_at_codes(name.value)
        switch(self.url)

    def fails_at_the_bank(self, *names: str) -> None:
        switch(self.url, *names)
        chat, browser = wish(self.url), Browser()
        through_bank(browser, chat.link(), UNLUCKY)
        self.failed(browser)

    def fails_at_signing(self, person: Person, *names: str, flaw: str = "") -> None:
        switch(self.url, *names)
        self.seen.met(person)
        chat, browser = wish(self.url, SIGNATURE), Browser()
        through_app(browser, chat.link(), person, flaw)
        self.failed(browser)

    def fails_at_logging_in(self) -> None:
        for way, action in (("bank", "cancel"), ("bank", "organisation"), ("phone", "log-in")):
            chat, browser = wish(self.url), Browser()
            come_back(browser, log_in(browser, to_bank(browser, chat.link()), UNLUCKY, way, action))
            self.failed(browser)

    def fails_with_nonsense(self) -> None:
        """What no counterpart would send: every one of these asks the readers to break."""
        chat, browser = wish(self.url, SIGNATURE), Browser()
        browser.submit(browser.get(chat.link()), "/begin")
        token = UNLUCKY.register_number
        for nonsense in ("", "%%%", "MIIB" * 40, token, "\x00" * 9):
            for kind in ("cms", "jws", "esign", token):
                browser.post(f"{chat.link()}/signed", {"format": kind, "signature": nonsense, "certificate": nonsense})
                self.failed(browser)
        for query in (f"code={token}&code=2", f"state={uuid4().hex}&code={token}", "&" * 50, f"error={token}"):
            browser.post(f"{self.url}/link/return/dan", {"returned": query, "lang": token})
            browser.get(f"{self.url}/link/return/dan?{query}")
            self.failed(browser)

    def fails_at_codes(self, *names: str) -> None:
        switch(self.url, *names)
        chat = Citizen(self.url).start()
        chat.says("хүнтэй ярих", "Ажилтанд дамжууллаа")
        desk, case = self.taken_case()
        desk.submit(desk.get(case), "/ask-proof", level="phone")
        chat.hears("Ажилтан таныг мөн эсэхийг")
        chat.presses("Код SMS-ээр", "Регистрийн дугаараа")
        chat.says(UNLUCKY.register_number, "")
        self.seen.failures += 1

    def failed(self, browser: Browser) -> None:
        self.seen.failures += 1
        self.seen.was_at(browser)

    # --- forgetting ---

    def forgetting(self) -> list[Item]:
        """A chat that was proven, spoke and had a case is erased; what it had seen is all that may be left nowhere."""
        chat = Citizen(self.url).start()
        chat.says("Сэвжидмаагийн захиа")
        browser = self.bind(wish(self.url, BANK, chat), FORGOTTEN, through_bank)
        chat.says("хүнтэй ярих")
        chat.says("миний бүх мэдээллийг устга", "Устгах уу")
        chat.presses("Тийм, бүгдийг устга", "Бүгдийг устгалаа")
        mine = {FORGOTTEN.register_number, FORGOTTEN.given_name, FORGOTTEN.address, FORGOTTEN.family_name}
        tokens = {token for url in browser.trail for token in re.findall(r"/link/([\w-]{43})", url)}
        self.seen.gone = {*mine, *tokens, "Сэвжидмаагийн", FORGOTTEN.civil_id}
        return chat.history()
