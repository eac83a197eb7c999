"""One request, one answer: through the door to the service, and into the journal."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from time import perf_counter
from typing import Final

from aiohttp import web

from recombee_mock.control.api import Control
from recombee_mock.faults import staging
from recombee_mock.faults.holds import Holds
from recombee_mock.faults.plan import Plan
from recombee_mock.faults.table import Faults
from recombee_mock.protocol import UNDECLARED, Call, Reply
from recombee_mock.seeing.journal import Journal
from recombee_mock.shell.admission import (
    Admission,
    Admitted,
    Rejected,
    is_control,
    message,
    split_absolute,
)
from recombee_mock.shell.body import BodyRefusedError, read_ready, read_slowly
from recombee_mock.shell.connection import LOG
from recombee_mock.shell.http_answer import Answer, Answers

_CONTROL_BODY: Final = 64 * 2**20
"""Bytes a control request may have, however few a request of the API may: imports are large."""
_UNREAD: Final = 30.0
"""Seconds a client may leave a part of a stream unread."""


class Exchange:
    """Answers requests.

    Args:
        admission: Decides who gets in.
        control: Answers what is for the control API.
        journal: Where requests are written down.
        answers: Makes the answers.
        faults: What goes wrong on demand.
        now: The clock, in Unix seconds.
        max_body: Largest request body in bytes.
        body_timeout: Seconds a client may take to send a body.

    Attributes:
        holds: The connections that are made to wait.
    """

    def __init__(
        self,
        admission: Admission,
        control: Control,
        journal: Journal,
        answers: Answers,
        faults: Faults,
        *,
        now: Callable[[], float],
        max_body: int,
        body_timeout: float,
    ) -> None:
        self._admission = admission
        self._control = control
        self._journal = journal
        self._answers = answers
        self._faults = faults
        self.holds = Holds()
        self._now = now
        self._max_body = max_body
        self._body_timeout = body_timeout

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; whatever it holds, this does not raise."""
        try:
            return await self._answer(request)
        except ConnectionError:  # the client is gone: nobody will hear this
            return self._answers.plain(400, message("The connection broke"))
        except Exception:  # noqa: BLE001 - the outermost line of defence
            LOG.exception("A bug in the mock server")
            return self._answers.plain(500, message("The mock server failed"))

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        began = perf_counter()
        now = self._now()
        host = request.headers.get("Host", "")
        target = request.raw_path.encode("utf-8", "surrogateescape")
        if not target.startswith(b"/"):
            target, host = split_absolute(target, host)
        method = request.method
        if method == "OPTIONS" and not is_control(target):
            return self._answers.preflight()
        if not target.startswith(b"/"):
            answer = self._answers.plain(400, message("The request line names no path"))
            answer.force_close()
            return answer
        if is_control(target):
            return await self._answer_control(request, method, target, host)
        if self._faults.armed:
            plan = self._faults.plan(method, target, now)
            if plan is not None:
                return await self._answer_faulty(request, method, target, host, now, plan)
        return await self._answer_database(request, method, target, host, now, began)

    async def _answer_database(
        self,
        request: web.BaseRequest,
        method: str,
        target: bytes,
        host: str,
        now: float,
        began: float,
    ) -> web.StreamResponse:
        admitted = self._admission.admit(target, host, now)
        if isinstance(admitted, Rejected):
            return self._reject(method, host, admitted, now, perf_counter() - began)
        try:
            body = read_ready(request, self._max_body)
            if body is None:
                body = await read_slowly(request, self._max_body, self._body_timeout)
                now = self._now()
        except BodyRefusedError as refused:
            return self._refuse_body(method, host, admitted, refused, now)
        except ConnectionError:
            self._note_unheard(method, host, admitted, now)
            raise
        call = _call(request, admitted, body)
        database = admitted.database
        reply = database.service.apply(call, database.clock.at(now))
        self._journal.record(
            now,
            method,
            admitted.bare,
            host,
            database.id,
            reply.operation,
            reply.status,
            "public" if admitted.public else "private",
            body,
            "",
            perf_counter() - began,
            len(reply.body),
            reply.items,
        )
        return self._answers.make(reply.status, reply.body, now)

    async def _answer_faulty(
        self,
        request: web.BaseRequest,
        method: str,
        target: bytes,
        host: str,
        now: float,
        plan: Plan,
    ) -> web.StreamResponse:
        """Answer one request to which faults were dealt."""
        began = perf_counter()
        admitted = self._admission.admit(target, host, now + plan.skew)
        body = b""
        if isinstance(admitted, Admitted):
            try:
                body = await self._read(request, self._max_body)
            except BodyRefusedError as refused:
                return self._refuse_body(method, host, admitted, refused, now)
            except ConnectionError:
                self._note_unheard(method, host, admitted, now)
                raise
        there = await self.holds.hold(request.protocol, plan.wait_before)
        if not there or plan.reset == "before":
            reply = Reply(0, b"", plan.operation)
        elif plan.refused is not None and not plan.refused.after:
            reply = Reply(plan.refused.status, plan.refused.body, plan.operation)
        elif isinstance(admitted, Rejected):
            reply = Reply(admitted.status, admitted.body)
        else:
            reply = staging.carry_out(admitted, _call(request, admitted, body), plan, self._now())
        self._record_faulty(method, host, admitted, reply, body, plan, perf_counter() - began)
        if plan.reset is not None:
            staging.reset(request)
        await self.holds.hold(request.protocol, plan.wait_after)
        whole = self._answers.make(reply.status, reply.body, self._now() + plan.skew)
        return staging.spoil(whole, plan, self.holds)

    def _record_faulty(
        self,
        method: str,
        host: str,
        admitted: Admitted | Rejected,
        reply: Reply,
        body: bytes,
        plan: Plan,
        took: float,
    ) -> None:
        if isinstance(admitted, Admitted):
            database, auth = admitted.database.id, "public" if admitted.public else "private"
        else:
            database, auth = admitted.database, admitted.auth
        self._journal.record(
            self._now(),
            method,
            admitted.bare,
            host,
            database,
            reply.operation,
            reply.status,
            auth,
            body,
            plan.name,
            took,
            len(reply.body),
            reply.items,
        )

    async def _read(self, request: web.BaseRequest, most: int) -> bytes:
        body = read_ready(request, most)
        if body is None:
            body = await read_slowly(request, most, self._body_timeout)
        return body

    async def _answer_control(
        self, request: web.BaseRequest, method: str, target: bytes, host: str
    ) -> web.StreamResponse:
        try:
            body = await self._read(request, max(self._max_body, _CONTROL_BODY))
        except BodyRefusedError as refused:
            answer = self._answers.plain(refused.status, message(refused.text))
            answer.force_close()
            return answer
        said = self._control.answer(method, target, host, request.headers, body, self._now())
        if said.content_type is None:
            return self._answers.plain(said.status, said.value)
        headers = {"Content-Type": said.content_type, "Cache-Control": "no-store"}
        if said.stream is None:
            return web.Response(status=said.status, body=said.value, headers=headers)
        stream = web.StreamResponse(status=said.status, headers=headers)
        await stream.prepare(request)
        await _pour(said.stream, stream, request)
        return stream

    def _reject(self, method: str, host: str, why: Rejected, now: float, took: float) -> Answer:
        self._journal.record(
            now,
            method,
            why.bare,
            host,
            why.database,
            "",
            why.status,
            why.auth,
            b"",
            took=took,
            sent=len(why.body),
        )
        return self._answers.make(why.status, why.body, now)

    def _note_unheard(self, method: str, host: str, admitted: Admitted, now: float) -> None:
        """Write down a request whose client left in the middle of it."""
        auth = "public" if admitted.public else "private"
        name = admitted.database.id
        self._journal.record(now, method, admitted.bare, host, name, "", 0, auth, b"")

    def _refuse_body(
        self, method: str, host: str, admitted: Admitted, why: BodyRefusedError, now: float
    ) -> Answer:
        auth = "public" if admitted.public else "private"
        name = admitted.database.id
        self._journal.record(now, method, admitted.bare, host, name, "", why.status, auth, b"")
        answer = self._answers.make(why.status, message(why.text), now)
        answer.force_close()
        return answer


async def _pour(
    chunks: AsyncGenerator[bytes, None], stream: web.StreamResponse, request: web.BaseRequest
) -> None:
    """Write a stream for as long as somebody reads it."""
    async with contextlib.aclosing(chunks):
        async for chunk in chunks:
            try:
                async with asyncio.timeout(_UNREAD):
                    await stream.write(chunk)
            except TimeoutError:
                if request.transport is not None:
                    request.transport.abort()
                raise ConnectionResetError("The client does not read") from None


def _call(request: web.BaseRequest, admitted: Admitted, body: bytes) -> Call:
    content_type = request.headers.get("Content-Type", "").lower() or UNDECLARED
    return Call(request.method, admitted.path, admitted.query, body, content_type, admitted.public)
