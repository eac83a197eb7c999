"""Where a replay keeps what it learns of users, opened as its options say."""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.ledger import Fact
from aiorecombee.delivery.purpose import purpose_of, require
from aiorecombee.delivery.queue import QueueError
from aiorecombee.delivery.replaying.book import Book
from aiorecombee.delivery.replaying.errors import KeepingError
from aiorecombee.delivery.spool import LedgerFile
from aiorecombee.errors import ConfigurationError


@contextmanager
def opened_book(
    options: argparse.Namespace, database: str, learnt: Iterable[Fact]
) -> Iterator[Book | None]:
    """What is known of users; `None` if nothing is to be.

    Args:
        options: Of the replay.
        database: Where it goes; users of another are others, whatever they are called.
        learnt: Facts that a checkpoint has.

    Raises:
        UsageError: The file is no good.
    """
    if options.no_ledger:
        yield None
        return
    with ExitStack() as stack:
        try:
            book = _book(options, database, stack)
        except (ConfigurationError, QueueError, KeepingError) as error:
            raise UsageError(f"--ledger: {error}") from None
        facts = tuple(learnt)
        book.read(facts)
        book.settle(facts, delivered=True)
        yield book


def _book(options: argparse.Namespace, database: str, stack: ExitStack) -> Book:
    if options.dry_run:  # it learns as well, but keeps nothing
        given = None if options.ledger is None else _opened(options.ledger, stack)
        return Book(_opened(None, stack), given)
    if options.ledger is None:
        beside = None if options.checkpoint is None else f"{options.checkpoint}.ledger"
        return Book(_opened(beside, stack))
    file = _opened(options.ledger, stack)
    purpose = purpose_of("events", database)
    require(file.dedicate(purpose), purpose)
    return Book(file)


def _opened(path: str | None, stack: ExitStack) -> LedgerFile:
    file = LedgerFile(None if path is None else Path(path))
    stack.callback(_close, file)
    return file


def _close(file: LedgerFile) -> None:
    with suppress(QueueError):  # all that was to be kept is
        file.close()
