"""Arguments written in JSON, turned into a client's own objects.

JSON has no word for dates, sets and the clients' classes. An object with a single key that starts
with `$` stands for one:

    {"$datetime": "2024-01-02T03:04:05+00:00"}        a date object
    {"$set": ["a"]}                                   a set
    {"$Logic": {"name": "recombee:popular"}}          an object of that class
    {"$AddItem": {"item_id": "item-1"}}               a request, inside a batch
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

Classes: TypeAlias = Callable[[str], Callable[..., Any]]
"""Finds a client's class by its name."""


def build(request: str, arguments: Mapping[str, Any], classes: Classes) -> Any:
    """Make a request object of the client that `classes` belongs to."""
    return classes(request)(**{name: _value(value, classes) for name, value in arguments.items()})


def _value(value: Any, classes: Classes) -> Any:
    if isinstance(value, list):
        return [_value(inner, classes) for inner in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, content),) = value.items()
        if name.startswith("$"):
            return _special(name.removeprefix("$"), content, classes)
    return {name: _value(inner, classes) for name, inner in value.items()}


def _special(kind: str, content: Any, classes: Classes) -> Any:
    if kind == "datetime":
        return datetime.fromisoformat(content)
    if kind == "set":
        return set(content)
    return build(kind, content, classes)
