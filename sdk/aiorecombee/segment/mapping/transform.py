"""`@transform`: a mapping applied to what another mapping made."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from aiorecombee.segment.javascript import UNDEFINED, is_falsy, kind_name
from aiorecombee.segment.mapping.errors import MappingFailedError, MappingInvalidError
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.roots import root_of
from aiorecombee.segment.mapping.scope import Scope, failing
from aiorecombee.segment.mapping.trees import settled
from aiorecombee.segment.mapping.validation import validate

_NO_DATA: Final[dict[str, Any]] = {}


def transform_directive(argument: Any, scope: Scope) -> Resolver:
    """`@transform`: `apply` makes an object of the event, and `mapping` sees only that."""
    if not isinstance(argument, dict):
        return failing('@transform requires an object with an "apply" key and a "mapping" key')
    apply, mapping = argument.get("apply"), argument.get("mapping")
    for name, given in (("mapping", mapping), ("apply", apply)):
        if is_falsy(given):
            return failing(f'@transform requires a "{name}" key')
    if not isinstance(apply, dict):
        return failing('@transform "apply" key should be an object')
    first = _applied(apply, scope.at("apply"))
    then = scope.below(None).inner(mapping, "mapping")
    return lambda data: then(settled(first(data), scope.spend, UNDEFINED))


def _applied(apply: dict[str, Any], scope: Scope) -> Resolver:
    """`apply` is a mapping of its own, so it is refused only when there is an event for it."""
    try:
        root = root_of(apply)
        validate(root)
    except MappingInvalidError as error:
        return for_objects(_refusing(error))
    return for_objects(scope.compile_value(root, attrs.evolve(scope, keeps=True)))


def _refusing(error: MappingInvalidError) -> Resolver:
    def refuse(_: Any) -> Any:
        raise MappingInvalidError(error.name, error.problems, error.kind)

    return refuse


def for_objects(resolve: Resolver) -> Resolver:
    """The same, for data that is an object; no data counts as an empty one."""

    def resolve_object(data: Any) -> Any:
        if data.__class__ is dict or isinstance(data, Mapping):
            return resolve(data)
        if data is UNDEFINED:
            return resolve(_NO_DATA)
        raise MappingFailedError(f"data must be an object, got {kind_name(data)}")

    return resolve_object
