"""A mapping becomes closures: validated once, then only lookups per event."""

from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, is_array, kind_name
from aiorecombee.segment.mapping.budget import LIMIT, Budget, bounded
from aiorecombee.segment.mapping.directives import DIRECTIVES, SPENDING, TELLING_UNDEFINED
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.resolver import Observer, Resolver
from aiorecombee.segment.mapping.roots import root_of
from aiorecombee.segment.mapping.scope import Scope, constant, failing
from aiorecombee.segment.mapping.transform import for_objects
from aiorecombee.segment.mapping.trees import (
    directive_keys,
    is_directive,
    plain_copy,
    settled,
    size,
    walk,
)
from aiorecombee.segment.mapping.validation import validate

_SMALL: Final = 64  # places in a mapping up to which a pass over an array takes no time


def compile_mapping(mapping: Any, observe: Observer | None = None) -> Resolver:
    """Compile a mapping to a function from event to payload.

    What turns out undefined is left out of objects and becomes null in arrays. The function raises
    `MappingFailedError` for an event that is no object, for what the mapping can't do with it, and
    for one of which the mapping would make more than 2,000,000 characters and elements.

    Args:
        mapping: In Segment's form, nested up to 128 levels. It is copied: later changes are not
            seen.
        observe: Hears of each lookup in an event while it is resolved.

    Raises:
        MappingInvalidError: The mapping is malformed; says all that is wrong, with its place.
        MappingError: It is nested too deeply, too large, or needs a package that is missing.
    """
    return for_objects(_compile_root(_validated(mapping), observe))


def compile_batch(mapping: Any, observe: Observer | None = None) -> Resolver:
    """Compile a mapping to a function from a list of events to a list of payloads.

    Other than for a single event, it does not matter of what type an element is.

    Raises:
        MappingError: As for `compile_mapping`.
    """
    resolve = _compile_root(_validated(mapping), observe)

    def resolve_all(data: Any) -> list[Any]:
        if not isinstance(data, list):
            raise MappingFailedError(f"data must be an array, got {kind_name(data)}")
        return [None if (found := resolve(one)) is UNDEFINED else found for one in data]

    return resolve_all


def compile_fields(mapping: Any, observe: Observer | None = None) -> dict[str, Resolver] | None:
    """Compile each field of a mapping for itself.

    The functions expect an object and give what would stand under the key, or `UNDEFINED`. They
    share the bounds that `compile_mapping` has.

    Returns:
        Functions by key; `None` if the mapping is not a plain object of fields.

    Raises:
        MappingError: As for `compile_mapping`.
    """
    copied = plain_copy(mapping)
    root = root_of(copied)
    validate(root)
    if root is not copied or is_directive(root):
        return None
    spending = sum(1 for value in root.values() if _spends(value))
    limit = LIMIT // max(spending, 1)
    return {
        key: _compile_tree(value, observe, f"/{key}", Budget(limit)) for key, value in root.items()
    }


def _validated(mapping: Any) -> Any:
    root = root_of(plain_copy(mapping))
    validate(root)
    return root


def _compile_root(root: Any, observe: Observer | None) -> Resolver:
    return _compile_tree(root, observe, "", Budget())


def _compile_tree(value: Any, observe: Observer | None, pointer: str, budget: Budget) -> Resolver:
    spends, keeps = _spends(value), _tells_undefined(value)
    scope = Scope(compile_value, budget.spend, spends, keeps, observe, pointer)
    resolve = compile_value(value, scope)
    if keeps:
        return bounded(_settling(resolve, budget), budget)
    return bounded(resolve, budget) if spends else resolve


def _spends(value: Any) -> bool:
    """Whether the work must be counted; what most mappings say needs no more than it finds."""
    names = [name for name, _ in _used(value)]
    many = names.count("@arrayPath") > 1 or ("@arrayPath" in names and size(value) > _SMALL)
    return many or not SPENDING.isdisjoint(names)


def _tells_undefined(value: Any) -> bool:
    return any(
        name in TELLING_UNDEFINED
        or (
            name == "@arrayPath"
            and not (is_array(argument) and argument and isinstance(argument[0], str))
        )
        for name, argument in _used(value)
    )


def _used(value: Any) -> list[tuple[str, Any]]:
    """The directives in a mapping, with their arguments."""
    objects = (one for one in walk(value) if isinstance(one, dict))
    return [(name, one[name]) for one in objects for name in directive_keys(one)]


def _settling(resolve: Resolver, budget: Budget) -> Resolver:
    def resolve_settled(data: Any) -> Any:
        found = resolve(data)
        return found if found is UNDEFINED else settled(found, budget.spend, None)

    return resolve_settled


def compile_value(value: Any, scope: Scope) -> Resolver:
    """Compile any value of a mapping."""
    if is_directive(value):
        return _directive(value, scope)
    if isinstance(value, dict):
        members = [(key, scope.inner(inner, key)) for key, inner in value.items()]
        return _keeping_object(members) if scope.keeps else _object(members)
    if isinstance(value, list):
        elements = [scope.inner(inner, str(at)) for at, inner in enumerate(value)]
        return _keeping_array(elements) if scope.keeps else _array(elements)
    return constant(value)


def _directive(value: dict[str, Any], scope: Scope) -> Resolver:
    name = directive_keys(value)[0]
    if name not in DIRECTIVES:
        return failing(f"{name} is not a valid directive, got undefined")
    return DIRECTIVES[name](value[name], scope.at(name))


def _object(members: list[tuple[str, Resolver]]) -> Resolver:
    def resolve(data: Any) -> dict[str, Any]:
        made = {}
        for key, inner in members:
            found = inner(data)
            if found is not UNDEFINED:
                made[key] = found
        return made

    return resolve


def _keeping_object(members: list[tuple[str, Resolver]]) -> Resolver:
    def resolve(data: Any) -> dict[str, Any]:
        return {key: inner(data) for key, inner in members}

    return resolve


def _array(elements: list[Resolver]) -> Resolver:
    def resolve(data: Any) -> list[Any]:
        return [None if (found := inner(data)) is UNDEFINED else found for inner in elements]

    return resolve


def _keeping_array(elements: list[Resolver]) -> Resolver:
    def resolve(data: Any) -> list[Any]:
        return [inner(data) for inner in elements]

    return resolve
