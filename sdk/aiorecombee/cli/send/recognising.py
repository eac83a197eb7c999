"""From a line of a file to requests: entries of batches, and what `segment map` prints."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

from aiorecombee.cli.send.catalogue import find
from aiorecombee.cli.send.values import from_text
from aiorecombee.cli.usage import UsageError
from aiorecombee.codec import default_codec
from aiorecombee.core.encode import Encoder
from aiorecombee.core.fields import fields_of
from aiorecombee.core.recognise import (
    NoRequestError,
    Route,
    WrongValueError,
    build,
    fields_in,
    route_to,
)
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.batch import Batch
from aiorecombee.requests.endpoint import Request

ENCODER: Final = Encoder(default_codec())
"""Makes entries, and refuses what the client would not send."""


def recognise(value: Any) -> Iterator[Callable[[], Request[Any]]]:
    """Give what makes each request of a line.

    A line is a request as `recognise_one` takes it, or has an array of them under `requests`.

    Raises:
        NoRequestError: It is neither.
    """
    if isinstance(value, Mapping) and isinstance(value.get("requests"), list):
        for one in value["requests"]:
            yield lambda one=one: recognise_one(one)  # type: ignore[misc]
    else:
        yield lambda: recognise_one(value)


def recognise_one(value: Any) -> Request[Any]:
    """Make a request of JSON, and see that the client would send it.

    Takes an entry of a batch (`method`, `path`, `params`), or the name of a request class
    (`request`, `params`), where IDs may stand in `path` or among the parameters.

    Raises:
        NoRequestError: It is no request, or one that breaks a documented rule.
    """
    if not isinstance(value, Mapping):
        raise NoRequestError("a request is an object with method and path, or request and params")
    if isinstance(value.get("refused"), str):  # `segment map` knew it already
        raise NoRequestError(value["refused"])
    params = value.get("params") or {}
    if not isinstance(params, Mapping):
        raise NoRequestError("params should be an object")
    try:
        request = _named(value, params) if "request" in value else _routed(value, params)
        ENCODER.entry(request)
    except (UsageError, WrongValueError, InvalidRequestError) as error:
        raise NoRequestError(str(error)) from None
    return request


def _named(value: Mapping[str, Any], params: Mapping[str, Any]) -> Request[Any]:
    if not isinstance(value["request"], str):
        raise NoRequestError("request should be the name of a request")
    cls = find(value["request"])
    if not isinstance(path := value.get("path"), str):
        return build(cls, {}, params)
    path, _, query = path.partition("?")
    return build(cls, fields_in(cls, path), {**_from_query(cls, query), **params})


def _routed(value: Mapping[str, Any], params: Mapping[str, Any]) -> Request[Any]:
    method, path = value.get("method"), value.get("path")
    if not isinstance(method, str) or not isinstance(path, str):
        raise NoRequestError("a request has method and path, or request and params")
    path, _, query = path.partition("?")
    # The service does not insist on trailing slashes; where one makes a difference it counts.
    other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    for spelt in (path, other):
        for route in _routes().get(method.upper(), ()):
            if (found := route.match(spelt)) is not None:
                return build(route.cls, found, {**_from_query(route.cls, query), **params})
    raise NoRequestError(f"no request of the API has method {method!r:.20} and path {path!r:.80}")


def _from_query(cls: type[Request[Any]], query: str) -> dict[str, Any]:
    """Parameters behind the `?` of a path, as some clients write them within batches."""
    fields = {field.wire: field for field in fields_of(cls)}
    return {
        name: from_text(fields[name], text) if name in fields else text
        for name, text in parse_qsl(query, keep_blank_values=True)
    }


# --- Routes ---------------------------------------------------------------------------------------


@cache
def _routes() -> Mapping[str, list[Route]]:
    """By method; fixed paths before those with IDs, which would swallow them."""
    from aiorecombee.requests import ALL_REQUESTS  # noqa: PLC0415  # loads all of them

    routes: dict[str, list[Route]] = {}
    for cls in sorted(ALL_REQUESTS, key=lambda cls: cls.path.count("{")):
        if cls is not Batch:
            routes.setdefault(cls.method, []).append(route_to(cls))
    return routes
