"""The fields of a payload as rows of a table: the field, what was read, what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aiorecombee.segment.explaining.changes import Change, is_empty
from aiorecombee.segment.explaining.shown import printable, value_text
from aiorecombee.segment.explaining.tracing import TracedField
from aiorecombee.segment.javascript import UNDEFINED, is_array

Row: TypeAlias = tuple[str, str, str]

WRONG: Final = "✗"
_MOST: Final = 3  # elements of a list that are told in any case
_MOST_WRONG: Final = 10  # and of those where something is wrong
_DEEPEST: Final = 8  # levels that are told apart
_INDENT: Final = "  "
_CONSTANT: Final = "(from the mapping)"


def rows(fields: Sequence[TracedField]) -> Iterator[Row]:
    """The rows of all fields, in order.

    Of a long list the first elements are told, and some of those where something is wrong.
    """
    for field in fields:
        yield from _Rows(field).all()


class _Rows:
    """Writes the rows of one field."""

    def __init__(self, field: TracedField) -> None:
        self._field = field
        self._changes = {change.at: change for change in field.changes}
        self._read = _by_place(field)
        self._wrong = dict.fromkeys(problem.field for problem in field.problems)
        self._wrong_elements = list(dict.fromkeys(map(_element, self._wrong)))[:_MOST_WRONG]
        self._containers = {around for at in self._read for around in _around(at)}
        self._headed: set[str] = set()

    def all(self) -> Iterator[Row]:
        """What was read, then what is wrong or changed where nothing was."""
        places = dict.fromkeys([*self._read, *self._changes, *self._wrong])
        left_out = {_element(at) for at in places if self._is_left_out(at)}
        for at in places:
            if not self._is_left_out(at):
                yield from self._of_place(at)
        if left_out:
            yield f"{_INDENT}… and {len(left_out)} more", "", ""

    def _of_place(self, at: str) -> Iterator[Row]:
        yield from self._headings(at)
        name = _INDENT * (at.count("/") - 1) + _name(at)
        *before, (path, found) = self._read.get(at, [("", UNDEFINED)])
        for earlier, value in before:
            yield name, printable(earlier), value_text(value)
            name = ""
        told = self._told(at, found, is_read=path != "")
        wrong = f" {WRONG}" if at in self._wrong else ""
        yield name, printable(path), f"{told}{wrong}".lstrip()

    def _headings(self, at: str) -> Iterator[Row]:
        """The objects and elements that a place is in, each when it comes for the first time."""
        for depth, around in enumerate(_around(at)):
            if around not in self._read and around not in self._headed:
                self._headed.add(around)
                yield _INDENT * depth + _name(around), "", ""

    def _told(self, at: str, found: Any, *, is_read: bool) -> str:
        """What was found, and what became of it."""
        change = self._changes.get(at)
        raw = _at(self._field.raw, at)
        if not is_read:
            return f"{value_text(change.raw)}{_outcome(change)}" if change else ""
        shown = value_text(found)
        if raw is not UNDEFINED and at not in self._containers and value_text(raw) != shown:
            shown += f" → {value_text(raw)}"
        return shown + _outcome(change)

    def _is_left_out(self, at: str) -> bool:
        element = _element(at)
        if not element or int(element.rpartition("/")[2]) < _MOST:
            return False
        return element not in self._wrong_elements


def _outcome(change: Change | None) -> str:
    if change is None or change.raw is UNDEFINED:
        return ""
    if change.final is UNDEFINED:
        return ", dropped" if is_empty(change.raw) else f", dropped: {change.why}"
    return f" → {value_text(change.final)}"


def _by_place(field: TracedField) -> dict[str, list[tuple[str, Any]]]:
    """What was read for each place of the payload, with what the mapping holds itself."""
    read: dict[str, list[tuple[str, Any]]] = {}
    for lookup in field.lookups:
        read.setdefault(lookup.at, []).append((lookup.path or "(the event)", lookup.found))
    if f"/{field.name}" not in read and "" not in read:
        read |= {
            at: [(_CONSTANT, value)] for at, value in _unread(field.raw, f"/{field.name}", read)
        }
    return read


def _unread(value: Any, at: str, read: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values that no lookup brought."""
    if at in read or value is UNDEFINED:
        return
    if isinstance(value, Mapping) and value and at.count("/") < _DEEPEST:
        for key, inner in value.items():
            yield from _unread(inner, f"{at}/{key}", read)
    else:
        yield at, value


def _at(value: Any, at: str) -> Any:
    """What a field holds at a place; the place begins with the field's name."""
    for key in at.split("/")[2:]:
        if isinstance(value, Mapping):
            value = value.get(key, UNDEFINED)
        elif is_array(value) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return UNDEFINED
    return value


def _around(at: str) -> list[str]:
    """The places that a place is in, from the field on."""
    keys = at.split("/")
    return ["/".join(keys[:end]) for end in range(2, len(keys))]


def _element(at: str) -> str:
    """The element that a place is in: `/items/3` for `/items/3/itemId`; "" where it is in none."""
    parts = at.split("/")
    return "/".join(parts[:3]) if len(parts) > 2 and parts[2].isdigit() else ""  # noqa: PLR2004


def _name(at: str) -> str:
    """The last part of a place; elements are written `[0]`."""
    key = at.rpartition("/")[2]
    return f"[{key}]" if key.isdigit() else printable(key) or "(all)"
