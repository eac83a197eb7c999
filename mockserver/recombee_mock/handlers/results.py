"""Requests that are answered with results: recommendations and search.

Such a request is an instance of `Results`, which is a handler. It says what makes the request
special; reading the shared parameters, existence and cascadeCreate, ReQL, remembering the answer
for RecommendNext… and writing it are done here. For search that is

    def find(question: Question) -> list[str]:
        hits = index.hits(question.own["searchQuery"])   # (ID, score > 0) in any order
        return best(question, hits)                      # filter, booster, order, count

    HANDLERS = {
        "SearchItems": Results("SearchItems", entity="item", context="user", find=find,
                               read=lambda reading: reading.required("searchQuery", some_text)),
        "SearchItemSegments": Results("SearchItemSegments", entity="segment", context="user", …),
    }

`read` reads (and refuses with 400) parameters of the request's own. What it takes from `reading` is
in `question.own` afterwards, also when the answer is continued. Segments: `question.segmentation`
is the ID of the scenario's segmentation, which exists.
"""

from collections.abc import Callable, Iterable
from typing import Final, Literal, TypeAlias

import attrs

from recombee_mock.answers import Answer, Refusal, answer, bad_request
from recombee_mock.handlers.asked import (
    Reading,
    check_ignored,
    count_of,
    logic_of,
    rules_of,
    taste_of,
)
from recombee_mock.handlers.question import Question, best, entries
from recombee_mock.params import Params, entity_id, flag, names, text
from recombee_mock.reql import Entity, Scene
from recombee_mock.store.contents import Contents
from recombee_mock.store.scenarios import Scenario

__all__ = ["Context", "Question", "Results", "best"]

Context: TypeAlias = Literal["user", "item", "segment"]

NEXT_CALLS: Final = "numberNextRecommsCalls"
REPLAYED: Final = Answer(200, b"{}")
_NOTHING: Final[frozenset[str]] = frozenset()


@attrs.frozen(eq=False)
class Results:
    """One kind of request; a handler.

    Attributes:
        operation: Its name.
        entity: What the results are.
        context: What they are for.
        find: Gives the results, best first; at most `count`, none of `shown`.
        known: Its parameters among those of `Taste`.
        target: Whether it has a `targetUserId`.
        read: Reads parameters of its own.
    """

    operation: str
    entity: Entity = attrs.field(kw_only=True)
    context: Context = attrs.field(kw_only=True)
    find: Callable[[Question], list[str]] = attrs.field(kw_only=True)
    known: frozenset[str] = attrs.field(default=_NOTHING, kw_only=True)
    target: bool = attrs.field(default=False, kw_only=True)
    read: Callable[[Reading], object] = attrs.field(default=lambda _: None, kw_only=True)

    @property
    def endpoint(self) -> str:
        """Its name as scenarios have it."""
        return self.operation[0].lower() + self.operation[1:]

    def __call__(self, contents: Contents, params: Params, now: float) -> Answer:
        """Answer a base request."""
        question = self.understood(contents, params, now)
        question.admit()
        if contents.replaying:
            return REPLAYED
        found = self.found(question)
        session = contents.served.start(
            self.operation,
            self.entity,
            question.own,
            question.user,
            found,
            now=now,
            seed=contents.settings.seed,
        )
        recomms = entries(question, found)
        return answer({"recommId": session.id, "recomms": recomms, NEXT_CALLS: 0})

    def understood(
        self, contents: Contents, params: Params, now: float, shown: Iterable[str] = ()
    ) -> Question:
        """Read everything; nothing is looked up so far.

        Raises:
            Refusal: 400, a parameter is wrong, or the scenario does not fit.
        """
        reading = Reading(params)
        user, item, segment = self._context(reading)
        self.read(reading)
        count = count_of(reading)
        scenario = self._scenario(contents, reading)
        logic, settings = logic_of(reading)
        if self.entity != "segment":
            reading.optional("returnProperties", flag)
            reading.optional("includedProperties", names)
        check_ignored(reading)
        scene = _scene(now, user, item, segment, scenario)
        return Question(
            contents=contents,
            request=self,
            own=reading.understood,
            now=now,
            count=count,
            create=reading.optional("cascadeCreate", flag) or False,
            scenario=scenario,
            logic=logic or (scenario.logic if scenario else None),
            logic_settings=settings,
            user=user,
            item=item,
            segment=segment,
            taste=taste_of(reading, self.known),
            rules=rules_of(contents, reading, self.entity, self._contexts, scenario, scene),
            shown=set(shown),
        )

    def found(self, question: Question) -> list[str]:
        """The results; in a batch of distinct ones, without what the user got in it before."""
        distinct = question.contents.served.distinct
        # Source: API reference, Batch ("distinctRecomms": items, of recommendations, per user).
        if (
            distinct is None
            or self.entity != "item"
            or question.user is None
            or not self.operation.startswith("Recommend")
        ):
            return self.find(question)
        had = distinct.setdefault(question.user, set())
        question.shown.update(had)
        found = self.find(question)
        had.update(found)
        return found

    def _context(self, reading: Reading) -> tuple[str | None, str | None, str | None]:
        user = item = segment = None
        if self.context == "user":
            user = reading.required("userId", entity_id)
        elif self.context == "item":
            item = reading.required("itemId", entity_id)
        else:
            segment = reading.required("contextSegmentId", text)
        if self.target:
            user = reading.nullable("targetUserId", entity_id)
        return user, item, segment

    @property
    def _contexts(self) -> frozenset[str]:
        # Source: ReQL reference, context functions. Users for an item have no user of their own;
        # we choose one of whom nothing is known.
        return frozenset({self.context, "user"})

    def _scenario(self, contents: Contents, reading: Reading) -> Scenario | None:
        """The scenario, if it is one for this kind of request.

        Where none is needed, any text will do (unpublished: we choose so).
        """
        named = reading.optional("scenario", text)
        scenario = contents.scenarios.get(named)
        if scenario is not None and scenario.endpoint != self.endpoint:
            scenario = None
        needed = {"segmentation"} if self.entity == "segment" else set()
        if self.context == "segment":
            needed.add("context_segmentation")
        for name in sorted(needed):
            segmentation: str | None = getattr(scenario, name, None)
            if segmentation is None or not contents.segmentations.knows(segmentation):
                raise _unconfigured(self.endpoint, named, name)
        return scenario


def _scene(
    now: float,
    user: str | None,
    item: str | None,
    segment: str | None,
    scenario: Scenario | None,
) -> Scene:
    if scenario is None:
        return Scene(now, user, item, segment=segment)
    return Scene(now, user, item, scenario.segmentation, scenario.context_segmentation, segment)


def _unconfigured(endpoint: str, named: str | None, name: str) -> Refusal:
    what = name.replace("_", " ")
    if named is None:
        return bad_request(
            f'Parameter "scenario" is missing: it must name one for {endpoint} with a {what}!'
        )
    return bad_request(
        f'Scenario "{named}" must be configured for {endpoint}, with an existing {what}!'
    )
