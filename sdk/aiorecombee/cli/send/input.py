"""Lines of a file in portions, so that neither a long file nor a long line fills the memory."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Final

import attrs

from aiorecombee.cli.send.recognising import recognise
from aiorecombee.core.recognise import NoRequestError
from aiorecombee.requests.endpoint import Request
from aiorecombee.segment.jsonl import Unreadable, read_events

LONGEST: Final = 4 << 20
"""Bytes of a line."""
_MOST_BYTES: Final = 8 << 20  # of the lines of a portion


@attrs.frozen
class Item:
    """A request of a file, or what is wrong with it.

    Attributes:
        line: Number of its line, from 1.
        size: Bytes of the line; 0 for all but the first request of it.
        request: The request.
        wrong: Why there is none.
    """

    line: int
    size: int
    request: Request[Any] | None = None
    wrong: str = ""


def bounded(file: BinaryIO) -> Iterator[bytes]:
    """Lines of a file; of longer ones only so much that their length shows."""
    while line := file.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = file.readline(LONGEST + 1)


def items(lines: Iterable[bytes]) -> Iterator[Item]:
    """The requests of lines; blank lines, and events that became none, have none."""
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST:
            yield Item(number, LONGEST, wrong=f"the line is longer than {LONGEST:,} bytes")
            continue
        for _, value in read_events([line]):
            yield from _items_of(value, number, len(line))


def portions(found: Iterable[Item], most: int) -> Iterator[list[Item]]:
    """The same in portions of so many requests at most, and so many bytes that memory lasts."""
    portion: list[Item] = []
    size = 0
    for item in found:
        portion.append(item)
        size += item.size
        if len(portion) >= most or size >= _MOST_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _items_of(value: Any, number: int, size: int) -> Iterator[Item]:
    if isinstance(value, Unreadable):
        yield Item(number, size, wrong=value.reason)
        return
    for make in recognise(value):
        yield _item(make, number, size)
        size = 0


def _item(make: Callable[[], Request[Any]], number: int, size: int) -> Item:
    try:
        return Item(number, size, make())
    except NoRequestError as error:
        return Item(number, size, wrong=str(error))
