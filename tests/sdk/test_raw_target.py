"""The bytes that are signed are the bytes that arrive."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from aiorecombee import (
    AddBookmark,
    AddItem,
    AddUser,
    Batch,
    DeleteBookmark,
    DeleteSearchSynonym,
    GetItemValues,
    ListItems,
    MergeUsers,
    NoRetry,
    PublicToken,
    RecombeeClient,
    RecommendItemsToUser,
    Request,
    ResetDatabase,
    SetItemValues,
)

ODD_IDS = [
    "john@x.com",
    "sku:1",
    "az-AZ_09.x",
    "...",
    "a..b",
    "a b",
    "a,b'c",
    "a/b",
    "a//b",
    "../../etc",
    "x?y=z",
    "x#y",
    "a&b=c;d",
    "a+b",
    "100%",
    "%40",
    "%2e%2e",
    "Škoda",
    "日本",
    "💥",
    '"quoted"',
    "<tag>",
    "{brace}|^`\\",
    "~!*()$",
    "new\nline",
    "nul\0",
    "\u200f",
    "a" * 500,
]


def requests_about(odd: str) -> list[Request[Any]]:
    return [
        AddItem(odd),
        GetItemValues(odd),
        SetItemValues(odd, {}),
        MergeUsers(odd, odd, cascade_create=True),
        DeleteBookmark(odd, odd, 1.5),
        DeleteSearchSynonym(odd),
        ListItems(odd, return_properties=True, included_properties=[odd, odd]),
        RecommendItemsToUser(odd, 1),
        AddBookmark(odd, odd),
        Batch([AddItem(odd)]),
    ]


def assert_signed(target: str, token: str = "t", name: str = "hmac") -> None:
    message, _, signature = target.partition(f"&{name}_sign=")
    assert f"{name}_timestamp=" in message
    expected = hmac.new(token.encode(), message.encode(), hashlib.sha1).hexdigest()
    assert expected == signature


@pytest.mark.parametrize("odd", ODD_IDS, ids=lambda odd: ascii(odd)[:20])
async def test_what_arrives_is_what_was_signed(
    odd: str, raw_server: Callable[..., Awaitable[Any]], ok_bytes: bytes
):
    server = await raw_server(ok_bytes)
    client = RecombeeClient(
        "db", "t", base_uri=server.authority, protocol="http", validate=False, retry=NoRetry()
    )
    async with client:
        for request in requests_about(odd):
            try:
                await client.send(request)
            except ValueError:  # pragma: no cover
                raise
            except Exception:  # noqa: BLE001  # "ok" answers only some of them
                continue
    assert len(server.targets) == 10
    for target in server.targets:
        assert target.isascii()
        assert_signed(target)


@pytest.mark.parametrize("odd", ["john@x.com", "a,b'c:d", "Škoda", "a/b", "%2e", "a b+c"])
async def test_an_aiohttp_server_finds_the_signed_target_in_its_raw_path(odd: str):
    seen: list[tuple[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.raw_path, request.match_info["id"]))
        return web.json_response("ok")

    app = web.Application()
    app.router.add_put("/db/users/{id}", answer)
    async with (
        TestServer(app) as server,
        RecombeeClient(
            "db",
            PublicToken("t"),
            base_uri=f"127.0.0.1:{server.port}",
            protocol="http",
            validate=False,
        ) as client,
    ):
        assert await client.send(AddUser(odd)) == "ok"
    assert seen[0][1] == odd
    assert_signed(seen[0][0], name="frontend")


async def test_the_spelling_of_legal_ids_is_kept(
    raw_server: Callable[..., Awaitable[Any]], ok_bytes: bytes, clock: Any
):
    server = await raw_server(ok_bytes)
    async with RecombeeClient(
        "my@db:1", "t", base_uri=server.authority, protocol="http", clock=clock
    ) as client:
        await client.send(AddUser("john@x.com:1"))
        await client.send(DeleteBookmark("john@x.com", "sku:1"))
        await client.send(ResetDatabase())
    unsigned = [target.partition("hmac_sign=")[0] for target in server.targets]
    assert unsigned == [
        "/my@db:1/users/john@x.com:1?hmac_timestamp=1700000000&",
        "/my@db:1/bookmarks/?userId=john%40x.com&itemId=sku%3A1&hmac_timestamp=1700000000&",
        "/my@db:1/?hmac_timestamp=1700000000&",
    ]
