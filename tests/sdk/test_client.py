"""Setting up a client: what it is told, what the environment says, what contradicts."""

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from aiorecombee import (
    AddDetailView,
    AddItem,
    Batch,
    ConfigurationError,
    HttpCall,
    HttpReply,
    InvalidRequestError,
    JsonCodec,
    ListItemDetailViews,
    ListItems,
    MemoryTransport,
    PrivateToken,
    PublicToken,
    RecombeeClient,
    RecommendUsersToUser,
    Region,
    Request,
    SetItemValues,
    UnexpectedResponseError,
)
from aiorecombee.core.routing import Origin, route

OK = HttpReply(200, {}, b'"ok"')


def where(client: RecombeeClient) -> str:
    return repr(client).rpartition(" at ")[2].rstrip(">")


# --- Regions and hosts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "host"),
    [
        (Region.US_WEST, "rapi-us-west.recombee.com"),
        (Region.CA_EAST, "rapi-ca-east.recombee.com"),
        (Region.EU_WEST, "rapi-eu-west.recombee.com"),
        (Region.AP_SE, "rapi-ap-se.recombee.com"),
        ("ap-se", "rapi-ap-se.recombee.com"),
        ("EU_West", "rapi-eu-west.recombee.com"),
        (" us-west ", "rapi-us-west.recombee.com"),
        (None, "rapi.recombee.com"),
    ],
)
@pytest.mark.parametrize("public", [False, True])
def test_a_region_has_a_host_for_servers_and_one_for_apps(
    region: Region | str | None, host: str, public: bool
):
    token = PublicToken("t") if public else PrivateToken("t")
    client = RecombeeClient("db", token, region=region)
    assert where(client) == f"https://{'client-' if public else ''}{host}"


@pytest.mark.parametrize("region", ["", "mars", "eu", "eu-west.recombee.com/x"])
def test_an_unknown_region_names_those_there_are(region: str):
    with pytest.raises(ConfigurationError) as refused:
        RecombeeClient("db", "t", region=region)
    assert str(refused.value) == (
        f"there is no region {region!r}; there are: us-west, ca-east, eu-west, ap-se"
    )


@pytest.mark.parametrize(
    "base_uri",
    [
        "localhost:8484",
        "rapi-customer.recombee.com",
        "127.0.0.1",
        "[::1]:8080",
        "[::1]",
        "my_host.",
        "a:65535",
    ],
)
def test_a_base_uri_is_a_host_with_or_without_a_port(base_uri: str):
    assert where(RecombeeClient("db", "t", base_uri=base_uri)) == f"https://{base_uri}"
    client = RecombeeClient("db", "t", base_uri=base_uri, protocol="http")
    assert where(client) == f"http://{base_uri}"


@pytest.mark.parametrize(
    "base_uri",
    [
        "http://localhost",
        "localhost/",
        "localhost:port",
        "localhost:0",
        "localhost:65536",
        "localhost:123456",
        "user@localhost",
        "local host",
        "localhost\n",
        "localhost?x",
        "ho#st",
        "::1",
        ":80",
        "ěšč",
    ],
)
def test_a_base_uri_that_is_no_authority_is_refused(base_uri: str):
    with pytest.raises(ConfigurationError, match=r"^base_uri '"):
        RecombeeClient("db", "t", base_uri=base_uri)


def test_a_base_uri_with_a_scheme_is_told_how_to_write_it():
    with pytest.raises(ConfigurationError, match=r"give 'localhost:8080' and the protocol apart$"):
        RecombeeClient("db", "t", base_uri="http://localhost:8080/")


@pytest.mark.parametrize("protocol", ["ftp", "HTTP", "", "https://"])
def test_the_protocol_is_https_or_http(protocol: str):
    with pytest.raises(ConfigurationError, match=r"^protocol is 'https' or 'http', not "):
        RecombeeClient("db", "t", protocol=protocol)


def test_region_and_base_uri_contradict_each_other():
    with pytest.raises(ConfigurationError) as refused:
        RecombeeClient("db", "t", region=Region.EU_WEST, base_uri="localhost")
    assert str(refused.value) == (
        "region='eu-west' and base_uri='localhost' contradict each other: leave one of them out"
    )


def test_the_environment_overrides_the_base_uri(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAPI_URI", "localhost:9")
    assert where(RecombeeClient("db", "t")) == "https://localhost:9"
    assert where(RecombeeClient("db", "t", base_uri="elsewhere")) == "https://localhost:9"
    with pytest.raises(ConfigurationError, match="RAPI_URI=localhost:9 in the environment"):
        RecombeeClient("db", "t", region="eu-west")


def test_an_empty_variable_of_the_environment_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAPI_URI", "")
    assert where(RecombeeClient("db", "t", region="eu-west")) == "https://rapi-eu-west.recombee.com"


def test_an_origin_prints_as_the_start_of_a_url():
    found = route(region=None, base_uri="h:1", protocol="http", public=False, environ={})
    assert found == Origin("http", "h:1")
    assert str(found) == "http://h:1"


# --- The environment ------------------------------------------------------------------------------

ENV = {"RECOMBEE_DATABASE": "db", "RECOMBEE_TOKEN": "t"}


def test_a_client_is_set_up_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    for name, value in {**ENV, "RECOMBEE_REGION": "ap-se"}.items():
        monkeypatch.setenv(name, value)
    assert repr(RecombeeClient.from_env()) == (
        "<RecombeeClient of db at https://rapi-ap-se.recombee.com>"
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "https://rapi.recombee.com"),
        ({"RECOMBEE_REGION": "us-west"}, "https://rapi-us-west.recombee.com"),
        ({"RECOMBEE_REGION": ""}, "https://rapi.recombee.com"),
        ({"RAPI_URI": "localhost:1"}, "https://localhost:1"),
    ],
)
def test_the_environment_says_where_to(
    more: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in {**ENV, **more}.items():
        monkeypatch.setenv(name, value)
    assert where(RecombeeClient.from_env()) == expected


def test_region_and_uri_of_the_environment_contradict_each_other(monkeypatch: pytest.MonkeyPatch):
    for name, value in {**ENV, "RAPI_URI": "h", "RECOMBEE_REGION": "us-west"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="contradict"):
        RecombeeClient.from_env()


def test_arguments_come_before_the_environment(monkeypatch: pytest.MonkeyPatch):
    for name, value in {**ENV, "RECOMBEE_REGION": "us-west"}.items():
        monkeypatch.setenv(name, value)
    assert where(RecombeeClient.from_env(region="ap-se")) == "https://rapi-ap-se.recombee.com"
    assert where(RecombeeClient.from_env(base_uri="h", protocol="http")) == "http://h"


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({}, "RECOMBEE_DATABASE, RECOMBEE_TOKEN"),
        ({"RECOMBEE_DATABASE": "db"}, "RECOMBEE_TOKEN"),
        ({"RECOMBEE_TOKEN": "t", "RECOMBEE_DATABASE": ""}, "RECOMBEE_DATABASE"),
    ],
)
def test_what_the_environment_lacks_is_named(
    environ: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=f"^not set in the environment: {missing}$"):
        RecombeeClient.from_env()


# --- Arguments ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["timeout", "total_timeout"])
@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "3", True])
def test_time_limits_are_more_than_nothing_and_not_endless(name: str, seconds: float):
    with pytest.raises(ConfigurationError, match=f"^{name} must be a number of seconds above 0"):
        RecombeeClient("db", "t", **{name: seconds})


@pytest.mark.parametrize("name", ["timeout", "total_timeout"])
@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "3", True])
async def test_so_are_those_of_a_call(name: str, seconds: float, rig: Any):
    it = rig([])
    with pytest.raises(ConfigurationError, match=f"^{name} must be a number of seconds above 0"):
        await it.client.send(AddItem("i"), **{name: seconds})
    assert it.calls == []


async def test_session_and_transport_contradict_each_other():
    transport = MemoryTransport(lambda _: OK)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ConfigurationError, match="session and transport contradict"):
            RecombeeClient("db", "t", session=session, transport=transport)


@pytest.mark.parametrize("token", ["", None, b"t", 5])
def test_a_client_needs_a_token(token: object):
    with pytest.raises(ConfigurationError, match=r"^the token "):
        RecombeeClient("db", token)


@pytest.mark.parametrize("database_id", ["", None, "a/b", ".."])
def test_a_client_needs_a_database(database_id: object):
    with pytest.raises(ConfigurationError, match=r"^database_id "):
        RecombeeClient(database_id, "t")


async def test_requests_are_checked_unless_that_is_switched_off(rig: Callable[..., Any]):
    with pytest.raises(InvalidRequestError):
        await rig([]).client.send(AddItem("a b"))
    it = rig([OK], validate=False)
    assert await it.client.send(AddItem("a b")) == "ok"
    assert it.calls[0].target.startswith("/my-db/items/a%20b?hmac_timestamp=")


async def test_a_client_writes_and_reads_with_the_codec_it_is_given(rig: Callable[..., Any]):
    class Loud(JsonCodec):
        def dumps(self, value: Any, default: Any = None, /) -> bytes:
            return super().dumps(value, default) + b" "

        def loads(self, text: bytes, /) -> Any:
            return [*super().loads(text), "read by Loud"]

    it = rig([HttpReply(200, {}, b"[]")], codec=Loud())
    assert await it.client.send(ListItems()) == ["read by Loud"]
    it = rig([OK], codec=Loud())
    await it.client.send(SetItemValues("i", {"a": 1}))
    assert it.calls[0].body == b'{"a":1} '


async def test_a_client_may_be_opened_and_closed_more_than_once(rig: Callable[..., Any]):
    client = rig([OK, OK]).client
    async with client as same:
        assert same is client
        assert await client.send(AddItem("i")) == "ok"
    await client.aclose()
    await client.aclose()
    assert await client.send(AddItem("i")) == "ok"  # the transport is not the client's to close


async def test_an_interaction_is_stamped_with_the_clock(rig: Callable[..., Any]):
    it = rig([OK, OK])
    await it.client.send(AddDetailView("u", "i"))
    await it.client.send(AddDetailView("u", "i"))
    assert [call.body for call in it.calls] == [
        b'{"userId":"u","itemId":"i","timestamp":1700000000.25}',
        b'{"userId":"u","itemId":"i","timestamp":1700000000.250001}',
    ]


async def test_a_public_token_signs_under_its_names(clock: Any):
    transport = MemoryTransport(lambda _: OK)
    client = RecombeeClient("db", PublicToken("t"), transport=transport, clock=clock)
    await client.send(AddDetailView("u", "i"))
    path, _, query = transport.calls[0].target.partition("?")
    assert path == "/db/detailviews/"
    assert query.startswith("frontend_timestamp=1700000000&frontend_sign=")


async def test_a_redirect_is_unexpected(rig: Callable[..., Any]):
    it = rig([HttpReply(302, {"Location": "https://elsewhere"}, b"")])
    with pytest.raises(UnexpectedResponseError, match=r"^AddItem: status 302: is the host"):
        await it.client.send(AddItem("i"))
    assert len(it.calls) == 1


# --- Time limits ----------------------------------------------------------------------------------


class Stopwatch:
    """A transport that notes the time limit of each call."""

    def __init__(self) -> None:
        self.limits: list[float] = []

    async def send(self, seal: Callable[[], HttpCall], timeout: float, /) -> HttpReply:
        target = seal().target
        self.limits.append(timeout)
        if "/batch/" in target:
            return HttpReply(200, {}, b'[{"code":200,"json":"ok"}]')
        return HttpReply(200, {}, b'"ok"' if "/list/" not in target else b"[]")


@pytest.mark.parametrize(
    ("request_", "seconds"),
    [
        (SetItemValues("i", {}), 1.0),
        (AddItem("i"), 3.0),
        (ListItems(), 100.0),
        (Batch([AddItem("i")]), 3.0),
        (Batch([SetItemValues("i", {})]), 1.0),
    ],
    ids=repr,
)
async def test_a_request_has_its_own_time_limit(request_: Request[Any], seconds: float):
    watch = Stopwatch()
    await RecombeeClient("db", "t", transport=watch).send(request_)
    assert watch.limits == [seconds]


async def test_the_time_limits_of_the_classes_are_those_of_the_official_clients():
    classes: list[type[Request[Any]]] = [AddDetailView, RecommendUsersToUser, ListItemDetailViews]
    assert [cls.timeout for cls in classes] == [3.0, 50.0, 100.0]


async def test_client_and_call_override_the_time_limit_of_a_request():
    watch = Stopwatch()
    client = RecombeeClient("db", "t", transport=watch, timeout=7.0)
    await client.send(AddItem("i"))
    await client.send(AddItem("i"), timeout=0.5)
    await client.send(Batch([AddItem("i")]))
    await client.send(Batch([AddItem("i")]), timeout=0.25)
    assert watch.limits == [7.0, 0.5, 7.0, 0.25]


async def test_no_attempt_may_take_longer_than_all_of_them():
    watch = Stopwatch()
    client = RecombeeClient("db", "t", transport=watch, total_timeout=2.0)
    await client.send(AddItem("i"))
    await client.send(AddItem("i"), total_timeout=1.5)
    await client.send(Batch([AddItem("i")]))
    assert watch.limits == pytest.approx([2.0, 1.5, 2.0], abs=0.1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (AddItem, r"^AddItem is a class; what is sent is one of it: AddItem\(…\)$"),
        (5, "^5 is not a request$"),
    ],
)
async def test_what_is_no_request_is_refused(wrong: Any, said: str, rig: Any):
    with pytest.raises(InvalidRequestError, match=said):
        await rig([]).client.send(wrong)
