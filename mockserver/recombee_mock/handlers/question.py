"""A request for results that was understood, and how results are ordered and shown."""

from collections.abc import Iterable, Mapping
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from zlib import crc32

import attrs

from recombee_mock.answers import not_found
from recombee_mock.handlers.asked import Rules, Taste
from recombee_mock.handlers.entity import ITEM, USER, Kind
from recombee_mock.membership import membership
from recombee_mock.store.contents import Contents
from recombee_mock.store.scenarios import Scenario

if TYPE_CHECKING:
    from recombee_mock.handlers.results import Results

Scored: TypeAlias = tuple[str, float]

_FEW: Final = 4
_score: Final = itemgetter(1)
_KINDS: Final = {"item": ITEM, "user": USER}


@attrs.frozen(eq=False, kw_only=True)
class Question:
    """A request whose parameters are well-formed.

    Attributes:
        contents: The database.
        request: What kind of request it is.
        own: All its parameters as they were understood.
        now: Unix seconds.
        count: How many results at most.
        create: Whether a missing user or item is created.
        scenario: Whose settings it has; `None` for none.
        logic: Name of the logic, the request's own or the scenario's.
        logic_settings: Settings of the logic.
        user: Who will see the results; `None` for somebody unknown.
        item: The context item.
        segment: The context segment.
        taste: The choice among what is relevant.
        rules: Filter, booster, expressions.
        shown: IDs that must not be among the results.
    """

    contents: Contents
    request: "Results"
    own: Mapping[str, Any]
    now: float
    count: int
    create: bool
    scenario: Scenario | None
    logic: str | None
    logic_settings: Mapping[str, Any]
    user: str | None
    item: str | None
    segment: str | None
    taste: Taste
    rules: Rules
    shown: set[str] = attrs.field(factory=set)

    @property
    def segmentation(self) -> str:
        """Whose segments are the results."""
        return (self.scenario and self.scenario.segmentation) or ""

    @property
    def context_segmentation(self) -> str:
        """Whose segment is the context."""
        return (self.scenario and self.scenario.context_segmentation) or ""

    def admit(self) -> None:
        """Look everything up, and create what cascadeCreate tells to.

        Raises:
            Refusal: 404, something does not exist.
        """
        if self.segment is not None:
            self._find_segment()
        named = [(kind, one) for kind, one in ((ITEM, self.item), (USER, self.user)) if one]
        for kind, entity in named:
            if not self.create and entity not in kind.table(self.contents).ids:
                raise kind.missing(entity)
        for kind, entity in named:
            kind.table(self.contents).add(entity)

    def top(self, scored: list[Scored], need: int | None = None) -> list[Scored]:
        """The best `need` or all, best first.

        Between equals something decides that is like chance, but the same for the same seed.
        """
        if need is not None and len(scored) > _FEW * need:
            least = nlargest(need, map(_score, scored))[-1]
            scored = [one for one in scored if one[1] >= least]
        seed = self.contents.settings.seed & 0xFFFFFFFF
        ordered = sorted(scored, key=lambda one: (-one[1], crc32(one[0].encode(), seed)))
        return ordered[:need]

    def _find_segment(self) -> None:
        segmentation = self.context_segmentation
        if self.segment not in membership(self.contents, self.now).segment_ids(segmentation):
            raise not_found(
                f'Segment "{self.segment}" of segmentation "{segmentation}" does not exist!'
            )


def best(question: Question, scored: Iterable[Scored]) -> list[str]:
    """The IDs to answer with, best first: all rules of the request applied to `scored`."""
    keep, boost = question.rules.keep, question.rules.boost
    left = [one for one in scored if one[0] not in question.shown]
    if keep is not None:
        left = [one for one in left if keep(one[0])]
    if boost is not None:
        left = [(entity, score * boost(entity)) for entity, score in left]
    return [entity for entity, _ in question.top(left, question.count)]


def entries(question: Question, found: Iterable[str]) -> list[dict[str, Any]]:
    """Results as they are answered: just an ID, unless more was asked for."""
    kind = _KINDS.get(question.request.entity)
    with_values = kind is not None and question.own.get("returnProperties")
    evaluate = question.rules.evaluate
    if not with_values and evaluate is None:
        return [{"id": entity} for entity in found]
    shown = []
    for entity in found:
        entry: dict[str, Any] = {"id": entity}
        if kind is not None and with_values:
            entry["values"] = _values(question, kind, entity)
        if evaluate is not None:
            entry["reqlEvaluations"] = dict(evaluate(entity))
        shown.append(entry)
    return shown


def _values(question: Question, kind: Kind, entity: str) -> dict[str, Any]:
    values = kind.table(question.contents).values(entity)
    included = question.own.get("includedProperties")
    # Unknown names are ignored (unpublished: we choose so).
    if included is None:
        return values
    return {name: value for name, value in values.items() if name in included}
