"""The registry connector against the sandbox ХУР, served by a real uvicorn on loopback."""

import logging
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette

from bots.sandbox.keys import make_keys
from bots.sandbox.people import PEOPLE, Person
from bots.sandbox.registry_server import registry_routes
from bots.sandbox.world import SandboxWorld
from connectors.xyp_registry import XypRegistry
from dialogs.messages import RegistryResult

KEYS = make_keys()
PERSON, SOMEBODY_ELSE = PEOPLE[:2]
WITHOUT_CLAN = next(person for person in PEOPLE if not person.family_name)
DOWN = next(person for person in PEOPLE if person.registry_down)
ROAMING_OFF = next(person for person in PEOPLE if not person.receives_sms)
STARTS_WITHIN_SECONDS = 10.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SandboxWorld:
    path: Path = tmp_path_factory.mktemp("sandbox") / "world"
    return SandboxWorld(path, b"a secret of the connector tests", lambda: datetime.now(UTC))


@pytest.fixture(scope="module")
def address(world: SandboxWorld) -> Iterator[str]:
    """The base address of a running sandbox registry."""
    app = Starlette(routes=registry_routes(world, KEYS))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "uvicorn did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/sandbox/xyp"
    server.should_exit = True
    thread.join(STARTS_WITHIN_SECONDS)


@pytest_asyncio.fixture
async def registry(address: str) -> AsyncIterator[XypRegistry]:
    registry = XypRegistry(base_url=address, access_token=KEYS.access_token, private_key=KEYS.private_key_pem)
    yield registry
    await registry.close()


async def sent_code(registry: XypRegistry, world: SandboxWorld, person: Person = PERSON) -> str:
    assert await registry.request_code(person.register_number) is RegistryResult.DONE
    found = re.search(r"\d{6}", world.messages(person.phone)[0].text)
    assert found is not None
    return found[0]


def wrong(code: str) -> str:
    return str(int(code) ^ 1)


@pytest.mark.asyncio
async def test_the_code_from_the_phone_opens_the_card_with_the_allowed_fields_in_order(
    registry: XypRegistry, world: SandboxWorld
) -> None:
    result, rows = await registry.read_record(PERSON.register_number, await sent_code(registry, world))
    assert result is RegistryResult.DONE
    assert rows == (
        ("field.family-name", PERSON.family_name),
        ("field.patronymic", PERSON.patronymic),
        ("field.given-name", PERSON.given_name),
        ("field.register-number", PERSON.register_number),
        ("field.civil-id", PERSON.civil_id),
        ("field.sex", PERSON.sex),
        ("field.birth-date", PERSON.birth_date.isoformat()),
        ("field.birth-place", PERSON.birth_place),
        ("field.address", PERSON.address),
        ("field.issued", PERSON.issued.isoformat()),
        ("field.valid-until", PERSON.valid_until.isoformat()),
    )


@pytest.mark.asyncio
async def test_a_field_the_registry_does_not_have_is_left_out(registry: XypRegistry, world: SandboxWorld) -> None:
    code = await sent_code(registry, world, WITHOUT_CLAN)
    _, rows = await registry.read_record(WITHOUT_CLAN.register_number, code)
    assert [key for key, _ in rows][:2] == ["field.patronymic", "field.given-name"]


@pytest.mark.asyncio
async def test_a_wrong_code_is_told_and_the_right_one_still_works(registry: XypRegistry, world: SandboxWorld) -> None:
    code = await sent_code(registry, world)
    assert await registry.read_record(PERSON.register_number, wrong(code)) == (RegistryResult.WRONG_CODE, ())
    assert (await registry.read_record(PERSON.register_number, code))[0] is RegistryResult.DONE


@pytest.mark.asyncio
async def test_a_used_code_is_a_wrong_one(registry: XypRegistry, world: SandboxWorld) -> None:
    code = await sent_code(registry, world)
    await registry.read_record(PERSON.register_number, code)
    assert await registry.read_record(PERSON.register_number, code) == (RegistryResult.WRONG_CODE, ())


@pytest.mark.asyncio
async def test_a_code_opens_nobody_elses_card(registry: XypRegistry, world: SandboxWorld) -> None:
    code = await sent_code(registry, world)
    assert await registry.read_record(SOMEBODY_ELSE.register_number, code) == (RegistryResult.WRONG_CODE, ())


@pytest.mark.asyncio
@pytest.mark.parametrize("code", ["", "abc", "12 456", "1²3456", "١٢٣٤٥٦", "-12345", "1234567890", "000000"])
async def test_what_cannot_be_a_code_is_a_wrong_one(registry: XypRegistry, code: str) -> None:
    assert await registry.read_record(PERSON.register_number, code) == (RegistryResult.WRONG_CODE, ())


@pytest.mark.asyncio
async def test_a_number_nobody_has_is_not_found(registry: XypRegistry) -> None:
    assert await registry.request_code("УБ00000000") is RegistryResult.NOT_FOUND


@pytest.mark.asyncio
@pytest.mark.parametrize("number", ["", "UB85031415", "УБ85031415\n", "УБ8503141", "\ud800Б85031415", "<regnum/>"])
async def test_what_cannot_be_a_register_number_is_not_found(registry: XypRegistry, number: str) -> None:
    assert await registry.request_code(number) is RegistryResult.NOT_FOUND
    assert await registry.read_record(number, "123456") == (RegistryResult.NOT_FOUND, ())


@pytest.mark.asyncio
async def test_a_dead_database_is_unavailable(registry: XypRegistry) -> None:
    assert await registry.request_code(DOWN.register_number) is RegistryResult.UNAVAILABLE
    assert await registry.read_record(DOWN.register_number, "123456") == (RegistryResult.UNAVAILABLE, ())


@pytest.mark.asyncio
async def test_a_message_that_never_arrives_looks_like_any_other(registry: XypRegistry, world: SandboxWorld) -> None:
    assert await registry.request_code(ROAMING_OFF.register_number) is RegistryResult.DONE
    assert world.messages(ROAMING_OFF.phone) == ()


@pytest.mark.asyncio
async def test_which_result_means_a_wrong_code_is_a_setting(address: str, registry: XypRegistry) -> None:
    other = XypRegistry(
        base_url=address,
        access_token=KEYS.access_token,
        private_key=KEYS.private_key_pem,
        wrong_code_results=frozenset({801}),
    )
    assert (await other.read_record(DOWN.register_number, "123456"))[0] is RegistryResult.WRONG_CODE
    assert (await other.read_record(PERSON.register_number, "000000"))[0] is RegistryResult.UNAVAILABLE
    await other.close()


@pytest.mark.asyncio
async def test_a_key_the_registry_does_not_know_is_unavailable(address: str) -> None:
    stranger = XypRegistry(base_url=address, access_token=KEYS.access_token, private_key=make_keys().private_key_pem)
    assert await stranger.request_code(PERSON.register_number) is RegistryResult.UNAVAILABLE
    await stranger.close()


@pytest.mark.asyncio
async def test_the_private_key_may_be_a_file(address: str, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(KEYS.private_key_pem)
    registry = XypRegistry(base_url=address, access_token=KEYS.access_token, private_key=file)
    assert await registry.request_code(PERSON.register_number) is RegistryResult.DONE
    await registry.close()


@pytest.mark.asyncio
async def test_no_log_line_holds_number_code_token_or_name(
    registry: XypRegistry, world: SandboxWorld, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        code = await sent_code(registry, world)
        await registry.read_record(PERSON.register_number, wrong(code))
        await registry.read_record(PERSON.register_number, code)
        await registry.request_code(DOWN.register_number)
    assert "ProviderError 801" in caplog.text
    private = (PERSON.register_number, PERSON.civil_id, PERSON.given_name, code, wrong(code), KEYS.access_token)
    assert not any(word in caplog.text for word in private)


_HERE, _TOKEN = "http://127.0.0.1:9", "token-of-the-test"


@pytest.mark.parametrize(
    "base_url", ["http://localhost:9/x", "http://127.0.0.2:9", "http://[::1]:9", "https://xyp.gov.mn"]
)
def test_https_anywhere_and_http_on_loopback_are_accepted(base_url: str) -> None:
    assert XypRegistry(base_url=base_url, access_token=_TOKEN, private_key=KEYS.private_key_pem)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://xyp.gov.mn", "http://10.0.0.1", "http://127.0.0.1@evil.example", "http://127.0.0.1.evil.example",
        "http://localhost.evil.example", "ftp://127.0.0.1", "127.0.0.1", "", "https://", "https://user:pw@xyp.gov.mn",
        "https://xyp.gov.mn?x=1", "https://xyp.gov.mn#x", "http://0.0.0.0",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="the registry's address"):
        XypRegistry(base_url=base_url, access_token=_TOKEN, private_key=KEYS.private_key_pem)


@pytest.mark.parametrize("token", ["", "with space", "токен", "line\nbreak", "tab\t"])
def test_a_token_no_header_can_carry_is_refused_without_being_quoted(token: str) -> None:
    with pytest.raises(ValueError, match="access token") as refused:
        XypRegistry(base_url=_HERE, access_token=token, private_key=KEYS.private_key_pem)
    assert not token or token not in str(refused.value)


@pytest.mark.parametrize("key", [b"", b"-----BEGIN nothing", "", "/nowhere/key.pem"])
def test_a_key_that_cannot_be_read_is_refused(key: str | bytes) -> None:
    with pytest.raises(ValueError, match="registry"):
        XypRegistry(base_url=_HERE, access_token=_TOKEN, private_key=key)


def test_a_missing_key_is_not_looked_for_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEYS.private_key_pem)
    monkeypatch.setenv("XYP_PRIVATE_KEY", str(tmp_path / "key"))
    with pytest.raises(ValueError, match="needs a private key"):
        XypRegistry(base_url=_HERE, access_token=_TOKEN, private_key="")


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_timeout_that_cannot_be_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="timeout"):
        XypRegistry(base_url=_HERE, access_token=_TOKEN, private_key=KEYS.private_key_pem, timeout_seconds=seconds)
