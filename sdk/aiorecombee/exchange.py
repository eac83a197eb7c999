"""One call and its repetitions: sign, send, look at the outcome, wait, again."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from aiorecombee.codec import Codec
from aiorecombee.core.clock import Clock, ServiceTime
from aiorecombee.core.credentials import Credentials
from aiorecombee.core.decode import refusal
from aiorecombee.core.retry import Failure, RetryBudget, RetryPolicy, parse_retry_after
from aiorecombee.core.sign import sign
from aiorecombee.core.wire import HttpCall, HttpReply
from aiorecombee.errors import ApiError, RecombeeError, RequestTimeoutError, TransportError
from aiorecombee.hooks import Attempt, Hook
from aiorecombee.requests.endpoint import Request
from aiorecombee.transport import LEAST_TIMEOUT, Transport

_FIRST_ERROR: Final = 400
_UNAUTHORIZED: Final = 401


@attrs.define
class Limits:
    """How long a call may take, and whether it may be repeated.

    Attributes:
        attempt: Seconds for one attempt.
        total: Seconds for all of them and the pauses, `None` for no limit.
        repeatable: Sending it twice does no harm.
    """

    attempt: float
    total: float | None
    repeatable: bool


@attrs.define
class Exchange:
    """What all calls of a client share."""

    credentials: Credentials
    transport: Transport
    clock: Clock
    service_time: ServiceTime
    retry: RetryPolicy
    hooks: Sequence[Hook]
    codec: Codec
    budget: RetryBudget = attrs.field(factory=RetryBudget)

    async def run(
        self, request: Request[Any], encode: Callable[[], HttpCall], limits: Limits
    ) -> tuple[HttpReply, bool]:
        """Send a call until there is an answer to decode.

        Args:
            request: What is asked.
            encode: Gives the call. Asked once more if the clock was wrong and nothing can have
                been carried out: what it was stamped with was wrong too.
            limits: On time and repetition.

        Returns:
            The answer, and whether an earlier attempt may have been carried out too. If so, the
            status that the request calls `settled` is a success.

        Raises:
            TransportError: The last attempt had no answer.
            ApiError: The last attempt was refused.
        """
        if limits.total is not None and limits.total <= 0:
            raise RequestTimeoutError("total_timeout ran out before it was sent", request)
        self.budget.earn()
        began = self.clock.monotonic()
        started = began
        call = encode()
        attempts: list[Attempt] = []
        undecided = corrected = False
        while True:
            seal = _Seal(call, self.credentials, self.service_time)
            reply: HttpReply | None
            failed: RecombeeError
            try:
                reply = await self.transport.send(seal, _left(limits, started - began))
            except TransportError as error:
                error.request = request
                reply, failed = None, error
            else:
                if reply.status < _FIRST_ERROR or (undecided and reply.status == request.settled):
                    if self.hooks:
                        attempt = self._attempt(request, attempts, reply, None, started, None)
                        self._tell(attempt)
                    return reply, undecided
                failed = self._refusal(request, reply)

            failure = self._failure(len(attempts) + 1, reply, failed, began, limits)
            undecided = undecided or failure.undecided
            again = not corrected and self._wrong_clock(reply, seal.signed_at)
            if again:
                corrected = True
                call = call if undecided else encode()
            pause = self._pause(failure, limits, at_once=again)
            attempts.append(self._attempt(request, attempts, reply, failed, started, pause))
            self._tell(attempts[-1])
            if pause is None:
                failed.attempts = tuple(attempts)
                raise failed
            if pause:
                await self.clock.sleep(pause)
            started = self.clock.monotonic()

    def _wrong_clock(self, reply: HttpReply | None, signed_at: float) -> bool:
        return (
            reply is not None
            and reply.status == _UNAUTHORIZED
            and self.service_time.correct(signed_at, reply.headers.get("Date"))
        )

    def _refusal(self, request: Request[Any], reply: HttpReply) -> ApiError:
        error = refusal(request, reply, self.codec)
        asked = reply.headers.get("Retry-After")
        error.retry_after = parse_retry_after(asked, self.service_time.now())
        return error

    def _failure(
        self,
        number: int,
        reply: HttpReply | None,
        failed: RecombeeError,
        began: float,
        limits: Limits,
    ) -> Failure:
        return Failure(
            number=number,
            status=None if reply is None else reply.status,
            timed_out=isinstance(failed, RequestTimeoutError),
            unsent=getattr(failed, "unsent", False),
            retry_after=getattr(failed, "retry_after", None),
            elapsed=self.clock.monotonic() - began,
            repeatable=limits.repeatable,
        )

    def _pause(self, failure: Failure, limits: Limits, *, at_once: bool) -> float | None:
        pause = 0.0 if at_once else self.retry.pause(failure)
        if pause is None or (limits.total is not None and failure.elapsed + pause >= limits.total):
            return None
        return pause if at_once or self.budget.spend() else None

    def _attempt(
        self,
        request: Request[Any],
        earlier: Sequence[Attempt],
        reply: HttpReply | None,
        failed: RecombeeError | None,
        started: float,
        pause: float | None,
    ) -> Attempt:
        return Attempt(
            request=request,
            number=len(earlier) + 1,
            status=None if reply is None else reply.status,
            error=None if failed is None else type(failed).__name__,
            elapsed=self.clock.monotonic() - started,
            retry_in=pause,
        )

    def _tell(self, attempt: Attempt) -> None:
        for hook in self.hooks:
            hook(attempt)


class _Seal:
    """Signs a call when the transport asks for it, and remembers the time it signed."""

    __slots__ = ("_call", "_credentials", "_service_time", "signed_at")

    def __init__(self, call: HttpCall, credentials: Credentials, service_time: ServiceTime) -> None:
        self._call = call
        self._credentials = credentials
        self._service_time = service_time
        self.signed_at = 0.0

    def __call__(self) -> HttpCall:
        self.signed_at = self._service_time.now()
        return sign(self._call, self._credentials, self.signed_at)


def _left(limits: Limits, elapsed: float) -> float:
    if limits.total is None:
        return max(LEAST_TIMEOUT, limits.attempt)
    return max(LEAST_TIMEOUT, min(limits.attempt, limits.total - elapsed))
