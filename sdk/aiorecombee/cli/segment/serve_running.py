"""Running what `serve` is made of: started in order, ended in the reverse of it."""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import attrs
from aiohttp import web

from aiorecombee.cli.connection_options import Connection
from aiorecombee.cli.lines import say
from aiorecombee.cli.segment.queue_options import OpenQueue, Place
from aiorecombee.cli.segment.serve_dry_run import dry_client, tell_refused
from aiorecombee.cli.segment.serve_sources import Sources
from aiorecombee.cli.usage import UsageError
from aiorecombee.client import RecombeeClient
from aiorecombee.delivery.mapping import Mapper
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.forwarder.application import Receiver, make_app

_LOG: Final = logging.getLogger(__name__)
_THRESHOLDS: Final = (100_000, 20, 100)
_TIDY_EVERY: Final = 600.0
_LAST_ANSWERS: Final = 5.0  # seconds for calls that are in the middle of coming


@attrs.frozen
class Serving:
    """What to serve, and how.

    Attributes:
        place: Where the queue is.
        host: Where to listen.
        port: 0 picks a free one.
        sources: From whom events are taken.
        mapper: Makes requests of events.
        connection: The database; `None` to print what would be sent, or to send nothing.
        receives: Whether events are taken.
        sends: Whether they are sent.
        max_in_flight: Most batches on their way at once.
        max_events: Most events in a batch.
        lease_for: Seconds after which others send what a killed process had on its way.
        drain_for: Seconds to wait at the end for what is on its way.
        timeout: Most seconds for one attempt at a batch; `None` for what a batch has by itself.
        max_age: Seconds that an event may wait while the service counts as ready.
        ready_file: Written once it listens.
    """

    place: Place
    host: str
    port: int
    sources: Sources
    mapper: Mapper
    connection: Connection | None
    receives: bool
    sends: bool
    max_in_flight: int
    max_events: int
    lease_for: float
    drain_for: float
    timeout: float | None
    max_age: float | None
    ready_file: Path | None


async def serve(serving: Serving) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    Raises:
        UsageError: The file, the address or the ready file is no good.
    """
    stopped = _stop_signal()
    async with AsyncExitStack() as stack:
        queue = await stack.enter_async_context(serving.place.opened(lease_for=serving.lease_for))
        await stack.enter_async_context(tidied(queue, _TIDY_EVERY))
        if serving.sends and serving.connection is None:
            stack.push_async_callback(tell_refused, queue)
        sender = await _sender(stack, serving, queue) if serving.sends else None
        url = await stack.enter_async_context(_listening(serving, queue, sender))
        say(_greeting(url, serving))
        if serving.ready_file is not None:
            _write_ready(serving.ready_file, url)
        sys.stdout.flush()
        _collect_seldom()
        await stopped.wait()


def _collect_seldom() -> None:
    """Events come and go by the thousand and are in no circles: looking for some costs a tenth."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


async def _sender(stack: AsyncExitStack, serving: Serving, queue: OpenQueue) -> Sender:
    client = await stack.enter_async_context(_client(serving))
    sender = Sender(
        queue,
        serving.mapper,
        client,
        max_events=serving.max_events,
        max_in_flight=serving.max_in_flight,
        lease_for=serving.lease_for,
        drain_for=serving.drain_for,
    )
    return await stack.enter_async_context(sender)


def _client(serving: Serving) -> RecombeeClient:
    connection = serving.connection
    return dry_client() if connection is None else connection.client(timeout=serving.timeout)


@asynccontextmanager
async def _listening(
    serving: Serving, queue: OpenQueue, sender: Sender | None
) -> AsyncIterator[str]:
    sources = attrs.asdict(serving.sources, recurse=False) if serving.receives else {}
    app = make_app(Receiver(queue, **sources), sender=sender, max_age=serving.max_age)
    # Without our inflating: the receiver does it, with bounds.
    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, shutdown_timeout=_LAST_ANSWERS
    )
    await runner.setup()
    try:
        await _listen(runner, serving.host, serving.port)
        yield _url(serving.host, runner)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        said = error.strerror or str(error)
        raise UsageError(f"cannot listen on {host}:{port}: {said}") from None


def _url(host: str, runner: web.AppRunner) -> str:
    port = runner.addresses[0][1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _greeting(url: str, serving: Serving) -> str:
    if not serving.sends:
        return f"listening on {url}; others send what is in {serving.place.what}"
    if serving.connection is None:
        return f"listening on {url}; sending nothing, what would be sent follows"
    found = serving.connection
    doing = "listening on" if serving.receives else "watched at"
    return f"{doing} {url}; sending to {found.database.value} at {found.origin}"


def _write_ready(path: Path, url: str) -> None:
    """All at once, so that nobody reads half of it."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(json.dumps({"http": url, "pid": os.getpid()}), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise UsageError(f"--ready-file {path}: {error.strerror}") from None


@asynccontextmanager
async def tidied(queue: OpenQueue, every: float) -> AsyncIterator[None]:
    """Keep the queue small meanwhile, every so many seconds."""
    tidying = asyncio.create_task(_tidy(queue, every))
    try:
        yield
    finally:
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)


async def _tidy(queue: OpenQueue, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await queue.tidy()
        except Exception as error:  # noqa: BLE001 - nobody else would ever hear of it
            _LOG.error("tidying failed, and is tried again: %s", error, exc_info=error)
