"""Segmentations: ways to divide the items into segments.

Here are their definitions, and what was worked out from them so far. Who is in which segment is
asked of `recombee_mock.membership`, which works it out:

    found = membership(contents, now)
    found.members("genres", "drama")    # IDs of items
    found.of_item("genres", "item-7")   # IDs of segments
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Literal, TypeAlias

import attrs

Kind: TypeAlias = Literal["property", "autoReQL", "manualReQL"]

_NOBODY: AbstractSet[str] = frozenset()


@attrs.frozen
class Segment:
    """A segment with a definition of its own.

    Attributes:
        id: As requests name it.
        filter: ReQL that is true for its items.
        title: For people.
    """

    id: str
    filter: str
    title: str | None = None


@attrs.frozen(kw_only=True)
class Segmentation:
    """One way to divide the items.

    Attributes:
        id: As requests name it.
        kind: How it divides them.
        title: For people.
        description: For people.
        property: Kind `property`: whose values are the segments.
        expression: Kind `autoReQL`: gives the set of an item's segments.
        segments: Kind `manualReQL`: the segments, in the order of their creation.
    """

    id: str
    kind: Kind
    title: str | None = None
    description: str | None = None
    property: str | None = None
    expression: str | None = None
    segments: Mapping[str, Segment] = attrs.field(factory=dict)


class Division:
    """Which items are in which segments: the outcome of a segmentation.

    Attributes:
        definition: What it is the outcome of.
        version: Version of the items it is the outcome of.
    """

    __slots__ = ("_members", "_order", "_segments_of", "definition", "version")

    def __init__(self, definition: Segmentation, version: int) -> None:
        self.definition = definition
        self.version = version
        self._segments_of: dict[str, Sequence[str]] = {}
        self._members: dict[str, set[str]] = {}
        self._order: list[str] | None = None

    def place(self, item: str, segments: Iterable[str]) -> None:
        """Put an item into exactly these segments."""
        placed = tuple(dict.fromkeys(segments))
        before = self._segments_of.pop(item, ())
        if placed == before:
            if placed:
                self._segments_of[item] = placed
            return
        self._order = None
        for segment in before:
            members = self._members[segment]
            members.remove(item)
            if not members:
                del self._members[segment]
        for segment in placed:
            self._members.setdefault(segment, set()).add(item)
        if placed:
            self._segments_of[item] = placed

    def segment_ids(self) -> list[str]:
        """All segments: those that were defined in their order, others sorted."""
        if self.definition.kind == "manualReQL":
            return list(self.definition.segments)
        if self._order is None:
            self._order = sorted(self._members)
        return self._order

    def members(self, segment: str) -> AbstractSet[str]:
        """The items of a segment; not to be changed."""
        return self._members.get(segment, _NOBODY)

    def of_item(self, item: str) -> Sequence[str]:
        """The segments of an item."""
        return self._segments_of.get(item, ())


class Segmentations:
    """All segmentations, in the order of their creation.

    Attributes:
        divisions: What was worked out so far.
        underway: Those that are being worked out at this moment.
    """

    __slots__ = ("_segmentations", "divisions", "underway")

    def __init__(self) -> None:
        self._segmentations: dict[str, Segmentation] = {}
        self.divisions: dict[str, Division] = {}
        self.underway: set[str] = set()

    def knows(self, segmentation: str) -> bool:
        """Whether there is one of that ID."""
        return segmentation in self._segmentations

    def get(self, segmentation: str) -> Segmentation | None:
        """The segmentation of that ID."""
        return self._segmentations.get(segmentation)

    def all(self) -> list[Segmentation]:
        """Every segmentation."""
        return list(self._segmentations.values())

    def put(self, segmentation: Segmentation) -> None:
        """Create or replace it."""
        self._segmentations[segmentation.id] = segmentation

    def delete(self, segmentation: str) -> None:
        """Delete an existing one."""
        del self._segmentations[segmentation]
        self.divisions.pop(segmentation, None)

    def dump(self) -> Any:
        """All of it as JSON."""
        return [attrs.asdict(segmentation) for segmentation in self._segmentations.values()]

    def load(self, dumped: Any) -> None:
        """Take over what was dumped."""
        for one in dumped:
            segments = {name: Segment(**segment) for name, segment in one["segments"].items()}
            self.put(Segmentation(**{**one, "segments": segments}))
