"""What the tests of the client share: a clock that stands still, servers on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from ssl import SSLContext

import attrs
import pytest

from aiorecombee import (
    Codec,
    HttpCall,
    HttpReply,
    JsonCodec,
    MemoryTransport,
    OrjsonCodec,
    RecombeeClient,
)

NOON = 1_700_000_000.25
"""Where the clock of the tests stands at first, Unix seconds."""


@attrs.define
class StillClock:
    """A clock that moves when it is told to, or slept on; keeps the pauses."""

    now: float = NOON
    pauses: list[float] = attrs.field(factory=list)

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        if seconds:
            self.pauses.append(seconds)
            self.now += seconds


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


Handler = Callable[[HttpCall], HttpReply]


@attrs.define
class Rig:
    """A client without a network, its calls, and its clock."""

    client: RecombeeClient
    transport: MemoryTransport
    clock: StillClock

    @property
    def calls(self) -> list[HttpCall]:
        return self.transport.calls


@pytest.fixture
def rig(clock: StillClock) -> Callable[..., Rig]:
    """Makes a client that is answered by a function, or by these replies one after another."""

    def build(answers: Handler | list[HttpReply | Exception], **options: object) -> Rig:
        if callable(answers):
            handler = answers
        else:
            waiting = iter(answers)

            def handler(_: HttpCall) -> HttpReply:
                answer = next(waiting)
                if isinstance(answer, Exception):
                    raise answer
                return answer

        transport = MemoryTransport(handler)
        client = RecombeeClient(
            "my-db", "secret-token", transport=transport, clock=clock, **options
        )
        return Rig(client, transport, clock)

    return build


Answer = Callable[[asyncio.StreamWriter, int], Awaitable[None]]


@attrs.define(eq=False)
class RawServer:
    """A server that reads HTTP by hand and keeps every byte of it.

    It answers with given bytes, in which TARGET stands for the target that was asked for, or with
    a function of the writer and the number of the request.
    """

    answer: bytes | Answer
    closes: bool = False
    port: int = 0
    heads: list[bytes] = attrs.field(factory=list)
    bodies: list[bytes] = attrs.field(factory=list)
    connections: int = 0
    asked: asyncio.Event = attrs.field(factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = attrs.field(factory=set)

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        return [head.split(b" ")[1].decode("latin-1") for head in self.heads]

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        self.connections += 1
        try:
            while not writer.is_closing():
                await self._serve_one(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            self.tasks.discard(task)
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        ]
        self.bodies.append(await reader.readexactly(sum(lengths)))
        self.heads.append(head)
        self.asked.set()
        if isinstance(self.answer, bytes):
            writer.write(self.answer.replace(b"TARGET", head.split(b" ")[1]))
            await writer.drain()
        else:
            await self.answer(writer, len(self.heads))
        if self.closes:
            writer.close()


@pytest.fixture
async def raw_server() -> AsyncIterator[Callable[..., Awaitable[RawServer]]]:
    """Starts servers on free ports of the loopback."""
    running: list[tuple[RawServer, asyncio.Server]] = []

    async def start(
        answer: bytes | Answer, *, closes: bool = False, ssl: SSLContext | None = None
    ) -> RawServer:
        server = RawServer(answer, closes)
        listening = await asyncio.start_server(server.accept, "127.0.0.1", 0, ssl=ssl)
        server.port = listening.sockets[0].getsockname()[1]
        running.append((server, listening))
        return server

    yield start
    for server, listening in running:
        listening.close()
        for task in list(server.tasks):
            task.cancel()
        await asyncio.gather(*server.tasks, return_exceptions=True)


@pytest.fixture
def ok_bytes() -> bytes:
    """An HTTP answer that says "ok" and keeps the connection."""
    return b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n"ok"'


@pytest.fixture(params=["json", "orjson"])
def codec(request: pytest.FixtureRequest) -> Codec:
    return JsonCodec() if request.param == "json" else OrjsonCodec()
