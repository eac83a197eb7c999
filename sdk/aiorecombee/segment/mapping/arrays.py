"""`@arrayPath`: each element of an array, in another shape."""

from typing import Any

from aiorecombee.segment.javascript import UNDEFINED, is_array, kind_name
from aiorecombee.segment.mapping.budget import COPY
from aiorecombee.segment.mapping.path import compile_lookup, without_dollar
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.scope import Scope, failing
from aiorecombee.segment.mapping.trees import is_directive, size


def array_path_directive(argument: Any, scope: Scope) -> Resolver:
    """`@arrayPath`: the elements at a path, each put in a shape with the element as `$`.

    A lone object counts as one element; anything else is given as it is.
    """
    if not isinstance(argument, list):
        return failing(f"@arrayPath expected array, got {kind_name(argument)}")
    where = argument[0] if argument else UNDEFINED
    root = _root(where, scope.at("0"))
    shape = argument[1] if len(argument) > 1 else None
    if not isinstance(shape, dict) or not shape:
        return root
    element = scope.below(_elements(where)).inner(shape, "1")
    if scope.counts:
        root = _counted(root, size(shape), scope)
    if scope.keeps or not is_directive(shape):
        return _each(root, element)
    return _each(root, _or_null(element))


def _root(where: Any, scope: Scope) -> Resolver:
    if isinstance(where, str):
        return compile_lookup(without_dollar(where), scope)
    return scope.compile_value(where, scope)


def _elements(where: Any) -> str | None:
    path = where.get("@path") if isinstance(where, dict) else where
    return f"{without_dollar(path)}[]" if isinstance(path, str) else ""


def _counted(root: Resolver, weight: int, scope: Scope) -> Resolver:
    def resolve(data: Any) -> Any:
        found = root(data)
        scope.spend(weight * (len(found) if is_array(found) else 1) + COPY)
        return found

    return resolve


def _each(root: Resolver, element: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        found = root(data)
        if is_array(found):
            return list(map(element, found))
        return [element(found)] if kind_name(found) == "object" else found

    return resolve


def _or_null(element: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        found = element(data)
        return None if found is UNDEFINED else found

    return resolve
