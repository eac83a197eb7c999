"""Who died with what in hand, in a bucket of NATS: a key for each hand, and one for all counts."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from aiorecombee.delivery.broker.nats_connection import not_found

HANDS: Final = "hand"
"""Keys are `hand.<process>`."""
_COUNTS: Final = "deaths"
_MOST_TRIES: Final = 100

Counts = dict[str, tuple[int, float]]
"""By number of an item: how many died of it, and when the last did."""


async def hold(bucket: Any, who: str, numbers: Iterable[int]) -> None:
    """Write down what a process has in hand."""
    await bucket.put(f"{HANDS}.{who}", json.dumps(list(numbers)).encode())


async def inherit(bucket: Any, who: str, now: float) -> None:
    """Count what somebody who died had in hand; once, whoever else does."""
    from nats.js.errors import KeyWrongLastSequenceError  # noqa: PLC0415  # an extra

    with suppress(not_found(), KeyWrongLastSequenceError):
        found = await bucket.get(f"{HANDS}.{who}")
        await bucket.update(f"{HANDS}.{who}", b"[]", last=found.revision)
        numbers = [str(number) for number in json.loads(found.value)]

        def counted(before: Counts) -> Counts:
            return before | {each: (before.get(each, (0, now))[0] + 1, now) for each in numbers}

        await _change(bucket, counted)


async def deaths(bucket: Any, after: float) -> Mapping[int, int]:
    """How many died of each item, if the last did after a time."""
    counts, _ = await _counts(bucket)
    return {int(number): times for number, (times, at) in counts.items() if at > after}


async def acquit(bucket: Any, numbers: Collection[int], after: float) -> None:
    """Count these anew, and forget those of which nobody died after a time."""
    gone = set(map(str, numbers))

    def kept(before: Counts) -> Counts:
        return {
            number: (times, at)
            for number, (times, at) in before.items()
            if number not in gone and at > after
        }

    await _change(bucket, kept)


async def _change(bucket: Any, change: Callable[[Counts], Counts]) -> None:
    from nats.js.errors import KeyWrongLastSequenceError  # noqa: PLC0415  # an extra

    for tries in range(_MOST_TRIES):
        counts, revision = await _counts(bucket)
        try:
            await bucket.update(_COUNTS, json.dumps(change(counts)).encode(), last=revision)
        except KeyWrongLastSequenceError:
            if tries == _MOST_TRIES - 1:
                raise
        else:
            return


async def _counts(bucket: Any) -> tuple[Counts, int | None]:
    with suppress(not_found()):
        found = await bucket.get(_COUNTS)
        return json.loads(found.value), found.revision
    return {}, None
