"""Values from elsewhere in the database: other items, users, interactions, segments."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from recombee_mock.reql.environment import Environment
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import Moment, Record, Value, kind, packed
from recombee_mock.store.entities import Entities
from recombee_mock.store.interactions import Interactions

if TYPE_CHECKING:
    from recombee_mock.membership import Membership

_MANY: Final = 1000
_EMPTY_SET: Final[frozenset[Value]] = frozenset()

Lookup: TypeAlias = Callable[..., Value]
"""From the environment and arguments to a value."""


def reading(type_name: str) -> Callable[[Any], Value]:
    """How a stored property of that type becomes a value; sets and lists are never null."""
    return _READINGS.get(type_name, _same)


def _same(stored: Any) -> Value:
    return stored


def _moment(stored: Any) -> Value:
    return None if stored is None else Moment(stored)


def _set(stored: Any) -> Value:
    return _EMPTY_SET if stored is None else frozenset(stored)


def _array(stored: Any) -> Value:
    return () if stored is None else tuple(stored)


_READINGS: Final[Mapping[str, Callable[[Any], Value]]] = {
    "timestamp": _moment,
    "set": _set,
    "imageList": _array,
}


def _record(table: Entities, entity: str | None, own: str, label: str) -> Record:
    row: Mapping[str, Any] = {} if entity is None else table.row(entity)
    content = {
        name: packed(reading(one.type)(row.get(name))) for name, one in table.properties.items()
    }
    content[own] = entity
    return Record(content, label)


def context_item(env: Environment) -> Record:
    """All of the item the request is about."""
    contents, item = env.contents, env.scene.item
    return env.keep("context_item", lambda: _record(contents.items, item, "itemId", "context_item"))


def context_user(env: Environment) -> Record:
    """All of the user the request is for."""
    contents, user = env.contents, env.scene.user
    return env.keep("context_user", lambda: _record(contents.users, user, "userId", "context_user"))


def context_segment(env: Environment) -> Record:
    """The segment the request is about."""
    scene = env.scene
    content = {"segmentId": scene.segment, "segmentationId": scene.context_segmentation}
    return Record(content, "context_segment")


def item_values(env: Environment, item: Value) -> Record | None:
    """All of any item; null of an unknown one (unpublished: we choose null)."""
    _text("item_values", item)
    if item not in env.contents.items.ids:
        return None
    env.charge(len(env.contents.items.properties))
    return _record(env.contents.items, item, "itemId", "item_values()")


def value_of_item(name: str) -> Callable[[Environment, Value], Value]:
    """A single entry of `item_values`, known to be there."""

    def find(env: Environment, item: Value) -> Value:
        if item is None:
            return None
        _text("item_values", item)
        items = env.contents.items
        if item not in items.ids:
            return None
        if name == "itemId":
            return item
        return reading(items.properties[name].type)(items.row(item).get(name))

    return find


def counting(table: str) -> Lookup:
    """`num_item_…`: how many interactions of that kind an item has."""

    def count(env: Environment, item: Value) -> int:
        _text(f"num_item_{table}", item)
        return env.keep((table, "tally"), lambda: _Tally(getattr(env.contents, table))).of(item)

    return count


class _Tally:
    """Counts the interactions of one item, or of all once many have been asked for."""

    __slots__ = ("_asked", "_counts", "_interactions")

    def __init__(self, interactions: Interactions) -> None:
        self._interactions = interactions
        self._asked: dict[str, int] = {}
        self._counts: Mapping[str, int] | None = None

    def of(self, item: str) -> int:
        if self._counts is not None:
            return self._counts.get(item, 0)
        found = self._asked.get(item)
        if found is None:
            found = self._asked[item] = self._interactions.count(item)
            if len(self._asked) >= _MANY:
                self._counts = self._interactions.counts()
        return found


def count_ratings(env: Environment, item: Value, sign: Value = "") -> int:
    """Ratings of an item, optionally those above or below zero."""
    _text("num_item_ratings", item)
    if sign not in _SIGNS:
        raise Failure('The second argument of num_item_ratings() is "positive" or "negative"')
    fits = _SIGNS[sign]
    ratings = env.contents.ratings

    def find() -> int:
        given = [one.details[0] for one in ratings.of_item(item) if one.details]
        return sum(map(fits, env.bounded(tuple(given))))

    return env.keep(("ratings", item, sign), find)


_SIGNS: Final[Mapping[str, Callable[[float], bool]]] = {
    "": lambda _rating: True,
    "positive": lambda rating: rating > 0,
    "negative": lambda rating: rating < 0,
}
_WORDS: Final = (
    "detail_views",
    "purchases",
    "ratings",
    "cart_additions",
    "bookmarks",
    "view_portions",
)


def user_interactions(
    env: Environment, user: Value, words: Value, latest: Value = ...
) -> tuple[Record, ...] | None:
    """What a user did, the oldest first; the latest so many when a number is given."""
    _text("user_interactions", user)
    if type(words) is not frozenset or not words.issubset(_WORDS):
        raise Failure(f"The interaction types are a set of: {', '.join(_WORDS)}")
    if latest is not ... and (type(latest) is not int or latest < 0):
        raise Failure("The number of interactions is an int >= 0")

    def find() -> tuple[Record, ...]:
        found = sorted(_listed(env, user, words))
        env.charge(len(found))
        kept = found if latest is ... else found[max(0, len(found) - latest) :]
        return tuple(_interaction(user, *one) for one in kept)

    return env.keep(("interactions", user, words, latest), find)


def _listed(env: Environment, user: str, words: frozenset[str]) -> Iterator[tuple[float, str, str]]:
    for word in words:
        if word == "view_portions":
            for view in env.contents.view_portions.of_user(user):
                yield view.portion.timestamp, view.item, word
        else:
            table: Interactions = getattr(env.contents, word)
            for one in table.of_user(user):
                yield one.timestamp, one.item, word


def _interaction(user: str, timestamp: float, item: str, word: str) -> Record:
    content = {"userId": user, "itemId": item, "timestamp": Moment(timestamp), "type": word}
    return Record(content, "An interaction")


def segment_items(env: Environment, segmentation: Value, segment: Value) -> frozenset[Value]:
    """The items of a segment; none of what is unknown."""
    _text("segment_items", segmentation)
    _text("segment_items", segment)
    found = _membership(env)
    if not found.knows(segmentation):
        return _EMPTY_SET
    return env.keep(
        ("segment", segmentation, segment),
        lambda: env.bounded(frozenset(found.members(segmentation, segment))),
    )


def item_segments(env: Environment, segmentation: Value, item: Value) -> frozenset[Value]:
    """The segments of an item; none of what is unknown."""
    _text("item_segments", segmentation)
    _text("item_segments", item)
    found = _membership(env)
    if not found.knows(segmentation):
        return _EMPTY_SET
    return frozenset(found.of_item(segmentation, item))


def _membership(env: Environment) -> "Membership":
    from recombee_mock.membership import membership  # noqa: PLC0415  (it asks for filters in turn)

    return env.keep("membership", lambda: membership(env.contents, env.scene.now))


def _text(name: str, value: Value) -> None:
    if type(value) is not str:
        raise Failure(f"{name}() takes strings, not {kind(value)}")
