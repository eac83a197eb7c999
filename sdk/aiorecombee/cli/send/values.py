"""Values of fields, from what stands on a command line or in JSON.

Whether they are right is left to the client, which says field, value and rule.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_origin

from aiorecombee.core.fields import Field
from aiorecombee.core.recognise import WrongValueError, from_json, input_of

NULL = "null"


def from_text(field: Field, text: str) -> Any:
    """The value that a text stands for.

    Numbers are written as such, lists and objects in JSON, a time as Unix seconds or ISO 8601.

    Raises:
        WrongValueError: Says what it should have been.
    """
    if field.nullable and field.required and text == NULL:
        return None
    if bool in field.types:
        return _truth(text)
    if int in field.types or float in field.types:
        return _number(text, others=str in field.types, whole=float not in field.types)
    if str in field.types and not (input_of(field) and text.lstrip().startswith("{")):
        return text
    return from_json(field, _parsed(field, text))


def shape(field: Field) -> str:
    """How a value is written, where it is not plain text."""
    origins = {get_origin(kind) or kind for kind in field.types}
    if input_of(field):
        return "text, or a JSON object" if str in origins else "a JSON object"
    if Mapping in origins:
        return "a JSON object"
    if Sequence in origins:
        return "a JSON list"
    if float in origins and str in origins:
        return "Unix seconds, or ISO 8601"
    return "or null" if field.nullable and field.required else ""


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise WrongValueError(f"must be true or false, not {text!r:.60}")
    return text.lower() == "true"


def _number(text: str, *, others: bool, whole: bool) -> Any:
    for kind in (int,) if whole else (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    if others:
        return text
    raise WrongValueError(f"must be a {'whole ' if whole else ''}number, not {text!r:.60}")


def _parsed(field: Field, text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    wanted = list if shape(field) == "a JSON list" else dict
    if not isinstance(value, wanted):
        example = """'["a", "b"]'""" if wanted is list else """'{"name": "value"}'"""
        raise WrongValueError(f"must be {shape(field)}, like {example}, not {text!r:.60}")
    return value
