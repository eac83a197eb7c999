"""Requests and answers that go wrong on the wire."""

import contextlib
import socket
import struct
from http import HTTPStatus
from typing import Final

import attrs
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from recombee_mock.faults.batch_items import Failures, put_in, take_out
from recombee_mock.faults.holds import Holds
from recombee_mock.faults.plan import Plan
from recombee_mock.protocol import Call, Reply
from recombee_mock.shell.admission import Admitted
from recombee_mock.shell.http_answer import JSON, Answer

_TICK: Final = 0.05
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


def carry_out(admitted: Admitted, call: Call, plan: Plan, now: float) -> Reply:
    """Have a request carried out, but for what the plan takes out of it or answers instead."""
    database = admitted.database
    failures: Failures = {}
    if plan.spoils:
        call.body, failures = take_out(call.body, call.public, plan.spoils)
    reply = database.service.apply(call, database.clock.at(now))
    if failures and reply.status == HTTPStatus.OK:
        reply = attrs.evolve(reply, body=put_in(reply.body, failures))
    if plan.refused is not None:
        reply = attrs.evolve(reply, status=plan.refused.status, body=plan.refused.body)
    return reply


def spoil(whole: Answer, plan: Plan, holds: Holds) -> Answer:
    """The answer as the plan wants it to arrive."""
    if plan.refused is not None and plan.refused.retry_after is not None:
        whole.head += b"\r\nRetry-After: " + plan.refused.retry_after.encode()
        whole.head += b"\r\nAccess-Control-Expose-Headers: Retry-After"
    if plan.refused is not None and plan.refused.content_type is not None:
        whole.head = whole.head.replace(JSON, plan.refused.content_type.encode(), 1)
    if plan.keep is None and plan.rate is None:
        return whole
    return Spoilt(whole, holds, keep=plan.keep, rate=plan.rate, most=plan.rate_most)


def reset(request: web.BaseRequest) -> None:
    """Close a connection the hard way, so that the client sees it was reset."""
    transport = request.transport
    if transport is None:
        return
    line = transport.get_extra_info("socket")
    if line is not None:
        # Closing with a linger time of zero resets the connection.
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


class Spoilt(Answer):
    """An answer that is cut short, or dribbles; its head promises the whole body.

    Args:
        whole: The answer as it would have been.
        holds: Where its pauses are kept.
        keep: Share of the body that is sent, then the connection closes.
        rate: Bytes a second, `None` for all at once.
        most: Seconds for the whole body.
    """

    def __init__(
        self, whole: Answer, holds: Holds, *, keep: float | None, rate: float | None, most: float
    ) -> None:
        super().__init__(whole.status, whole.head, whole.whole_body)
        self._holds = holds
        self._cut = keep is not None
        size = len(whole.whole_body)
        self._left = memoryview(whole.whole_body)[: size if keep is None else int(size * keep)]
        self._pace = rate
        if rate is not None and most > 0:
            self._pace = max(rate, len(self._left) / most)

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Write the head."""
        if request.method == "HEAD":
            self._left = self._left[:0]
        whole, self.whole_body = self.whole_body, b""
        try:
            return await super().prepare(request)
        finally:
            self.whole_body = whole

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 - the base class's
        """Write the body, or what is wanted of it."""
        if self._request is None:
            return
        while self._left and self._request.transport is not None:
            at_once = self._piece()
            piece, self._left = self._left[:at_once], self._left[at_once:]
            self._request.transport.write(bytes(piece))
            if self._pace is not None:
                await self._holds.hold(self._request.protocol, len(piece) / self._pace)
        if self._cut and self._request.transport is not None:
            self._stays = False
            self._request.transport.close()

    def _piece(self) -> int:
        if self._pace is None or self._holds.stopped:
            return len(self._left)
        return max(1, int(self._pace * _TICK))
