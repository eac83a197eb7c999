"""Who died with what in hand, in a bucket of NATS: a key for each hand, and one for all counts."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from aiorecombee.delivery.broker.nats_values import change, find

HANDS: Final = "hand"
"""Keys are `hand.<process>`."""
_COUNTS: Final = "deaths"

Counts = dict[str, tuple[int, float]]
"""By number of an item: how many died of it, and when the last did."""


async def hold(bucket: Any, who: str, numbers: Iterable[int]) -> None:
    """Write down what a process has in hand."""
    await bucket.put(f"{HANDS}.{who}", json.dumps(list(numbers)).encode())


async def inherit(bucket: Any, who: str, now: float) -> None:
    """Count what somebody who died had in hand; once, whoever else does."""
    from nats.js.errors import KeyWrongLastSequenceError  # noqa: PLC0415  # an extra

    hand = await find(bucket, f"{HANDS}.{who}")
    if hand is None:
        return
    try:
        await bucket.update(f"{HANDS}.{who}", b"[]", last=hand.revision)
    except KeyWrongLastSequenceError:
        return
    numbers = [str(number) for number in json.loads(hand.value)]

    def counted(value: bytes | None) -> bytes:
        before = _read(value)
        after = {each: (before.get(each, (0, now))[0] + 1, now) for each in numbers}
        return json.dumps(before | after).encode()

    await change(bucket, _COUNTS, counted)


async def deaths(bucket: Any, after: float) -> Mapping[int, int]:
    """How many died of each item, if the last did after a time."""
    entry = await find(bucket, _COUNTS)
    counts = {} if entry is None else _read(entry.value)
    return {int(number): times for number, (times, at) in counts.items() if at > after}


async def acquit(bucket: Any, numbers: Collection[int], after: float) -> None:
    """Count these anew, and forget those of which nobody died after a time."""
    gone = set(map(str, numbers))

    def kept(value: bytes | None) -> bytes:
        left = {
            number: (times, at)
            for number, (times, at) in _read(value).items()
            if number not in gone and at > after
        }
        return json.dumps(left).encode()

    await change(bucket, _COUNTS, kept)


def _read(value: bytes | None) -> Counts:
    return {} if value is None else json.loads(value)
