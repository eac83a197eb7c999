"""No token and no signature in anything the server says, shows, logs or raises."""

import hashlib
import hmac
import json
import logging
import re

import aiohttp
import pytest
from yarl import URL

from recombee_mock import Database, MockServer, MockServerThread, Service
from recombee_mock.commands.options import parse
from recombee_mock.databases import OpenDatabase, Token
from recombee_mock.shell.auth import Key, Verifier

NOW = 1_700_000_000.0
PRIVATE = "s3cret-private-token"
PUBLIC = "s3cret-public-token"
SECRETS = re.compile(r"s3cret|[0-9a-f]{40}", re.IGNORECASE)


def sign(target, token):
    return hmac.new(token.encode(), target.encode(), hashlib.sha1).hexdigest()


def targets():
    """Requests of every fate, each of which carries a secret somewhere."""
    for token in (PRIVATE, PUBLIC, "s3cret-wrong-token"):
        for kind in ("hmac", "frontend"):
            for at in ("1700000000", "1600000000", "1800000000", "soon"):
                for path in ("/shop/items/a?", "/nowhere/items/a?", "/shop/nowhere/?x=1&"):
                    target = f"{path}{kind}_timestamp={at}"
                    yield f"{target}&{kind}_sign={sign(target, token)}"
    digest = sign("x", PRIVATE)
    yield f"/{PRIVATE}/items/a?hmac_sign={digest}"
    yield f"/shop/items/{PRIVATE}?hmac_timestamp=1&hmac_sign={digest}&hmac_sign={digest}"
    yield f"/shop/items/a?hmac_sign={digest}"
    yield f"/_mock/{PRIVATE}?hmac_sign={digest}"
    yield f"/_mock/journal?database={PRIVATE}&since={PRIVATE}"
    yield f"/_mock/reset?database={PRIVATE}"
    yield f"/shop/items/{'x' * 70_000}?hmac_sign={digest}"


def bodies():
    batch = {"requests": [{"method": "PUT", "path": f"/items/a?hmac_sign={sign('x', PRIVATE)}"}]}
    yield json.dumps(batch).encode()
    yield json.dumps({"token": PRIVATE, "hmac_sign": sign("y", PUBLIC)}).encode()
    yield f'{{"broken": "{PUBLIC}'.encode()


async def test_nothing_leaks_over_http(caplog):
    caplog.set_level(logging.DEBUG)
    said = []
    async with (
        MockServer([Database("shop", PRIVATE, PUBLIC)], now=lambda: NOW) as server,
        aiohttp.ClientSession() as session,
    ):
        for target in targets():
            for method in ("GET", "POST"):
                url = URL(server.url + target, encoded=True)
                async with session.request(method, url, data=b"{}") as reply:
                    said.append(f"{reply.headers} {await reply.text()}")
        for body in bodies():
            target = "/shop/batch/?hmac_timestamp=1700000000"
            url = URL(f"{server.url}{target}&hmac_sign={sign(target, PRIVATE)}", encoded=True)
            async with session.post(url, data=body) as reply:
                await reply.read()
        async with session.get(f"{server.url}/_mock/journal?limit=100000") as reply:
            page = await reply.text()
        assert len(json.loads(page)["entries"]) > 100
        said.append(page)
        said.append(repr(server.entries()))
        said.append(repr(server))
        async with session.get(f"{server.url}/_mock/health") as reply:
            said.append(await reply.text())
    said += [record.getMessage() for record in caplog.records]
    assert [text for text in said if SECRETS.search(text)] == []


@pytest.mark.parametrize(
    "thing",
    [
        Token(PRIVATE),
        Database("shop", PRIVATE, PUBLIC),
        OpenDatabase(Database("shop", PRIVATE, PUBLIC), Service),
        Key(PRIVATE),
        Verifier(PRIVATE, PUBLIC),
        MockServer([Database("shop", PRIVATE, PUBLIC)]),
        MockServerThread([Database("shop", PRIVATE, PUBLIC)]),
        parse(["--database", f"shop={PRIVATE},public={PUBLIC}"]),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_nothing_leaks_in_a_repr(thing):
    assert not SECRETS.search(f"{thing!r} {[thing]}")


def test_a_token_is_still_the_text_it_is():
    token = Database("shop", PRIVATE).token
    assert (token, f"{token}", repr(token)) == (PRIVATE, PRIVATE, "Token('…')")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Database("a b", PRIVATE),
        lambda: Database("shop", PRIVATE, PRIVATE),
        lambda: Database("shop", PRIVATE, PUBLIC, region=PRIVATE),
        lambda: Database("shop", PRIVATE, ""),
    ],
)
def test_nothing_leaks_in_an_error(make):
    with pytest.raises(ValueError, match=r"\w") as raised:
        make()
    assert not SECRETS.search(repr(raised.value))
