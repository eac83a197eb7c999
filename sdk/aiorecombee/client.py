"""The client: the one place that awaits."""

import os
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from math import inf
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from aiorecombee._version import __version__
from aiorecombee.clock import SystemClock
from aiorecombee.codec import Codec, default_codec
from aiorecombee.core.check import check
from aiorecombee.core.clock import Clock, ServiceTime
from aiorecombee.core.credentials import Credentials, PrivateToken, PublicToken
from aiorecombee.core.decode import decode, decode_batch, pair
from aiorecombee.core.encode import Encoder
from aiorecombee.core.parts import MOST_BYTES, batch_timeout, halves, in_parts
from aiorecombee.core.retry import Backoff, RetryPolicy
from aiorecombee.core.routing import Origin, Region, route
from aiorecombee.core.wire import HttpCall
from aiorecombee.errors import ConfigurationError, InvalidRequestError, RecombeeError
from aiorecombee.exchange import Exchange, Limits
from aiorecombee.hooks import Hook
from aiorecombee.requests.batch import Answer, Batch, BatchResult
from aiorecombee.requests.endpoint import JsonObject, Request
from aiorecombee.transport import Transport

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from aiorecombee.delivery.batching.records import ProgressHook
    from aiorecombee.transport.aiohttp import AiohttpTransport

R = TypeVar("R")


class RecombeeClient:
    """Sends requests to a Recombee database.

        async with RecombeeClient("my-db", "token", region=Region.EU_WEST) as client:
            await client.send(AddDetailView("user-1", "item-7", cascade_create=True))

    One client serves any number of tasks of one event loop at once.
    """

    def __init__(
        self,
        database_id: str,
        token: str | PrivateToken,
        *,
        region: Region | str | None = None,
        base_uri: str | None = None,
        protocol: str = "https",
        session: "ClientSession | None" = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        transport: Transport | None = None,
        retry: RetryPolicy | None = None,
        clock: Clock | None = None,
        hooks: Iterable[Hook] = (),
        codec: Codec | None = None,
        validate: bool = True,
    ) -> None:
        """Set up a client; nothing is sent yet.

        Args:
            database_id: The API Identifier of the database.
            token: Its private token, or a `PublicToken`.
            region: Where the database lives.
            base_uri: Host, with a port if need be, in place of a region (`localhost:8484`).
                The environment's `RAPI_URI` overrides it.
            protocol: `https`, or `http` for local use.
            session: An aiohttp session to borrow: for a proxy, an own certificate authority, or
                limits of connections. It is not closed here.
            timeout: Seconds for one attempt; by default each request class has its own.
            total_timeout: Seconds for all attempts of a call and the pauses between them.
            transport: In place of aiohttp.
            retry: When to try again; `NoRetry()` for never.
            clock: In place of the machine's.
            hooks: Called after every attempt.
            codec: In place of orjson or, where that is not installed, `json`.
            validate: Refuse, before sending, what breaks a documented rule.

        Raises:
            ConfigurationError: The arguments contradict each other or are malformed.
        """
        if transport is not None and session is not None:
            raise ConfigurationError("session and transport contradict each other: give one")
        _check_seconds(timeout, total_timeout)
        if not isinstance(token, PrivateToken):
            token = PrivateToken(token)
        self._database_id = database_id
        self._origin = route(
            region=region,
            base_uri=base_uri,
            protocol=protocol,
            public=isinstance(token, PublicToken),
        )
        self._own_transport: AiohttpTransport | None = None
        if transport is None:
            transport = self._own_transport = _aiohttp_transport(self._origin, session)
        self._timeout = timeout
        self._total_timeout = total_timeout
        self._clock: Clock = SystemClock() if clock is None else clock
        self._service_time = ServiceTime(self._clock.time)
        self._codec = default_codec() if codec is None else codec
        self._largest = 0
        self._encoder = Encoder(self._codec, self._service_time.stamp, validate=validate)
        self._exchange = Exchange(
            credentials=Credentials(database_id, token),
            transport=transport,
            clock=self._clock,
            service_time=self._service_time,
            retry=Backoff() if retry is None else retry,
            hooks=tuple(hooks),
            codec=self._codec,
        )

    @classmethod
    def from_env(cls, **options: Any) -> Self:
        """Set up a client from the environment.

        Reads `RECOMBEE_DATABASE`, `RECOMBEE_TOKEN` and `RECOMBEE_REGION` (`RAPI_URI` counts as
        ever). `options` are those of the constructor.

        Raises:
            ConfigurationError: Database or token is missing, or they contradict `options`.
        """
        found = os.environ
        missing = [name for name in ("RECOMBEE_DATABASE", "RECOMBEE_TOKEN") if not found.get(name)]
        if missing:
            raise ConfigurationError(f"not set in the environment: {', '.join(missing)}")
        if "base_uri" not in options:
            options.setdefault("region", found.get("RECOMBEE_REGION") or None)
        return cls(found["RECOMBEE_DATABASE"], found["RECOMBEE_TOKEN"], **options)

    @property
    def database_id(self) -> str:
        """The API Identifier of the database."""
        return self._database_id

    def __repr__(self) -> str:
        return f"<RecombeeClient of {self._database_id} at {self._origin}>"

    async def __aenter__(self) -> Self:
        """Open the client; connections are made when they are needed."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the client."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless session or transport is borrowed."""
        if self._own_transport is not None:
            await self._own_transport.aclose()

    async def send(
        self,
        request: Request[R],
        *,
        timeout: float | None = None,  # of one attempt, not of this call
        total_timeout: float | None = None,
    ) -> R:
        """Send a request and decode the answer.

        Args:
            request: What to ask.
            timeout: Seconds for one attempt, in place of the client's or the request's own.
            total_timeout: Seconds for all attempts and the pauses between them.

        Raises:
            InvalidRequestError: The request breaks a documented rule; nothing was sent.
            ConfigurationError: The client is closed, or a time limit is none.
            TransportError: No answer came; it may have been carried out or not.
            ApiError: The service refused.
            UnexpectedResponseError: The answer is not one of the API's.
        """
        if timeout is not None or total_timeout is not None:
            _check_seconds(timeout, total_timeout)
        timeout = self._timeout if timeout is None else timeout
        total = self._total_timeout if total_timeout is None else total_timeout
        if isinstance(request, Batch):
            return await self._send_batch(request, timeout, total)  # type: ignore[return-value]
        if not isinstance(request, Request):
            raise InvalidRequestError(_no_request(request))
        limits = Limits(request.timeout if timeout is None else timeout, total, request.repeatable)
        reply, repeated = await self._exchange.run(
            request, lambda: self._encoder.encode(request), limits
        )
        if repeated and reply.status == request.settled:
            return "ok"  # type: ignore[return-value]  # additions and deletions answer so
        return decode(request, reply, self._codec)

    def stream(
        self,
        requests: "Iterable[Request[R]] | AsyncIterable[Request[R]]",
        *,
        max_requests: int = 1_000,
        max_in_flight: int = 4,
        ordered: bool = True,
        stop_on_failure: bool = False,
        progress: "ProgressHook | None" = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
    ) -> "AsyncGenerator[Answer[R], None]":
        """Send any number of requests in batches, with bounded memory; gives an answer for each.

        The requests of a user are carried out in their order. Whoever stops early cancels what is
        on its way.

        Args:
            requests: What to send; also an asynchronous iterable, or one that never ends.
            max_requests: Most requests in a batch.
            max_in_flight: Most batches on their way at once.
            ordered: Answer in the order of the requests; else as the batches are answered.
            stop_on_failure: Raise the error of a batch that fails as a whole. Without it, its
                requests get answers with that error.
            progress: Called after each batch.
            timeout: Seconds for one attempt at a batch.
            total_timeout: Seconds for all attempts at a batch.

        Raises:
            ConfigurationError: A limit is not one.
        """
        from aiorecombee.delivery.batching.stream import stream  # noqa: PLC0415  # it needs this module

        return stream(
            self,
            requests,
            max_requests=max_requests,
            max_in_flight=max_in_flight,
            ordered=ordered,
            stop_on_failure=stop_on_failure,
            progress=progress,
            timeout=timeout,
            total_timeout=total_timeout,
            clock=self._clock,
        )

    def check(self, request: Request[Any]) -> None:
        """Refuse what sending would refuse, without sending it.

        Raises:
            InvalidRequestError: The request breaks a documented rule.
        """
        if isinstance(request, Batch):
            self._encoder.encode_batch(request)
        else:
            self._encoder.encode(request)

    def to_json(self, request: Request[Any]) -> bytes:
        """The request as JSON text, to be kept and sent later.

        `aiorecombee send` takes a file of such lines. An interaction without a timestamp gets that
        of now, so that it counts once however often it is sent.

        Raises:
            InvalidRequestError: The request breaks a documented rule, or is a batch.
        """
        return self._encoder.to_json(request)

    async def _send_batch(
        self, batch: Batch[Any], timeout: float | None, total: float | None
    ) -> BatchResult[Any]:
        check(batch)
        batch = Batch(tuple(batch.requests), batch.distinct_recomms)  # theirs may change meanwhile
        entries: list[JsonObject] = []
        repeated: list[bool] = []
        end = None if total is None else self._clock.monotonic() + total
        for part, pieces, first in await self._encode_parts(batch):
            kinds: set[type[Request[Any]]] = set(map(type, part.requests))
            limits = Limits(
                batch_timeout(part.requests) if timeout is None else timeout,
                None if end is None else end - self._clock.monotonic(),
                all(kind.repeatable for kind in kinds),
            )
            try:
                call = _PartCall(self._encoder, part, pieces, first)
                reply, undecided = await self._exchange.run(part, call, limits)
                answered = decode_batch(part, len(part.requests), reply, self._codec)
            except RecombeeError as error:
                if entries:
                    error.partial = BatchResult(batch.requests, entries, pair, repeated)
                raise
            entries.extend(answered)
            repeated.extend([undecided] * len(answered))
        return BatchResult(batch.requests, entries, pair, repeated)

    async def _encode_parts(self, batch: Batch[Any]) -> "list[_Encoded]":
        """Encode everything before anything is sent: a wrong request anywhere stops it all."""
        waiting = list(in_parts(batch.requests))[::-1]
        encoded: list[_Encoded] = []
        done = 0
        while waiting:
            part = Batch(waiting.pop(), batch.distinct_recomms)
            pieces: list[bytes] = []
            size = 0
            for piece in self._encoder.pieces(part, done):
                if pieces or encoded:
                    await self._clock.sleep(0)  # a large batch must not hold up other tasks
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES and len(part.requests) > 1:
                    waiting.extend(reversed(halves(part.requests)))
                    break
            else:
                if len(pieces) > 1:
                    self._keep_memory_for(size)
                encoded.append((part, tuple(pieces), done))
                done += len(part.requests)
        return encoded

    def _keep_memory_for(self, size: int) -> None:
        """Have the memory of so many bytes in pieces stay with us, to be used by the next batch.

        glibc gives back to the system what is free beyond twice the largest block that was ever
        freed in one. Pieces are small: without this it would give back all of them after every
        batch, and fetch them anew, which takes a sixth of the time of a batch.
        """
        if size > self._largest:
            self._largest = size
            bytes(size)  # freed at once


_Encoded: TypeAlias = tuple[Batch[Any], tuple[bytes, ...], int]
"""A part of a batch, its body, and the number of its first request."""


class _PartCall:
    """Gives the call of a part: first as it was encoded with the others, then encoded anew."""

    def __init__(
        self, encoder: Encoder, part: Batch[Any], pieces: tuple[bytes, ...], first: int
    ) -> None:
        self._encoder = encoder
        self._part = part
        self._pieces: tuple[bytes, ...] | None = pieces
        self._first = first

    def __call__(self) -> HttpCall:
        pieces, self._pieces = self._pieces, None
        if pieces is None:
            pieces = tuple(self._encoder.pieces(self._part, self._first))
        return HttpCall(self._part.method, self._part.path, pieces)


def _no_request(value: object) -> str:
    if isinstance(value, type) and issubclass(value, Request):
        return f"{value.__name__} is a class; what is sent is one of it: {value.__name__}(…)"
    return f"{value!r:.80} is not a request"


def _check_seconds(timeout: object, total_timeout: object) -> None:
    for name, seconds in (("timeout", timeout), ("total_timeout", total_timeout)):
        number = seconds if isinstance(seconds, int | float) and seconds is not True else -1
        if seconds is not None and not 0 < number < inf:
            raise ConfigurationError(f"{name} must be a number of seconds above 0, not {seconds!r}")


def _aiohttp_transport(origin: Origin, session: "ClientSession | None") -> "AiohttpTransport":
    # Only now: importing aiohttp takes longer than importing all the rest.
    from aiorecombee.transport.aiohttp import AiohttpTransport  # noqa: PLC0415

    return AiohttpTransport(origin, session=session, user_agent=f"aiorecombee/{__version__}")
