"""Looks into an event while a mapping is resolved, told by the field that they were for."""

from typing import Any, Final

import attrs

_ELEMENT: Final = "/@arrayPath/1"  # where the shape of an element stands
_ELEMENTS: Final = "[]"
# How many keys behind a directive are words of its own, and no keys of the payload.
_OWN_KEYS: Final = {
    "@arrayPath": 1,
    "@case": 1,
    "@flatten": 1,
    "@if": 1,
    "@json": 1,
    "@merge": 2,
    "@replace": 1,
    "@transform": 1,
}


@attrs.frozen
class Lookup:
    """One look into the event.

    Attributes:
        at: What it was for: `/items/1/itemId`.
        path: Where it went: `properties.products[1].sku`.
        found: What was there; `UNDEFINED` if nothing was.
    """

    at: str
    path: str
    found: Any


class Record:
    """Listens to a mapping that is resolved once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Any] = {}
        self._first: dict[str, str] = {}
        self._turns: dict[str, int] = {}

    def add(self, pointer: str, path: str, found: Any) -> None:
        """Note one lookup: an `Observer`."""
        turns = self._elements(pointer)
        if path.count(_ELEMENTS) == len(turns):
            for turn in turns:
                path = path.replace(_ELEMENTS, f"[{turn}]", 1)
        self._found.setdefault((_place(pointer, turns), path), found)

    def lookups(self) -> tuple[Lookup, ...]:
        """What was noted, in order; twice the same look for the same field counts once."""
        return tuple(Lookup(at, path, found) for (at, path), found in self._found.items())

    def _elements(self, pointer: str) -> list[int]:
        """Which elements it is about.

        The mapping does not say; but what comes first in an element comes again in the next.
        """
        turns: list[int] = []
        shape = ""
        for piece in pointer.split(_ELEMENT)[:-1]:
            shape += f"{piece}{turns[-1:]}"
            again = self._first.setdefault(shape, pointer) == pointer
            self._turns[shape] = self._turns.get(shape, -1 if again else 0) + again
            turns.append(self._turns[shape])
        return turns


def _place(pointer: str, turns: list[int]) -> str:
    """The place in the payload that a place in the mapping is about."""
    left = list(turns)
    place: list[str] = []
    keys = iter(pointer.split("/")[1:])
    for key in keys:
        if not key.startswith("@"):
            place.append(key)
            continue
        own = [next(keys, "") for _ in range(_OWN_KEYS.get(key, 0))]
        if key == "@arrayPath" and own == ["1"]:
            place.append(str(left.pop(0)))
    return "".join(f"/{key}" for key in place)
