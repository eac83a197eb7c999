"""What would have to change for a rejected event: told of what this very event holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aiorecombee.segment.actions.problems import PayloadError, Problem
from aiorecombee.segment.actions.schema import number
from aiorecombee.segment.explaining.near_names import nearest
from aiorecombee.segment.explaining.shown import value_text
from aiorecombee.segment.javascript import UNDEFINED, is_array, is_number
from aiorecombee.segment.mapping.path import lookup, split_path
from aiorecombee.segment.remedies import read_for
from aiorecombee.segment.sources import indexed

_Usable: TypeAlias = Callable[[Any], bool]
_Event: TypeAlias = Mapping[str, Any]

_MOST: Final = 3  # candidates that are named
_MOST_PROBLEMS: Final = 10
_PAGES: Final = ("page", "screen")

# Where events usually have it, the likeliest first. `~` stands for wherever the mapping looks:
# the event's properties, or the element of a list.
_ITEM: Final = (
    *("~product_id", "~sku", "~item_id", "~asset_id", "~content_asset_id", "~content_asset_ids[0]"),
    *("~content_id", "~article_id", "~id", "~slug"),
)
_OF_PAGES: Final = (
    *("~path", "~url", "context.page.path", "context.page.url", "context.screen.name"),
    *("name", "~name", "~title"),
)
_LIKELY: Final[Mapping[str, Sequence[str]]] = {
    "userId": ("userId", "anonymousId", "~user_id", "traits.id", "context.traits.id"),
    "targetUserId": ("userId", "~user_id", "traits.id"),
    "sourceUserId": ("previousId", "anonymousId", "~previous_id", "from"),
    "itemId": _ITEM,
    "items": ("~products", "~items", "~line_items", "~lineItems", "~cart", "products"),
    "amount": ("~quantity", "~qty", "~amount", "~count"),
    "price": ("~price", "~unit_price", "~value", "~total"),
    "profit": ("~profit", "~margin"),
    "rating": ("~rating", "~score", "~stars", "~value"),
    "portion": ("~portion", "~progress", "~percent", "~percent_complete", "~completion"),
    "totalLength": ("~total_length", "~length", "~duration", "~video_length"),
    "watchTime": ("~position", "~watch_time", "~current_time", "~playhead"),
    "timestamp": ("timestamp", "originalTimestamp", "sentAt", "receivedAt", "~timestamp"),
    "duration": ("~duration", "~time_spent", "~seconds"),
}
_IDS: Final = frozenset({"userId", "targetUserId", "sourceUserId", "itemId"})
_LISTS: Final = frozenset({"items"})
_SHARE: Final = ("/portion", "/portion/watchTime", "/portion/totalLength")


def suggest(
    error: PayloadError, mapping: Mapping[str, Any], event: _Event, *, fixed: bool = False
) -> tuple[str, ...]:
    """Sentences on what the event holds in place of what was asked for; one per problem.

    Of very many problems only the first are looked at.

    Args:
        error: Why the event was rejected.
        mapping: How its fields were found.
        event: The event.
        fixed: The mapping follows from settings: which property holds the item's ID.
    """
    told = [problem for problem in error.problems[:_MOST_PROBLEMS] if problem.field]
    found = (_suggestion(error.kind, problem, mapping, event, fixed) for problem in told)
    return tuple(dict.fromkeys(found))


def _suggestion(
    kind: str, problem: Problem, mapping: Mapping[str, Any], event: _Event, fixed: bool
) -> str:
    clashing = kind == "payload" and problem.field in _SHARE
    fields = _SHARE if clashing else (problem.field,)
    paths = [indexed(path, one) for one in fields for path in read_for(one, mapping)]
    held = {path: found for path in paths if (found := _look(event, path)) is not UNDEFINED}
    is_wrong = problem.at == problem.field or kind == "payload"
    if is_wrong and held:
        return f"Here {_join(f'`{path}` is {value_text(one)}' for path, one in held.items())}."
    empty = next((path for path, found in held.items() if found == ""), None)
    if empty is not None:
        return f"Here `{empty}` is empty, and still counts as being there: leave it out."
    field = problem.field.rpartition("/")[2]
    candidates = _Lookalikes(field, paths, event).find()
    return _instead(problem.field, candidates, _lack(paths, held, event), fixed)


def _lack(paths: Sequence[str], held: Mapping[str, Any], event: _Event) -> str:
    """What the mapping asks for in vain."""
    absent = [f"`{path}`" for path in paths if path not in held]
    parts = [f"has no {_join(absent, 'or')}"] if absent else []
    parts += [f"has {value_text(found)} as `{path}`" for path, found in held.items()]
    return f"{_this(event.get('type'))} {_join(parts)}." if parts else ""


def _this(kind: object) -> str:
    return f"This {kind}" if kind in _PAGES else "The event"


def _instead(field: str, candidates: Mapping[str, Any], lack: str, fixed: bool) -> str:
    """What could be mapped instead."""
    place = "/".join(part for part in field.split("/") if part and not part.isdigit())
    if not candidates:
        return f"{lack} It has nothing that is usual for `{place}`.".strip()
    there = _join(f"`{path}` ({value_text(found)})" for path, found in candidates.items())
    best = next(iter(candidates))
    if place != field[1:]:  # in a list, `$` is the element
        best = best.rpartition("].")[2]
    return f"{lack} It has {there}{_step(place, best, fixed)}.".strip()


def _step(place: str, best: str, fixed: bool) -> str:
    """What to do about it; where there are only settings, the ID is all that they can name."""
    if not fixed:
        return f": map `{place}` to `$.{best}`"
    return f": name `{best.rpartition('.')[2]}` in the settings" if place == "itemId" else ""


class _Lookalikes:
    """Looks for values that would do for a field."""

    def __init__(self, field: str, paths: Sequence[str], event: _Event) -> None:
        self._field = field
        self._paths = paths
        self._event = event
        self._is_usable = _usable(field)

    def find(self) -> dict[str, Any]:
        """Paths and what is there, the best first."""
        found: dict[str, Any] = {}
        for path in (*self._slips(), *self._usual()):
            value = _look(self._event, path)
            if path not in self._paths and self._is_usable(value) and value not in found.values():
                found[path] = value
        return dict(list(found.items())[:_MOST])

    def _slips(self) -> Iterator[str]:
        """Neighbours whose name is nearly that of what the mapping asks for."""
        for path in self._paths:
            around, dot, name = path.rpartition(".")
            neighbours = _look(self._event, around)
            if isinstance(neighbours, Mapping):
                names = [one for one in neighbours if isinstance(one, str) and one != name]
                slip = nearest(name, names)
                if slip is not None:
                    yield f"{around}{dot}{slip}"

    def _usual(self) -> Iterator[str]:
        likely = _LIKELY.get(self._field, ())
        if self._field == "itemId" and self._event.get("type") in _PAGES:
            likely = (*likely, *_OF_PAGES)
        around = self._around()
        return (path.replace("~", around) for path in likely)

    def _around(self) -> str:
        """Where the mapping looks: in an element of a list, or among the event's properties."""
        within = [path for path in self._paths if path.rpartition(".")[0].endswith("]")]
        return f"{within[0].rpartition('.')[0]}." if within else "properties."


def _usable(field: str) -> _Usable:
    if field in _LISTS:
        return lambda value: is_array(value) and any(isinstance(one, Mapping) for one in value)
    if field in _IDS:
        return lambda value: is_number(value) or (isinstance(value, str) and value != "")
    if field == "timestamp":
        return lambda value: isinstance(value, str) and value[:4].isdigit()
    return _is_numeric


def _is_numeric(value: Any) -> bool:
    return isinstance(value, str | int | float) and number("").check(value, "", []) is not UNDEFINED


def _look(event: Any, path: str) -> Any:
    return lookup(event, split_path(path))


def _join(parts: Iterator[str] | Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    *before, end = parts
    return f"{', '.join(before)} {last} {end}" if before else end
