"""From the options of a replay to what it is made of, checked before anything is sent."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import attrs

from aiorecombee.cli.connection_options import Connection, read_connection
from aiorecombee.cli.segment.options import destination
from aiorecombee.cli.segment.replay_ledger import opened_book
from aiorecombee.cli.usage import UsageError
from aiorecombee.clock import SystemClock
from aiorecombee.codec import default_codec
from aiorecombee.core.clock import ServiceTime
from aiorecombee.core.encode import Encoder
from aiorecombee.delivery.replaying.book import Book
from aiorecombee.delivery.replaying.checkpoint import Checkpoint, load
from aiorecombee.delivery.replaying.duplicates import Duplicates
from aiorecombee.delivery.replaying.errors import ArchiveError, CheckpointError, KeepingError
from aiorecombee.delivery.replaying.finding import STANDARD_INPUT, find
from aiorecombee.delivery.replaying.keeping import Keeper
from aiorecombee.delivery.replaying.rejects import Rejects
from aiorecombee.delivery.replaying.sifting import Sifter, Span, read_event, read_reject
from aiorecombee.delivery.replaying.supply import Supply
from aiorecombee.delivery.replaying.tally import Tally
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.endpoint import Request

_DRY: Final = Encoder(default_codec())


@attrs.frozen
class Setup:
    """What a replay is made of.

    Attributes:
        supply: Gives events.
        keeper: Keeps account of them.
        connection: The database; `None` in a dry run.
    """

    supply: Supply
    keeper: Keeper
    connection: Connection | None


@contextmanager
def set_up(options: argparse.Namespace) -> Iterator[Setup]:
    """Open what is needed, and close it.

    Raises:
        UsageError: Options contradict each other, or a file is no good.
    """
    paths = _paths(options)
    _check(options, paths)
    connection = None if options.dry_run else read_connection(options, os.environ)
    database = "" if connection is None else connection.database.value
    known = _known(options, database)
    with opened_book(options, database, known.facts) as book:
        yield from _set_up(options, paths, known, book, connection)


def _set_up(
    options: argparse.Namespace,
    paths: list[str],
    known: Checkpoint,
    book: Book | None,
    connection: Connection | None,
) -> Iterator[Setup]:
    sifter = Sifter(
        destination(options).map,
        ServiceTime(SystemClock.time).stamp,
        read_event if options.only_failed is None else read_reject,
        Span(options.since, options.until),
        Duplicates(options.remember),
        book,
    )
    try:
        supply = Supply(paths, sifter, known.places, options.limit)
        rejects = None if options.rejects is None else _rejects(options.rejects, known)
    except (ArchiveError, KeepingError) as error:
        raise UsageError(str(error)) from None
    tally = Tally() if known.complete else known.tally
    keeper = Keeper(known.database, supply.places, tally, rejects, options.checkpoint, book=book)
    try:
        yield Setup(supply, keeper, connection)
    finally:
        if rejects is not None:
            with suppress(KeepingError):  # whoever wrote last was told
                rejects.close()


def complaint(request: Request[Any]) -> str:
    """Why the client would not let a request out; "" if it would."""
    try:
        _DRY.entry(request)
    except InvalidRequestError as error:
        return str(error)
    except RecursionError:
        return "it is nested too deeply"
    return ""


def _paths(options: argparse.Namespace) -> list[str]:
    if (options.only_failed is None) == (not options.files):
        raise UsageError("give files or directories to replay, or --only-failed REJECTS")
    try:
        return find(options.files or [options.only_failed])
    except ArchiveError as error:
        raise UsageError(str(error)) from None


def _check(options: argparse.Namespace, paths: list[str]) -> None:
    if options.resume and options.checkpoint is None:
        raise UsageError("--resume goes on from a checkpoint: say with --checkpoint which")
    if options.checkpoint is not None and options.dry_run:
        raise UsageError("a dry run has no --checkpoint: nothing is settled by it")
    if options.checkpoint is not None and STANDARD_INPUT in paths:
        raise UsageError("standard input cannot be read again, so it has no --checkpoint")
    if STANDARD_INPUT in paths and options.token_file == STANDARD_INPUT:
        raise UsageError("events and --token-file cannot both be standard input")
    written = list(filter(None, (options.rejects, options.checkpoint, options.ledger)))
    for one in written:
        if any(_is_same(one, path) for path in paths):
            raise UsageError(f"{one}: it is read, so it cannot be written")
    if len({Path(one).absolute() for one in written}) < len(written):
        raise UsageError("--rejects, --checkpoint and --ledger are different files")


def _is_same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def _known(options: argparse.Namespace, database: str) -> Checkpoint:
    """What is known of an earlier replay."""
    nothing = Checkpoint(database, {}, Tally())
    if options.checkpoint is None:
        return nothing
    said = f"--checkpoint {options.checkpoint}"
    try:
        found = load(options.checkpoint)
    except CheckpointError as error:
        raise UsageError(f"{said}: {error}") from None
    if found is None:
        return nothing
    if not options.resume:
        raise UsageError(f"{said}: there is one already; give --resume to go on from it")
    if found.database != database:
        raise UsageError(f"{said}: it is of the database {found.database}, not {database}")
    return found


def _rejects(path: str, known: Checkpoint) -> Rejects:
    same = known.rejects == str(Path(path).absolute())
    if known.complete or not same:  # what is there is settled, or of others
        return Rejects(path)
    return Rejects(path, known.rejects_size, known.replay)
