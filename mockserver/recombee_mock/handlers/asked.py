"""What a request asks of its results: the parameters that recommendations and search share.

Everything that can be wrong with them is found here, before anything is looked up or created.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import attrs

from recombee_mock.answers import bad_request, shown
from recombee_mock.params import (
    Params,
    Reader,
    flag,
    json_object,
    natural,
    number_between,
    optional,
    required,
    text,
)
from recombee_mock.reql import Entity, Place, Scene, booster_of, filter_of, values_of
from recombee_mock.store.contents import Contents
from recombee_mock.store.scenarios import Scenario

T = TypeVar("T")
Test = Callable[[str], bool]
Factor = Callable[[str], float]
Evaluation = Callable[[str], Mapping[str, Any]]

LEVELS: Final = ("low", "medium", "high")
_share: Final = number_between(0.0, 1.0)


class Reading:
    """Reads parameters, and keeps what it understood.

    Attributes:
        params: As they came.
        understood: What was read, as JSON: reading it again gives the same.
    """

    __slots__ = ("params", "understood")

    def __init__(self, params: Params) -> None:
        self.params = params
        self.understood: dict[str, Any] = {}

    def required(self, name: str, read: Reader[T]) -> T:
        """A parameter that must be there."""
        value = required(self.params, name, read)
        self.understood[name] = value
        return value

    def optional(self, name: str, read: Reader[T]) -> T | None:
        """A parameter that may be missing."""
        value = optional(self.params, name, read)
        if value is not None:
            self.understood[name] = value
        return value

    def nullable(self, name: str, read: Reader[T]) -> T | None:
        """A parameter that must be there, but may be null."""
        if name not in self.params:
            raise bad_request(f'Parameter "{name}" is missing; it may be null, but must be sent!')
        self.understood[name] = None
        return self.optional(name, read)


@attrs.frozen
class Taste:
    """What a request says about the choice among what is relevant.

    Attributes:
        diversity: How unlike each other the results should be, 0 to 1.
        min_relevance: Up to which of `LEVELS` the results may be of little relevance.
        rotation_rate: How much is taken from what was recommended recently, 0 to 1.
        rotation_time: Seconds in which that penalty fades.
        user_impact: How far the user's taste pulls what goes with an item, 0 to 1.
    """

    diversity: float = 0.0
    min_relevance: str = "low"
    rotation_rate: float = 0.0
    rotation_time: float = 7200.0
    user_impact: float = 0.0


@attrs.frozen(eq=False)
class Rules:
    """The ReQL of a request, compiled together with that of its scenario.

    Attributes:
        keep: Whether an entity may be among the results; `None` when all may.
        boost: What its relevance is multiplied by; `None` when nothing is.
        evaluate: Outcomes of `reqlExpressions`; `None` when none were sent.
    """

    keep: Test | None = None
    boost: Factor | None = None
    evaluate: Evaluation | None = None


def count_of(reading: Reading) -> int:
    """How many results at most. Source: API reference, Recommend items to user."""
    found = reading.required("count", natural)
    if found < 1:
        raise bad_request('Parameter "count" must be a whole number >= 1, but is 0!')
    return found


def logic_of(reading: Reading) -> tuple[str | None, Mapping[str, Any]]:
    """Name and settings of the logic; any name is understood."""

    def read(name: str, value: Any) -> str | dict[str, Any]:
        if isinstance(value, str):
            return str(value)
        logic = json_object(name, value)
        optional(logic, "name", text)
        optional(logic, "settings", json_object)
        return logic

    logic = reading.optional("logic", read)
    if isinstance(logic, dict):
        return logic.get("name"), logic.get("settings") or {}
    return logic, {}


def taste_of(reading: Reading, known: frozenset[str]) -> Taste:
    """The options among `known` that were given; what a request does not know is not read.

    `rotation` and `userImpact` have no published default but for items to users; we choose the
    same everywhere.
    """

    def given(name: str, read: Reader[T], default: T) -> T:
        found = reading.optional(name, read) if name in known else None
        return default if found is None else found

    return Taste(
        given("diversity", _share, 0.0),
        given("minRelevance", _level, "low"),
        given("rotationRate", _share, 0.0),
        given("rotationTime", number_between(0), 7200.0),
        given("userImpact", _share, 0.0),
    )


def check_ignored(reading: Reading) -> None:
    """What must be well-formed, but has no effect here: there are no A/B tests."""
    optional(reading.params, "expertSettings", json_object)
    optional(reading.params, "returnAbGroup", flag)


def rules_of(
    contents: Contents,
    reading: Reading,
    entity: Entity,
    contexts: frozenset[str],
    scenario: Scenario | None,
    scene: Scene,
) -> Rules:
    """Compile filter, booster and expressions.

    Those of the scenario are combined with them: filters by "and", boosters by multiplication
    (unpublished: we choose so).

    Raises:
        Refusal: 400, one of them is wrong.
    """
    keep = boost = evaluate = None
    for label, source in _sources(reading, scenario, "filter"):
        test = filter_of(contents, source, Place(label, entity, contexts), scene)
        keep = test if keep is None else _both(keep, test)
    for label, source in _sources(reading, scenario, "booster"):
        factor = booster_of(contents, source, Place(label, entity, contexts), scene)
        boost = factor if boost is None else _product(boost, factor)
    expressions = reading.optional("reqlExpressions", json_object)
    if expressions is not None:
        place = Place("reqlExpressions", entity, contexts)
        evaluate = values_of(contents, expressions, place, scene)
    return Rules(keep, boost, evaluate)


def _sources(reading: Reading, scenario: Scenario | None, name: str) -> list[tuple[str, str]]:
    found = []
    asked = reading.optional(name, text)
    if asked is not None:
        found.append((name, asked))
    configured = getattr(scenario, name, None)
    if configured is not None:
        found.append((f"{name} of the scenario", configured))
    return found


def _both(one: Test, other: Test) -> Test:
    return lambda entity: one(entity) and other(entity)


def _product(one: Factor, other: Factor) -> Factor:
    return lambda entity: one(entity) * other(entity)


def _level(name: str, value: Any) -> str:
    if isinstance(value, str) and value in LEVELS:
        return str(value)
    raise bad_request(f'Parameter "{name}" must be low, medium or high, but is {shown(value)}!')
