"""One batch on its journey: what became of each of its requests, whatever happens."""

import asyncio
import copy
from collections.abc import Sequence
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs

from aiorecombee.client import RecombeeClient
from aiorecombee.delivery.batching.traits import Asking
from aiorecombee.errors import InvalidRequestError, RecombeeError
from aiorecombee.requests.batch import Batch, BatchResult
from aiorecombee.requests.endpoint import Request

A = TypeVar("A", bound=Asking)
Outcome: TypeAlias = BatchResult[Any] | Exception

_AT_ONCE: Final = 200
"""Requests to look at before other tasks get a turn: a millisecond or two."""


@attrs.define(eq=False)
class Landed(Generic[A]):
    """Requests of a batch that share their fate.

    Attributes:
        entries: The requests.
        outcome: Their answers, one for each, or the error that they all have.
    """

    entries: Sequence[A]
    outcome: Outcome

    @property
    def error_name(self) -> str | None:
        """The class of the error that all have, if that is their outcome."""
        return None if isinstance(self.outcome, BatchResult) else type(self.outcome).__name__

    def common_value(self) -> Any | None:
        """The one value that all were answered with, or `None` if they have to be looked at.

        Nearly every batch of writes is answered "ok" throughout; ten thousand answers made to say
        so would take longer than the rest of the batch.
        """
        if not isinstance(self.outcome, BatchResult):
            return None
        raw = self.outcome._entries  # noqa: SLF001  # a result gives them only one by one, decoded
        first = raw[0] if raw else {"json": None}
        if first["json"] != "ok" or raw != [first] * len(raw):
            return None
        kinds = {entry.request.__class__ for entry in self.entries}
        return "ok" if all(map(_answers_with_text, kinds)) else None


@attrs.frozen
class Carrier:
    """Carries batches, with the time limits of `RecombeeClient.send`."""

    client: RecombeeClient
    timeout: float | None = None
    total_timeout: float | None = None

    async def carry(self, entries: Sequence[A]) -> list[Landed[A]]:
        """Send the requests as one batch.

        A request that cannot be sent fails alone, and the others are sent without it.
        """
        batch = Batch([entry.request for entry in entries])
        try:
            result = await self.client.send(
                batch, timeout=self.timeout, total_timeout=self.total_timeout
            )
        except InvalidRequestError as error:
            wrong, right = await self._sort_out(entries)
            if not wrong:
                return [Landed(entries, error)]
            return wrong + (await self.carry(right) if right else [])
        except Exception as error:  # noqa: BLE001  # of hooks and transports too: it has owners
            return _failed(entries, error)
        return [Landed(entries, result)]

    async def _sort_out(self, entries: Sequence[A]) -> tuple[list[Landed[A]], list[A]]:
        """Those that cannot be sent, with the reason, and the others."""
        wrong: list[Landed[A]] = []
        right: list[A] = []
        for number, entry in enumerate(entries, 1):
            error = self._complaint(entry.request)
            if error is None:
                right.append(entry)
            else:
                wrong.append(Landed([entry], error))
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        return wrong, right

    def _complaint(self, request: Request[Any]) -> InvalidRequestError | None:
        try:
            self.client.check(Batch((request,)))
        except InvalidRequestError as error:
            return InvalidRequestError(str(error).removeprefix("requests[0]: "))
        return None


def _answers_with_text(kind: type[Request[Any]]) -> bool:
    return kind._answer is str  # noqa: SLF001


def _failed(entries: Sequence[A], error: Exception) -> list[Landed[A]]:
    """The parts of a large batch that were answered before one failed keep their answers."""
    partial = error.partial if isinstance(error, RecombeeError) else None
    if partial is None:
        return [Landed(entries, error)]
    answered = len(partial)
    return [Landed(entries[:answered], partial), Landed(entries[answered:], error)]


def own_error(error: Exception, request: Request[Any]) -> Exception:
    """A copy of an error for one of many waiters: a shared one would collect all their tracebacks.

    The errors of this library also get the request that they are about now.
    """
    try:
        own = copy.copy(error)
    except Exception:  # noqa: BLE001  # whatever a foreign class does when it is copied
        return error
    own.__cause__ = error.__cause__
    if isinstance(own, RecombeeError):
        own.partial = None
        if hasattr(own, "request"):
            own.request = request
    return own
