"""What every JavaScript value has besides its own: `properties.constructor != null` always holds.

Source: ECMAScript, properties of the prototypes of Object, String, Array, Number and Boolean.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, is_array, is_falsy, is_number, member


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OF_OBJECTS: Final = _words(
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ constructor"
    " hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf"
)
_OF_TEXTS: Final = OF_OBJECTS | _words(
    "anchor at big blink bold charAt charCodeAt codePointAt concat endsWith fixed fontcolor"
    " fontsize includes indexOf isWellFormed italics lastIndexOf link localeCompare match"
    " matchAll normalize padEnd padStart repeat replace replaceAll search slice small split"
    " startsWith strike sub substr substring sup toLocaleLowerCase toLocaleUpperCase"
    " toLowerCase toUpperCase toWellFormed trim trimEnd trimLeft trimRight trimStart"
)
_OF_ARRAYS: Final = OF_OBJECTS | _words(
    "at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat"
    " flatMap forEach includes indexOf join keys lastIndexOf map pop push reduce reduceRight"
    " reverse shift slice some sort splice toReversed toSorted toSpliced unshift values with"
)
_OF_NUMBERS: Final = OF_OBJECTS | _words("toExponential toFixed toPrecision")
ANY_KIND: Final = _OF_TEXTS | _OF_ARRAYS | _OF_NUMBERS


class _Inherited(Enum):
    INHERITED = "inherited"


INHERITED: Final = _Inherited.INHERITED
"""Stands for a function or object that JavaScript provides."""


def look_up(value: Any, keys: tuple[str, ...]) -> Any:
    """Walk the keys, through what is inherited, too; a falsy value on the way is the answer."""
    for key in keys:
        if is_falsy(value):
            return value
        found = member(value, key)
        value = INHERITED if found is UNDEFINED and key in _names(value) else found
    return value


def _names(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        return _OF_TEXTS
    if is_array(value):
        return _OF_ARRAYS
    if is_number(value):
        return _OF_NUMBERS
    return OF_OBJECTS if isinstance(value, Mapping | bool) else frozenset()
