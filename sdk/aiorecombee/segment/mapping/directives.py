"""The directives: each compiles its argument to a closure.

A directive gets its argument, its path in the mapping for error messages, and the compiler for
the values within.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from aiorecombee.errors import MappingError
from aiorecombee.segment.javascript import UNDEFINED, is_array, is_falsy, type_name
from aiorecombee.segment.mapping.path import compile_path
from aiorecombee.segment.mapping.resolver import Compile, Resolver
from aiorecombee.segment.mapping.template import compile_template

Directive: TypeAlias = Callable[[Any, str, Compile], Resolver]


def is_directive(value: object) -> bool:
    """Whether a value of a mapping is an instruction rather than data."""
    return isinstance(value, Mapping) and any(str(key).startswith("@") for key in value)


def _path(argument: Any, path: str, compile_value: Compile) -> Resolver:
    return _of_text(argument, path, compile_value, compile_path)


def _template(argument: Any, path: str, compile_value: Compile) -> Resolver:
    return _of_text(argument, path, compile_value, compile_template)


def _of_text(
    argument: Any, path: str, compile_value: Compile, compile_text: Callable[[str], Resolver]
) -> Resolver:
    if isinstance(argument, str):
        return compile_text(argument)
    if not is_directive(argument):
        raise MappingError(
            f"{path} should be a string or a mapping directive but it is {type_name(argument)}"
        )
    written = compile_value(argument, path)
    name = path.rpartition("/")[2]

    def resolve(data: Any) -> Any:
        text = written(data)
        if not isinstance(text, str):
            found = "undefined" if text is UNDEFINED else type_name(text)
            raise MappingError(f"{name}: expected string, got {found.rpartition(' ')[2]}")
        return compile_text(text)(data)

    return resolve


def _literal(argument: Any, path: str, compile_value: Compile) -> Resolver:
    return compile_value(argument, path)


def _if(argument: Any, path: str, compile_value: Compile) -> Resolver:
    if not isinstance(argument, Mapping) or is_directive(argument):
        raise MappingError(f"{path} should be an object but it is {type_name(argument)}")
    test = next((key for key in ("exists", "blank") if not is_falsy(argument.get(key))), None)
    if test is None:
        raise MappingError(f'{path} requires an "exists" key or a "blank" key')
    branches = {
        key: compile_value(argument[key], f"{path}/{key}")
        for key in (test, "then", "else")
        if key in argument
    }
    then = branches.get("then", _undefined)
    # A falsy literal here counts as no branch at all, in the original.
    otherwise = _undefined if is_falsy(argument.get("else")) else branches["else"]
    if test == "blank":
        return _unless_blank(branches[test], then, otherwise)
    if argument[test] == argument.get("then"):
        return _first_existing(then, otherwise)
    return _when_existing(branches[test], then, otherwise)


def _undefined(_: Any) -> Any:
    return UNDEFINED


def _first_existing(first: Resolver, otherwise: Resolver) -> Resolver:
    """`exists` and `then` are the same: look it up once."""

    def resolve(data: Any) -> Any:
        found = first(data)
        return otherwise(data) if found is None or found is UNDEFINED else found

    return resolve


def _when_existing(test: Resolver, then: Resolver, otherwise: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        found = test(data)
        return otherwise(data) if found is None or found is UNDEFINED else then(data)

    return resolve


def _unless_blank(test: Resolver, then: Resolver, otherwise: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        return otherwise(data) if _equals_empty_text(test(data)) else then(data)

    return resolve


def _equals_empty_text(value: Any) -> bool:
    """`value == ''` with JavaScript's conversions, or nothing there."""
    if is_falsy(value):
        return True
    return is_array(value) and (not value or (len(value) == 1 and value[0] in (None, "", [])))


def _array_path(argument: Any, path: str, compile_value: Compile) -> Resolver:
    if not is_array(argument) or not argument:
        raise MappingError(f"{path} should be an array of a path and a shape")
    root = _path(argument[0], f"{path}/0", compile_value)
    shape = argument[1] if len(argument) > 1 else None
    if not isinstance(shape, Mapping) or not shape:
        return root
    element = compile_value(shape, f"{path}/1")

    def resolve(data: Any) -> Any:
        found = root(data)
        if is_array(found):
            return [_or_null(element(one)) for one in found]
        return [_or_null(element(found))] if isinstance(found, Mapping) else found

    return resolve


def _or_null(value: Any) -> Any:
    return None if value is UNDEFINED else value


DIRECTIVES: Final[Mapping[str, Directive]] = {
    "@arrayPath": _array_path,
    "@if": _if,
    "@literal": _literal,
    "@path": _path,
    "@template": _template,
}

# Directives of the mapping kit that this engine does not know yet.
PLANNED: Final = frozenset(
    {
        "@case",
        "@excludeWhenNull",
        "@flatten",
        "@json",
        "@liquid",
        "@merge",
        "@replace",
        "@transform",
    }
)
