"""Options that say which dead letters are meant, and finding them page by page."""

import argparse
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from math import inf
from typing import Final

import attrs

from aiorecombee.cli.option_types import whole
from aiorecombee.cli.progress import bar
from aiorecombee.cli.segment.letters.wanted import Wanted
from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.queue import DeadLetters, Letter

letter_number: Final = whole(1, 2**63 - 1)
"""Reads the number of a letter."""
_PAGE: Final = 100  # an event may have a megabyte
_MANY: Final = 1_000


@attrs.frozen
class Choice:
    """Dead letters that are meant: those with these numbers, or those like this.

    Attributes:
        numbers: Of those that are named, in order; without any, `wanted` says which are meant.
        wanted: What they are like.
        after: Only those with higher numbers.
        upto: Only up to this number.
        limit: Most of them.
    """

    numbers: tuple[int, ...] = ()
    wanted: Wanted = attrs.field(factory=Wanted)
    after: int = 0
    upto: int | None = None
    limit: int | None = None

    def of(self, page: Iterable[Letter]) -> list[Letter]:
        """Those of a page that are meant by what they are like."""
        upto = inf if self.upto is None else self.upto
        return [one for one in page if one.number <= upto and self.wanted.includes(one)]


def add_wanted_options(parser: argparse.ArgumentParser) -> None:
    """Add `--reason`, `--user` and `--origin`."""
    parser.add_argument(
        "--reason",
        metavar="TEXT",
        help='those with this reason, in which * stands for anything: "AddPurchase: 404: *"',
    )
    parser.add_argument("--user", metavar="ID", help="those about this user")
    parser.add_argument(
        "--origin",
        metavar="WORD",
        help="those that came from there: tracking, webhooks, partner, deletions",
    )


def add_choice_options(parser: argparse.ArgumentParser) -> None:
    """Add numbers, `--all`, what letters are like, and `--limit`."""
    parser.add_argument("numbers", metavar="N", nargs="*", type=letter_number, help="these")
    parser.add_argument("--all", action="store_true", help="all that there are")
    add_wanted_options(parser)
    parser.add_argument(
        "--limit", metavar="N", type=whole(1), help="no more than so many, oldest first"
    )


def read_wanted(options: argparse.Namespace) -> Wanted:
    """What letters are like that are meant."""
    return Wanted(options.reason, options.user, options.origin)


def read_choice(options: argparse.Namespace) -> Choice:
    """Which are meant.

    Raises:
        UsageError: None, or some in two ways.
    """
    wanted = read_wanted(options)
    ways = (bool(options.numbers), options.all, wanted != Wanted())
    if ways.count(True) != 1:
        raise UsageError(
            "say which ones: their numbers, or --all, or what they are like (--reason, --user,"
            " --origin)"
        )
    if options.numbers and options.limit is not None:
        raise UsageError("--limit is not for letters that are named")
    return Choice(tuple(sorted(set(options.numbers))), wanted, limit=options.limit)


def progress(
    what: str, choice: Choice, there: int
) -> AbstractContextManager[Callable[[int], None]]:
    """Show how far it is, where that takes some time; for `chosen` to tell."""
    if choice.numbers or there < _MANY:
        return nullcontext(lambda _: None)
    return bar(what, there, sys.stderr)


async def chosen(
    queue: DeadLetters, choice: Choice, there: int, tell: Callable[[int], None] = lambda _: None
) -> AsyncIterator[Letter]:
    """Those that are meant, in the order of their numbers; a page is in memory at a time.

    Args:
        queue: Where they are.
        choice: Which are meant.
        there: How many there are of all. No more are looked at: what is sent again meanwhile may
            come back with a new number, and there would be no end.
        tell: Is told how many more were looked at.
    """
    for number in choice.numbers:
        if (letter := await queue.letter(number)) is not None:
            yield letter
    after, left = choice.after, choice.limit
    while not choice.numbers and there > 0 and left != 0:
        page = await queue.letters(after=after, limit=min(_PAGE, there))
        if not page:
            return
        found = choice.of(page)[:left]
        for letter in found:
            yield letter
        after, there = page[-1].number, there - len(page)
        left = None if left is None else left - len(found)
        tell(len(page))
