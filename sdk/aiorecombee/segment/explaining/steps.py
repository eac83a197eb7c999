"""What was worked out between the payload and a request: seconds, prices of all, portions."""

from collections.abc import Mapping
from typing import Any

from aiorecombee.segment.actions.interactions import Payload
from aiorecombee.segment.explaining.shown import value_text


def worked_out(name: str, value: Any, payload: Payload, index: int) -> str:
    """How a parameter of a request was made, if it is not just what the payload holds.

    Args:
        name: The parameter, as the API calls it: `price`.
        value: What is sent.
        payload: The accepted payload.
        index: Which of the requests from that payload it is.
    """
    source = _source(payload, index)
    if name in {"price", "profit"} and _differs(source, name, value):
        return f"{value_text(source.get('amount'))} at {value_text(source[name])} each"
    if name == "timestamp" and _differs(payload, name, value):
        return f"from {value_text(payload[name])}"
    if name == "portion" and payload.get(name) != value:
        watched = payload if "totalLength" in payload else payload.get(name, {})
        return _share(watched) if isinstance(watched, Mapping) else ""
    return ""


def _share(watched: Mapping[str, Any]) -> str:
    if "watchTime" not in watched or "totalLength" not in watched:
        return ""
    return f"{value_text(watched['watchTime'])} of {value_text(watched['totalLength'])}"


def _source(payload: Payload, index: int) -> Payload:
    """The item that a request is about; the payload itself where there are none."""
    items = payload.get("items")
    found: Payload = items[index] if items and index < len(items) else payload.get("item", payload)
    return found


def _differs(source: Payload, name: str, value: Any) -> bool:
    return name in source and source[name] != value
