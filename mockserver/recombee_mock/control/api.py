"""Finds what a control request asks for.

The control API is for the person whose machine the mock runs on, so it guards against the one
stranger who can reach a loopback port: a web page in that person's browser. A page of another
origin is refused by its `Origin`; a page whose own name was pointed at this machine (DNS rebinding)
by its `Host`. No answer carries a CORS header, and none shows a token.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

from recombee_mock.control import openapi
from recombee_mock.control.route import Ask, ControlError, Route, Said
from recombee_mock.fields import hint
from recombee_mock.shell.regions import is_private_name


class Control:
    """Answers the control API.

    Args:
        routes: What it can do at once.
        host: Name the server was told to bind, which is trusted as a `Host` too.
        more: Loads what else it can do.
    """

    def __init__(
        self, routes: Iterable[Route], host: str, more: Callable[[], Iterable[Route]] = tuple
    ) -> None:
        self._first = list(routes)
        self._more = more
        self._host = host.lower()

    @cached_property
    def routes(self) -> list[Route]:
        """All it can do."""
        return [*self._first, *self._more(), openapi.route(lambda: self.routes)]

    def answer(
        self,
        method: str,
        target: bytes,
        host: str,
        headers: Mapping[str, str],
        body: bytes,
        now: float,
    ) -> Said:
        """Answer one request; `Said.value` is bytes or a stream of bytes."""
        try:
            self._check_origin(host, headers.get("Origin"))
            said = self._carry_out(method, target.decode("utf-8", "replace"), headers, body, now)
        except ControlError as error:
            said = Said(error.body, error.status)
        if said.content_type is not None:
            # Nobody reads what follows a HEAD, and a stream need not have an end.
            return Said(b"", said.status, said.content_type) if method == "HEAD" else said
        return Said(json.dumps(said.value).encode(), said.status)

    def _check_origin(self, host: str, origin: str | None) -> None:
        name = host.lower().rpartition(":")[0] or host.lower()
        if not (is_private_name(host) or name == self._host):
            text = (
                "The control API answers on localhost, on addresses and on names without a dot; "
                "other Host headers are refused, because a web page can forge them"
            )
            raise ControlError(403, text)
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            raise ControlError(403, "The control API cannot be used by pages of other origins")

    def _carry_out(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, now: float
    ) -> Said:
        path, _, query = target.partition("?")
        known = _known(self._first, path) or _known(self.routes, path)
        if not known:
            listing = [f"{route.method} {route.path}" for route in self.routes]
            raise ControlError(404, "There is no such path in the control API", paths=listing)
        wanted = "GET" if method == "HEAD" else method
        for route, captured in known:
            if route.method == wanted:
                asked = {name: values[-1] for name, values in parse_qs(query).items()}
                _check_query(route, asked)
                said = route.act(Ask(captured, asked, body, now, headers))
                return said if isinstance(said, Said) else Said(said, route.statuses[0])
        methods = [route.method for route, _ in known]
        raise ControlError(405, f"{path} takes {' and '.join(methods)}")


def _check_query(route: Route, asked: Iterable[str]) -> None:
    """Refuse a misspelt parameter: without it a reset, or a filter, would meet everything."""
    if not route.query:
        return
    for name in asked:
        if name not in route.query:
            raise ControlError(
                400,
                f"The query parameter {name} is not known here{hint(name, route.query)}; "
                f"there are {', '.join(route.query)}",
            )


def _known(routes: Iterable[Route], path: str) -> list[tuple[Route, dict[str, str]]]:
    """The routes of a path, each with its parameters."""
    return [
        (route, captured)
        for route in routes
        if (captured := _captured(route.path, path)) is not None
    ]


def _captured(template: str, path: str) -> dict[str, str] | None:
    """The parameters in a path, `None` when it is not of that template."""
    wanted, given = template.split("/"), path.rstrip("/").split("/")
    if len(wanted) != len(given):
        return None
    captured: dict[str, str] = {}
    for word, segment in zip(wanted, given, strict=True):
        if word.startswith("{"):
            captured[word[1:-1]] = unquote(segment)
        elif word != segment:
            return None
    return captured
