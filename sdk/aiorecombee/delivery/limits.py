"""How much a durable queue takes, and for how long it remembers."""

from collections.abc import Sequence
from typing import Final

import attrs

from aiorecombee.delivery.queue import InvalidItemError, Item

_MOST_LANES: Final = 8
_MOST_TEXT: Final = 1_000


@attrs.frozen
class Limits:
    """Bounds of a durable queue.

    Attributes:
        items: Most items and dead letters together.
        size: Most bytes of their bodies together. The file takes about 150 bytes more for each,
            and as much for each key that it knows.
        item_size: Most bytes of one body.
        at_once: Most items of one `put`.
        pending: Most bytes that wait for the disk at a time.
        keys_for: Seconds for which a key is known at least, after its item was put; twice that
            at most. As long as its item is in the queue in any case.
        letters_for: Seconds for which dead letters are kept.
        facts_for: Seconds for which aliases and deletions are known, after they were learnt last.
            What an archive holds from before a deletion comes back if it is replayed after that
            time; what a merged user did goes to that user, as if it had never become another. So
            it should be longer than archives are kept, or devices stay offline.
    """

    items: int = 10_000_000
    size: int = 8 * 2**30
    item_size: int = 2**20
    at_once: int = 10_000
    pending: int = 64 * 2**20
    keys_for: float = 86_400.0
    letters_for: float = 30 * 86_400.0
    facts_for: float = 400 * 86_400.0


def check_items(items: Sequence[Item], limits: Limits) -> None:
    """Refuse a call whose items cannot all be stored.

    Raises:
        InvalidItemError: They are too many, or one of them is no good.
    """
    if len(items) > limits.at_once:
        raise InvalidItemError(f"{len(items)} items at once; put {limits.at_once} a time")
    for item in items:
        check_item(item, limits)


def check_item(item: Item, limits: Limits) -> None:
    """Refuse what cannot be stored.

    Raises:
        InvalidItemError: The text says why.
    """
    if (type(item.lanes), type(item.body)) != (tuple, bytes):
        raise InvalidItemError("the lanes of an item are a tuple of texts, its body is bytes")
    if not 1 <= len(item.lanes) <= _MOST_LANES:
        raise InvalidItemError(f"an item has 1 to {_MOST_LANES} lanes, not {len(item.lanes)}")
    if len(item.body) > limits.item_size:
        size = len(item.body)
        raise InvalidItemError(f"a body of {size} bytes is over the {limits.item_size} allowed")
    texts = (*item.lanes, item.key or "", item.origin)
    try:
        if max(map(len, texts)) > _MOST_TEXT:
            raise InvalidItemError(f"a lane, key or origin is longer than {_MOST_TEXT} characters")
        "".join(texts).encode()
    except TypeError:
        raise InvalidItemError("a lane, key or origin is no text (str)") from None
    except UnicodeEncodeError:
        raise InvalidItemError("a lane, key or origin is no text (a lone surrogate)") from None
