"""Options that say which queue is meant, and opening it; every queue keeps its dead letters."""

import argparse
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import attrs

from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.broker import BrokerQueue, log_at, origin_of
from aiorecombee.delivery.queue import DeadLetters, DurableQueue, QueueError
from aiorecombee.delivery.spool import Spool, SpoolError
from aiorecombee.errors import ConfigurationError

_VARIABLE: Final = "RECOMBEE_QUEUE"
_NAME: Final = "recombee"


class OpenQueue(DurableQueue, DeadLetters, Protocol):
    """A queue with its dead letters."""

    async def tidy(self) -> None:
        """Forget what is outdated. To be called now and then, by one process."""


@attrs.frozen
class Place:
    """Where a queue is: a file, or a name at a broker.

    Attributes:
        spool: The file.
        broker: URL of the broker; it may hold a password.
        name: The queue's, at a broker.
    """

    spool: Path | None
    broker: str = attrs.field(default="", repr=False)
    name: str = _NAME

    def __str__(self) -> str:
        """As messages about options name it."""
        return f"--spool {self.spool}" if self.spool else f"--queue{origin_of(self.broker)}"

    @property
    def what(self) -> str:
        """As people name it."""
        return str(self.spool) if self.spool else f"queue {self.name}{origin_of(self.broker)}"

    def told(self, error: Exception) -> UsageError:
        """What to say of a failure; a spool's names its file itself."""
        return UsageError(
            f"--spool {error}" if isinstance(error, SpoolError) else f"{self}: {error}"
        )

    @asynccontextmanager
    async def opened(
        self, *, must_exist: bool = False, lease_for: float = 30.0
    ) -> AsyncIterator[OpenQueue]:
        """Open it; it is made if it need not exist.

        Args:
            must_exist: Whether it need.
            lease_for: Seconds after which others have what a process had that died.

        Raises:
            UsageError: It cannot be opened.
            QueueError: It fails meanwhile.
        """
        queue = self._queue(must_exist, lease_for)
        try:
            await queue.open()
        except (ConfigurationError, QueueError) as error:
            raise self.told(error) from None
        async with aclosing(queue):
            yield queue

    def _queue(self, must_exist: bool, lease_for: float) -> Spool | BrokerQueue:
        if self.spool is not None:
            return Spool(self.spool, must_exist=must_exist)
        try:
            return BrokerQueue(
                log_at(self.broker, self.name, must_exist=must_exist, claimed_for=lease_for)
            )
        except ConfigurationError as error:
            raise UsageError(f"--queue: {error}") from None


def add_queue_options(parser: argparse.ArgumentParser) -> None:
    """Add `--spool`, `--queue` and `--queue-name`."""
    group = parser.add_argument_group("the queue")
    one_of = group.add_mutually_exclusive_group()
    one_of.add_argument(
        "--spool", metavar="FILE", help="the file that keeps the events; several may use it at once"
    )
    one_of.add_argument(
        "--queue",
        metavar="URL",
        help="the broker that keeps the events, for processes on several machines:"
        " redis://host:6379/0, nats://host:4222; with a password in it, better give it as the"
        f" environment variable {_VARIABLE}, which others on the machine cannot see",
    )
    group.add_argument(
        "--queue-name",
        metavar="NAME",
        default=_NAME,
        help="the name of the queue at the broker; %(default)s",
    )


def read_place(options: argparse.Namespace, environ: Mapping[str, str]) -> Place:
    """Where the queue is that the options mean.

    Raises:
        UsageError: They name none.
    """
    if options.spool is not None:
        return Place(Path(options.spool))
    broker = options.queue or environ.get(_VARIABLE, "")
    if not broker:
        raise UsageError("give --spool, the file that keeps the events, or --queue, a broker's URL")
    return Place(None, broker, options.queue_name)


@asynccontextmanager
async def open_queue(options: argparse.Namespace) -> AsyncIterator[OpenQueue]:
    """Open the queue that the options mean; it must be there.

    Raises:
        UsageError: It cannot be opened, or fails meanwhile.
    """
    place = read_place(options, os.environ)
    try:
        async with place.opened(must_exist=True) as queue:
            yield queue
    except QueueError as error:
        raise place.told(error) from None
