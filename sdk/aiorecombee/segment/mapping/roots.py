"""The root of a mapping: what is no object, and the directive that encloses all fields."""

from typing import Any, Final

from aiorecombee.segment.javascript import utf16_units
from aiorecombee.segment.mapping.errors import MappingInvalidError, MappingProblem

_ENCLOSING: Final = "__segment_internal_directive"


def root_of(mapping: Any) -> Any:
    """What is to be resolved for a mapping.

    Text and arrays are taken for objects of their elements, numbers and booleans for empty ones.
    The fields beside an enclosing directive become its `mapping`.

    Raises:
        MappingInvalidError: It is null, or its enclosing directive is not one.
    """
    mapping = _spread(mapping)
    if _ENCLOSING not in mapping:
        return mapping
    fields = {key: value for key, value in mapping.items() if key != _ENCLOSING}
    enclosing = mapping[_ENCLOSING]
    members = _spread(enclosing)
    if len(members) > 1:
        raise _refuse("The root mapping must only have a single directive object")
    argument = next(iter(members.values()), None)
    if not isinstance(argument, dict | list):
        raise _refuse("The root directive must be an object")
    if isinstance(enclosing, list) or isinstance(argument, list):
        return _with_fields(enclosing, argument, fields)
    return {key: {**argument, "mapping": fields} for key in members}


def _with_fields(enclosing: Any, argument: Any, fields: dict[str, Any]) -> Any:
    """Arrays stay arrays, and what is added to an array by name is seen by nobody."""
    if isinstance(argument, list):
        return enclosing
    return [{**argument, "mapping": fields}]


def _spread(value: Any) -> dict[str, Any]:
    if value is None:
        raise _refuse("Cannot convert undefined or null to object", "TypeError", "runtime")
    if isinstance(value, dict):
        return value
    units = utf16_units(value) if isinstance(value, str) else value
    return {str(at): unit for at, unit in enumerate(units)} if isinstance(units, str | list) else {}


def _refuse(text: str, name: str = "Error", kind: str = "mapping") -> MappingInvalidError:
    return MappingInvalidError(name, (MappingProblem("", text),), kind)
