"""Fields of actions: removal of empty values, coercion and validation, as Segment's schemas do it.

Each check takes a value, its path and the list of problems, and gives back the value in the form
that is sent. It appends to the problems what it cannot accept.

Source: the destination's action definitions, evaluated by ajv 8 with `coerceTypes: "array"`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.segment.actions.problems import Problem
from aiorecombee.segment.actions.timestamps import is_date_like
from aiorecombee.segment.javascript import (
    UNDEFINED,
    as_double,
    is_array,
    is_number,
    number_text,
    to_number,
    type_name,
)

Check: TypeAlias = Callable[[Any, str, list[Problem]], Any]
Coerce: TypeAlias = Callable[[Any], Any]
Read: TypeAlias = Callable[[Any], Any]
"""Reads one field from wherever the fields are; `UNDEFINED` where it is missing."""


@attrs.frozen
class Kind:
    """What a field may be.

    Attributes:
        check: Accepts and coerces a value.
        plain: The class whose values, if not empty, need no check at all.
        takes_text: Text is acceptable, so "" is a value there and not an absence.
    """

    check: Check
    plain: type | None = None
    takes_text: bool = False


@attrs.frozen
class Field:
    """A field of an action's payload.

    Attributes:
        name: Its key in the payload.
        kind: What it may be.
        required: Its absence is a problem.
    """

    name: str
    kind: Kind
    required: bool = False


def text(label: str) -> Kind:
    """A string; numbers and booleans are printed."""
    return Kind(_scalar(label, "a string", _to_string), plain=str, takes_text=True)


def number(label: str, maximum: float | None = None) -> Kind:
    """A number; numeric text and booleans are converted."""
    convert = _scalar(label, "a number", _to_number)
    if maximum is None:
        return Kind(convert)

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        found = convert(value, at, problems)
        if found is not UNDEFINED and maximum < found < math.inf:  # as the original has it
            problems.append(Problem(at, f"{label} must be equal to or less than {maximum}.", at))
        return found

    return Kind(check)


def integer(label: str) -> Kind:
    """A whole number."""
    return Kind(_scalar(label, "an integer", _to_integer))


def timestamp(label: str) -> Kind:
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

    return Kind(check, takes_text=True)


def free_object(label: str) -> Kind:
    """Any object, untouched."""

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        if isinstance(value, Mapping):
            return value
        return _wrong(label, "an object", value, at, problems)

    return Kind(check, plain=dict)


def object_of(label: str | None, fields: Sequence[Field], *, cleaned: bool = True) -> Kind:
    """An object of known fields; others are dropped.

    Args:
        label: How messages call it; by its path where it has no name of its own.
        fields: What it may hold.
        cleaned: Nulls, and "" where no text is expected, count as absent. They don't in elements
            of arrays: there the original converts them, so a quantity of null counts as 0.
    """
    absent = _absent if cleaned else _missing_only
    accept = acceptor(label, [(field, member(field.name)) for field in fields], absent)

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        if not isinstance(value, Mapping):
            return _wrong(label or f"The value at {at}", "an object", value, at, problems)
        return accept(value, at, problems)

    return Kind(check)


def array_of(element: Kind) -> Kind:
    """An array; a single value counts as one of one, nulls and "" are dropped."""
    check_element = element.check

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        elements = value if is_array(value) else [value]
        there = [one for one in elements if one is not None and one != ""]
        return [check_element(one, f"{at}/{index}", problems) for index, one in enumerate(there)]

    return Kind(check)


def lenient(kind: Kind, *, empty: bool = True) -> Kind:
    """Leave the field out where the value is not acceptable, instead of refusing the event.

    Args:
        kind: What is acceptable.
        empty: Whether "" is, too.
    """

    def check(value: Any, at: str, _: list[Problem]) -> Any:
        problems: list[Problem] = []
        found = kind.check(value, at, problems)
        return UNDEFINED if problems or (found == "" and not empty) else found

    return Kind(check, kind.plain, kind.takes_text)


# --- Objects --------------------------------------------------------------------------------------

Absent: TypeAlias = Callable[[Any, Field], bool]
"""Whether a falsy value counts as absence of the field."""


def acceptor(label: str | None, read: Sequence[tuple[Field, Read]], absent: Absent) -> Check:
    """Compile fields, each with the function that reads it, to one function that accepts them all.

    It gives back what was accepted, by name, and names what is missing before what is wrong, as
    the original does.
    """
    rows = [(field.name, get, field.kind.plain, field.kind.check, field) for field, get in read]

    def accept(source: Any, at: str, problems: list[Problem]) -> dict[str, Any]:
        accepted = {}
        wrong: list[Problem] | None = None
        for name, get, plain, check, field in rows:
            value = get(source)
            if value.__class__ is plain and value:
                accepted[name] = value
            elif (value is UNDEFINED or not value) and absent(value, field):
                if field.required:
                    problems.append(_missing(label, name, at))
            else:
                if wrong is None:
                    wrong = []
                value = check(value, f"{at}/{name}", wrong)
                if value is not UNDEFINED:
                    accepted[name] = value
        if wrong:
            problems += wrong
        return accepted

    return accept


def absent_at_root(value: Any, _: Field) -> bool:
    """In a payload of its own, no null and no "" survives."""
    return value is UNDEFINED or value is None or value == ""


def _absent(value: Any, field: Field) -> bool:
    """In a payload of a batch, and in objects within, "" is a text like another."""
    return value is UNDEFINED or value is None or (value == "" and not field.kind.takes_text)


absent_in_batch: Final = _absent


def _missing_only(value: Any, _: Field) -> bool:
    return value is UNDEFINED


def member(name: str) -> Read:
    def read(source: Mapping[str, Any]) -> Any:
        return source.get(name, UNDEFINED)

    return read


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
    if found is UNDEFINED or not (isinstance(found, int) or _is_whole(found)):
        return UNDEFINED
    return found if math.isinf(found) else int(found)


def _is_whole(number: float) -> bool:
    """Infinity, too: JavaScript finds nothing behind its decimal point."""
    return math.isinf(number) or number.is_integer()


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
