"""Bestsellers, and the most active users: counted now and then, not with every interaction."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from zlib import crc32

from recombee_mock.recommender.weights import IMPORTANCE, rated

if TYPE_CHECKING:
    from recombee_mock.store.contents import Contents

Entity: TypeAlias = Literal["item", "user"]

_SMALL: Final = 1000
_LARGE: Final = 10_000
_FRESH_FOR: Final = 60.0
_QUESTIONS_PER: Final = 50
_SAMPLE: Final = 3


class Ranking:
    """All items or users by how much was done with or by them.

    Attributes:
        scores: Of those with whom something was done.
        top: The greatest score, or 1.
        at: When it was counted.
    """

    __slots__ = ("_order", "_seed", "at", "scores", "top")

    def __init__(self, scores: Mapping[str, float], at: float, seed: int) -> None:
        self.scores = scores
        self.top = max(max(scores.values(), default=0.0), 0.0) or 1.0
        self.at = at
        self._seed = seed & 0xFFFFFFFF
        self._order: list[tuple[str, float]] | None = None

    def through(self, ids: Collection[str]) -> Iterator[tuple[str, float]]:
        """Those that exist now, best first, each with its share of the greatest score.

        Those that came since it was counted are the last.
        """
        if self._order is None:
            self._order = [(one, self._share(one)) for one in sorted(ids, key=self._place)]
        order = self._order
        for entry in order:
            if entry[0] in ids:
                yield entry
        known = {one for one, _ in order}
        for one in ids:
            if one not in known:
                yield one, 0.0

    def _share(self, entity: str) -> float:
        return max(self.scores.get(entity, 0.0), 0.0) / self.top

    def _place(self, entity: str) -> tuple[float, int]:
        return -self.scores.get(entity, 0.0), crc32(entity.encode(), self._seed)


class Rankings:
    """The rankings of one database.

    Of up to a thousand entities a ranking is always counted anew. Of more it may be some minutes
    old, or as many questions as make its cost negligible.
    """

    __slots__ = ("_asked", "_kept")

    def __init__(self) -> None:
        self._kept: dict[Entity, Ranking] = {}
        self._asked: dict[Entity, int] = {}

    def of(self, contents: "Contents", entity: Entity, now: float) -> Ranking:
        """The ranking of items or users."""
        kept = self._kept.get(entity)
        asked = self._asked[entity] = self._asked.get(entity, 0) + 1
        size = len((contents.items if entity == "item" else contents.users).ids)
        if (
            kept is None
            or size <= _SMALL
            or asked > size // _QUESTIONS_PER
            or not kept.at <= now <= kept.at + _FRESH_FOR * (1 + size // _LARGE)
        ):
            kept = self._kept[entity] = _counted(contents, entity, now)
            self._asked[entity] = 0
        return kept


def _counted(contents: "Contents", entity: Entity, now: float) -> Ranking:
    scores: dict[str, float] = {}
    score = scores.get
    for name, importance in IMPORTANCE.items():
        table = getattr(contents, name)
        counts: Iterable[tuple[str, float]]
        if entity == "user":
            counts = zip(table.rows(), map(len, table.rows().values()), strict=True)
        else:
            counts = table.audiences()
        if name == "ratings" and entity == "item":
            counts = ((item, many * _liked(contents, item)) for item, many in counts)
            importance = 1.0  # noqa: PLW2901 - a rating says itself how much it counts
        for one, many in counts:
            scores[one] = score(one, 0.0) + many * importance
    return Ranking(scores, now, contents.settings.seed)


def _liked(contents: "Contents", item: str) -> float:
    """What a rating of the item counts at the mean of the latest ones."""
    latest = contents.ratings.latest_users(item, _SAMPLE)
    weights = [rated(contents.ratings.row(user)[item], -math.inf) for user in latest]
    return sum(weights) / len(weights) if weights else 0.0
