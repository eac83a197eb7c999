"""One request, one answer: through the door to the service, and into the journal."""

from collections.abc import Callable

from aiohttp import web

from recombee_mock.admission import (
    Admission,
    Admitted,
    Rejected,
    is_control,
    message,
    split_absolute,
)
from recombee_mock.body import BodyRefusedError, read_ready, read_slowly
from recombee_mock.connection import LOG
from recombee_mock.control.api import Control
from recombee_mock.http_answer import Answer, Answers
from recombee_mock.journal import Journal
from recombee_mock.protocol import Call


class Exchange:
    """Answers requests.

    Args:
        admission: Decides who gets in.
        control: Answers what is for the control API.
        journal: Where requests are written down.
        answers: Makes the answers.
        now: The clock, in Unix seconds.
        max_body: Largest request body in bytes.
        body_timeout: Seconds a client may take to send a body.
    """

    def __init__(
        self,
        admission: Admission,
        control: Control,
        journal: Journal,
        answers: Answers,
        *,
        now: Callable[[], float],
        max_body: int,
        body_timeout: float,
    ) -> None:
        self._admission = admission
        self._control = control
        self._journal = journal
        self._answers = answers
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
        admitted = self._admission.admit(target, host, now)
        if isinstance(admitted, Rejected):
            return self._reject(method, host, admitted, now)
        try:
            body = read_ready(request, self._max_body)
            if body is None:
                body = await read_slowly(request, self._max_body, self._body_timeout)
                now = self._now()
        except BodyRefusedError as refused:
            return self._refuse_body(method, host, admitted, refused, now)
        content_type = request.headers.get("Content-Type", "").lower()
        call = Call(method, admitted.path, admitted.query, body, content_type, admitted.public)
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
        )
        return self._answers.make(reply.status, reply.body, now)

    async def _answer_control(
        self, request: web.BaseRequest, method: str, target: bytes, host: str
    ) -> web.StreamResponse:
        try:
            body = read_ready(request, self._max_body)
            if body is None:
                body = await read_slowly(request, self._max_body, self._body_timeout)
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
        async for chunk in said.stream:
            await stream.write(chunk)
        return stream

    def _reject(self, method: str, host: str, why: Rejected, now: float) -> Answer:
        self._journal.record(
            now, method, why.bare, host, why.database, "", why.status, why.auth, b""
        )
        return self._answers.make(why.status, why.body, now)

    def _refuse_body(
        self, method: str, host: str, admitted: Admitted, why: BodyRefusedError, now: float
    ) -> Answer:
        auth = "public" if admitted.public else "private"
        name = admitted.database.id
        self._journal.record(now, method, admitted.bare, host, name, "", why.status, auth, b"")
        answer = self._answers.make(why.status, message(why.text), now)
        answer.force_close()
        return answer
