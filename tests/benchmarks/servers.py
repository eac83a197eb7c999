"""What the mock server is held against: aiohttp handlers that do less.

python servers.py {empty,ok,parse} PORT
"""

import sys

from aiohttp import web


async def ok(_: web.Request) -> web.Response:
    """Answer without reading."""
    return web.Response(body=b'"ok"', content_type="application/json")


async def parse(request: web.Request) -> web.Response:
    """Read, parse, answer."""
    import orjson

    orjson.loads(await request.read())
    return web.Response(body=b'"ok"', content_type="application/json")


async def parse_batch(request: web.Request) -> web.Response:
    """Read, parse, answer for each."""
    import orjson

    requests = orjson.loads(await request.read())["requests"]
    answers = b",".join([b'{"code":200,"json":"ok"}'] * len(requests))
    return web.Response(body=b"[" + answers + b"]", content_type="application/json")


def main(kind: str, port: int) -> None:
    app = web.Application(client_max_size=2**26)
    if kind == "parse":
        app.router.add_post("/{database}/batch/", parse_batch)
    if kind != "empty":
        app.router.add_post("/{database}/detailviews/", {"ok": ok, "parse": parse}[kind])
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
