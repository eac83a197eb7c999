"""From method and path to the operation that is meant.

A trailing slash is optional, except where it tells two URLs apart: `/items/list/` is the list,
`/items/list` an item of that name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias
from urllib.parse import unquote

import attrs

from recombee_mock.answers import Refusal

Captured: TypeAlias = Mapping[str, str]
NOTHING: Final[Captured] = {}


@attrs.frozen(eq=False)
class Route:
    """One method on one path.

    Attributes:
        operation: Name of the request class.
        names: Parameters that stand in the path, in order.
    """

    operation: str
    names: tuple[str, ...]


@attrs.define(eq=False)
class _Node:
    words: "dict[str, _Node]" = attrs.Factory(dict)
    hole: "_Node | None" = None
    plain: dict[str, Route] = attrs.Factory(dict)
    slashed: dict[str, Route] = attrs.Factory(dict)


class Router:
    """Finds routes, and the parameters that stand in a path."""

    def __init__(self) -> None:
        self.fixed: dict[str, dict[str, Route]] = {}
        """Path without parameters → method → route: the way for the hot paths."""
        self._root = _Node()

    def add(self, method: str, path: str, operation: str) -> None:
        """Answer `method` on `path` (a template such as `/items/{itemId}`)."""
        segments, slashed = _split(path)
        names = tuple(segment[1:-1] for segment in segments if segment.startswith("{"))
        route = Route(operation, names)
        node = self._root
        for segment in segments:
            if segment.startswith("{"):
                node.hole = node = node.hole or _Node()
            else:
                node = node.words.setdefault(segment, _Node())
        (node.slashed if slashed else node.plain)[method] = route
        if not names:
            self.fixed.setdefault(path, {})[method] = route

    def find(self, method: str, path: str) -> tuple[Route, Captured]:
        """The route, and the decoded parameters from the path.

        Raises:
            Refusal: 404 when no operation has that path, 405 when none has it with that method.
        """
        fixed = self.fixed.get(path)
        if fixed is not None:
            if (route := fixed.get(method)) is not None:
                return route, NOTHING
            raise Refusal(405, None)
        segments, slashed = _split(path)
        found = list(_walk(self._root, segments, ()))
        for exact in (True, False):
            for node, holes in found:
                route = (node.slashed if slashed is exact else node.plain).get(method)
                if route is not None:
                    return route, dict(zip(route.names, map(unquote, holes), strict=True))
        known = any(node.plain or node.slashed for node, _ in found)
        raise Refusal(405 if known else 404, None)


def _split(path: str) -> tuple[Sequence[str], bool]:
    if path in {"", "/"}:
        return [], True
    start, *segments = path.split("/")
    if start:
        raise Refusal(404, None)
    slashed = not segments[-1]
    return segments[: -1 if slashed else None], slashed


def _walk(
    node: _Node, segments: Sequence[str], holes: tuple[str, ...]
) -> Iterator[tuple[_Node, tuple[str, ...]]]:
    """Every node the segments lead to, those by fixed words first."""
    if not segments:
        yield node, holes
        return
    first, rest = segments[0], segments[1:]
    if (word := node.words.get(first)) is not None:
        yield from _walk(word, rest, holes)
    if node.hole is not None and first:
        yield from _walk(node.hole, rest, (*holes, first))
