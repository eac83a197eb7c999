"""About how many bytes a request takes in a batch: an estimate, much cheaper than writing it.

What every request of a class has counts as a fixed sum; of the rest only what may be long (texts,
lists, objects) is looked at. Whoever needs the truth looks at the body.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any, Final

from aiorecombee.core.fields import Field, fields_of
from aiorecombee.core.parts import MOST_BYTES
from aiorecombee.requests.endpoint import Matches, Request
from aiorecombee.requests.inputs import Input

_FRAME: Final = 40  # method, path and params, with their quotes
_VALUE: Final = 24  # an ID, a time, a number


def sizes(kind: type[Request[Any]]) -> Callable[[Any], int]:
    """The function that estimates requests of this class."""
    least = least_size(kind)
    long = [field.name for field in fields_of(kind) if _may_be_long(field)]
    if not long:
        return lambda _: least
    read = attrgetter(*long, "__class__")  # never fewer than two, so that it gives a tuple

    def size(request: Any) -> int:
        total = least
        for value in read(request)[:-1]:
            if value is not None:
                total += json_size(value)
        return total

    return size


def least_size(kind: type[Request[Any]]) -> int:
    """What requests of this class take that have nothing long in them."""
    required = (field for field in fields_of(kind) if field.required)
    return _FRAME + len(kind.path) + sum(len(field.wire) + _VALUE for field in required)


def _may_be_long(field: Field) -> bool:
    is_id = any(isinstance(mark, Matches) for mark in field.marks)
    return not is_id and {int, float, bool}.isdisjoint(field.types)


def json_size(value: Any) -> int:
    """About how many bytes a value takes as JSON, whatever it is.

    Beyond what a batch can hold it stops counting: a list that contains itself has no end.
    """
    total = 0
    uncounted = [value]
    while uncounted and total < MOST_BYTES:
        value = uncounted.pop()
        if isinstance(value, str):
            total += len(value) + 3
            continue
        if isinstance(value, Input):
            value = value.given()
        if isinstance(value, Mapping):
            uncounted.extend(value)
            uncounted.extend(value.values())
            total += 2
        elif isinstance(value, Sequence | AbstractSet):
            uncounted.extend(value)
            total += 2
        else:
            total += _VALUE
    return total
