"""Options that say which queue is meant, and opening it; every queue keeps its dead letters."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.queue import DeadLetters, DurableQueue, QueueError
from aiorecombee.delivery.spool import Spool, SpoolError


class OpenQueue(DurableQueue, DeadLetters, Protocol):
    """A queue with its dead letters."""


def add_queue_options(parser: argparse.ArgumentParser) -> None:
    """Add `--spool`; the options for queues of other kinds belong beside it."""
    group = parser.add_argument_group("the queue")
    one_of = group.add_mutually_exclusive_group(required=True)
    one_of.add_argument(
        "--spool", metavar="FILE", help="the file that keeps the events; it may be in use"
    )


@asynccontextmanager
async def open_queue(options: argparse.Namespace) -> AsyncIterator[OpenQueue]:
    """Open the queue that the options mean; it must be there.

    Raises:
        UsageError: It cannot be opened, or fails meanwhile.
    """
    try:
        async with Spool(options.spool, must_exist=True) as spool:
            yield spool
    except SpoolError as error:
        raise UsageError(f"--spool {error}") from None
    except QueueError as error:
        raise UsageError(f"--spool {options.spool}: {error}") from None
