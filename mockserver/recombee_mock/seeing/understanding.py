"""What the server understood of a request, worked out from the bytes the journal keeps.

Nothing of it happens while a request is answered: it is done when somebody reads the journal, with
the router and the reading the service itself uses.
"""

import contextlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from recombee_mock.answers import Refusal
from recombee_mock.gather import BODY_APART, gather, read
from recombee_mock.operations import PRIVATE, PUBLIC
from recombee_mock.params import Params, QueryText, is_unset
from recombee_mock.router import Captured, Route, Router
from recombee_mock.seeing.declared import fields_by_wire
from recombee_mock.seeing.entry import Row, Understood

Found: TypeAlias = tuple[Route, Captured]
"""A route, and what stands in the path."""

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")


def params_of(row: Row) -> dict[str, Any]:
    """The parameters of a request; of a batch without its requests."""
    _, _, method, target, _, _, operation, _, auth, _, body, *_ = row
    if not operation:
        return {}
    path, _, query = _behind_database(target).partition("?")
    try:
        route, captured = _router(auth).find(method, path)
        params = gather(route, captured, query, _body(body))
    except Refusal:  # it was refused for the same reason
        return {}
    params = {name: value for name, value in params.items() if name != "requests"}
    return typed(operation, params)


def requests_of(row: Row, operation: str | None = None) -> Iterator[tuple[int, Understood]]:
    """The requests of a batch, or those of one operation, each with its place."""
    for at, (method, path, params, found) in enumerate(_routed(row)):
        name = "" if found is None else found[0].operation
        if operation is None or name == operation:
            yield at, Understood(method, path, name, _gathered(path, params, found))


def operations_of(row: Row) -> dict[str, int]:
    """The operations in a batch and how often each is there."""
    return dict(Counter("" if found is None else found[0].operation for *_, found in _routed(row)))


def typed(operation: str, params: Params) -> dict[str, Any]:
    """Parameters with what stands in queries read as the type the API gives it."""
    fields = fields_by_wire(operation)
    if operation in BODY_APART and isinstance(params.get("values"), dict):
        params = {**params, **_apart(params["values"])}
    return {
        name: _typed(value, fields[name].kinds) if name in fields else _plain(value)
        for name, value in params.items()
        if not is_unset(value) or value is None
    }


def _apart(body: Mapping[str, Any]) -> dict[str, Any]:
    """The property values in a body, and the parameters that stand among them."""
    values = {name: value for name, value in body.items() if not name.startswith("!")}
    return {"values": values, **{n: v for n, v in body.items() if n.startswith("!")}}


def _typed(value: Any, kinds: frozenset[type]) -> Any:
    if list in kinds and isinstance(value, str):  # .NET joins lists in bodies as well
        return value.split(",")
    if not isinstance(value, QueryText):
        return value
    text = str(value)
    if bool in kinds and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if kinds & {int, float, datetime}:
        return _number(text)
    return text


def _number(text: str) -> float | str:
    try:
        found = float(text)
    except ValueError:
        return text
    if _WHOLE.fullmatch(text):
        return int(text)
    return found if math.isfinite(found) else text


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, QueryText) else value


def _behind_database(target: bytes) -> str:
    text = target.decode("utf-8", "replace")
    path, mark, query = text.partition("?")
    slash = path.find("/", 1)
    return (path[slash:] if slash >= 0 else "/") + mark + query


def _body(body: bytes) -> dict[str, Any]:
    try:
        return read(body)
    except Refusal:  # cut off, or never JSON: path and query still tell something
        return {}


def _router(auth: str) -> Router:
    return PUBLIC if auth == "public" else PRIVATE


def _routed(row: Row) -> Iterator[tuple[str, str, Mapping[str, Any], Found | None]]:
    """Method, path, parameters and route of each request of a batch."""
    if row[6] != "Batch":
        return
    requests = _body(row[10]).get("requests")
    router = _router(row[8])
    for asked in requests if isinstance(requests, list) else ():
        one = asked if isinstance(asked, dict) else {}
        method, path, params = one.get("method"), one.get("path"), one.get("params")
        method = method if isinstance(method, str) else ""
        path = path if isinstance(path, str) else ""
        yield method, path, params if isinstance(params, dict) else {}, _find(router, method, path)


def _find(router: Router, method: str, path: str) -> Found | None:
    try:
        return router.find(method, path.partition("?")[0])
    except Refusal:
        return None


def _gathered(path: str, params: Mapping[str, Any], found: Found | None) -> Mapping[str, Any]:
    if found is None:
        return params
    route, captured = found
    with contextlib.suppress(Refusal):  # a query that is no text
        params = gather(route, captured, path.partition("?")[2], dict(params))
    return typed(route.operation, params)
