"""Which subscriptions an event may be for, found by its type and name rather than by trying all."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

_OTHER: Final = None
"""Stands for every type, or every name, that no subscription asks for."""


class Dispatch(Generic[T]):
    """A table from type and name of an event to those that may be interested, in their order."""

    def __init__(self, interested: Sequence[tuple[T, Mapping[str, str]]]) -> None:
        """Make the table.

        Args:
            interested: Each with what it asks `type` and `event` to be, where it does; it may be
                asked in vain, but it is never passed over.
        """
        types = {asked["type"] for _, asked in interested if "type" in asked}
        names = {asked["event"] for _, asked in interested if "event" in asked}
        self._table: dict[Any, dict[Any, tuple[T, ...]]] = {
            kind: {
                name: tuple(one for one, asked in interested if _fits(asked, kind, name))
                for name in (*names, _OTHER)
            }
            for kind in (*types, _OTHER)
        }

    def find(self, event: Mapping[str, Any]) -> tuple[T, ...]:
        """Those that may be interested."""
        kind, name = event.get("type"), event.get("event")
        table = self._table
        row = table.get(kind if isinstance(kind, str) else _OTHER) or table[_OTHER]
        found = row.get(name if isinstance(name, str) else _OTHER)
        return row[_OTHER] if found is None else found


def _fits(asked: Mapping[str, str], kind: str | None, name: str | None) -> bool:
    return asked.get("type", kind) == kind and asked.get("event", name) == name
