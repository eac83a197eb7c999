"""What Segment's engine checks of a mapping before it looks at an event.

Objects and arguments of directives are looked through, arrays are not: what is wrong in an array
shows when an event gets there.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from aiorecombee.segment.javascript import UNDEFINED, kind_name, utf16_length
from aiorecombee.segment.mapping.errors import MappingInvalidError, MappingProblem
from aiorecombee.segment.mapping.json_text import quoted
from aiorecombee.segment.mapping.replace import LONGEST
from aiorecombee.segment.mapping.trees import directive_keys

Check: TypeAlias = Callable[[Any, tuple[str, ...]], None]
"""Checks a value at a place; raises what is wrong with it."""


def validate(mapping: Any) -> None:
    """Check a mapping as the engine does.

    Raises:
        MappingInvalidError: Names all that is wrong, in order.
    """
    _any(mapping, ())


def _refuse(text: str, place: tuple[str, ...]) -> MappingInvalidError:
    pointer = "/" + "/".join(place)
    problem = MappingProblem(pointer if place else "", f"{pointer} {text}.")
    return MappingInvalidError("ValidationError", (problem,))


def _kind(value: Any) -> str:
    return "directive" if isinstance(value, dict) and directive_keys(value) else kind_name(value)


def _refuse_kind(wanted: str, value: Any, place: tuple[str, ...]) -> MappingInvalidError:
    return _refuse(f"should be {wanted} but it is {_with_article(_kind(value))}", place)


def _with_article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _all(checks: list[tuple[Check, Any, tuple[str, ...]]]) -> None:
    """Check all, then raise all that is wrong as one."""
    problems: list[MappingProblem] = []
    for check, value, place in checks:
        try:
            check(value, place)
        except MappingInvalidError as error:
            problems += error.problems
    if problems:
        raise MappingInvalidError("AggregateError", tuple(problems))


def _any(value: Any, place: tuple[str, ...]) -> None:
    kind = _kind(value)
    if kind == "directive":
        _directive(value, place)
    elif kind == "object":
        _object(value, place)


def _object(value: Any, place: tuple[str, ...]) -> None:
    if _kind(value) != "object":
        raise _refuse_kind("an object", value, place)
    _all([(_any, inner, (*place, key)) for key, inner in value.items()])


def _directive(value: Any, place: tuple[str, ...]) -> None:
    marked = directive_keys(value)
    others = [key for key in value if key not in marked and key != "_metadata"]
    if len(marked) > 1 or others:
        count = len(marked) if len(marked) > 1 else len(value)
        raise _refuse(f"should only have one @-prefixed key but it has {count} keys", place)
    name = marked[0]
    if name not in _ARGUMENTS:
        raise _refuse(f"has an invalid directive: {name}", place)
    _ARGUMENTS[name](value[name], (*place, name))


def _raw(value: Any, place: tuple[str, ...]) -> None:
    if _kind(value) == "directive":
        _directive(value, place)


def _text(value: Any, place: tuple[str, ...]) -> None:
    if not isinstance(value, str):
        raise _refuse_kind("a string", value, place)


def _flag(value: Any, place: tuple[str, ...]) -> None:
    if not isinstance(value, bool):
        raise _refuse_kind("a boolean", value, place)


def _array(value: Any, place: tuple[str, ...]) -> None:
    if not isinstance(value, list):
        raise _refuse(f"should be an array but it is {_with_article(kind_name(value))}", place)


def _seems(wanted: str, kind: str) -> Check:
    """Of that kind, or a directive; what is within has been checked already."""

    def check(value: Any, place: tuple[str, ...]) -> None:
        if _kind(value) not in ("directive", kind):
            raise _refuse_kind(f"{wanted} or a mapping directive", value, place)

    return check


_seems_text: Final = _seems("a string", "string")
_seems_object: Final = _seems("a object", "object")


def _text_or_directive(value: Any, place: tuple[str, ...]) -> None:
    _seems_text(value, place)
    _any(value, place)


def _object_or_directive(value: Any, place: tuple[str, ...]) -> None:
    _seems_object(value, place)
    _any(value, place)


def _seen(_: Any, __: tuple[str, ...]) -> None:
    """Any value; what is within has been checked already."""


def _length(least: int) -> Check:
    def check(value: Any, place: tuple[str, ...]) -> None:
        _text(value, place)
        if len(value) < least:
            raise _refuse(f"should be a string of length {least} or greater", place)
        if utf16_length(value) > LONGEST:
            raise _refuse(f"should be a string of length {LONGEST} or less", place)

    return check


def _one_of(*allowed: str) -> Check:
    def check(value: Any, place: tuple[str, ...]) -> None:
        _text(value, place)
        if value.lower() not in allowed:
            listed = ", ".join(allowed)
            raise _refuse(f"should be one of {listed} but it is {quoted(value)}", place)

    return check


def _fields(**checks: Check) -> Check:
    """Checks of members; those whose name begins with `needs_` must be there.

    The members are looked through before, so their checks need not.
    """
    named = [
        (name.removeprefix("needs_"), name.startswith("needs_"), check)
        for name, check in checks.items()
    ]

    def check(value: Any, place: tuple[str, ...]) -> None:
        _object(value, place)
        _all(
            [
                (one, value[name], (*place, name)) if name in value else (_present, name, place)
                for name, needed, one in named
                if needed or name in value
            ]
        )

    return check


def _present(name: Any, place: tuple[str, ...]) -> None:
    raise _refuse(f"should have field {quoted(name)} but it doesn't", place)


def _array_path(value: Any, place: tuple[str, ...]) -> None:
    _array(value, place)
    _text_or_directive(value[0] if value else UNDEFINED, place)
    _any(value[1] if len(value) > 1 else None, place)


_merge_fields: Final = _fields(direction=_one_of("left", "right"), needs_objects=_array)


def _merge(value: Any, place: tuple[str, ...]) -> None:
    _merge_fields(value, place)
    for layer in value["objects"]:
        _object_or_directive(layer, ())  # the original forgets the place here


_ARGUMENTS: Final[Mapping[str, Check]] = {
    "@arrayPath": _array_path,
    "@case": _fields(operator=_text, value=_seems_text),
    "@excludeWhenNull": _raw,
    "@flatten": _fields(separator=_text, needs_value=_seen),
    "@if": _object,
    "@json": _fields(needs_value=_seen, needs_mode=_one_of("encode", "decode")),
    "@liquid": _text,
    "@literal": _raw,
    "@merge": _merge,
    "@path": _text_or_directive,
    "@replace": _fields(
        needs_pattern=_length(1),
        replacement=_length(0),
        needs_value=_seems_text,
        ignorecase=_flag,
        **{"global": _flag},
    ),
    "@template": _text_or_directive,
    "@transform": _fields(needs_apply=_seems_object, needs_mapping=_seems_object),
}
