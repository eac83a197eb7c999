"""What a destination listens to: mappings chosen, merged with presets, and compiled.

A mapping is kept as Segment exports it: `name`, `subscribe` (which events it is for),
`partnerAction` (what they become), `mapping` (how the fields are found), `enabled`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from aiorecombee.errors import MappingError
from aiorecombee.segment.actions.catalogue import Action, Actions
from aiorecombee.segment.fql import Condition, compile_query, parse, required
from aiorecombee.segment.plan import Perform, compile_plan

MappingData: TypeAlias = Mapping[str, Any]


@attrs.frozen
class Subscription:
    """A mapping, compiled.

    Attributes:
        name: As the user calls it; `#0 addBookmark` where it has none.
        subscribe: Which events it is for, as text.
        partner_action: What they become, by name.
        action: The same, as what to do.
        mapping: How the action's fields are found in an event.
        matches: Whether it is for an event.
        required: What it asks an event's `type` and `event` to be, where it does.
        perform: From an event that it is for to requests.
        perform_in_batch: The same for an event of a batch.
    """

    name: str
    subscribe: str
    partner_action: str
    action: Action
    mapping: Any
    matches: Condition
    required: Mapping[str, str]
    perform: Perform
    perform_in_batch: Perform

    @classmethod
    def compile(cls, one: MappingData, index: int, actions: Actions) -> "Subscription":
        """Compile a mapping.

        Raises:
            MappingError: It is malformed; names it and the place.
        """
        name = name_of(one, index)
        action = one.get("partnerAction")
        if not isinstance(action, str) or action not in actions:
            known = ", ".join(sorted(actions))
            raise MappingError(f"{name}: there is no action {action!r}; there are: {known}")
        mapping = one.get("mapping")
        if not isinstance(mapping, Mapping):
            raise MappingError(f"{name}: the mapping is missing: it says how fields are found")
        try:
            query = parse(one.get("subscribe"))
            return cls(
                name,
                one["subscribe"],
                action,
                actions[action],
                mapping,
                compile_query(query),
                required(query),
                compile_plan(actions[action], mapping),
                compile_plan(actions[action], mapping, in_batch=True),
            )
        except MappingError as error:
            raise MappingError(f"{name}: {error}") from error


def name_of(one: MappingData, index: int) -> str:
    """How a mapping is called, the one at that place."""
    return one.get("name") or f"#{index} {one.get('partnerAction')}"


def choose(
    presets: Sequence[MappingData],
    mappings: Sequence[MappingData | str] | None,
    *,
    with_presets: bool,
) -> list[tuple[int, MappingData]]:
    """The mappings that count, each with its place among those given.

    Raises:
        MappingError: One is neither an object nor the name of a preset.
    """
    by_name = {preset["name"]: preset for preset in presets}
    if mappings is None:
        return list(enumerate(presets))
    given = [(index, _chosen(one, by_name)) for index, one in enumerate(mappings)]
    kept: list[tuple[int, MappingData]] = []
    if with_presets:
        replaced = {one.get("name") for _, one in given}
        kept = [(-1, preset) for preset in presets if preset["name"] not in replaced]
    return kept + [(index, one) for index, one in given if one.get("enabled") is not False]


def _chosen(one: object, presets: Mapping[str, MappingData]) -> MappingData:
    if isinstance(one, Mapping):
        return one
    if not isinstance(one, str):
        raise MappingError(f"a mapping is an object or the name of a preset, not {one!r}")
    if one not in presets:
        raise MappingError(f"there is no preset {one!r}; there are: {', '.join(presets)}")
    return presets[one]
