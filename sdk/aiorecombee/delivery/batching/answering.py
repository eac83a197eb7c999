"""Giving the answers of a batch to those who wait for them, a turn of the event loop at a time."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from aiorecombee.core.lanes import Concern
from aiorecombee.delivery.batching.carrying import Landed, own_error
from aiorecombee.errors import NotSentError, RequestTimeoutError
from aiorecombee.requests.batch import BatchResult
from aiorecombee.requests.endpoint import Request

R = TypeVar("R")
T = TypeVar("T")

_CLOSED_BEFORE: Final = "the batcher was closed before it was sent"
_CLOSED_TOO_EARLY: Final = "the batcher was closed before the answer came"
AT_ONCE: Final = 500
"""Answers to give in one turn: a millisecond or two, and those who wait have work to do too."""


class Sending(asyncio.Future[R]):
    """A request on its way, and the future of its answer.

    One object for both: the garbage collector looks at each of them several times, and that is
    what requests by the hundred thousand cost most.
    """

    __slots__ = ("arrived", "concern", "request", "size")

    request: Request[R]
    concern: Concern
    size: int
    arrived: float


def sending_that_tells(withdrawn: Callable[[], None]) -> type[Sending[Any]]:
    """A class of sendings that call a function when one of them is cancelled.

    A class for each queue, since those that are not cancelled, nearly all, then have nothing more
    to carry.
    """

    class Told(Sending[Any]):
        __slots__ = ()

        def cancel(self, msg: Any = None) -> bool:
            is_news = super().cancel(msg)
            if is_news:
                withdrawn()
            return is_news

    return Told


class Turn(NamedTuple):
    """What was given out in one turn: answers, and errors in the place of answers."""

    good: int
    failed: int = 0

    def plus(self, other: "Turn") -> "Turn":
        """Both together."""
        return Turn(self.good + other.good, self.failed + other.failed)


def give(landed: Landed[Sending[Any]]) -> Iterator[Turn]:
    """Give out the answers, turn by turn. Who does not wait any more is passed over."""
    if not isinstance(landed.outcome, BatchResult):
        return _give_error(landed.entries, landed.outcome)
    value = landed.common_value()
    if value is None:
        return _give_each(landed.entries, landed.outcome)
    return _give_all(landed.entries, value)


def _give_all(entries: Sequence[Sending[Any]], value: object) -> Iterator[Turn]:
    for some in in_turns(entries):
        for entry in some:
            if not entry.done():
                entry.set_result(value)
        yield Turn(len(some))


def _give_error(entries: Sequence[Sending[Any]], error: Exception) -> Iterator[Turn]:
    for some in in_turns(entries):
        for entry in some:
            if not entry.done():
                entry.set_exception(own_error(error, entry.request))
        yield Turn(0, len(some))


def _give_each(entries: Sequence[Sending[Any]], result: BatchResult[Any]) -> Iterator[Turn]:
    for some in in_turns(zip(entries, result, strict=True)):
        good = failed = 0
        for entry, answer in some:
            if answer.error is None:
                good += 1
                if not entry.done():
                    entry.set_result(answer.value)
            else:
                failed += 1
                if not entry.done():
                    entry.set_exception(answer.error)
        yield Turn(good, failed)


def in_turns(items: Iterable[T]) -> Iterator[list[T]]:
    """Lists of so many as one turn of the event loop should deal with."""
    waiting = iter(items)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


def give_up(entries: Sequence[Sending[Any]], failed: BaseException | None) -> int:
    """Fail those that nobody can answer any more, though they may have been carried out.

    Args:
        entries: Of a batch that has come to its end; most are answered.
        failed: Why they are not; `None` if the batcher was closed meanwhile.

    Returns:
        How many there were.
    """
    unanswered = [entry for entry in entries if not entry.done()]
    for entry in unanswered:
        if isinstance(failed, Exception):
            entry.set_exception(own_error(failed, entry.request))
        else:
            _fail_quietly(entry, RequestTimeoutError(_CLOSED_TOO_EARLY, entry.request))
    return len(unanswered)


def refuse(entries: Sequence[Sending[Any]]) -> int:
    """Fail those that have not been sent, and will not be; returns how many there were."""
    unanswered = [entry for entry in entries if not entry.done()]
    for entry in unanswered:
        _fail_quietly(entry, NotSentError(_CLOSED_BEFORE, entry.request))
    return len(unanswered)


def _fail_quietly(entry: Sending[Any], error: Exception) -> None:
    """Fail a future without a complaint in the log if nobody asks: who closes is told of it."""
    entry.set_exception(error)
    entry.exception()
