"""The routes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.forwarder.application.memory import Room
from aiorecombee.forwarder.application.metrics import CONTENT_TYPE, exposition
from aiorecombee.forwarder.application.receiving import Receiver
from aiorecombee.forwarder.application.standing import Standing, stand
from aiorecombee.forwarder.call import SUCCESS, Call
from aiorecombee.forwarder.refusal import Refusal, too_many_requests
from aiorecombee.forwarder.texts import is_compressed

_CORS: Final = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT: Final = {
    **_CORS,
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
}
_NO_ROOM: Final = too_many_requests(1.0)
_JSON: Final = {"Content-Type": "application/json"}
_TOLD_TO_BROWSERS: Final = {**_JSON, **_CORS}
_Handler = Callable[[web.Request], Awaitable[web.Response]]


def make_app(
    receiver: Receiver,
    *,
    sender: Sender | None = None,
    max_age: float | None = None,
    read_for: float = 30.0,
) -> web.Application:
    """The application: events in, and how things stand.

    `/v1/…` takes the Tracking API, `/webhooks`, `/partner` and `/deletions` what they say, as far
    as the receiver does. `/health` answers as long as the process lives; `/ready` whether events
    can be stored and sent; `/metrics` is for Prometheus. The three are for everybody who reaches
    them; they tell no secrets and nothing of events.

    Args:
        receiver: Stores events. Neither it nor its queue is started or closed here.
        sender: Tells how it is, if it runs in this process.
        max_age: Seconds that the oldest event may have waited; beyond, it is not ready.
        read_for: Seconds that the body of a call may take to come.
    """
    app = web.Application()
    if receiver.takes("tracking"):
        handler = _tracking(receiver, read_for)
        app.router.add_route("OPTIONS", "/v1/{kind:.+}", _preflight)
        app.router.add_route("*", "/v1/{kind:.+}", handler)
    for source in ("webhooks", "partner", "deletions"):
        if receiver.takes(source):
            app.router.add_route("*", f"/{source}", _taking(receiver, source, read_for))
    app.router.add_get("/health", _health)
    app.router.add_get("/ready", _ready(receiver, sender, max_age))
    app.router.add_get("/metrics", _metrics(receiver, sender))
    return app


def _tracking(receiver: Receiver, read_for: float) -> _Handler:
    async def track(request: web.Request) -> web.Response:
        path = f"/v1/{request.match_info['kind']}"
        return _answer(
            await _take(receiver, "tracking", path, request, read_for), _TOLD_TO_BROWSERS
        )

    return track


def _taking(receiver: Receiver, source: str, read_for: float) -> _Handler:
    async def take(request: web.Request) -> web.Response:
        return _answer(await _take(receiver, source, f"/{source}", request, read_for), _JSON)

    return take


async def _take(
    receiver: Receiver, source: str, path: str, request: web.Request, read_for: float
) -> Refusal | None:
    most = receiver.most_bytes(source)
    if (request.content_length or 0) > most:
        return receiver.turn_down(source, _too_large(most))
    with receiver.room() as room:
        body = await _read(request, most, read_for, room)
        if isinstance(body, Refusal):
            return receiver.turn_down(source, body)
        call = Call(request.method, path, request.headers, body)
        return await receiver.receive(source, call)


async def _read(request: web.Request, most: int, read_for: float, room: Room) -> bytes | Refusal:
    """The body, if it comes in time, is not too large and finds room."""
    body = bytearray()
    try:
        async with asyncio.timeout(read_for):
            async for some in request.content.iter_any():
                if len(body) + len(some) > most:
                    return _too_large(most)
                if not room.take(len(some)):
                    return _NO_ROOM
                body += some
    except TimeoutError:
        return Refusal(408, "slow", f"the body did not come within {read_for:g} s")
    except (web.RequestPayloadError, ConnectionError):
        return Refusal(400, "cut_off", "the body is not complete, or is no gzip")
    if is_compressed(body) and not room.take(most):  # it does not tell how large it becomes
        return _NO_ROOM
    return bytes(body)


def _too_large(most: int) -> Refusal:
    return Refusal(400, "too_large", f"the body is larger than the {most} bytes allowed")


def _answer(refusal: Refusal | None, headers: dict[str, str]) -> web.Response:
    if refusal is None:
        return web.Response(body=SUCCESS, headers=headers)
    return web.Response(
        status=refusal.status, body=refusal.body, headers={**headers, **refusal.headers}
    )


async def _preflight(_: web.Request) -> web.Response:
    return web.Response(status=204, headers=_PREFLIGHT)


async def _health(_: web.Request) -> web.Response:
    return web.Response(body=b'{"alive":true}', headers=_JSON)


def _ready(receiver: Receiver, sender: Sender | None, max_age: float | None) -> _Handler:
    async def ready(_: web.Request) -> web.Response:
        found = await stand(receiver, sender, max_age)
        body = json.dumps(found.as_json()).encode()
        return web.Response(status=_status(found), body=body, headers=_JSON)

    return ready


def _status(found: Standing) -> int:
    return 503 if found.problems else 200


def _metrics(receiver: Receiver, sender: Sender | None) -> _Handler:
    async def metrics(_: web.Request) -> web.Response:
        found = await stand(receiver, sender, None)
        text = exposition(receiver.counted, sender, found)
        return web.Response(body=text.encode(), headers={"Content-Type": CONTENT_TYPE})

    return metrics
