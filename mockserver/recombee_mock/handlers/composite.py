"""Composite recommendations: one thing, and results that go with it.

The scenario names two stages, each an ordinary request. The first gives the source, the second the
results for it. Source: API reference, Composite recommendation.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from recombee_mock.answers import Answer, answer, bad_request, not_found
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.asked import Reading, check_ignored, count_of, logic_of
from recombee_mock.handlers.continuations import REQUESTS
from recombee_mock.handlers.question import Question, entries
from recombee_mock.handlers.results import NEXT_CALLS, REPLAYED, Results
from recombee_mock.params import Params, entity_id, flag, json_object, text
from recombee_mock.store.contents import Contents
from recombee_mock.store.scenarios import Stage

OPERATION: Final = "CompositeRecommendation"

_ENDPOINTS: Final = {request.endpoint: request for request in REQUESTS.values()}
_STAGE_PARAMETERS: Final = (
    "returnProperties",
    "includedProperties",
    "filter",
    "booster",
    "logic",
    "reqlExpressions",
    "minRelevance",
    "rotationRate",
    "rotationTime",
)
_ANY_SOURCE: Final = "any"


@attrs.frozen
class _Composite:
    """A composite request that was read."""

    count: int
    common: Mapping[str, Any]
    context: Mapping[str, Any]
    source: Mapping[str, Any]
    result: Mapping[str, Any]
    stages: tuple[Stage, Stage]


def recommend_composite(contents: Contents, params: Params, now: float) -> Answer:
    """A source and its results. That no source at all is 404 is our choice."""
    reading = Reading(params)
    asked = _read(contents, reading)
    source = _source(contents, asked, now)
    _result(contents, asked, now, _ANY_SOURCE)  # to refuse what is wrong before anything is made
    source.admit()
    if contents.replaying:
        return REPLAYED
    ((origin, results), found) = _found(contents, asked, source, now)
    session = contents.served.start(
        OPERATION,
        results.request.entity,
        reading.understood,
        source.user,
        found,
        now=now,
        seed=contents.settings.seed,
    )
    (shown,) = entries(source, [origin])
    return answer(
        {
            "recommId": session.id,
            "source": shown,
            "recomms": entries(results, found),
            NEXT_CALLS: 0,
        }
    )


def _found(
    contents: Contents, asked: _Composite, source: Question, now: float
) -> tuple[tuple[str, Question], list[str]]:
    taken = contents.served.sources
    # Source: scenarios, Composite recommendations (several in a batch have different sources).
    of_its_kind = (source.request.entity, source.segmentation)
    before = set() if taken is None else taken.setdefault(of_its_kind, set())
    source.shown.update(before)
    origins = source.request.found(source)
    if not origins:
        raise not_found("The first stage of the composite recommendation finds no source!")
    before.add(origins[0])
    results = _result(contents, asked, now, origins[0])
    results.admit()
    return (origins[0], results), results.request.found(results)


def _read(contents: Contents, reading: Reading) -> _Composite:
    named = reading.required("scenario", text)
    count = count_of(reading)
    user = reading.optional("userId", entity_id)
    context = {
        "userId": user,
        "targetUserId": user,
        "itemId": reading.optional("itemId", entity_id),
        "contextSegmentId": reading.optional("segmentId", text),
        "searchQuery": reading.optional("searchQuery", text),
    }
    common: dict[str, Any] = {"cascadeCreate": reading.optional("cascadeCreate", flag)}
    logic_of(reading)
    common["logic"] = reading.understood.get("logic")
    check_ignored(reading)
    source = _settings(reading, "sourceSettings")
    result = _settings(reading, "resultSettings")
    return _Composite(count, common, context, source, result, _stages(contents, named))


def _settings(reading: Reading, name: str) -> Mapping[str, Any]:
    given = reading.optional(name, json_object) or {}
    return {key: given[key] for key in _STAGE_PARAMETERS if given.get(key) is not None}


def _stages(contents: Contents, named: str) -> tuple[Stage, Stage]:
    scenario = contents.scenarios.get(named)
    if (
        scenario is None
        or scenario.endpoint != "compositeRecommendation"
        or scenario.source is None
        or scenario.result is None
    ):
        raise bad_request(
            f'Scenario "{named}" must be configured for compositeRecommendation, with a source '
            "and a result!"
        )
    return scenario.source, scenario.result


def _source(contents: Contents, asked: _Composite, now: float) -> Question:
    stage = asked.stages[0]
    params = {**asked.context, **asked.common, **asked.source}
    return _request(stage).understood(
        contents, {**params, "scenario": stage.scenario, "count": 1}, now
    )


def _result(contents: Contents, asked: _Composite, now: float, origin: str) -> Question:
    stage = asked.stages[1]
    params = {**asked.context, **asked.common, **asked.result}
    context = {"itemId": origin, "contextSegmentId": origin}
    return _request(stage).understood(
        contents,
        {**params, **context, "scenario": stage.scenario, "count": asked.count},
        now,
    )


def _request(stage: Stage) -> Results:
    request = _ENDPOINTS.get(stage.endpoint)
    if request is None:
        raise bad_request(f'A stage of a scenario cannot be of the endpoint "{stage.endpoint}"!')
    return request


HANDLERS: Handlers = {OPERATION: recommend_composite}
