"""Which items are in which segments, worked out when asked and then kept up to date.

    found = membership(contents, now)      # one per request
    found.segment_ids("genres")
    found.members("genres", "drama")
    found.of_item("genres", "item-7")

A change of an item costs the evaluation of that item, a change of the definition or the loss of a
property that of all. ReQL that looks beyond the item it is evaluated for (clock, interactions,
other items, other segmentations) is evaluated anew for each request.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from recombee_mock.answers import Refusal, bad_request
from recombee_mock.definition_needs import needs_of
from recombee_mock.reql import Place, Scene, filter_of, segments_of
from recombee_mock.store.contents import Contents
from recombee_mock.store.segmentations import Division, Segmentation

SEGMENT_FILTER: Final = Place("filter", "item")

Divide: TypeAlias = Callable[[str], Iterable[str]]
"""From an item to its segments."""


class Membership:
    """The segments of a database as one request sees them."""

    __slots__ = ("_contents", "_fresh", "_scene")

    def __init__(self, contents: Contents, now: float) -> None:
        self._contents = contents
        self._scene = Scene(now)
        self._fresh: dict[str, Division] = {}

    def knows(self, segmentation: str) -> bool:
        """Whether there is a segmentation of that ID."""
        return self._contents.segmentations.knows(segmentation)

    def segment_ids(self, segmentation: str) -> Sequence[str]:
        """All segments of an existing segmentation."""
        return self.division(segmentation).segment_ids()

    def members(self, segmentation: str, segment: str) -> AbstractSet[str]:
        """The items of a segment of an existing segmentation; none of an unknown segment."""
        return self.division(segmentation).members(segment)

    def of_item(self, segmentation: str, item: str) -> Sequence[str]:
        """The segments of an item in an existing segmentation; none of an unknown item."""
        return self.division(segmentation).of_item(item)

    def division(self, segmentation: str) -> Division:
        """The outcome of an existing segmentation.

        Raises:
            KeyError: There is none of that ID; ask `knows` first.
            Refusal: 400, its definition fits the properties no more, or leads back to itself.
        """
        division = self._fresh.get(segmentation)
        if division is None:
            division = self._fresh[segmentation] = self._divide(segmentation)
        return division

    def _divide(self, segmentation: str) -> Division:
        table = self._contents.segmentations
        definition = table.get(segmentation)
        if definition is None:
            raise KeyError(segmentation)
        if segmentation in table.underway:
            raise _circular(segmentation)
        table.underway.add(segmentation)
        try:
            division = self._brought_up(table.divisions.get(segmentation), definition)
        finally:
            table.underway.discard(segmentation)
        table.divisions[segmentation] = division
        return division

    def _brought_up(self, division: Division | None, definition: Segmentation) -> Division:
        items = self._contents.items
        changed = None
        if (
            division is not None
            and division.definition is definition
            and not needs_of(definition).beyond
        ):
            if division.version == items.version:
                return division
            changed = items.changed_since(division.version)
        divide = divider(self._contents, definition, self._scene)
        if division is None or changed is None:
            items.changed_since(items.version)  # from now on, changes are kept for us
            division, changed = Division(definition, items.version), list(items.ids)
        for item in changed:
            division.place(item, divide(item) if item in items.ids else ())
        division.version = items.version
        return division


def membership(contents: Contents, now: float) -> Membership:
    """The segments as a request sees them that is made at `now`."""
    return Membership(contents, now)


def check(contents: Contents, definition: Segmentation, now: float) -> None:
    """Refuse a definition that nothing can be worked out from.

    Raises:
        Refusal: 400, its ReQL is wrong, does not fit the properties, or leads back to itself.
    """
    divider(contents, definition, Scene(now))
    ahead, seen = [definition], {definition.id}
    while ahead:
        for name in needs_of(ahead.pop()).segmentations:
            if name == definition.id:
                raise _circular(name)
            further = contents.segmentations.get(name)
            if further is not None and name not in seen:
                seen.add(name)
                ahead.append(further)


def divider(contents: Contents, definition: Segmentation, scene: Scene) -> Divide:
    """What finds the segments of an item.

    Raises:
        Refusal: 400, the definition does not fit the properties there are.
    """
    if definition.kind == "autoReQL":
        return segments_of(contents, definition.expression, scene)
    if definition.kind == "manualReQL":
        return _by_filters(contents, definition, scene)
    return _by_value(contents, definition)


def _by_value(contents: Contents, definition: Segmentation) -> Divide:
    name = definition.property or ""
    found = contents.items.properties.get(name)
    if found is None or found.type not in {"string", "set"}:
        raise bad_request(
            f'Segmentation "{definition.id}" needs a property "{name}" of type string or set!'
        )
    row = contents.items.row
    if found.type == "set":
        return lambda item: [value for value in row(item).get(name, ()) if value]
    return lambda item: [value] if (value := row(item).get(name)) else ()


def _by_filters(contents: Contents, definition: Segmentation, scene: Scene) -> Divide:
    tests = [
        (segment.id, filter_of(contents, segment.filter, SEGMENT_FILTER, scene))
        for segment in definition.segments.values()
    ]
    return lambda item: [segment for segment, test in tests if test(item)]


def _circular(segmentation: str) -> Refusal:
    return bad_request(f'Segmentation "{segmentation}" is defined by itself!')
