"""Scenarios as the control API and seed files write them.

{"id": "homepage", "endpoint": "recommendItemsToUser", "filter": "'price' < 10"}
{"id": "genres", "endpoint": "recommendItemSegmentsToUser", "segmentation": "genres"}
{"id": "row", "endpoint": "compositeRecommendation",
"source": {"endpoint": "recommendItemSegmentsToUser", "scenario": "genres"},
"result": {"endpoint": "recommendItemsToItemSegment", "scenario": "items-of-genre"}}
"""

from typing import Any, Final, Literal

import attrs

from aiorecombee.reql import ReqlError, validate
from aiorecombee.requests import ALL_REQUESTS
from recombee_mock.fields import FieldError, Fields
from recombee_mock.store.scenarios import Scenario, Stage

COMPOSITE: Final = "compositeRecommendation"


def _endpoints() -> tuple[str, ...]:
    names = [request.__name__ for request in ALL_REQUESTS]
    return tuple(
        name[0].lower() + name[1:]
        for name in names
        if name.startswith(("Recommend", "Search", "Composite")) and "Next" not in name
    )


ENDPOINTS: Final = _endpoints()
"""Of all requests a scenario can be for. Source: API reference, List scenarios (its example)."""
STAGES: Final = tuple(name for name in ENDPOINTS if name != COMPOSITE)
"""Of all requests that can be one step of a composite recommendation."""

_TEXT: Final = {"type": ["string", "null"]}
_STAGE: Final = {
    "type": ["object", "null"],
    "properties": {"endpoint": {"enum": list(STAGES)}, "scenario": _TEXT},
    "required": ["endpoint"],
    "additionalProperties": False,
}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "endpoint": {"enum": list(ENDPOINTS)},
        "filter": {**_TEXT, "description": "ReQL that must be true besides the request's own"},
        "booster": {**_TEXT, "description": "ReQL number that multiplies the request's own"},
        "logic": {**_TEXT, "description": "Name of the logic where the request has none"},
        "segmentation": {**_TEXT, "description": "Whose segments are the results"},
        "contextSegmentation": {**_TEXT, "description": "Whose segment is the context"},
        "source": {**_STAGE, "description": f"First stage of a {COMPOSITE}"},
        "result": {**_STAGE, "description": f"Second stage of a {COMPOSITE}"},
        "excludeInteracted": {
            "type": ["boolean", "null"],
            "description": "Leave out what the user had before; null for the database's setting",
        },
    },
    "required": ["endpoint"],
    "additionalProperties": False,
}
"""Of a scenario in JSON."""


def scenario_to_json(scenario: Scenario) -> dict[str, Any]:
    """The scenario, without what is not set."""
    shown = {
        "id": scenario.id,
        "endpoint": scenario.endpoint,
        "filter": scenario.filter,
        "booster": scenario.booster,
        "logic": scenario.logic,
        "segmentation": scenario.segmentation,
        "contextSegmentation": scenario.context_segmentation,
        "source": scenario.source and _set(attrs.asdict(scenario.source)),
        "result": scenario.result and _set(attrs.asdict(scenario.result)),
        "excludeInteracted": scenario.exclude_interacted,
    }
    return _set(shown)


def _set(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def scenario_from_json(value: Any, scenario_id: str | None = None, where: str = "") -> Scenario:
    """The scenario that `value` describes.

    Segmentations and other scenarios that it names are looked for when it is used.

    Args:
        value: An object.
        scenario_id: Its ID, when that is known; then `value` need not say it.
        where: What to call the object in messages.

    Raises:
        FieldError: Something in it is missing, unknown or wrong.
    """
    fields = Fields(value, where)
    scenario = Scenario(
        id=_id(fields, scenario_id),
        endpoint=fields.choice("endpoint", ENDPOINTS),
        filter=_reql(fields, "filter"),
        booster=_reql(fields, "booster"),
        logic=fields.text("logic", None),
        segmentation=fields.text("segmentation", None),
        context_segmentation=fields.text("contextSegmentation", None),
        source=_stage(fields, "source"),
        result=_stage(fields, "result"),
        exclude_interacted=fields.flag("excludeInteracted", None),
    )
    fields.done()
    _check_use(fields, scenario)
    return scenario


def _id(fields: Fields, known: str | None) -> str:
    found: str = fields.text("id", known) if known is not None else fields.text("id")
    if known is not None and found != known:
        raise FieldError(f'{fields.name("id")} must be "{known}", as in the path, or left out')
    return found


def _reql(fields: Fields, use: Literal["filter", "booster"]) -> str | None:
    source: str | None = fields.text(use, None)
    if source is not None:
        try:
            validate(source, use=use)
        except ReqlError as error:
            raise FieldError(f"{fields.name(use)}: {error}") from None
    return source


def _stage(fields: Fields, name: str) -> Stage | None:
    value = fields.take(name, None)
    if value is None:
        return None
    stage = Fields(value, fields.name(name))
    found = Stage(stage.choice("endpoint", STAGES), stage.text("scenario", None))
    stage.done()
    return found


def _check_use(fields: Fields, scenario: Scenario) -> None:
    """Refuse what has no effect on the endpoint, and ask for what it cannot do without."""
    endpoint = scenario.endpoint
    composite = endpoint == COMPOSITE
    for name, stage in (("source", scenario.source), ("result", scenario.result)):
        if composite is not (stage is not None):
            rule = "needed for" if composite else "only for"
            raise FieldError(f"{fields.name(name)} is {rule} {COMPOSITE}")
    if scenario.segmentation is not None and "ItemSegments" not in endpoint:
        name = fields.name("segmentation")
        raise FieldError(f"{name} is only for endpoints with segments as results, not {endpoint}")
    if scenario.context_segmentation is not None and not endpoint.endswith("ToItemSegment"):
        name = fields.name("contextSegmentation")
        raise FieldError(f"{name} is only for endpoints whose context is a segment, not {endpoint}")
