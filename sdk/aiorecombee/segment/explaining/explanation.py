"""The account of one event: what each subscription made of it, and why."""

import math
from collections.abc import Mapping
from typing import Any, Final

import attrs

from aiorecombee.requests.endpoint import JsonValue, Request
from aiorecombee.segment.destination import Mapped, Rejection
from aiorecombee.segment.explaining.changes import Change
from aiorecombee.segment.explaining.lookups import Lookup
from aiorecombee.segment.explaining.shown import request_json
from aiorecombee.segment.explaining.tracing import TracedField
from aiorecombee.segment.fql import Checked
from aiorecombee.segment.javascript import UNDEFINED, is_array

_DEEPEST: Final = 32  # levels of a value that are told


@attrs.frozen
class ExplainedSubscription:
    """What one subscription made of the event.

    Attributes:
        name: As the user calls it.
        action: What it leads to.
        subscribe: Which events it is for, as text.
        matched: Whether it is for this one.
        conditions: Each condition with what was found; a group follows its parts.
        fields: Each field of the payload, from event to final value; none unless it matched.
        requests: What comes out.
        rejection: Why nothing comes out, though it matched.
        suggestions: What this very event holds instead.
    """

    name: str
    action: str
    subscribe: str
    matched: bool
    conditions: tuple[Checked, ...] = ()
    fields: tuple[TracedField, ...] = ()
    requests: tuple[Request[Any], ...] = ()
    rejection: Rejection | None = None
    suggestions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What is undefined is left out."""
        conditions = [one for one in self.conditions if not one.connector]
        told: dict[str, Any] = {
            "subscription": self.name,
            "action": self.action,
            "subscribe": self.subscribe,
            "matched": self.matched,
            "conditions": [_condition(one) for one in conditions],
        }
        if self.fields:
            told["fields"] = [_field(one) for one in self.fields]
        if self.matched:
            told["requests"] = [_plain(request_json(one)) for one in self.requests]
        if self.rejection is not None:
            told["rejected"] = _rejected(self.rejection) | {"suggestions": list(self.suggestions)}
        return told


@attrs.frozen
class Explanation:
    """Why an event became what it became.

    Attributes:
        event: The event.
        mapped: What `Destination.map` makes of it.
        subscriptions: All that there are, in order; none where the event is no object.
        hints: Why nobody listens, if so, and what was perhaps meant.
    """

    event: JsonValue
    mapped: Mapped
    subscriptions: tuple[ExplainedSubscription, ...]
    hints: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The account as JSON, with `requests`, `matched` and `rejected` of the whole in front."""
        return {
            "requests": [_plain(request_json(one)) for one in self.mapped.requests],
            "matched": list(self.mapped.matched),
            "rejected": [attrs.asdict(one) for one in self.mapped.rejections],
            "hints": list(self.hints),
            "subscriptions": [one.as_json() for one in self.subscriptions],
        }


def _rejected(one: Rejection) -> dict[str, str]:
    return {"kind": one.kind, "reason": one.reason, "remedy": one.remedy}


def _condition(one: Checked) -> dict[str, Any]:
    return _defined({"text": one.text, "held": one.held, "found": one.found})


def _field(one: TracedField) -> dict[str, Any]:
    return {
        "field": one.name,
        "read": [_lookup(lookup) for lookup in one.lookups],
        **_defined({"raw": one.raw, "final": one.final}),
        "dropped": [_dropped(change) for change in one.changes if change.final is UNDEFINED],
        "coerced": [_coerced(change) for change in one.changes if change.final is not UNDEFINED],
        "problems": [{"at": problem.field, "reason": problem.text} for problem in one.problems],
    }


def _lookup(one: Lookup) -> dict[str, Any]:
    return _defined({"for": one.at, "path": one.path, "found": one.found})


def _dropped(one: Change) -> dict[str, Any]:
    return _defined({"at": one.at, "value": one.raw, "why": one.why})


def _coerced(one: Change) -> dict[str, Any]:
    return _defined({"at": one.at, "from": one.raw, "to": one.final})


def _defined(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in told.items() if value is not UNDEFINED}


def _plain(value: Any, depth: int = 0) -> Any:
    """The value as JSON can tell it: an infinite number is null, as in JavaScript."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, depth + 1) for key, inner in value.items()}
    if is_array(value):
        return [_plain(inner, depth + 1) for inner in value]
    return repr(value)
