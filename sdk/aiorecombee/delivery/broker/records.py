"""What is written to a broker's log: items, and marks where an item stands in further lanes."""

import json
from collections.abc import Sequence
from typing import Any, Final

import attrs

from aiorecombee.delivery.queue import Item, Letter, QueueError, shard_of

_NEWLINE: Final = b"\n"


@attrs.frozen
class Entry:
    """An item in the log.

    Attributes:
        number: Its place in the log: rises over all shards.
        item: What was put.
        put_at: When, in Unix seconds.
    """

    number: int
    item: Item
    put_at: float

    @property
    def lane(self) -> str:
        """The lane that it is written to; marks stand for it in the others."""
        return self.item.lanes[0]

    @property
    def place(self) -> int:
        """Where it stands among barriers."""
        return self.number

    @property
    def size(self) -> int:
        """Bytes that it keeps in memory, about."""
        return len(self.item.body)


@attrs.frozen
class Mark:
    """Stands in a further lane for an item that concerns several.

    Attributes:
        number: Its own place in the log.
        lane: The lane in which it stands.
        of: Number of the item.
        home: The shard of the item.
        index: Which of the item's further lanes it is, from 1.
    """

    number: int
    lane: str
    of: int
    home: int
    index: int

    @property
    def place(self) -> int:
        """Where it stands among barriers: where its item does, however late it was written."""
        return self.of

    @property
    def size(self) -> int:
        """Bytes that it keeps in memory, about."""
        return len(self.lane)


Record = Entry | Mark


def unified(item: Item) -> Item:
    """The same item, each of its lanes once; a barrier if there are several."""
    lanes = tuple(dict.fromkeys(item.lanes))
    return attrs.evolve(item, lanes=lanes, barrier=item.barrier or len(lanes) > 1)


def marks_of(item: Item, shards: int) -> list[tuple[int, str]]:
    """Shard and lane of each mark that an item needs; a mark's index is its place, from 1."""
    return [(shard_of(lane, shards), lane) for lane in item.lanes[1:]]


def write_item(item: Item) -> bytes:
    """An item as a broker keeps it: a line of JSON, then the body as it is."""
    about: dict[str, Any] = {"lanes": item.lanes}
    if item.key is not None:
        about["key"] = item.key
    if item.origin:
        about["origin"] = item.origin
    if item.barrier:
        about["barrier"] = True
    return json.dumps(about, ensure_ascii=False).encode() + _NEWLINE + item.body


def read_item(written: bytes) -> Item:
    """What `write_item` wrote.

    Raises:
        QueueError: It is something else.
    """
    head, newline, body = written.partition(_NEWLINE)
    try:
        about = json.loads(head)
        lanes = tuple(about["lanes"])
        barrier = about.get("barrier", False)
        item = Item(lanes, body, about.get("key"), about.get("origin", ""), barrier)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _foreign(error) from None
    if not newline or not lanes:
        raise _foreign(None)
    return item


def write_mark(mark: Mark) -> bytes:
    """A mark as JSON, for brokers that keep nothing but bytes."""
    return json.dumps(attrs.asdict(mark, filter=_not_number)).encode()


def read_mark(number: int, written: bytes) -> Mark:
    """What `write_mark` wrote, at a place in the log.

    Raises:
        QueueError: It is something else.
    """
    try:
        return Mark(number, **json.loads(written))
    except (ValueError, TypeError) as error:
        raise _foreign(error) from None


def write_letter(letter: Letter) -> bytes:
    """A dead letter: a line of JSON, then its item."""
    about = {
        "reason": letter.reason,
        "attempts": letter.attempts,
        "put_at": letter.put_at,
        "died_at": letter.died_at,
    }
    return json.dumps(about).encode() + _NEWLINE + write_item(letter.item)


def read_letter(number: int, written: bytes) -> Letter:
    """What `write_letter` wrote, at a place in the log of dead letters.

    Raises:
        QueueError: It is something else.
    """
    head, _, item = written.partition(_NEWLINE)
    try:
        return Letter(number=number, item=read_item(item), **json.loads(head))
    except (ValueError, TypeError) as error:
        raise _foreign(error) from None


def by_lane(items: Sequence[Item]) -> list[list[int]]:
    """Places of items, in rounds: no round has two of one lane, and each keeps its lane's order."""
    rounds: list[list[int]] = []
    seen: dict[str, int] = {}
    for place, item in enumerate(items):
        turn = max(seen.get(lane, 0) for lane in item.lanes)
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(place)
        seen |= dict.fromkeys(item.lanes, turn + 1)
    return rounds


def _not_number(field: "attrs.Attribute[object]", _: object) -> bool:
    return field.name != "number"


def _foreign(error: Exception | None) -> QueueError:
    return QueueError(
        f"the broker has a record that is none of ours ({error}): remove it there, or give the"
        " queue another name"
    )
