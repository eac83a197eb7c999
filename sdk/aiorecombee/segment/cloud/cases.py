"""Cases: what events, mappings or subscriptions should come to, and what they do come to.

A case is a JSON object, of one of three kinds that its keys tell apart:

    {"id", "mode": "event" | "batch" | "delete" | "testAuthentication",
     "event" | "events", "mappings", "settings", "respond"?, "expect"}
    {"id", "mapping", "data", "batch"?, "expect"}
    {"id", "fql", "event", "expect"}

`mappings` are names of presets or mappings as Segment exports them; `null` stands for all presets.
Nothing is sent: `respond` says what the API is supposed to answer.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from aiorecombee.errors import MappingError
from aiorecombee.segment.cloud.answers import Answer
from aiorecombee.segment.cloud.failures import failure
from aiorecombee.segment.cloud.run import Cloud
from aiorecombee.segment.cloud.wire import EncodedWire, PublishedWire, Wire, jsonable
from aiorecombee.segment.fql import SubscriptionError, compile_subscription
from aiorecombee.segment.javascript import UNDEFINED, is_array
from aiorecombee.segment.mapping import compile_batch, compile_mapping
from aiorecombee.segment.profiles import find_profile
from aiorecombee.segment.subscriptions import choose

Case = Mapping[str, Any]
Outcome = dict[str, Any]

# How each profile writes requests, and whether one event stops a whole batch.
_ON_THE_WIRE: Final[Mapping[str, tuple[Wire, bool]]] = {
    "documented": (EncodedWire(), False),
    "main-2026-07": (Wire(), True),
    "npm-3.497.0": (PublishedWire(), True),
    "classic": (EncodedWire(), False),
}


class CaseError(ValueError):
    """The case cannot be run: it is none of the three kinds, or lacks what its kind needs."""


def outcome(case: Case, profile: str) -> Outcome:
    """Run a case; the result has the form of its `expect`.

    Args:
        case: One line of a file of cases.
        profile: Whose behaviour to follow; a case may name another in `profile`.

    Raises:
        CaseError: It is no case.
        MappingError: There is no such profile.
    """
    if not isinstance(case, Mapping):
        raise CaseError("a case is an object")
    if "fql" in case:
        return _subscription(case)
    if "mapping" in case:
        return _mapping(case)
    if case.get("mode") in _MODES:
        return _destination(case, case.get("profile", profile))
    raise CaseError(
        f"a case has `fql`, or `mapping`, or a `mode`, which is one of {', '.join(_MODES)}"
    )


def _subscription(case: Case) -> Outcome:
    try:
        return {"match": compile_subscription(case["fql"])(_event(case))}
    except SubscriptionError as error:
        name = "TypeError" if error.original.startswith("Cannot read") else "Error"
        return {"error": {"name": name, "message": error.original}}


def _mapping(case: Case) -> Outcome:
    compile_ = compile_batch if case.get("batch") else compile_mapping
    data = case.get("data", {})
    try:
        compile_({})(data)  # the original looks at the data before it looks at the mapping
        found = compile_(case["mapping"])(data)
    except MappingError as error:
        return {"error": failure(error)}
    return {"undefined": True} if found is UNDEFINED else {"value": jsonable(found)}


def _destination(case: Case, profile: str) -> Outcome:
    found = find_profile(profile)
    wire, poisoned = _ON_THE_WIRE[profile]
    settings = case.get("settings", {})
    chosen = choose(found.presets(settings), case.get("mappings"), with_presets=False)
    cloud = Cloud(
        found.actions,
        wire,
        poisoned,
        settings,
        [one for _, one in chosen.kept],
        Answer.from_json(case.get("respond")),
    )
    return _MODES[case["mode"]](cloud, case)


def _event(case: Case) -> Mapping[str, Any]:
    if not isinstance(case.get("event"), Mapping):
        raise CaseError("a case has an `event`, which is an object")
    event: Mapping[str, Any] = case["event"]
    return event


def _events(case: Case) -> list[Mapping[str, Any]]:
    events = case.get("events")
    if not is_array(events) or not all(isinstance(event, Mapping) for event in events):
        raise CaseError("a case of the mode batch has `events`, an array of objects")
    return list(events)


_MODES: Final[Mapping[str, Callable[[Cloud, Case], Outcome]]] = {
    "event": lambda cloud, case: cloud.event(_event(case)),
    "batch": lambda cloud, case: cloud.batch(_events(case)),
    "delete": lambda cloud, case: cloud.delete(_event(case)),
    "testAuthentication": lambda cloud, _: cloud.test_authentication(),
}
