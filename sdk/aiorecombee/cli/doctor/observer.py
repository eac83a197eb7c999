"""The shell: looks where it is told to, and reports what it saw."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import attrs

from aiorecombee._version import __version__
from aiorecombee.cli.connection_options import Connection
from aiorecombee.cli.doctor import probes
from aiorecombee.cli.doctor.hosts import client_side, region_origins
from aiorecombee.cli.doctor.recognised import skew_of
from aiorecombee.cli.doctor.seen import Answer, Probe, Question, Reply, Seen, Target, Trouble
from aiorecombee.cli.doctor.troubles import text_of, trouble_of
from aiorecombee.codec import default_codec
from aiorecombee.core.credentials import Credentials, PrivateToken
from aiorecombee.core.encode import encode
from aiorecombee.core.routing import Origin
from aiorecombee.core.sign import sign
from aiorecombee.core.wire import HttpCall, redact
from aiorecombee.errors import RequestTimeoutError, TransportError
from aiorecombee.requests.batch import Batch
from aiorecombee.transport.aiohttp import AiohttpTransport

_LONGEST: Final = 2000  # characters of a body
_HARMLESS: Final = encode(Batch([]), default_codec())


@attrs.frozen
class Observer:
    """Looks at one target.

    Attributes:
        target: What is looked for.
        connection: With its tokens.
        limit: Seconds for each look.
        now: Unix seconds.
    """

    target: Target
    connection: Connection
    limit: float
    now: Callable[[], float] = time.time

    async def look(self, question: Question, seen: Seen) -> Any:
        """Look at one thing; never fails, for a failure is what is looked for."""
        looks: Mapping[Question, Callable[[Seen], Awaitable[Any]]] = {
            Question.PROXY: self._proxy,
            Question.NAME: self._name,
            Question.CONNECTION: self._connection,
            Question.TLS: self._tls,
            Question.SPEAKS_TLS: self._speaks_tls,
            Question.ANSWER: self._answer,
            Question.CORRECTED: self._corrected,
            Question.AS_PUBLIC: self._as_public,
            Question.REGIONS: self._regions,
            Question.DATABASES: self._databases,
        }
        return await looks[question](seen)

    async def _proxy(self, _: Seen) -> Probe:
        proxy = self.target.proxy
        if proxy is None:
            raise ValueError("there is no proxy to look at")

        async def reach() -> str:
            if not self.target.secure:
                addresses = await probes.look_up(proxy.host, proxy.port)
                await probes.connect(addresses, proxy.port, self.limit)
                return "it takes connections"
            async with probes.tunnel(self.target.host, self.target.port, proxy):
                return f"it connects us to {self.target.host}:{self.target.port}"

        return await self._probe(reach)

    async def _name(self, _: Seen) -> Probe:
        async def look_up() -> str:
            found = await probes.look_up(self.target.host, self.target.port)
            shown = found[0] if len(found) == 1 else f"{found[0]} and {len(found) - 1} more"
            return f"{self.target.host} is {shown}"

        return await self._probe(look_up)

    async def _connection(self, _: Seen) -> Probe:
        async def connect() -> str:
            found = await probes.look_up(self.target.host, self.target.port)
            address = await probes.connect(found, self.target.port, self.limit)
            return f"{address} takes connections on port {self.target.port}"

        return await self._probe(connect)

    async def _tls(self, _: Seen) -> Probe:
        return await self._probe(
            lambda: probes.shake_hands(self.target.host, self.target.port, self.target.proxy)
        )

    async def _speaks_tls(self, _: Seen) -> Probe:
        """TLS it is, too, when only the certificate is not to our liking."""
        seen = await self._tls(_)
        distrust = {Trouble.UNTRUSTED, Trouble.WRONG_NAME, Trouble.EXPIRED, Trouble.NOT_YET_VALID}
        return attrs.evolve(seen, trouble=None) if seen.trouble in distrust else seen

    async def _probe(self, act: Callable[[], Awaitable[str]]) -> Probe:
        began = time.monotonic()
        trouble: Trouble | None = None
        try:
            async with asyncio.timeout(self.limit):
                said = await act()
        except probes.ProxyRefusalError as error:
            said, trouble = str(error), error.trouble
        except (OSError, EOFError, ValueError) as error:
            said, trouble = text_of(error, self.limit), trouble_of(error)
        return Probe(said, time.monotonic() - began, trouble)

    # --- Asking -----------------------------------------------------------------------------------

    async def _answer(self, _: Seen) -> Reply:
        return await self._ask()

    async def _corrected(self, seen: Seen) -> Reply:
        skew = skew_of(seen.answer) if isinstance(seen.answer, Answer) else None
        return await self._ask(ahead=skew or 0.0)

    async def _as_public(self, _: Seen) -> Reply:
        origin = client_side(self.target.origin)
        return await self._ask(origin=origin, token=self.connection.public_token)

    async def _regions(self, _: Seen) -> Mapping[str, Reply]:
        origins = region_origins(self.target.origin)
        replies = await asyncio.gather(*(self._ask(origin=place) for place in origins.values()))
        return dict(zip(origins, replies, strict=True))

    async def _databases(self, _: Seen) -> Mapping[str, Reply]:
        return {name: await self._ask(database=name) for name in self.target.databases}

    async def _ask(
        self,
        *,
        origin: Origin | None = None,
        database: str | None = None,
        token: PrivateToken | None = None,
        ahead: float = 0.0,
    ) -> Reply:
        """Send an empty batch, once; by default where and as the target says."""
        credentials = Credentials(
            database or self.target.database_id, token or self.connection.token
        )
        began, started = time.monotonic(), self.now()

        def seal() -> HttpCall:
            return sign(_HARMLESS, credentials, self.now() - ahead)

        agent = f"aiorecombee/{__version__} doctor"
        place = origin or self.target.origin
        async with AiohttpTransport(place, user_agent=agent) as transport:
            try:
                reply = await transport.send(seal, self.limit)
            except TransportError as error:
                slow = isinstance(error, RequestTimeoutError)
                trouble = Trouble.SILENT if slow else Trouble.BROKEN
                return Probe(redact(str(error)), time.monotonic() - began, trouble)
        return Answer(
            status=reply.status,
            headers={name.lower(): value for name, value in reply.headers.items()},
            body=reply.body[:_LONGEST].decode(errors="replace"),
            at=(started + self.now()) / 2,
            seconds=time.monotonic() - began,
        )
