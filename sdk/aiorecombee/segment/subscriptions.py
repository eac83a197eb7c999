"""What a destination listens to: mappings chosen, merged with presets, and compiled.

A mapping is kept as Segment exports it: `name`, `subscribe` (which events it is for),
`partnerAction` (what they become), `mapping` (how the fields are found), `enabled`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from aiorecombee.errors import MappingError
from aiorecombee.segment.actions.catalogue import Action, Actions
from aiorecombee.segment.exported import read_mappings, takes_away
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
        fixed: Nobody can change the mapping.
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
    fixed: bool = False

    @classmethod
    def compile(
        cls, one: MappingData, index: int, actions: Actions, *, fixed: bool = False
    ) -> "Subscription":
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
                fixed,
            )
        except MappingError as error:
            raise MappingError(f"{name}: {error}") from error


def name_of(one: MappingData, index: int) -> str:
    """How a mapping is called, the one at that place."""
    return one.get("name") or f"#{index} {one.get('partnerAction')}"


@attrs.frozen
class Choice:
    """Which mappings count.

    Attributes:
        kept: Those that do, each with its place among those given.
        disabled: Those that would, were they not switched off.
    """

    kept: list[tuple[int, MappingData]]
    disabled: list[tuple[int, MappingData]]


def choose(presets: Sequence[MappingData], mappings: Any, *, with_presets: bool) -> Choice:
    """Choose among presets and mappings.

    Args:
        presets: Those of the profile.
        mappings: In any form that `read_mappings` takes; `None` for the presets alone.
        with_presets: Keep the presets beside the mappings, but for those of the same name.

    Raises:
        MappingError: They are no mappings, or name a preset that does not exist.
    """
    if mappings is None:
        return Choice(list(enumerate(presets)), [])
    by_name = {preset["name"]: preset for preset in presets}
    given = [(index, _chosen(one, by_name)) for index, one in enumerate(read_mappings(mappings))]
    kept: list[tuple[int, MappingData]] = []
    if with_presets:
        replaced = [one.get("name", "") for _, one in given]
        for _, one in given:
            if takes_away(one):
                _find_preset(one.get("name"), by_name)
        kept = [(-1, preset) for preset in presets if preset["name"] not in replaced]
    on = [(index, one) for index, one in given if one.get("enabled") is not False]
    off = [(index, one) for index, one in given if one.get("enabled") is False]
    return Choice(kept + on, off)


def _chosen(one: MappingData | str, presets: Mapping[str, MappingData]) -> MappingData:
    return _find_preset(one, presets) if isinstance(one, str) else one


def _find_preset(name: Any, presets: Mapping[str, MappingData]) -> MappingData:
    if name not in presets:
        raise MappingError(f"there is no preset {name!r}; there are: {', '.join(presets)}")
    return presets[name]
