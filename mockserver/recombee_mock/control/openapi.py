"""The control API's own description: an OpenAPI document made of its routes."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from recombee_mock.control.route import Ask, Route

PATH: Final = "/_mock/openapi.json"
_ERROR: Final = {
    "description": "It cannot be done; the message says why and what to do about it",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"message": {"type": "string"}},
                "required": ["message"],
            }
        }
    },
}
_ABOUT: Final = """\
Everything about the mock server that Recombee itself does not have. It answers on localhost, on
addresses and on names without a dot, and not to web pages of other origins. No answer holds a token
or a signature."""


def route(find_routes: Callable[[], Iterable[Route]]) -> Route:
    """The route to the description.

    Args:
        find_routes: Gives all routes, this one among them.
    """

    def tell(_ask: Ask) -> Any:
        return describe(find_routes())

    return Route("GET", PATH, tell, "Describe the control API", gives={"type": "object"})


def describe(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of some routes."""
    paths: dict[str, dict[str, Any]] = {}
    for one in routes:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "recombee-mock control API", "version": "1", "description": _ABOUT},
        "paths": paths,
    }


def name_of(method: str, path: str) -> str:
    """The name of an operation: `getDatabasesByDatabaseTime`."""
    words = [word for word in re.split(r"[/._-]", path.removeprefix("/_mock/")) if word]
    names = (f"by-{word[1:-1]}" if word.startswith("{") else word for word in words)
    parts = (part for name in names for part in name.split("-"))
    return method.lower() + "".join(part[:1].upper() + part[1:] for part in parts)


def _operation(one: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": name_of(one.method, one.path),
        "summary": one.summary,
        "tags": [_tag(one.path)],
        "parameters": [*_in_path(one.path), *_in_query(one.query)],
        "responses": {**{str(code): _answer(one) for code in one.statuses}, "default": _ERROR},
    }
    if one.takes is not None:
        described["requestBody"] = {"content": {_taken(one): {"schema": dict(one.takes)}}}
    return described


def _answer(one: Route) -> dict[str, Any]:
    schema = dict(one.gives)
    return {"description": one.summary, "content": {one.content_type: {"schema": schema}}}


def _taken(one: Route) -> str:
    # What is not JSON is a text of lines, each of them JSON.
    return (
        "application/x-ndjson" if (one.takes or {}).get("type") == "string" else "application/json"
    )


def _in_path(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _in_query(query: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in query.items()
    ]


def _tag(path: str) -> str:
    words = [word for word in path.split("/")[2:] if not word.startswith("{")]
    return (words[-1] if words[0] == "databases" else words[0]).removesuffix(".json")
