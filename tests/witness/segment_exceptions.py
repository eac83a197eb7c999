"""Differences that are meant to be, each with its reason: what a port should not copy."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from aiorecombee.segment.cloud.comparing import Difference

_LARGEST_EXACT: Final = 2**53


@attrs.frozen
class Exemption:
    """A kind of difference that is left alone.

    Attributes:
        reason: Why.
        holds: Whether a difference is of that kind; it is asked with the case and with what the
            real one made of it, both as text.
    """

    reason: str
    holds: Callable[[str, str, Difference], bool]


def _a_date_of_v8(_: str, __: str, one: Difference) -> bool:
    """`new Date` reads `5 Jan 2024`, and worse: `x 1`. Such a timestamp is none here."""
    return re.sub(r"(timestamp=)-?\d+", r"\1NaN", one.expected) == one.found


def _a_word_on_json(_: str, __: str, one: Difference) -> bool:
    expected, found = (text.partition(" reason: ") for text in (one.expected, one.found))
    return expected[:2] == found[:2] and bool(expected[2])


def _no_host(case: str, real: str, one: Difference) -> bool:
    """Nothing is sent to `{{x}}`, and `0` is 0.0.0.0: for the HTTP client to say, here as there."""
    if '"custom' not in case:
        return False
    is_blank = re.search(r'"apiUri": "(?:\\[nrt]| )*"', case) is not None
    not_sent = re.search("Invalid URL|absolute URLs", real) is not None
    return is_blank or not_sent or '"request to ' in one.expected


def _a_prototype(case: str, _: str, __: Difference) -> bool:
    """`{"@path": "$.__proto__"}` is found in any object there."""
    return "__proto__" in case and "@path" in case


def _a_field_of_oauth(_: str, __: str, one: Difference) -> bool:
    """Segment lets this field through to the API, which knows nothing of it."""
    return "/dynamicAuthSettings" in one.at and one.found == "nothing"


def _a_dot_in_front(_: str, real: str, one: Difference) -> bool:
    """Node's URL parser leaves `/..` alone once a segment such as `.5` has come before it."""
    return bool(re.search(r"/\.+[^./]", real)) and ("wire" in one.at or "signature" in one.at)


EXEMPTIONS: Final = (
    Exemption("a date that only V8 can read", _a_date_of_v8),
    Exemption("V8's own words on broken JSON", _a_word_on_json),
    Exemption("an API URI that names no host, or not in the usual form", _no_host),
    Exemption("a path into the prototype of an object", _a_prototype),
    Exemption(
        "dynamicAuthSettings, which is about OAuth and no field of the API", _a_field_of_oauth
    ),
    Exemption("Node keeps dot segments behind a segment with a dot in front", _a_dot_in_front),
)


def exemption(case: str, real: str, one: Difference) -> str | None:
    """The reason to leave a difference alone, if there is one."""
    return next((kind.reason for kind in EXEMPTIONS if kind.holds(case, real, one)), None)


def comparable(value: Any) -> Any:
    """An outcome less what cannot be the same.

    Numbers are JavaScript's, so no whole number is more exact than it can be there; of exceptions
    that nobody meant to throw, only that they were thrown counts.
    """
    if isinstance(value, Mapping):
        if value.get("kind") == "runtime":
            return {key: one for key, one in value.items() if key in {"kind", "subscription"}}
        return {key: comparable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [comparable(one) for one in value]
    is_large = isinstance(value, int) and abs(value) > _LARGEST_EXACT
    return float(value) if is_large else value
