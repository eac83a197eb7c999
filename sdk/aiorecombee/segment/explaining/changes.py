"""What became of a value on its way into the payload: what was dropped, what was converted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from aiorecombee.segment.actions.schema import Check
from aiorecombee.segment.javascript import UNDEFINED, is_array, is_number

UNKNOWN: Final = "the action has no such field"
_UNUSABLE: Final = "it is not usable there"


@attrs.frozen
class Change:
    """One value that is not sent as the mapping gave it.

    Attributes:
        at: Its place in what the mapping gave: `/items/0/amount`.
        raw: What the mapping gave.
        final: What is sent instead; `UNDEFINED` where it was dropped.
        why: Why it was dropped; "" where it was converted.
    """

    at: str
    raw: Any
    final: Any
    why: str = ""


def why_dropped(value: Any) -> str:
    """Why a value that the schema knows does not count."""
    if value is UNDEFINED:
        return "nothing was found"
    return "null" if value is None else "empty" if value == "" else _UNUSABLE


def is_empty(value: Any) -> bool:
    """Whether it is null or ""."""
    return value is None or value == ""


class Comparison:
    """Compares what the mapping gave for a field with what was accepted."""

    def __init__(self, check: Check, refused: Sequence[str]) -> None:
        """Say by what was compared.

        Args:
            check: What accepted the field.
            refused: Places where it found something wrong: that is a problem and no change.
        """
        self._check = check
        self._refused = frozenset(refused)

    def changes(self, raw: Any, final: Any, at: str, accepted_at: str) -> Iterator[Change]:
        """All changes from one to the other.

        Args:
            raw: What the mapping gave.
            final: What was accepted.
            at: The place in what the mapping gave.
            accepted_at: The place in what was accepted, where elements may have moved up.
        """
        if raw is final or accepted_at in self._refused:
            return
        if final is UNDEFINED:
            yield Change(at, raw, UNDEFINED, why_dropped(raw))
        elif is_array(final):
            yield from self._of_elements(raw, final, at, accepted_at)
        elif isinstance(raw, Mapping) and isinstance(final, Mapping):
            yield from self._of_members(raw, final, at, accepted_at)
        elif not _is_same(raw, final):
            yield Change(at, raw, final)

    def _of_elements(
        self, raw: Any, final: Sequence[Any], at: str, accepted_at: str
    ) -> Iterator[Change]:
        if not is_array(raw):
            yield Change(at, raw, final)
            raw = [raw]
        kept = 0
        for index, one in enumerate(raw):
            if is_empty(one):
                yield Change(f"{at}/{index}", one, UNDEFINED, why_dropped(one))
            else:
                place = f"{accepted_at}/{kept}"
                yield from self.changes(one, final[kept], f"{at}/{index}", place)
                kept += 1

    def _of_members(
        self, raw: Mapping[Any, Any], final: Mapping[str, Any], at: str, accepted_at: str
    ) -> Iterator[Change]:
        for name, one in raw.items():
            left = final.get(name, UNDEFINED)
            if left is UNDEFINED and not self._knows(name):
                yield Change(f"{at}/{name}", one, UNDEFINED, UNKNOWN)
            else:
                yield from self.changes(one, left, f"{at}/{name}", f"{accepted_at}/{name}")

    def _knows(self, name: str) -> bool:
        """Whether objects in this field have a member of that name.

        The schema is a function, so it is asked with a value that any member would take.
        """
        accepted = self._check({name: "1"}, "", [])
        return name in (accepted[0] if is_array(accepted) else accepted)


def _is_same(raw: Any, final: Any) -> bool:
    if is_number(raw) and is_number(final):
        return raw == final
    return type(raw) is type(final) and bool(raw == final)
