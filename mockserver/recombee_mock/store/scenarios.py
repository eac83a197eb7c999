"""Scenarios: places of use with settings of their own.

The real service has them made in its Admin UI and lets the API only list them; here they come from
the control API and from seed files.
"""

from typing import Any

import attrs


@attrs.frozen
class Stage:
    """One of the two steps of a composite recommendation.

    Attributes:
        endpoint: Of the requests it stands for, in camelCase: `recommendItemSegmentsToUser`.
        scenario: Whose settings it has; `None` for none.
    """

    endpoint: str
    scenario: str | None = None


@attrs.frozen(kw_only=True)
class Scenario:
    """One scenario.

    Attributes:
        id: As requests name it.
        endpoint: Of the requests it is for, in camelCase: `recommendItemsToUser`,
            `searchItemSegments`, `compositeRecommendation`, …
        filter: ReQL that must be true besides the request's own.
        booster: ReQL number that multiplies the request's own.
        logic: Name of the logic where the request has none.
        segmentation: Whose segments are recommended or found.
        context_segmentation: Whose segment is the context.
        source: First stage of a composite recommendation.
        result: Second stage.
        exclude_interacted: Whether what the user had before is left out; `None` for the database's
            setting.
    """

    id: str
    endpoint: str
    filter: str | None = None
    booster: str | None = None
    logic: str | None = None
    segmentation: str | None = None
    context_segmentation: str | None = None
    source: Stage | None = None
    result: Stage | None = None
    exclude_interacted: bool | None = None


class Scenarios:
    """All scenarios, in the order of their creation."""

    __slots__ = ("_scenarios",)

    def __init__(self) -> None:
        self._scenarios: dict[str, Scenario] = {}

    def get(self, scenario: str | None) -> Scenario | None:
        """The scenario of that ID."""
        return None if scenario is None else self._scenarios.get(scenario)

    def all(self) -> list[Scenario]:
        """Every scenario."""
        return list(self._scenarios.values())

    def put(self, scenario: Scenario) -> None:
        """Create or replace it."""
        self._scenarios[scenario.id] = scenario

    def delete(self, scenario: str) -> None:
        """Delete an existing one."""
        del self._scenarios[scenario]

    def dump(self) -> Any:
        """All of it as JSON."""
        return [attrs.asdict(scenario) for scenario in self._scenarios.values()]

    def load(self, dumped: Any) -> None:
        """Take over what was dumped."""
        for one in dumped:
            stages = {name: one[name] and Stage(**one[name]) for name in ("source", "result")}
            self.put(Scenario(**{**one, **stages}))
