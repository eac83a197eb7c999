"""The faults: ordered, listed, taken away."""

from collections.abc import Iterable
from typing import Any, Final

from recombee_mock.control.route import DONE, Ask, ControlError, Route, Said
from recombee_mock.faults.rule import rule_from_json
from recombee_mock.faults.table import FaultExistsError, Faults
from recombee_mock.fields import FieldError

_PATH: Final = "/_mock/faults"
_SHARE: Final = {"type": "number", "minimum": 0, "maximum": 1}
_COUNT: Final = {"type": "integer", "minimum": 0}
_WHEN: Final = {"type": "string", "enum": ["before", "after"]}
_SECONDS: Final = {"type": "number", "minimum": 0, "maximum": 300}
_TEXT: Final = {"type": "string"}
_CODE: Final = {"type": "integer", "minimum": 200, "maximum": 599}

_DELAY: Final = {
    "description": "Seconds, or a distribution of them",
    "oneOf": [
        _SECONDS,
        {
            "type": "object",
            "properties": {
                "kind": {"enum": ["fixed", "uniform", "normal", "lognormal", "exponential"]},
                **dict.fromkeys(
                    ("seconds", "from", "to", "mean", "deviation", "median", "sigma", "most"),
                    _SECONDS,
                ),
            },
            "required": ["kind"],
        },
    ],
}


def _effect(kind: str, required: Iterable[str] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"kind": {"const": kind}, **properties},
        "required": ["kind", *required],
        "additionalProperties": False,
    }


RULE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$"},
        "database": _TEXT,
        "method": {"enum": ["GET", "POST", "PUT", "DELETE"]},
        "path": {"type": "string", "description": "Behind the database; * is any text"},
        "operation": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]},
        "auth": {"enum": ["private", "public"]},
        "probability": _SHARE,
        "after": {**_COUNT, "description": "How many pass at first"},
        "count": {"type": "integer", "minimum": 1, "description": "How many it meets at most"},
        "lasts": {"type": "number", "minimum": 0, "description": "Seconds it lives"},
        "seed": _COUNT,
        "effect": {
            "oneOf": [
                _effect(
                    "status",
                    ["status"],
                    status=_CODE,
                    body={},
                    contentType=_TEXT,
                    retryAfter={"oneOf": [_TEXT, {"type": "number", "minimum": 0}]},
                    when=_WHEN,
                ),
                _effect("latency", ["delay"], delay=_DELAY, when=_WHEN),
                _effect("reset", when=_WHEN),
                _effect("truncate", keep=_SHARE),
                _effect(
                    "slow",
                    ["bytesPerSecond"],
                    bytesPerSecond={"type": "number", "minimum": 1},
                    most=_SECONDS,
                ),
                _effect(
                    "item",
                    status=_CODE,
                    message=_TEXT,
                    operation=_TEXT,
                    position=_COUNT,
                    probability=_SHARE,
                    items={"type": "integer", "minimum": 1},
                ),
                _effect("clock", ["skew"], skew={"type": "number"}),
                _effect("erasing"),
            ]
        },
    },
    "required": ["effect"],
    "additionalProperties": False,
}
"""A fault as it is ordered."""

FAULT: Final[dict[str, Any]] = {
    **RULE,
    "properties": {
        **RULE["properties"],
        "seen": {**_COUNT, "description": "Requests within its scope"},
        "hits": {**_COUNT, "description": "Those it met"},
        "over": {"type": "boolean", "description": "It will meet no more"},
    },
    "required": ["id", "effect", "seen", "hits", "over"],
}
"""A fault at work."""


def routes(faults: Faults) -> Iterable[Route]:
    """The routes of this room."""

    def tell_all(ask: Ask) -> Any:
        return {"faults": [armed.to_json(ask.now) for armed in faults.armed.values()]}

    def tell(ask: Ask) -> Any:
        return _find(faults, ask.path["fault"]).to_json(ask.now)

    def add(ask: Ask) -> Any:
        try:
            armed = faults.add(rule_from_json(ask.json()), ask.now)
        except FieldError as error:
            raise ControlError(400, str(error)) from None
        except FaultExistsError as error:
            raise ControlError(409, str(error)) from None
        return Said(armed.to_json(ask.now), 201)

    def remove(ask: Ask) -> Any:
        _find(faults, ask.path["fault"])
        faults.remove(ask.path["fault"])
        return DONE

    def clear(_ask: Ask) -> Any:
        faults.clear()
        return DONE

    listing = {"type": "object", "properties": {"faults": {"type": "array", "items": FAULT}}}
    one = _PATH + "/{fault}"
    yield Route("GET", _PATH, tell_all, "List the faults, with what they met", gives=listing)
    yield Route("POST", _PATH, add, "Order a fault", takes=RULE, gives=FAULT, statuses=(201,))
    yield Route("DELETE", _PATH, clear, "Take all faults away")
    yield Route("GET", one, tell, "Tell about one fault", gives=FAULT)
    yield Route("DELETE", one, remove, "Take one fault away")


def _find(faults: Faults, name: str) -> Any:
    armed = faults.armed.get(name)
    if armed is None:
        known = ", ".join(faults.armed) or "none"
        raise ControlError(404, f"There is no such fault; there are: {known}")
    return armed
