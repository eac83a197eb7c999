"""Fields of actions: removal of empty values, coercion and validation, as Segment's schemas do it.

Each check takes a value, its path and the list of problems, and gives back the value in the form
that is sent. It appends to the problems what it cannot accept.

Source: the destination's action definitions, evaluated by ajv 8 with `coerceTypes: "array"`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.segment.javascript import (
    UNDEFINED,
    as_double,
    is_array,
    is_number,
    number_text,
    to_number,
    type_name,
)
from aiorecombee.segment.problems import PayloadError, Problem
from aiorecombee.segment.timestamps import is_date_like

Check: TypeAlias = Callable[[Any, str, list[Problem]], Any]
Coerce: TypeAlias = Callable[[Any], Any]


@attrs.frozen
class Field:
    """A field of an action's payload.

    Attributes:
        name: Its key in the payload.
        check: Accepts and coerces the value.
        required: Its absence is a problem.
        keeps_empty: Inside an object, "" stays (it is text); elsewhere it counts as absent.
    """

    name: str
    check: Check
    required: bool = False
    keeps_empty: bool = False


def text(label: str) -> Check:
    """A string; numbers and booleans are printed."""
    slow = _scalar(label, "a string", _to_string)

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        return value if value.__class__ is str else slow(value, at, problems)

    return check


def number(label: str, maximum: float | None = None) -> Check:
    """A number; numeric text and booleans are converted."""
    convert = _scalar(label, "a number", _to_number)
    if maximum is None:
        return convert

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        found = convert(value, at, problems)
        if found is not UNDEFINED and found > maximum:
            problems.append(Problem(at, f"{label} must be equal to or less than {maximum}.", at))
        return found

    return check


def integer(label: str) -> Check:
    """A whole number."""
    return _scalar(label, "an integer", _to_integer)


def timestamp(label: str) -> Check:
    """A number, or text that looks like a date."""

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        found = value if value.__class__ is str else _to_timestamp(value)
        if found is UNDEFINED:
            only = value[0] if is_array(value) and len(value) == 1 else value
            return _wrong(label, "a string or number", only, at, problems)
        if isinstance(found, str) and not is_date_like(found):
            problems.append(
                Problem(at, f"{label} must be a valid date-like string but it was not.", at)
            )
        return found

    return check


def free_object(label: str) -> Check:
    """Any object, untouched."""

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        if isinstance(value, Mapping):
            return value
        return _wrong(label, "an object", value, at, problems)

    return check


def object_of(label: str | None, fields: Sequence[Field], *, cleaned: bool = True) -> Check:
    """An object of known fields; others are dropped.

    Args:
        label: How messages call it; by its path where it has no name of its own.
        fields: What it may hold.
        cleaned: Nulls, and "" where no text is expected, count as absent. They don't in elements
            of arrays: there the original converts them, so a quantity of null counts as 0.
    """
    rows = [(field.name, field.check, field.required, field.keeps_empty) for field in fields]

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        if not isinstance(value, Mapping):
            return _wrong(label or f"The value at {at}", "an object", value, at, problems)
        accepted = {}
        wrong: list[Problem] = []
        for name, check_field, required, keeps_empty in rows:
            found = value.get(name, UNDEFINED)
            if found is UNDEFINED or (
                cleaned and (found is None or (not keeps_empty and found == ""))
            ):
                if required:
                    problems.append(_missing(label, name, at))
                continue
            found = check_field(found, f"{at}/{name}", wrong)
            if found is not UNDEFINED:
                accepted[name] = found
        problems += wrong  # the original names what is missing before what is wrong
        return accepted

    return check


def array_of(element: Check) -> Check:
    """An array; a single value counts as one of one, nulls are dropped."""

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        elements = [one for one in value if one is not None] if is_array(value) else [value]
        return [element(one, f"{at}/{index}", problems) for index, one in enumerate(elements)]

    return check


def lenient(check: Check) -> Check:
    """Leave the field out where the value is not acceptable, instead of refusing the event."""

    def check_leniently(value: Any, at: str, _: list[Problem]) -> Any:
        problems: list[Problem] = []
        found = check(value, at, problems)
        return UNDEFINED if problems or found == "" else found

    return check_leniently


def validator(fields: Sequence[Field]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Compile the fields of an action to a function that makes a payload fit or refuses it.

    Raises (the function does):
        PayloadError: Something is missing or of a wrong type.
    """
    check = object_of("The root value", fields)

    def validate(payload: Mapping[str, Any]) -> dict[str, Any]:
        problems: list[Problem] = []
        accepted: dict[str, Any] = check(payload, "", problems)
        if problems:
            raise PayloadError("schema", tuple(problems))
        return accepted

    return validate


# --- Coercion -------------------------------------------------------------------------------------


def _scalar(label: str, wanted: str, coerce: Coerce) -> Check:
    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        found = coerce(value)
        if found is UNDEFINED and is_array(value) and len(value) == 1:
            value = value[0]
            found = UNDEFINED if is_array(value) else coerce(value)
        if found is UNDEFINED:
            return _wrong(label, wanted, value, at, problems)
        return found

    return check


def _to_string(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    return "" if value is None else UNDEFINED


def _to_number(value: Any) -> Any:
    if is_number(value):
        found = as_double(value)
        return found if math.isfinite(found) else UNDEFINED
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value:
        found = to_number(value)
        return UNDEFINED if math.isnan(found) else found
    return 0 if value is None else UNDEFINED


def _to_integer(value: Any) -> Any:
    found = _to_number(value)
    if found is UNDEFINED or not (isinstance(found, int) or found.is_integer()):
        return UNDEFINED
    return int(found)


def _to_timestamp(value: Any) -> Any:
    if is_array(value):
        # Text in an array becomes a number or nothing: ajv unwraps only when it converts.
        convert = _to_number if len(value) == 1 and isinstance(value[0], str) else _to_timestamp
        return convert(value[0]) if len(value) == 1 and not is_array(value[0]) else UNDEFINED
    return _to_number(value) if is_number(value) else _to_string(value)


# --- Problems -------------------------------------------------------------------------------------

_MISSING: Final = "{} is missing the required field '{}'."


def _missing(label: str | None, name: str, at: str) -> Problem:
    return Problem(at, _MISSING.format(label or f"The value at {at}", name), f"{at}/{name}")


def _wrong(label: str, wanted: str, value: Any, at: str, problems: list[Problem]) -> Any:
    problems.append(Problem(at, f"{label} must be {wanted} but it was {type_name(value)}.", at))
    return UNDEFINED
