"""A thousand hostile requests against the command as anybody starts it, ten thousand with a soak.

`RECOMBEE_SOAK=10 pytest tests/mock/test_hostile_calls.py` asks ten times as many.
"""

import asyncio
import hashlib
import hmac
import io
import json
import os
import random
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

TIMES = int(os.environ.get("RECOMBEE_SOAK", "1"))
TOKEN = "private-token-nobody-may-read-0123456789"
MOST_GROWTH = 256 * 2**20
SOON = 20.0
LONG = 600.0

DEEP = 50_000
BODIES = [
    *(b"", b"{", b"null", b"5", b'"ok"', b"[[]]", b"{}{}", b"\xff\xfe", b"\xef\xbb\xbf{}", b"\x00"),
    *(b'{"userId":"\xff"}', b'{"timestamp":NaN}', b'{"timestamp":1e999}', b'{"a":"\\ud800"}'),
    *(b"[" * DEEP, b'{"a":' * DEEP, b"[" * DEEP + b"]" * DEEP, b"9" * DEEP, b"-" * DEEP),
    b'{"requests":' + b"[" * DEEP + b"]" * DEEP + b"}",
    b'{"additionalData":' + b'{"a":' * 500 + b"1" + b"}" * 501,
    b'{"userId":"u","itemId":"i","additionalData":{' + b'"a":1,' * 10_000 + b'"b":2}}',
]
NUMBERS = [0, -1, 1, 10**9, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63), 1e18, 1e300, 0.5, "1" * 400]
TEXTS = ["", " ", "\x00", "'", '"', "..", "../../etc/passwd", "%2e%2e%2f", "ž" * 200, "a" * 5_000]
BOMBS = [
    *("(" * 65_000, "[" * 65_000, "{" * 65_000, "-" * 65_000 + "1", "not " * 16_000 + "true"),
    *("1" + "+1" * 30_000 + " > 0", "'n' == " * 9_000 + "1", '"' * 60_001, "'" * 60_001),
    "true" + " and true" * 7_000,
    "size({" + ",".join(map(str, range(12_000))) + "}) > 1",
    "exists(lambda 'a': exists(lambda 'b': exists(lambda 'c': 'a' == 'b' + 'c', {S}), {S}), {S})",
    "size(" + "map(lambda 'x': 'x' + 'x' + 'x' + 'x', " * 20 + "{'t'}" + ")" * 20 + ") > 0",
    "reduce(\"+\", map(lambda 'x': string('x') + \"" + "y" * 900 + '", {S}), "") == "z"',
    'size(string(now(), "%999999999d")) > 0',
    'size(string(now(), "' + "%c" * 20_000 + '")) > 0',
    "pow(pow(pow(9e9, 9e9), 9e9), 9e9) > 0",
    "9223372036854775807 * 9223372036854775807 % 3 == 1",
    'timestamp("99999-01-01T00:00:00Z") > now() or string(timestamp(1e300)) == "x"',
    'size(split("' + "a," * 20_000 + '", ",")) > 3',
    'number("' + "9" * 30_000 + '") > 1',
    "'itemId' in segment_items(\"none\", string(random()))",
    "[1e308, 1e308] in geo_radius([90, 180], 1e308)",
    "['n', 'n'] in geo_polygon([" + ",".join(["[0, 0]", "[1, 1]", "[2, 0]"] * 3_000) + "])",
    "if " * 16_000 + "true",
    'context_user["none"] == context_item["none"]',
]
S = ",".join(map(str, range(300)))
QUERIES = [
    *('"', "'", "a* OR b*", "NEAR(a b, 5)", "AND", "NOT", "title:x", "{a b}", "^a", "a + b", "-a"),
    *("(" * 3_000, '"' * 3_001, "* " * 3_000, "ž́" * 30_000, "a " * 32_000, "a" * 65_536),
    " ".join(f"w{n}" for n in range(9_000)),
    "\x00\x01 \ufffe \U0010ffff",
]
JUNK = [None, True, [], {}, "x", -1, 1e300, [[[]]], {"a": {"b": {}}}, "a" * 9_000]


def signed(path, **query):
    """A target with the signature that belongs to it."""
    asked = urlencode({**query, "hmac_timestamp": int(time.time())})
    message = f"/shop{path}?{asked}"
    sign = hmac.new(TOKEN.encode(), message.encode(), hashlib.sha1).hexdigest()
    return f"{message}&hmac_sign={sign}"


def post(path, body):
    return "POST", signed(path), json.dumps(body).encode()


def broken_body(chance):
    path = chance.choice(
        [
            *("/detailviews/", "/viewportions/", "/batch/", "/items/i", "/users/u", "/more-items/"),
            *("/series/s/items/", "/recomms/users/u/items/", "/search/users/u/items/"),
            *("/synonyms/items/", "/recomms/composite/", "/segmentations/auto-reql/a"),
        ]
    )
    return chance.choice(["POST", "PUT", "DELETE"]), signed(path), chance.choice(BODIES)


def bomb(chance):
    source = chance.choice(BOMBS).replace("S", S)
    kind = chance.randrange(6)
    if kind == 0 and len(quote(source)) < 50_000:
        return "GET", signed("/items/list/", filter=source), b""
    if kind == 1:
        return post("/more-items/", {"filter": source, "changes": {}})
    if kind == 2:
        return (
            "PUT",
            signed("/segmentations/auto-reql/a"),
            json.dumps({"sourceType": "items", "expression": source}).encode(),
        )
    use = chance.choice(["filter", "booster"])
    asked = (
        {"count": 9, "cascadeCreate": True, use: source}
        if kind < 5
        else {"count": 9, "cascadeCreate": True, "reqlExpressions": {"a": source}}
    )
    return post(chance.choice(["/recomms/users/u/items/", "/recomms/items/i/users/"]), asked)


def huge_number(chance):
    number = chance.choice(NUMBERS)
    if chance.random() < 0.5:
        return "GET", signed("/items/list/", **{chance.choice(["count", "offset"]): number}), b""
    name = chance.choice(
        ["count", "diversity", "rotationRate", "rotationTime", "timestamp", "price"]
    )
    body = {"count": 5, "userId": "u", "itemId": "i", name: number}
    return post(chance.choice(["/recomms/users/u/items/", "/purchases/", "/viewportions/"]), body)


def batch(chance):
    one = chance.choice(
        [
            {"method": "PUT", "path": "/items/" + "%20" * 300},
            {"method": "POST", "path": "/batch/", "params": {"requests": []}},
            {"method": "POST", "path": "/search/users/u/items/", "params": {"searchQuery": "'\"*"}},
            {"method": "POST", "path": "/recomms/users/u/items/", "params": {"count": 10**9}},
            {"method": "GET", "path": "/items/list/", "params": {"filter": "((((('"}},
            {"method": "POST", "path": "/recomms/users/u/items/", "params": {"count": "1"}},
            {"method": "GET", "path": "/nothing/"},
            5,
        ]
    )
    count = chance.choice([1, 3, 50, 50, 300, 10_001])
    return post(
        "/batch/",
        {
            "requests": [one] * count,
            "distinctRecomms": chance.choice([*JUNK[:3], True, False, False]),
        },
    )


def search(chance):
    words = chance.choice(QUERIES)
    if chance.random() < 0.2:
        return post("/synonyms/items/", {"term": words, "synonym": chance.choice(QUERIES)})
    return post("/search/users/u/items/", {"searchQuery": words, "count": 9, "cascadeCreate": True})


def continuation(chance):
    ids = ["x", "0f8fad5b-d9cb-469f-a165-70867728950e", f"{chance.getrandbits(128):032x}", "0" * 36]
    path = f"/recomms/next/{chance.choice(['items', 'item-segments'])}/{chance.choice(ids)}"
    if chance.random() < 0.5:
        return post("/recomms/users/u/items/", {"count": 1, "filter": "true" + " " * 5_000})
    return post(path, {"count": chance.choice(NUMBERS)})


def stranger(chance):
    name = quote(chance.choice([*TEXTS, f"db{chance.random()}", TOKEN, "shop"]), safe="")[:60_000]
    target = f"/{name or 'x'}/items/list/?hmac_timestamp={chance.choice(NUMBERS)}&hmac_sign=00"
    return chance.choice(["GET", "PATCH", "OPTIONS", "TRACE"]), target, b""


def odd_id(chance):
    path = chance.choice(["/items/", "/users/", "/series/", "/items/properties/"])
    return "PUT", signed(path + quote(chance.choice(TEXTS), safe="")), b'{"type":"int"}'


def control(chance, routes):
    """Any route of the control API, with anything in path, query and body."""
    method, path = chance.choice(routes)
    for name in ("database", "name", "seq", "scenario", "id", "fault"):
        value = chance.choice(
            [*TEXTS, "1", "shop"] if name != "database" else ["shop", "none", ".."]
        )
        path = path.replace(f"{{{name}}}", quote(value, safe="") or "x")
    fields = [
        "time",
        "seconds",
        "frozen",
        "listingLag",
        "seed",
        "effect",
        "endpoint",
        "token",
        "kind",
    ]
    junk = {chance.choice(fields): chance.choice([*JUNK, *NUMBERS]) for _ in range(2)}
    body = chance.choice([json.dumps(junk).encode(), chance.choice(BODIES)])
    query = urlencode(
        {chance.choice(["limit", "since", "database", "status"]): chance.choice(NUMBERS)}
    )
    return method, f"{path}?{query}", body if method != "GET" else b""


def a_rule(chance):
    """Faults by the thousand that meet, but let a billion requests pass at first."""
    path = chance.choice(["*a" * 40 + "*b", "*", "/" + "*" * 9_000, "/items/*"])
    effect = {"kind": "status", "status": 503}
    rule = {"path": path, "effect": effect, "after": 10**9, "seed": chance.randrange(9)}
    return "POST", "/_mock/faults", json.dumps(rule).encode()


KINDS = [broken_body, bomb, huge_number, batch, search, continuation, stranger, odd_id, a_rule]


@asynccontextmanager
async def command(tmp_path):
    """The command: what its ready file says, and its process ID. It must end well and silently."""
    ready = tmp_path / "ready.json"
    line = [sys.executable, "-W", "error", "-m", "recombee_mock", "--port", "0", "--tls"]
    line += ["--database", f"shop={TOKEN}", "--data", str(tmp_path / "shop.db")]
    line += ["--ready-file", str(ready)]
    out = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *line, stdout=out, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(SOON):
            while not ready.exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.01)
        yield json.loads(ready.read_text()), process.pid
        process.terminate()
        async with asyncio.timeout(SOON):
            _, said = await process.communicate()
        assert (process.returncode, said) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def resident(pid):
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True)
    return int(shown.stdout) * 1024


async def ask(session, url, method, target, body=b"", within=LONG):
    async with (
        asyncio.timeout(within),
        session.request(
            method,
            URL(url + target, encoded=True),
            data=io.BytesIO(body) if body else None,
            allow_redirects=False,
            headers={"Content-Type": "application/json"},
        ) as reply,
    ):
        return reply.status, await reply.read(), reply.content_type


def patient():
    """A client without a limit of its own."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None)
    )


async def well(session, url):
    """It answers soon, and does what it is for."""
    status, answer, _ = await ask(session, url, "GET", "/_mock/health", within=SOON)
    assert (status, json.loads(answer)["status"]) == (200, "ok")
    view = {"userId": "well", "itemId": "well", "cascadeCreate": True}
    status, answer, _ = await ask(session, url, *post("/detailviews/", view), within=SOON)
    assert (status, answer) == (200, b'"ok"')
    asked = post("/recomms/users/well/items/", {"count": 3})
    assert (await ask(session, url, *asked, within=SOON))[0] == 200


async def prepare(session, url):
    for name, kind in {"n": "int", "t": "string"}.items():
        await ask(
            session,
            url,
            "PUT",
            signed(f"/items/properties/{name}"),
            b'{"type":"%b"}' % kind.encode(),
        )
    items = [
        {
            "method": "POST",
            "path": f"/items/i{n}",
            "params": {"n": n, "t": "abc def", "!cascadeCreate": True},
        }
        for n in range(200)
    ]
    views = [
        {
            "method": "POST",
            "path": "/detailviews/",
            "params": {"userId": f"u{n % 9}", "itemId": f"i{n}", "cascadeCreate": True},
        }
        for n in range(200)
    ]
    await ask(session, url, *post("/batch/", {"requests": [*items, *views]}))
    await ask(session, url, "PUT", signed("/users/u"))
    await ask(session, url, "PUT", signed("/items/i"))
    _, shown, _ = await ask(session, url, "GET", "/_mock/openapi.json")
    paths = json.loads(shown)["paths"]
    return [
        (method.upper(), path)
        for path, found in paths.items()
        for method in found
        if not path.endswith(("/events", "/generate", "/fork", "/reset"))
        and (method, path) != ("delete", "/_mock/databases/{database}")
    ]


async def shower(session, url, routes, count, seed):
    """Many hostile requests, sixteen at a time."""
    chance = random.Random(seed)
    left = iter(range(count))

    async def worker():
        for _ in left:
            by_control = chance.random() < 0.15
            made = control(chance, routes) if by_control else chance.choice(KINDS)(chance)
            method, target, body = made
            status, answer, kind = await ask(session, url, method, target, body)
            assert status < 500, (method, target[:200], body[:200], status, answer[:500])
            assert kind != "application/json" or json.loads(answer) is not Ellipsis
            assert TOKEN.encode() not in answer or TOKEN in target

    async with asyncio.TaskGroup() as tasks:
        for _ in range(16):
            tasks.create_task(worker())


@asynccontextmanager
async def slow_clients(port, count):
    """Heads, bodies and handshakes that do not go on."""
    view, batch = signed("/detailviews/").encode(), signed("/batch/").encode()
    starts = [
        *(
            b"",
            b"G",
            b"POST /shop/items/",
            b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
            b"\x16\x03\x01\x02",
        ),
        b"POST " + view + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{",
        b"POST " + batch + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ]
    opened = []
    try:
        for number in range(count):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            opened.append(writer)
            writer.write(starts[number % len(starts)])
            await writer.drain()
        yield
    finally:
        for writer in opened:
            writer.transport.abort()


async def endless_bodies(port):
    """A hundred megabytes, announced and in chunks; each is refused before its end."""
    block = b"x" * 2**20
    for head in (b"Content-Length: 104857600", b"Transfer-Encoding: chunked"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        target = signed("/batch/").encode()
        writer.write(b"POST " + target + b" HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
        try:
            for _ in range(100):
                writer.write(block if b"Length" in head else b"100000\r\n" + block + b"\r\n")
                await writer.drain()
        except ConnectionError:
            pass
        async with asyncio.timeout(SOON):
            try:
                received = await reader.read(100)
            except ConnectionError:
                received = b""
        assert received[9:12] in {b"", b"413"}, received
        writer.close()


async def many_listeners(session, url):
    """Listeners by the hundred: some are served, the others are told so."""

    async def listen():
        return await session.get(f"{url}/_mock/events")

    replies = await asyncio.gather(*(listen() for _ in range(200)))
    assert {reply.status for reply in replies} == {200, 503}
    await well(session, url)
    for reply in replies:
        reply.close()


async def test_the_command_bears_whatever_is_sent(tmp_path):
    async with command(tmp_path) as (ready, pid), patient() as session:
        url, port = ready["http"], int(ready["http"].rpartition(":")[2])
        routes = await prepare(session, url)
        await shower(session, url, routes, 200, seed=-1)
        before = resident(pid)
        async with slow_clients(port, 100):
            await shower(session, url, routes, 1000 * TIMES, seed=TIMES)
            await endless_bodies(port)
            await many_listeners(session, url)
            await well(session, url)
        await well(session, url)
        grown = resident(pid) - before
        assert grown < MOST_GROWTH, f"grew by {grown / 2**20:.0f} MiB"
        _, journal, _ = await ask(session, url, "GET", "/_mock/journal?limit=10000")
        assert TOKEN.encode() not in journal
        listed = await ask(session, url, "GET", signed("/items/list/"))
    async with command(tmp_path) as (ready, _), patient() as session:
        assert await ask(session, ready["http"], "GET", signed("/items/list/")) == listed
        await well(session, ready["http"])
