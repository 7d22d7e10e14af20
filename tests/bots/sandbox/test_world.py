"""What the outside keeps: codes and messages, encrypted, through restarts and threads."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.sandbox.people import PEOPLE
from bots.sandbox.records import ID_CARD, PROPERTY_LIST
from bots.sandbox.switches import Switch
from bots.sandbox.world import CODE_LIFETIME, MESSAGES_A_PHONE, Box, SandboxWorld, address_of

SECRET = b"a secret of the sandbox tests"
START = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
PERSON = PEOPLE[0]
ROAMING_OFF = next(person for person in PEOPLE if not person.receives_sms)
LATE = next(person for person in PEOPLE if person.sms_late)
UNREACHED = next(person for person in PEOPLE if not (person.receives_sms or person.has_app or person.has_mail))
WITH_NEXT_PHONE = next(person for person in PEOPLE if person.next_phone)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sandbox" / "world"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(path: Path, clock: Clock) -> SandboxWorld:
    return SandboxWorld(path, SECRET, clock)


def sent_code(world: SandboxWorld, purpose: str = "Туршихад") -> str:
    world.issue_code(PERSON, purpose, [ID_CARD])
    found = re.search(r"\d{6}", world.messages(PERSON.phone)[0].text)
    assert found is not None
    return found[0]


def test_a_code_has_six_digits_and_never_begins_with_zero(world: SandboxWorld) -> None:
    assert all(re.fullmatch(r"[1-9]\d{5}", sent_code(world)) for _ in range(60))


def test_a_code_works_once(world: SandboxWorld) -> None:
    code = sent_code(world)
    assert [world.use_code(PERSON.register_number, code, ID_CARD) for _ in range(2)] == [True, False]


def test_of_fifty_at_the_same_time_one_succeeds(world: SandboxWorld) -> None:
    code = sent_code(world)
    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(lambda _: world.use_code(PERSON.register_number, code, ID_CARD), range(50)))
    assert sum(results) == 1


def test_checking_does_not_use_a_code_up(world: SandboxWorld) -> None:
    code = sent_code(world)
    assert world.code_matches(PERSON.register_number, code)
    assert world.use_code(PERSON.register_number, code, ID_CARD)


def test_a_code_works_until_just_before_its_end_and_not_at_it(world: SandboxWorld, clock: Clock) -> None:
    code = sent_code(world)
    clock.now = START + CODE_LIFETIME - timedelta(microseconds=1)
    assert world.code_matches(PERSON.register_number, code)
    clock.now = START + CODE_LIFETIME
    assert not world.use_code(PERSON.register_number, code, ID_CARD)


def test_a_newer_code_replaces_the_older(world: SandboxWorld) -> None:
    older = newer = sent_code(world)
    while newer == older:
        newer = sent_code(world)
    assert not world.use_code(PERSON.register_number, older, ID_CARD)
    assert world.use_code(PERSON.register_number, newer, ID_CARD)


def test_a_code_opens_nothing_for_another_person(world: SandboxWorld) -> None:
    assert not world.use_code(PEOPLE[1].register_number, sent_code(world), ID_CARD)


def test_the_message_names_the_purpose_and_that_staff_never_ask(world: SandboxWorld) -> None:
    sent_code(world, purpose="Жишээ үзэхэд")
    text = world.messages(PERSON.phone)[0].text
    assert "Жишээ үзэхэд" in text
    assert "Ажилтан хэзээ ч код асуухгүй" in text


def test_no_message_arrives_while_roaming_is_off(world: SandboxWorld) -> None:
    world.issue_code(ROAMING_OFF, "Туршихад", [ID_CARD])
    assert world.messages(ROAMING_OFF.phone) == ()


def test_messages_are_newest_first_and_old_ones_go(world: SandboxWorld, clock: Clock) -> None:
    for _ in range(MESSAGES_A_PHONE + 2):
        clock.now += timedelta(seconds=1)
        sent_code(world)
    times = [sms.at for sms in world.messages(PERSON.phone)]
    assert times == sorted(times, reverse=True)
    assert len(times) == MESSAGES_A_PHONE
    assert times[0] == clock.now


def test_stopping_loses_nothing(world: SandboxWorld, path: Path, clock: Clock) -> None:
    code = sent_code(world)
    again = SandboxWorld(path, SECRET, clock)
    assert again.messages(PERSON.phone) == world.messages(PERSON.phone)
    assert again.use_code(PERSON.register_number, code, ID_CARD)
    assert not SandboxWorld(path, SECRET, clock).use_code(PERSON.register_number, code, ID_CARD)


def test_nothing_on_the_disk_can_be_read(world: SandboxWorld, path: Path) -> None:
    code = sent_code(world)
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not any(word.encode() in kept for word in (code, PERSON.register_number, PERSON.phone, "ХУР"))


def test_the_file_is_for_its_owner_only_and_no_second_one_stays(world: SandboxWorld, path: Path) -> None:
    sent_code(world)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [b"", b"not a token", b"\x00" * 100])
def test_a_damaged_file_is_said_and_not_overwritten(path: Path, clock: Clock, damage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    with pytest.raises(ValueError, match="delete it to begin anew"):
        SandboxWorld(path, SECRET, clock)
    assert path.read_bytes() == damage


def test_another_secret_opens_nothing(world: SandboxWorld, path: Path, clock: Clock) -> None:
    sent_code(world)
    with pytest.raises(ValueError, match="another secret"):
        SandboxWorld(path, SECRET + b"!", clock)


def test_a_short_secret_is_refused(path: Path, clock: Clock) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        SandboxWorld(path, b"short", clock)


def test_codes_and_texts_are_not_in_a_repr(world: SandboxWorld) -> None:
    code = sent_code(world)
    assert code not in repr(world.messages(PERSON.phone))


def test_a_code_opens_only_the_operation_it_was_asked_for_and_stays_usable(world: SandboxWorld) -> None:
    code = sent_code(world)
    assert not world.use_code(PERSON.register_number, code, PROPERTY_LIST)
    assert world.use_code(PERSON.register_number, code, ID_CARD)


def test_a_code_for_two_operations_opens_one_of_them(world: SandboxWorld) -> None:
    world.issue_code(PERSON, "Туршихад", [ID_CARD, PROPERTY_LIST])
    found = re.search(r"\d{6}", world.messages(PERSON.phone)[0].text)
    assert found
    used = [world.use_code(PERSON.register_number, found[0], operation) for operation in (PROPERTY_LIST, ID_CARD)]
    assert used == [True, False]


@pytest.mark.parametrize("box", Box)
def test_a_code_arrives_in_the_box_it_was_asked_for_and_in_no_other(world: SandboxWorld, box: Box) -> None:
    world.issue_code(PERSON, "Туршихад", [ID_CARD], [box])
    assert [bool(world.box(PERSON, other)) for other in Box] == [other is box for other in Box]


def test_to_who_has_nothing_a_code_never_arrives(world: SandboxWorld) -> None:
    world.issue_code(UNREACHED, "Туршихад", [ID_CARD], list(Box))
    assert not any(world.box(UNREACHED, box) for box in Box)


def test_with_roaming_off_the_code_still_comes_into_the_app(world: SandboxWorld) -> None:
    world.issue_code(ROAMING_OFF, "Туршихад", [ID_CARD], [Box.APP])
    assert len(world.messages(address_of(ROAMING_OFF, Box.APP))) == 1


def test_a_late_message_is_there_after_ninety_seconds_and_not_before(world: SandboxWorld, clock: Clock) -> None:
    world.issue_code(LATE, "Туршихад", [ID_CARD])
    clock.now = START + timedelta(seconds=89)
    assert world.messages(LATE.phone) == ()
    clock.now = START + timedelta(seconds=90)
    assert len(world.messages(LATE.phone)) == 1


def test_after_a_change_the_code_goes_to_the_new_number(world: SandboxWorld) -> None:
    world.switches.set_all([Switch.PHONE_CHANGED])
    world.issue_code(WITH_NEXT_PHONE, "Туршихад", [ID_CARD])
    assert (len(world.messages(WITH_NEXT_PHONE.phone)), len(world.messages(WITH_NEXT_PHONE.next_phone))) == (0, 1)
    assert len(world.box(WITH_NEXT_PHONE, Box.SMS)) == 1
